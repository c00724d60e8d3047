import { CODECS } from '@steptrail/archive';
import {
  type Event,
  normaliseLogRecords,
  type Ordered,
  orderEvents,
  parseStatesArn,
} from '@steptrail/history';
import {
  ensurePartitions,
  readExecution,
  rememberExecutionId,
  type Sql,
  saveExecution,
} from '@steptrail/store';
import { addToArchive, readArchivedEvents } from './archive-chunks.ts';
import { conclude } from './conclude.ts';
import { type IngestContext, present } from './context.ts';
import type { Definition } from './definitions.ts';
import { describeDisorder } from './describe-disorder.ts';
import { isClosed, statusOf } from './history-end.ts';
import type { ProblemBook } from './problems.ts';

const MINUTE = 60_000;
/** An Express execution lasts 5 minutes at most; its log may lag behind so long again. */
const LOST_AFTER = 10 * MINUTE;

/** An Express state machine as far as its executions need it. */
export interface ExpressMachine {
  readonly stateMachineArn: string;
  readonly definition: Definition | undefined;
  readonly revisionId: string | undefined;
  readonly logLevel: 'ALL' | 'ERROR' | 'FATAL';
}

/** A log record: the event that it holds, and itself as it came. */
export interface RawRecord {
  readonly event: Event;
  readonly raw: unknown;
}

/**
 * Adds log records to an Express execution: late, doubled and out of order as they come, those that are there already
 * change nothing. One transaction.
 */
export async function archiveExpressExecution(
  context: IngestContext,
  book: ProblemBook,
  machine: ExpressMachine,
  executionArn: string,
  records: readonly RawRecord[],
): Promise<{ readonly added: number; readonly changed: boolean }> {
  const startDate = new Date(startOf(records.map(({ event }) => event)));
  await ensurePartitions(context.sql, [startDate]);
  return context.sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtextextended(${executionArn}, 0))`;
    const executionId = await rememberExecutionId(tx, executionArn, startDate);
    const known = await readExecution(tx, executionArn);
    if (known === undefined) {
      await saveExecution(tx, { ...rowOf(machine, executionArn, executionId, startDate), status: 'RUNNING' });
    }
    const raw = records.map((record) => record.raw);
    const added = await addToArchive(tx, executionId, raw, CODECS.logRecords, known === undefined);
    if (added === 0 && known !== undefined) return { added, changed: false };
    const subject = { executionId, executionArn, machine };
    const problem = await concludeExpress(tx, context, subject);
    if (problem === undefined) await book.clear(tx, `history ${executionArn}`);
    return { added, changed: true };
  });
}

/** The start as recorded; where its record is missing, the earliest there is. Epoch milliseconds. */
function startOf(events: readonly Event[]): number {
  const started = events.find((event) => event.type === 'ExecutionStarted');
  return (
    started?.timestamp ??
    events.reduce((min, { timestamp }) => Math.min(min, timestamp), Number.POSITIVE_INFINITY)
  );
}

function rowOf(machine: ExpressMachine, executionArn: string, executionId: string, startDate: Date) {
  const arn = parseStatesArn(executionArn);
  return {
    executionId,
    executionArn,
    stateMachineArn: machine.stateMachineArn,
    name: arn?.kind === 'express' ? arn.executionName : executionArn,
    type: 'EXPRESS',
    source: 'logs',
    startDate,
    revisionId: machine.revisionId,
    definitionSha256: machine.definition?.sha256,
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
  subject: {
    readonly executionId: string;
    readonly executionArn: string;
    readonly machine: ExpressMachine;
    /** How its records came. */
    readonly source?: 'logs' | 'import' | undefined;
  },
): Promise<string | undefined> {
  const { executionId, executionArn, machine } = subject;
  const archived = await readArchivedEvents(sql, executionId);
  const { records } = normaliseLogRecords(archived.rawEvents);
  const ordered = orderEvents(records.map((record) => record.event));
  const { events } = ordered;
  const status = statusOf(events);
  const startDate = new Date(startOf(events));
  const lostAt = new Date(startDate.getTime() + LOST_AFTER);
  const stillComing = !isClosed(status) && present(context) < lostAt;
  const { trace, problem } = await conclude(
    sql,
    context,
    {
      executionId,
      executionArn,
      stateMachineArn: machine.stateMachineArn,
      type: 'EXPRESS',
      definition: machine.definition,
      logLevel: machine.logLevel,
      lookAgainAt: stillComing ? lostAt : undefined,
    },
    events,
  );
  const sentences = [
    ...archived.problems,
    ...(stillComing ? [] : describeLosses(ordered, machine.logLevel, status)),
    ...(problem === undefined ? [] : [problem]),
  ];
  const last = events.at(-1);
  const failed = last !== undefined && 'error' in last ? last : undefined;
  await saveExecution(sql, {
    ...rowOf(machine, executionArn, executionId, startDate),
    source: subject.source ?? 'logs',
    status,
    stopDate: isClosed(status) && last !== undefined ? new Date(last.timestamp) : null,
    redriveCount: Math.max(0, ...records.map((record) => record.redriveCount)),
    events: events.length,
    lastEventId: last?.id ?? 0,
    complete: isClosed(status) && (machine.logLevel !== 'ALL' || ordered.gaps.length === 0),
    failedState: trace?.failure?.state,
    error: trace?.failure?.error ?? failed?.error,
    cause: trace?.failure?.cause ?? failed?.cause,
    problem: sentences.length === 0 ? null : sentences.join(' '),
  });
  return sentences[0];
}

/** At level ALL every event is logged, so gaps are losses; at other levels they are what the level leaves out. */
function describeLosses(
  ordered: Ordered,
  logLevel: ExpressMachine['logLevel'],
  status: string,
): readonly string[] {
  const lost = 'Log records are missing: the log received no end of this execution.';
  const disorder = describeDisorder(logLevel === 'ALL' ? ordered : { ...ordered, gaps: [] });
  return [...(isClosed(status) ? [] : [lost]), ...disorder];
}
