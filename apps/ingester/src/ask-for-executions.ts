import { type ListedExecution, RETENTION_DAYS } from '@steptrail/aws';
import {
  type ExecutionLook,
  enqueueTasks,
  ensurePartitions,
  findKnown,
  findRemoved,
  findWaiting,
  type KnownExecution,
  listOpen,
  type NewIngestTask,
  readLooks,
} from '@steptrail/store';
import type { IngestContext } from './context.ts';
import { isClosed } from './history-end.ts';

const DAY = 86_400_000;
/** Closed executions that AWS forgets within these days go first. */
const SOON_FORGOTTEN_DAYS = 15;
/** The priority of what runs. */
export const OPEN = 2;
/** The priority of what AWS should have forgotten. */
export const OVERDUE = 3;

/** An execution that has been quiet for a while is looked at again after a tenth of that, at most so long. */
const LONGEST_PATIENCE = 15 * 60_000;

/** Whether a running execution was looked at so lately that nothing is to be expected. Clocks of others may be ahead. */
function isFresh(
  known: KnownExecution,
  look: ExecutionLook | undefined,
  context: IngestContext,
  now: number,
): boolean {
  if (look === undefined || !context.patient) return false;
  const ago = now - look.lookedAt.getTime();
  return ago >= 0 && ago < Math.min((now - known.archivedAt.getTime()) / 10, LONGEST_PATIENCE);
}

/** Whether there is something to fetch: what is closed and archived to its end never is. */
function isWanted(
  row: Pick<ListedExecution, 'status' | 'redriveCount'>,
  known: KnownExecution | undefined,
  look: ExecutionLook | undefined,
  context: IngestContext,
  now: number,
): boolean {
  if (known === undefined) return true;
  if (known.redriveCount !== row.redriveCount || known.status !== row.status) return true;
  return isClosed(known.status) ? !known.complete : !isFresh(known, look, context, now);
}

/**
 * What goes first: closed executions that AWS forgets soon, then closed ones, then running ones; each by age, for the
 * oldest is forgotten first, or has the most to tell; of running ones, since they were looked at last. What AWS should have forgotten already goes last: asking for it first
 * would cost the time in which others can still be saved.
 */
function taskOf(
  row: ListedExecution,
  look: ExecutionLook | undefined,
  now: Date,
  retentionDays: number,
): NewIngestTask {
  const { executionArn, stateMachineArn } = row;
  const asked = { executionArn, stateMachineArn, listed: row, looks: look?.looks };
  if (!isClosed(row.status))
    return { ...asked, priority: OPEN, dueAt: earlier(look?.lookedAt ?? row.startDate, now) };
  const stopped = Math.min((row.stopDate ?? row.startDate ?? now).getTime(), now.getTime());
  const priority = isOverdue(row, now, retentionDays)
    ? OVERDUE
    : now.getTime() - stopped > (retentionDays - SOON_FORGOTTEN_DAYS) * DAY
      ? 0
      : 1;
  return { ...asked, priority, dueAt: new Date(stopped) };
}

/** A page of a list: the rows that the archive may want, what it has of them, and which of them were asked for. */
interface AskedFor {
  readonly usable: readonly ListedExecution[];
  readonly known: ReadonlyMap<string, KnownExecution>;
  readonly wanted: readonly ListedExecution[];
  /** Of these, those that were asked for already. */
  readonly waited: ReadonlySet<string>;
}

/** Asks for the executions of a page that the archive does not have to their end, and never had. */
export async function askForListed(
  context: IngestContext,
  items: readonly ListedExecution[],
  now: Date,
): Promise<AskedFor> {
  const { sql, retentionDays = RETENTION_DAYS } = context;
  const removed = await findRemoved(
    sql,
    items.map((row) => row.executionArn),
  );
  const usable = items.filter((row) => row.startDate !== undefined && !removed.has(row.executionArn));
  const arns = usable.map((row) => row.executionArn);
  // In this order: a look that comes in between makes the task done, for it was not counted.
  const looks = await readLooks(sql, arns);
  const known = await findKnown(sql, arns);
  await ensurePartitions(
    sql,
    usable.flatMap((row) => row.startDate ?? []),
  );
  const wanted = usable.filter(({ executionArn, ...row }) =>
    isWanted(row, known.get(executionArn), looks.get(executionArn), context, now.getTime()),
  );
  const waited = await findWaiting(
    sql,
    wanted.map((row) => row.executionArn),
  );
  await enqueueTasks(
    sql,
    wanted.map((row) => taskOf(row, looks.get(row.executionArn), now, retentionDays)),
  );
  return { usable, known, wanted, waited };
}

/**
 * Asks again for the executions of a state machine that run as far as the archive knows; gives how many.
 * @param seen those that a pass through the list has met and asked for
 */
export async function askForOpen(
  context: IngestContext,
  stateMachineArn: string,
  now: Date,
  seen: ReadonlySet<string> = new Set(),
): Promise<number> {
  const unseen = (await listOpen(context.sql, stateMachineArn)).filter((row) => !seen.has(row.executionArn));
  const looks = await readLooks(
    context.sql,
    unseen.map((row) => row.executionArn),
  );
  const open = unseen.filter((row) =>
    isWanted(row, row, looks.get(row.executionArn), context, now.getTime()),
  );
  await enqueueTasks(
    context.sql,
    open.map(({ executionArn, name, status, startDate, redriveCount }) => {
      const look = looks.get(executionArn);
      return {
        executionArn,
        stateMachineArn,
        priority: OPEN,
        dueAt: earlier(look?.lookedAt ?? startDate, now),
        listed: { executionArn, stateMachineArn, name, status, startDate, redriveCount },
        looks: look?.looks,
      };
    }),
  );
  return open.length;
}

/** Whether AWS should have forgotten an execution by now. */
export function isOverdue(
  row: Pick<ListedExecution, 'status' | 'stopDate'>,
  now: Date,
  retentionDays: number,
): boolean {
  if (!isClosed(row.status) || row.stopDate === undefined) return false;
  return now.getTime() - row.stopDate.getTime() > retentionDays * DAY;
}

function earlier(one: Date | undefined, other: Date): Date {
  return one !== undefined && one < other ? one : other;
}
