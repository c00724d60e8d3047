import { AwsError, filterLogEvents, logGroupNameOf } from '@steptrail/aws';
import { normaliseLogRecords, parseStatesArn } from '@steptrail/history';
import { listLogGroupsSince, type Sql, saveCursor } from '@steptrail/store';
import { archiveExpressExecution, type RawRecord } from './archive-express-execution.ts';
import { type IngestContext, present, type Tally } from './context.ts';
import { findFreshRecords } from './express-fresh-records.ts';
import { createSubjects, type SubjectOf } from './express-subjects.ts';
import { cursorSource, LATEST_RECORDS, nextWindow } from './express-window.ts';
import { type FoundStateMachine, ingestStateMachine, leavesTraces } from './ingest-state-machines.ts';
import { isOfOneExecution, type ProblemBook, problemOf, strangenessOf } from './problems.ts';
import { createTagReader } from './read-tags.ts';
import { createVersionReader } from './read-versions.ts';

/** An Express execution ends after 5 minutes: later than this after its last record, none is to be expected. */
const SETTLED = 6 * 60_000;
/** So many records are held at most before executions are written that may still get some. */
const MOST_HELD = 20_000;
/** The same in characters of their text. */
const LONGEST_HELD = 32_000_000;

/** An execution whose records are being gathered; times are those of the log. */
interface Gathering {
  readonly records: RawRecord[];
  /** Characters of their text. */
  length: number;
  earliest: number;
  latest: number;
}

/** A log group to be read. */
interface LogGroupToRead {
  /** Whether a state machine logs to it now; else only late records are to be expected, and it may be gone. */
  isInUse: boolean;
  /** Up to when all is known of the state machines that log to it; epoch milliseconds. */
  describedTo: number;
}

/**
 * Reads the log groups of the Express state machines, each once, however many of them share it; those too to which
 * they have logged lately, for records come late, and some of state machines that are no more.
 */
export async function ingestExpressLogs(
  context: IngestContext,
  book: ProblemBook,
  found: readonly FoundStateMachine[],
  tally: Tally,
): Promise<void> {
  const machines = await describeAnew(context, book, found);
  const { sql, scope, source } = context;
  const accountId =
    scope?.accountId ?? source.accountId ?? parseStatesArn(machines[0]?.stateMachineArn ?? '')?.accountId;
  const subjectOf = createSubjects(context, accountId);
  for (const [logGroupName, group] of await findLogGroups(context, machines, accountId)) {
    const subjects = ['FilterLogEvents', 'DescribeLogGroups'].flatMap((operation) => [
      operation,
      `${operation} ${logGroupName}`,
    ]);
    try {
      await readLogGroup(context, book, logGroupName, group, subjectOf, tally);
    } catch (error) {
      if (!(error instanceof AwsError) || error.fatal) throw error;
      if (group.isInUse) {
        await book.report(sql, problemOf(error, logGroupName));
        continue;
      }
    }
    // The group is described for its first reading only: what went wrong with that is past when it has been read.
    await book.clear(sql, ...subjects);
  }
}

/** A description of which so much time has passed is none of the present. Milliseconds. */
const FRESH = 10_000;

/** Records are read up to the time for which it is known what their state machines were: those are looked at again. */
async function describeAnew(
  context: IngestContext,
  book: ProblemBook,
  machines: readonly FoundStateMachine[],
): Promise<readonly FoundStateMachine[]> {
  const readTags = createTagReader(context, book);
  const readVersions = createVersionReader(context, book);
  const described: FoundStateMachine[] = [];
  for (const machine of machines) {
    const { type, definition, stateMachineArn, describedAt = 0 } = machine;
    const isFresh = describedAt + FRESH >= present(context).getTime();
    if (isFresh || definition === undefined || !leavesTraces(type, definition)) described.push(machine);
    else {
      const name = stateMachineArn.split(':')[6] ?? stateMachineArn;
      const listed = { stateMachineArn, name, type };
      const anew = await ingestStateMachine(context, book, listed, readTags, readVersions);
      described.push(anew.definition === undefined ? machine : anew);
    }
  }
  return described;
}

async function findLogGroups(
  context: IngestContext,
  machines: readonly FoundStateMachine[],
  accountId: string | undefined,
): Promise<ReadonlyMap<string, LogGroupToRead>> {
  const { sql, source } = context;
  const now = present(context);
  const groups = new Map<string, LogGroupToRead>();
  for (const { type, logging, definition, describedAt } of machines) {
    if (logging?.logGroupArn === undefined || logging.level === 'OFF') continue;
    const name = leavesTraces(type, definition) ? logGroupNameOf(logging.logGroupArn) : undefined;
    if (name === undefined) continue;
    const group = groups.get(name) ?? { isInUse: true, describedTo: now.getTime() };
    group.describedTo = Math.min(group.describedTo, describedAt ?? now.getTime());
    groups.set(name, group);
  }
  const place = { accountId, region: source.region };
  const since = new Date(now.getTime() - LATEST_RECORDS);
  for (const name of await listLogGroupsSince(sql, place, since)) {
    if (!groups.has(name)) groups.set(name, { isInUse: false, describedTo: now.getTime() });
  }
  return groups;
}

