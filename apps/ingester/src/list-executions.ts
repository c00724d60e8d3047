import { type ListedExecution, listExecutions } from '@steptrail/aws';
import {
  countMissing,
  type ExecutionLook,
  enqueueTasks,
  ensurePartitions,
  findKnown,
  findRemoved,
  findWaiting,
  type KnownExecution,
  listOpen,
  type NewIngestTask,
  readCursor,
  readLooks,
  type Sql,
  saveCursor,
  saveReconciledDays,
} from '@steptrail/store';
import { type IngestContext, present, type Tally } from './context.ts';
import { isClosed } from './history-end.ts';
import type { ProblemBook } from './problems.ts';

const DAY = 86_400_000;
/** Closed executions that AWS forgets within these days go first. */
const SOON_FORGOTTEN_DAYS = 15;
/** The priority of what runs. */
export const OPEN = 2;
/** The priority of what AWS should have forgotten. */
export const OVERDUE = 3;
/** Lists are eventually consistent: what is so much older than the last look cannot have been missed by it. */
const SLACK = 10 * 60_000;

/** How far a state machine's list has been read. Epoch milliseconds. */
interface ListCursor {
  /** When the last pass that reached all that was new began. */
  readonly readAt: number;
  /** Whether the server gives the newest first, as AWS does. Else every pass reads the whole list. */
  readonly sorted: boolean;
  /** When the last pass through the whole list began. */
  readonly reconciledAt?: number | undefined;
}

function readListCursor(value: unknown): ListCursor | undefined {
  if (typeof value !== 'object' || value === null || !('readAt' in value)) return undefined;
  const { readAt } = value;
  if (typeof readAt !== 'number') return undefined;
  const reconciledAt = 'reconciledAt' in value ? value.reconciledAt : undefined;
  return {
    readAt,
    sorted: 'sorted' in value && value.sorted === true,
    reconciledAt: typeof reconciledAt === 'number' ? reconciledAt : undefined,
  };
}

/** So often the whole list is read, so that nothing is missed for ever. */
const RECONCILE_EVERY = DAY;

/** What the list is ordered by: running executions by their start or redrive, closed ones by their end. */
function orderKey(row: ListedExecution): number {
  const at = isClosed(row.status) ? row.stopDate : (row.redriveDate ?? row.startDate);
  return (at ?? row.startDate)?.getTime() ?? Number.POSITIVE_INFINITY;
}

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
 * oldest is forgotten first, or has the most to tell. What AWS should have forgotten already goes last: asking for it first
 * would cost the time in which others can still be saved.
 */
function taskOf(row: ListedExecution, looks: number, now: Date, retentionDays: number): NewIngestTask {
  const { executionArn, stateMachineArn } = row;
  const asked = { executionArn, stateMachineArn, listed: row, looks };
  if (!isClosed(row.status)) return { ...asked, priority: OPEN, dueAt: earlier(row.startDate, now) };
  const stopped = Math.min((row.stopDate ?? row.startDate ?? now).getTime(), now.getTime());
  const priority = isOverdue(row, now, retentionDays)
    ? OVERDUE
    : now.getTime() - stopped > (retentionDays - SOON_FORGOTTEN_DAYS) * DAY
      ? 0
      : 1;
  return { ...asked, priority, dueAt: new Date(stopped) };
}

/** A page of a list: the rows that the archive may want, what it has of them, and which of them were asked for. */
export interface AskedFor {
  readonly usable: readonly ListedExecution[];
  readonly known: ReadonlyMap<string, KnownExecution>;
  readonly wanted: readonly ListedExecution[];
}

/** Asks for the executions of a page that the archive does not have to their end, and never had. */
export async function askForListed(
  context: IngestContext,
  items: readonly ListedExecution[],
  now: Date,
): Promise<AskedFor> {
  const { sql, retentionDays = 90 } = context;
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
  await enqueueTasks(
    sql,
    wanted.map((row) => taskOf(row, looks.get(row.executionArn)?.looks ?? 0, now, retentionDays)),
  );
  return { usable, known, wanted };
}

/**
 * Reads the executions of a Standard state machine, newest first, and asks for those that the archive does not have
 * to their end. A pass stops at what the last whole one has seen; those it takes for running are asked for even where
 * the list was not read that far.
 */
