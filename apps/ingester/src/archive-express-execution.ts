import { CODECS } from '@steptrail/archive';
import {
  type Event,
  type LogLevel,
  normaliseLogRecords,
  orderEvents,
  parseStatesArn,
} from '@steptrail/history';
import {
  type ExecutionWithReplay,
  ensurePartitions,
  findListedMapRun,
  forgetExecution,
  makeSealDue,
  readExecution,
  rememberExecutionId,
  type SightingRow,
  type Sql,
  saveExecution,
  timeOfExecutionId,
} from '@steptrail/store';
import { readArchivedEvents } from './archive-chunks.ts';
import { labelOf } from './child-definition.ts';
import { conclude } from './conclude.ts';
import { type IngestContext, present } from './context.ts';
import { describeDisorder } from './describe-disorder.ts';
import { addToArchive } from './event-archiver.ts';
import { isClosed, statusAfter } from './history-end.ts';
import type { ProblemBook } from './problems.ts';
import { findRanWith, type RanWith } from './ran-with.ts';
import { startReading } from './read-through.ts';
import type { Disorder } from './recorded-order.ts';

const MINUTE = 60_000;
/** An Express execution lasts 5 minutes at most; its log may lag behind so long again. */
const LOST_AFTER = 10 * MINUTE;

/** A log record as it came: parsed, or the text of one that was cut on the way. */
export type RawRecord = unknown;

/** Records of one execution. */
export interface GatheredRecords {
  readonly records: readonly RawRecord[];
  /** The time of the first in the log: that of the start where no record that can be read tells it. */
  readonly seenAt: Date;
}

/** An Express execution, and what its state machine was at each look. */
export interface ExpressSubject {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly sightings: readonly SightingRow[];
}

/**
 * Adds log records to an Express execution: late, doubled and out of order as they come, those that are there already
 * change nothing, and what is archived in the end is what would be had they come in order. One transaction.
 */
