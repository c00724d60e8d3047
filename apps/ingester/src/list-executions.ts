import { type ListedExecution, listExecutions } from '@steptrail/aws';
import {
  countMissing,
  findKnown,
  findRemoved,
  findWaiting,
  readCursor,
  type Sql,
  saveCursor,
  saveReconciledDays,
} from '@steptrail/store';
import { askForListed, askForOpen } from './ask-for-executions.ts';
import { type IngestContext, present, type Tally } from './context.ts';
import { isClosed } from './history-end.ts';
import type { ProblemBook } from './problems.ts';

const DAY = 86_400_000;
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
  // A time to come was written by a clock that was wrong.
  const reconciling =
    Math.abs(now.getTime() - (cursor?.reconciledAt ?? Number.NEGATIVE_INFINITY)) >= RECONCILE_EVERY;
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
    const { usable, known, wanted, waited } = await askForListed(context, items, now);
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
    await context.turn?.();
    const reached = !reconciling && cursor?.sorted === true && sorted && lastKey < cursor.readAt - SLACK;
    if (reached && wanted.every(({ executionArn }) => known.has(executionArn) || waited.has(executionArn)))
      break;
  }
  queued += await askForOpen(context, stateMachineArn, now, seen);
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
