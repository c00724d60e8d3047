import { filterLogEvents, logGroupNameOf } from '@steptrail/aws';
import { type LogRecord, normaliseLogRecords, stateMachineArnOf } from '@steptrail/history';
import { findKnown, findRemoved, saveCursor } from '@steptrail/store';
import { archiveExpressExecution, type ExpressMachine, type RawRecord } from './archive-express-execution.ts';
import type { IngestContext, Tally } from './context.ts';
import { cursorSource, nextWindow } from './express-window.ts';
import type { FoundStateMachine } from './ingest-state-machines.ts';

import { isOfOneExecution, type ProblemBook, strangenessOf, tolerate } from './problems.ts';

/** An Express execution ends after 5 minutes: later than this after its last record, none is to be expected. */
const SETTLED = 6 * 60_000;
/** So many records are held at most before executions are written that may still get some. */
const MOST_HELD = 20_000;

/** An execution whose records are being gathered. */
interface Gathering {
  readonly records: RawRecord[];
  latest: number;
}

/** Reads the log groups of the Express state machines, each once, however many of them share it. */
export async function ingestExpressLogs(
  context: IngestContext,
  book: ProblemBook,
  machines: readonly FoundStateMachine[],
  tally: Tally,
): Promise<void> {
  for (const [logGroupName, logged] of groupByLogGroup(machines)) {
    const done = await tolerate(book, context.sql, logGroupName, async () => {
      await readLogGroup(context, book, logGroupName, logged, tally);
      return true;
    });
    if (!done) continue;
    // The group is described for its first reading only: what went wrong with that is past when it has been read.
    for (const operation of ['FilterLogEvents', 'DescribeLogGroups']) {
      await book.clear(context.sql, operation, `${operation} ${logGroupName}`);
    }
  }
}

function groupByLogGroup(
  machines: readonly FoundStateMachine[],
): ReadonlyMap<string, ReadonlyMap<string, ExpressMachine>> {
  const groups = new Map<string, Map<string, ExpressMachine>>();
  for (const { type, logging, stateMachineArn, definition, revisionId } of machines) {
    if (type !== 'EXPRESS' || logging === undefined || logging.level === 'OFF') continue;
    const name = logging.logGroupArn === undefined ? undefined : logGroupNameOf(logging.logGroupArn);
    if (name === undefined) continue;
    const group = groups.get(name) ?? new Map<string, ExpressMachine>();
    group.set(stateMachineArn, { stateMachineArn, definition, revisionId, logLevel: logging.level });
    groups.set(name, group);
  }
  return groups;
}

async function readLogGroup(
  context: IngestContext,
  book: ProblemBook,
  logGroupName: string,
  machines: ReadonlyMap<string, ExpressMachine>,
  tally: Tally,
): Promise<void> {
  const { sql, clients, signal } = context;
  const { startTime, endTime, cursor, after } = await nextWindow(context, book, logGroupName);
  const held = new Map<string, Gathering>();
  let executions = 0;
  let whole = true;
  let { readTo } = cursor;
  let seenTo = startTime;

  const write = async (settledBefore: number): Promise<void> => {
    const settled = [...held].filter(([, { latest }]) => latest < settledBefore);
    const arns = settled.map(([executionArn]) => executionArn);
    const known = await findKnown(sql, arns);
    const removed = await findRemoved(sql, arns);
    for (const [executionArn, { records }] of settled) {
      held.delete(executionArn);
      const machine = machines.get(stateMachineArnOf(executionArn) ?? '');
      if (machine === undefined || removed.has(executionArn)) continue;
      executions += 1;
      if (machine.logLevel === 'ALL' && known.get(executionArn)?.complete) {
        tally.unchanged += 1;
        continue;
      }
      try {
        const archived = await archiveExpressExecution(context, book, machine, executionArn, records);
        tally.events += archived.added;
        if (archived.changed) tally.archived += 1;
        else tally.unchanged += 1;
      } catch (error) {
        if (!isOfOneExecution(error)) throw error;
        tally.failed += 1;
        await book.report(sql, strangenessOf(executionArn, error));
      }
    }
  };

  for await (const { items, problem } of filterLogEvents(
    clients,
    { logGroupName, startTime, endTime },
    signal,
  )) {
    if (problem !== undefined) {
      whole = false;
      await book.report(sql, { subject: `FilterLogEvents ${logGroupName}`, ...problem });
    }
    for (const { message, timestamp } of items) {
      seenTo = Math.max(seenTo, timestamp);
      const read = readRecord(message);
      if (read !== undefined) hold(held, read, timestamp);
    }
    await write(heldRecords(held) > MOST_HELD ? Number.POSITIVE_INFINITY : seenTo - SETTLED);
    const begun = [...held.values()].map(({ latest }) => latest - SETTLED);
    readTo = Math.max(readTo, Math.min(seenTo, ...begun));
    await saveCursor(sql, cursorSource(context, logGroupName), { ...cursor, readTo });
    context.onProgress?.({ kind: 'logs read', logGroupName, executions });
  }
  await write(Number.POSITIVE_INFINITY);
  context.onProgress?.({ kind: 'logs read', logGroupName, executions });
  if (whole) await saveCursor(sql, cursorSource(context, logGroupName), after);
}

interface ReadRecord {
  readonly record: LogRecord;
  readonly raw: unknown;
}

/** A record of an Express execution; lines that are no JSON, and records of Standard executions, are passed over. */
function readRecord(message: string): ReadRecord | undefined {
  let raw: unknown;
  try {
    raw = JSON.parse(message);
  } catch {
    return undefined;
  }
  const record = normaliseLogRecords([raw]).records[0];
  return record?.executionArn.includes(':express:') ? { record, raw } : undefined;
}

function hold(held: Map<string, Gathering>, { record, raw }: ReadRecord, timestamp: number): void {
  const gathering = held.get(record.executionArn) ?? { records: [], latest: timestamp };
  gathering.records.push({ event: record.event, raw });
  gathering.latest = Math.max(gathering.latest, timestamp);
  held.set(record.executionArn, gathering);
}

function heldRecords(held: ReadonlyMap<string, Gathering>): number {
  let count = 0;
  for (const { records } of held.values()) count += records.length;
  return count;
}