export async function archiveExpressExecution(
  context: IngestContext,
  book: ProblemBook,
  subject: ExpressSubject,
  { records, seenAt }: GatheredRecords,
): Promise<{ readonly added: number; readonly changed: boolean }> {
  const { executionArn } = subject;
  const startDate = startOf(eventsOf(records).events) ?? seenAt;
  await ensurePartitions(context.sql, [startDate]);
  return context.sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtextextended(${executionArn}, 0))`;
    const known = await readExecution(tx, executionArn);
    const earlier = await startAnew(tx, known, startDate);
    const executionId =
      earlier === undefined && known !== undefined
        ? known.executionId
        : await rememberExecutionId(tx, executionArn, startDate);
    const isNew = known === undefined || earlier !== undefined;
    if (isNew) {
      await saveExecution(tx, { ...rowOf(subject, executionId, startDate), status: 'RUNNING' });
    }
    const all = [...(earlier ?? []), ...records];
    const added = await addToArchive(tx, executionId, all, CODECS.logRecords, isNew);
    if (added === 0) return { added, changed: false };
    const problem = await concludeExpress(tx, context, { ...subject, executionId });
    // A second record of an event that is there adds to the chunk, and not to the number of events.
    if (!isNew) await makeSealDue(tx, executionId);
    if (problem === undefined) await book.clear(tx, `history ${executionArn}`);
    return { added: added - (earlier?.length ?? 0), changed: true };
  });
}

/**
 * Takes an execution out whose start is earlier than was thought, for its key carries the start: it gets the one that it
 * would have had. Gives the records to put in again; undefined: its start stays.
 */
async function startAnew(
  tx: Sql,
  known: ExecutionWithReplay | undefined,
  startDate: Date,
): Promise<readonly unknown[] | undefined> {
  if (known === undefined || known.source !== 'logs' || startDate >= known.startDate) return undefined;
  const { rawEvents, problems } = await readArchivedEvents(tx, known.executionId);
  // What is damaged stays where it is, for all to see.
  if (problems.length > 0) return undefined;
  await forgetExecution(tx, known);
  return rawEvents;
}

function eventsOf(records: readonly unknown[]) {
  const read = normaliseLogRecords(records);
  return { ...read, events: read.records.map((record) => record.event) };
}

/** The earliest start that is recorded; where none is, the earliest event. */
function startOf(events: readonly Event[]): Date | undefined {
  const started = events.filter((event) => event.type === 'ExecutionStarted');
  const of = started.length > 0 ? started : events;
  const earliest = of.reduce((min, { timestamp }) => Math.min(min, timestamp), Number.POSITIVE_INFINITY);
  return Number.isFinite(earliest) ? new Date(earliest) : undefined;
}

function rowOf({ executionArn, stateMachineArn }: ExpressSubject, executionId: string, startDate: Date) {
  const arn = parseStatesArn(executionArn);
  return {
    executionId,
    executionArn,
    stateMachineArn,
    name: arn?.kind === 'express' ? arn.executionName : executionArn,
    type: 'EXPRESS',
    source: 'logs',
    startDate,
  } as const;
}

/**
 * Draws the conclusions from all records of an Express execution that are archived. Gives what is wrong with it, one
 * sentence. A run without an end is RUNNING as long as records may come, and after that too, but then with a problem:
 * nobody knows how it ended.
 */
export async function concludeExpress(
  sql: Sql,
  context: Pick<IngestContext, 'now' | 'destinations' | 'dashboardUrl'>,
  subject: ExpressSubject & {
    readonly executionId: string;
    /** How its records came. Default: from a log. */
    readonly source?: 'logs' | 'import' | undefined;
    /** With what it ran, where that is not to be found out. */
    readonly ranWith?: RanWith | undefined;
  },
): Promise<string | undefined> {
  const { executionId, executionArn, stateMachineArn, sightings } = subject;
  const archived = await readArchivedEvents(sql, executionId);
  const given = eventsOf(archived.rawEvents);
  const { events } = orderEvents(given.events);
  const last = events.at(-1);
  const status = statusAfter(last);
  const startDate = startOf(given.events) ?? timeOfExecutionId(executionId);
  const mapRunArn =
    labelOf(executionArn) === undefined ? undefined : await findListedMapRun(sql, executionArn);
  const execution = { executionArn, stateMachineArn, startDate, mapRunArn };
  const ran = subject.ranWith ?? (await findRanWith(sql, execution, sightings, events));
  const { logLevel, definition, revisionId, assumed } = ran;
  const lostAt = new Date(startDate.getTime() + LOST_AFTER);
  const stillComing = !isClosed(status) && present(context) < lostAt;
  const reading = { executionId, executionArn, stateMachineArn, definition, logLevel };
  const reader = startReading(sql, reading);
  await reader.take(given.events.toSorted((a, b) => a.id - b.id));
  const read = reader.end();
  const lookAgainAt = stillComing ? lostAt : undefined;
  await conclude(sql, context, { ...reading, type: 'EXPRESS', lookAgainAt }, read);
  const { trace, problem, disorder } = read;
  const sentences = [
    ...archived.problems,
    ...describeCut(given.problems.length),
    ...(stillComing ? [] : describeLosses(disorder, logLevel, status)),
    ...(problem === undefined ? [] : [problem]),
  ];
  const failed = last !== undefined && 'error' in last ? last : undefined;
  const started = events.find((event) => event.type === 'ExecutionStarted');
  await saveExecution(sql, {
    ...rowOf(subject, executionId, startDate),
    source: subject.source ?? 'logs',
    status,
    stopDate: isClosed(status) && last !== undefined ? new Date(last.timestamp) : null,
    redriveCount: given.records.reduce((most, record) => Math.max(most, record.redriveCount), 0),
    stateMachineVersionArn: started?.stateMachineVersionArn,
    stateMachineAliasArn: started?.stateMachineAliasArn,
    mapRunArn,
    revisionId,
    definitionSha256: definition?.sha256,
    definitionAssumed: assumed,
    events: events.length,
    lastEventId: last?.id ?? 0,
    complete: isClosed(status) && (logLevel !== 'ALL' || disorder.gaps.count === 0),
    failedState: trace?.failure?.state,
    error: trace?.failure?.error ?? failed?.error,
    cause: trace?.failure?.cause ?? failed?.cause,
    problem: sentences.length === 0 ? null : sentences.join(' '),
  });
  return sentences[0];
}

function describeCut(records: number): readonly string[] {
  if (records === 0) return [];
  return [
    records === 1
      ? 'A log record was cut before it came and cannot be read; it is archived as it came.'
      : `${records} log records were cut before they came and cannot be read; they are archived as they came.`,
  ];
}

/** At level ALL every event is logged, so gaps are losses; at other levels they are what the level leaves out. */
function describeLosses(disorder: Disorder, logLevel: LogLevel, status: string): readonly string[] {
  const sentences = describeDisorder(logLevel === 'ALL' ? disorder : { ...disorder, gaps: { count: 0 } });
  return [...(isClosed(status) ? [] : [describeEndless(logLevel)]), ...sentences];
}

function describeEndless(logLevel: LogLevel): string {
  return logLevel === 'ALL'
    ? 'Log records are missing: the log received no end of this execution, which has lasted 5 minutes at most.'
    : `The log received no end of this execution: at level ${logLevel} it is not told that one succeeded, so either this one did, or the record of its failure is missing.`;
}
