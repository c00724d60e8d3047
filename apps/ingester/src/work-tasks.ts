import { AwsError, RETENTION_DAYS } from '@steptrail/aws';
import {
  type Client,
  claimTask,
  countTasks,
  deferTask,
  ensurePartitions,
  findExecutionId,
  findKnown,
  finishTask,
  forgetLooks,
  hurryTasks,
  type IngestTaskRow,
  type KnownExecution,
  listWaitingMonths,
  noteLook,
  postponeTask,
  readLooks,
  type Sql,
} from '@steptrail/store';
import { type Archived, type ArchivingHelp, archiveExecution } from './archive-execution.ts';
import { isOverdue, OPEN, OVERDUE } from './ask-for-executions.ts';
import { type IngestContext, present, type Tally } from './context.ts';
import { createGate } from './gate.ts';
import { isClosed } from './history-end.ts';
import { type ListedFacts, readListed } from './listed.ts';
import { noteForgotten } from './note-forgotten.ts';
import { isOfOneExecution, type Problem, type ProblemBook, problemOf, strangenessOf } from './problems.ts';
import { questionAbout, type Revisions } from './revisions.ts';

const MINUTE = 60_000;
const LONGEST_DELAY = 6 * 60 * MINUTE;
/** So many failures in a row are no accident of one execution: the rest waits for the next pass. */
const FAILURES_IN_A_ROW = 5;

/** How long to wait before asking again: 1, 2, 4 … minutes, at most 6 hours. */
export function delayAfter(attempts: number): number {
  return Math.min(MINUTE * 2 ** Math.min(attempts, 20), LONGEST_DELAY);
}

/**
 * Fetches what is asked for and due, several executions at a time, each in one transaction that claims its task,
 * writes, and finishes it: a kill leaves the task as if nobody had begun.
 */
export async function workTasks(
  context: IngestContext,
  book: ProblemBook,
  help: ArchivingHelp,
  tally: Tally,
): Promise<void> {
  const { sql } = context;
  await hurryTasks(sql, new Date(present(context).getTime() + LONGEST_DELAY));
  await ensurePartitions(sql, await listWaitingMonths(sql));
  const total = (await countTasks(sql, present(context), context.scope)).due;
  if (total === 0) return;
  const state = { done: 0, failuresInARow: 0, total };
  const ofEvents = context.flow === undefined ? 0 : workersOfEvents(sql);
  const most = Math.max(1, connectionsOf(sql) - 2 - ofEvents);
  const workers = Math.max(1, Math.min(context.concurrency ?? 4, most, total));
  await Promise.all(Array.from({ length: workers }, () => workUntilDone(context, book, help, tally, state)));
}

function connectionsOf(sql: Client): number {
  return sql.options.max ?? 10;
}

/** Events have workers of their own: what they announce waits behind no backlog, and takes no more than its share. */
function workersOfEvents(sql: Client): number {
  return connectionsOf(sql) < 8 ? 1 : 2;
}

/** What the executions of one pass share. */
export function shareAmong(context: IngestContext, revisions: Revisions): ArchivingHelp {
  return { revisions, longHistories: context.flow?.longHistories ?? createGate() };
}

/** Fetches these executions, as far as they are asked for and due; partitions for their starts must exist. */
export async function workAnnounced(
  context: IngestContext,
  book: ProblemBook,
  revisions: Revisions,
  tally: Tally,
  executionArns: readonly string[],
): Promise<void> {
  const help = shareAmong(context, revisions);
  const state = { done: 0, failuresInARow: 0, total: executionArns.length, among: executionArns };
  const workers = Math.min(workersOfEvents(context.sql), executionArns.length);
  await Promise.all(Array.from({ length: workers }, () => workUntilDone(context, book, help, tally, state)));
}

/** So long a turn of the running executions lasts: then the backlog goes on. */
const TURN_LASTS = 30_000;

/** Fetches what runs or ran when it was looked at last, as far as it is due, one at a time, the oldest look first. */
export async function workOpen(
  context: IngestContext,
  book: ProblemBook,
  help: ArchivingHelp,
  tally: Tally,
): Promise<void> {
  const until = present(context).getTime() + TURN_LASTS;
  await workUntilDone(context, book, help, tally, {
    done: 0,
    failuresInARow: 0,
    total: 0,
    running: OPEN,
    until,
  });
}

interface WorkState {
  done: number;
  failuresInARow: number;
  readonly total: number;
  /** Only these executions; undefined: whatever is due. */
  readonly among?: readonly string[] | undefined;
  readonly running?: number | undefined;
  /** Epoch milliseconds after which nothing more is begun. */
  readonly until?: number | undefined;
}

async function workUntilDone(
  context: IngestContext,
  book: ProblemBook,
  help: ArchivingHelp,
  tally: Tally,
  state: WorkState,
): Promise<void> {
  while (state.failuresInARow < FAILURES_IN_A_ROW) {
    context.signal?.throwIfAborted();
    await context.turn?.();
    if (present(context).getTime() > (state.until ?? Infinity)) return;
    const result = await workOne(context, book, help, state);
    if (result === undefined) return;
    if (result.passedOver) continue;
    state.done += 1;
    count(result, tally);
    if (result.failure === undefined) state.failuresInARow = 0;
    else state.failuresInARow += result.failure.fatal ? FAILURES_IN_A_ROW : 1;
    context.onProgress?.({
      kind: 'archived',
      executionArn: result.executionArn,
      done: state.done,
      total: Math.max(state.total, state.done),
    });
  }
}