async function readLogGroup(
  context: IngestContext,
  book: ProblemBook,
  logGroupName: string,
  group: LogGroupToRead,
  subjectOf: SubjectOf,
  tally: Tally,
): Promise<void> {
  const { sql, clients, signal } = context;
  const { startTime, endTime, cursor, after } = await nextWindow(
    context,
    book,
    logGroupName,
    group.describedTo,
  );
  const held = new Map<string, Gathering>();
  let executions = 0;
  let whole = true;
  let { readTo } = cursor;
  let seenTo = startTime;
  let unattributed = 0;

  const write = async (settledBefore: number): Promise<void> => {
    const settled = [...held].filter(([, { latest }]) => latest < settledBefore);
    for (const [executionArn] of settled) held.delete(executionArn);
    const fresh = await findFreshRecords(
      sql,
      settled.map(([executionArn, { records }]) => [executionArn, records]),
    );
    for (const [executionArn, gathering] of settled) {
      const subject = await subjectOf(executionArn);
      const records = fresh.get(executionArn);
      if (subject === undefined || records === undefined) continue;
      executions += 1;
      if (records.length === 0) {
        tally.unchanged += 1;
        continue;
      }
      try {
        const seenAt = new Date(gathering.earliest);
        const archived = await archiveExpressExecution(context, book, subject, { records, seenAt });
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
      if (read === 'unattributed') unattributed += 1;
      else if (read !== undefined) hold(held, read, timestamp, message.length);
    }
    await write(isTooMuch(held) ? Number.POSITIVE_INFINITY : seenTo - SETTLED);
    const begun = [...held.values()].map(({ latest }) => latest - SETTLED);
    readTo = Math.max(readTo, Math.min(seenTo, ...begun));
    await saveCursor(sql, cursorSource(context, logGroupName), { ...cursor, readTo });
    context.onProgress?.({ kind: 'logs read', logGroupName, executions });
    await context.turn?.();
  }
  await write(Number.POSITIVE_INFINITY);
  context.onProgress?.({ kind: 'logs read', logGroupName, executions });
  await tellOfCut(sql, book, logGroupName, unattributed);
  if (whole) await saveCursor(sql, cursorSource(context, logGroupName), after);
}

async function tellOfCut(sql: Sql, book: ProblemBook, logGroupName: string, records: number): Promise<void> {
  const subject = `records of ${logGroupName}`;
  if (records === 0) return book.clear(sql, subject);
  const message = `${records === 1 ? 'A record' : `${records} records`} in the log group ${logGroupName} cannot be read and name no execution: they were cut, or changed, on their way there. Executions of that time may lack events.`;
  await book.report(sql, { subject, code: 'CutRecord', message });
}

interface ReadRecord {
  readonly executionArn: string;
  readonly raw: RawRecord;
}

const CUT_RECORD_ARN = /"execution_arn"\s*:\s*"(arn:[^"]*:express:[^"]*)"/;

/**
 * A record of an Express execution, or the text of one that was cut; `unattributed`: it is one, and nobody can say of
 * which. Lines of others, and records of Standard executions, are passed over.
 */
function readRecord(message: string): ReadRecord | 'unattributed' | undefined {
  let raw: unknown;
  try {
    raw = JSON.parse(message);
  } catch {
    const executionArn = CUT_RECORD_ARN.exec(message)?.[1];
    if (executionArn !== undefined) return { executionArn, raw: message };
    return message.includes('"previous_event_id"') ? 'unattributed' : undefined;
  }
  const record = normaliseLogRecords([raw]).records[0];
  return record?.executionArn.includes(':express:') ? { executionArn: record.executionArn, raw } : undefined;
}

function hold(
  held: Map<string, Gathering>,
  { executionArn, raw }: ReadRecord,
  timestamp: number,
  length: number,
): void {
  const known = held.get(executionArn);
  const gathering = known ?? { records: [], length: 0, earliest: timestamp, latest: timestamp };
  gathering.records.push(raw);
  gathering.length += length;
  gathering.earliest = Math.min(gathering.earliest, timestamp);
  gathering.latest = Math.max(gathering.latest, timestamp);
  held.set(executionArn, gathering);
}

function isTooMuch(held: ReadonlyMap<string, Gathering>): boolean {
  let count = 0;
  let length = 0;
  for (const gathering of held.values()) {
    count += gathering.records.length;
    length += gathering.length;
  }
  return count > MOST_HELD || length > LONGEST_HELD;
}