export async function enqueueExecutions(
  context: IngestContext,
  book: ProblemBook,
  stateMachineArn: string,
  tally: Tally,
): Promise<void> {
  const { sql, clients, signal } = context;
  const source = `executions ${stateMachineArn}`;
  const cursor = readListCursor(await readCursor(sql, source));
  const now = present(context);
  const seen = new Set<string>();
  const reconciling = now.getTime() - (cursor?.reconciledAt ?? Number.NEGATIVE_INFINITY) >= RECONCILE_EVERY;
  const days = new Map<string, { listed: number; missing: number }>();
  let sorted = true;
  let lastKey = Number.POSITIVE_INFINITY;
  let whole = true;
  let listed = 0;
  let queued = 0;
  for await (const { items, problem } of listExecutions(clients, { stateMachineArn }, signal)) {
    if (problem !== undefined) {
      whole = false;
      await book.report(sql, { subject: `ListExecutions ${stateMachineArn}`, ...problem });
    }
    await noteUnannounced(context, items, now);
    const { usable, known, wanted } = await askForListed(context, items, now);
    if (reconciling) await countDays(sql, days, items);
    listed += items.length;
    queued += wanted.length;
    for (const row of usable) {
      const before = known.get(row.executionArn);
      if (!isClosed(before?.status ?? row.status)) seen.add(row.executionArn);
      const key = orderKey(row);
      if (key > lastKey) sorted = false;
      lastKey = key;
    }
    context.onProgress?.({ kind: 'listed', stateMachineArn, executions: listed, queued });
    const reached = !reconciling && cursor?.sorted === true && sorted && lastKey < cursor.readAt - SLACK;
    if (reached && wanted.every((row) => known.has(row.executionArn))) break;
  }
  queued += await enqueueOpen(context, stateMachineArn, seen, now);
  tally.listed += listed;
  if (!whole) return;
  await book.clear(sql, `ListExecutions ${stateMachineArn}`, 'ListExecutions');
  if (reconciling) {
    const found = [...days].map(([day, counts]) => ({ day, ...counts }));
    await saveReconciledDays(sql, stateMachineArn, found, now);
  }
  const next = {
    readAt: now.getTime(),
    sorted: sorted && (cursor?.sorted ?? true),
    reconciledAt: reconciling ? now.getTime() : cursor?.reconciledAt,
  };
  if (next.readAt !== cursor?.readAt || next.sorted !== cursor.sorted) await saveCursor(sql, source, next);
}

/** Tells the flow of events of executions whose end it should have announced and did not. */
async function noteUnannounced(
  { flow, sql }: IngestContext,
  items: readonly ListedExecution[],
  now: Date,
): Promise<void> {
  const silent = flow?.unannounced(items) ?? [];
  if (silent.length === 0) return;
  const arns = silent.map((row) => row.executionArn);
  const [known, removed, waiting] = await Promise.all([
    findKnown(sql, arns),
    findRemoved(sql, arns),
    findWaiting(sql, arns),
  ]);
  const missed = silent.filter(({ executionArn, redriveCount }) => {
    if (removed.has(executionArn) || waiting.has(executionArn)) return false;
    const before = known.get(executionArn);
    return before === undefined || !isClosed(before.status) || before.redriveCount < redriveCount;
  });
  flow?.noteMissed(now.getTime(), missed.length, missed[0]?.executionArn);
}

/** Asks again for the executions of a state machine that run as far as the archive knows, without reading its list. */
export async function enqueueKnownOpen(context: IngestContext, stateMachineArn: string): Promise<void> {
  await enqueueOpen(context, stateMachineArn, new Set(), present(context));
}

/** Counts a page's executions by day of start, and those that were not even asked for. */
async function countDays(
  sql: Sql,
  days: Map<string, { listed: number; missing: number }>,
  items: readonly ListedExecution[],
): Promise<void> {
  const byDay = new Map<string, string[]>();
  for (const { startDate, executionArn } of items) {
    const day = startDate?.toISOString().slice(0, 10);
    if (day === undefined) continue;
    const arns = byDay.get(day) ?? [];
    byDay.set(day, arns);
    arns.push(executionArn);
  }
  for (const [day, arns] of byDay) {
    const counts = days.get(day) ?? { listed: 0, missing: 0 };
    counts.listed += arns.length;
    counts.missing += await countMissing(sql, arns);
    days.set(day, counts);
  }
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

/** Asks for the executions that run as far as the archive knows, and that this pass has not met. */
async function enqueueOpen(
  context: IngestContext,
  stateMachineArn: string,
  seen: ReadonlySet<string>,
  now: Date,
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
    open.map(({ executionArn, name, status, startDate, redriveCount }) => ({
      executionArn,
      stateMachineArn,
      priority: OPEN,
      dueAt: earlier(startDate, now),
      listed: { executionArn, stateMachineArn, name, status, startDate, redriveCount },
      looks: looks.get(executionArn)?.looks,
    })),
  );
  return open.length;
}