interface WorkResult {
  readonly executionArn: string;
  readonly archived?: Archived | undefined;
  readonly failed?: boolean | undefined;
  /** AWS was not asked: it is left for later, or another process has archived it meanwhile. */
  readonly passedOver?: boolean | undefined;
  /** Where it failed because of AWS. */
  readonly failure?: AwsError | undefined;
}

function count({ archived, failed }: WorkResult, tally: Tally): void {
  if (failed || archived?.unfinished) tally.failed += 1;
  if (archived === undefined) return;
  if (archived.changed) tally.archived += 1;
  else tally.unchanged += 1;
  tally.events += archived.added;
}

/** One task, from claim to finish. Undefined: none is due. */
async function workOne(
  context: IngestContext,
  book: ProblemBook,
  help: ArchivingHelp,
  { among, running }: Pick<WorkState, 'among' | 'running'>,
): Promise<WorkResult | undefined> {
  let task: IngestTaskRow | undefined;
  try {
    const archived = await context.sql.begin(async (tx) => {
      const now = present(context);
      task = await claimTask(tx, now, { scope: context.scope, among, running });
      if (task === undefined) return undefined;
      const { executionArn } = task;
      const listed = readListed(task.listed);
      if (listed === undefined) {
        await finishTask(tx, executionArn);
        return 'passed over';
      }
      if (task.priority < OVERDUE && isOverdue(listed, now, context.retentionDays ?? RETENTION_DAYS)) {
        await deferTask(tx, executionArn, OVERDUE);
        return 'passed over';
      }
      const known = (await findKnown(tx, [executionArn])).get(executionArn);
      if (await isDone(tx, task, listed, known)) {
        await finishTask(tx, executionArn);
        return 'passed over';
      }
      const done = await archiveOrForget(tx, context, help, listed, known !== undefined);
      if (done.open) await noteLook(tx, executionArn, now);
      else if (known !== undefined) await forgetLooks(tx, executionArn);
      if (done.problem === undefined) await book.clear(tx, `history ${executionArn}`);
      else await book.report(tx, done.problem);
      if (done.definition === 'settled') await book.clear(tx, questionAbout(executionArn));
      else if (done.definition !== undefined) await book.report(tx, done.definition);
      await book.clear(tx, 'GetExecutionHistory', `GetExecutionHistory ${executionArn}`);
      if (done.unfinished) {
        const dueAt = new Date(now.getTime() + delayAfter(task.attempts));
        await postponeTask(tx, executionArn, {
          error: whyUnfinished(done),
          dueAt,
        });
      } else await finishTask(tx, executionArn);
      return done;
    });
    if (task === undefined) return undefined;
    const { executionArn } = task;
    return archived === 'passed over' ? { executionArn, passedOver: true } : { executionArn, archived };
  } catch (error) {
    context.signal?.throwIfAborted();
    if (task === undefined) throw error;
    const failure = error instanceof AwsError ? error : undefined;
    if (failure === undefined && !isOfOneExecution(error)) throw error;
    await putOff(context, book, task, failure ?? strangenessOf(task.executionArn, error));
    return { executionArn: task.executionArn, failed: true, failure };
  }
}

/**
 * Whether what a task asks for is in the archive already: it was decided on before another process had written that. Of
 * a running execution any look since is enough, for the next pass looks again.
 */
async function isDone(
  tx: Sql,
  { executionArn, looks }: IngestTaskRow,
  listed: ListedFacts,
  known: KnownExecution | undefined,
): Promise<boolean> {
  // An id without an execution: retention has removed it since.
  if (known === undefined) return (await findExecutionId(tx, executionArn)) !== undefined;
  if (listed.redriveCount > known.redriveCount) return false;
  if (isClosed(known.status))
    return known.complete && !(isClosed(listed.status) && listed.status !== known.status);
  if (isClosed(listed.status)) return false;
  return ((await readLooks(tx, [executionArn])).get(executionArn)?.looks ?? 0) > looks;
}

function whyUnfinished({ problem, definition }: Archived): string {
  if (problem !== undefined) return problem.message;
  return definition === undefined || definition === 'settled'
    ? 'It has not come to its end.'
    : definition.message;
}

/** An execution that AWS has forgotten keeps what was archived of it, with a word about that. */
async function archiveOrForget(
  tx: Sql,
  context: IngestContext,
  help: ArchivingHelp,
  listed: ListedFacts,
  isKnown: boolean,
): Promise<Archived> {
  try {
    return await archiveExecution(tx, context, help, listed, isKnown);
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'ExecutionDoesNotExist') throw error;
    await noteForgotten(tx, context, listed);
    return { added: 0, changed: false, unfinished: false, open: false };
  }
}

/** After the transaction was rolled back: when to try again, or that it is of no use. */
async function putOff(
  context: IngestContext,
  book: ProblemBook,
  task: IngestTaskRow,
  error: AwsError | Problem,
): Promise<void> {
  const { sql } = context;
  const problem = error instanceof AwsError ? problemOf(error, task.executionArn) : error;
  if (error instanceof AwsError && error.fatal) {
    await book.report(sql, problem);
    return;
  }
  const dueAt = new Date(present(context).getTime() + delayAfter(task.attempts));
  await sql.begin(async (tx) => {
    // Another process may have taken the task up since, and have done it: then nothing is wrong.
    const waits = await postponeTask(tx, task.executionArn, { error: error.message, dueAt });
    if (waits) await book.report(tx, problem);
  });
}
