import { setTimeout as sleep } from 'node:timers/promises';
import { AwsError, clockOffsetOf } from '@steptrail/aws';
import { finishRun, listProblems, startRun, updateRun } from '@steptrail/store';
import { adoptChildren, findParents } from './adopt-children.ts';
import { applyRetention } from './apply-retention.ts';
import type { ArchivingHelp } from './archive-execution.ts';
import { askAgain } from './ask-again.ts';
import { askForOpen } from './ask-for-executions.ts';
import { type IngestContext, type IngestReport, newTally, present, type Tally } from './context.ts';
import { createLane } from './create-lane.ts';
import { createTurns } from './create-turns.ts';
import { deliverAlerts } from './deliver-alerts.ts';
import { createEventFlow, type EventFlow } from './event-flow.ts';
import { type FollowOptions, followEvents } from './follow-events.ts';
import { ingestActivities } from './ingest-activities.ts';
import { ingestExpressLogs } from './ingest-express-logs.ts';
import { ingestMapRuns, type MapRunWork } from './ingest-map-runs.ts';
import { type FoundStateMachine, ingestStateMachines } from './ingest-state-machines.ts';
import { interruption } from './interruption.ts';
import { enqueueExecutions } from './list-executions.ts';
import { openProblemBook, type ProblemBook, problemOf, tolerate } from './problems.ts';
import { recheckDue } from './rejudge.ts';
import { createRevisions } from './revisions.ts';
import { sealArchive } from './seal-archive.ts';
import { shareAmong, workOpen, workTasks } from './work-tasks.ts';

/**
 * Brings the archive up to the present, once: state machines, executions, histories, Express logs, judgements,
 * announcements. What fails becomes a problem in the report and the rest goes on; only the database's errors and an
 * abort are thrown. Running it again changes nothing but what has changed at AWS.
 */
export async function ingestOnce(context: IngestContext): Promise<IngestReport> {
  const { sql, source } = context;
  const tally = newTally();
  const book = await openProblemBook(context);
  const runId = await startRun(sql, source, present(context));
  const told = withProgress(context, async () => updateRun(sql, runId, tally));

  await throughAws(told, book, tally);
  await sealArchive(sql, () => present(context), context.signal);
  await retain(context, book);
  tally.rechecked += await recheckDue(told);
  await deliverAlerts(told, tally);

  await finishRun(sql, runId, tally, present(context));
  const report: IngestReport = { source, ...tally, problems: await listProblems(sql) };
  context.onProgress?.({ kind: 'finished', report });
  return report;
}

const HOUR = 3_600_000;

/** What retention removes is gone: while AWS's clock says another time than this machine's, it removes nothing. */
async function retain(context: IngestContext, book: ProblemBook): Promise<void> {
  const { sql, clients, signal } = context;
  const offset = clockOffsetOf(clients);
  if (Math.abs(offset) < HOUR) {
    await book.clear(sql, 'clock');
    await applyRetention(sql, present(context), signal);
    return;
  }
  const hours = Math.round(Math.abs(offset) / HOUR);
  const message = `This machine's clock is ${hours === 1 ? 'an hour' : `${hours} hours`} ${offset < 0 ? 'ahead of' : 'behind'} the server's at ${clients.endpoint ?? 'AWS'}: retention removes nothing until it is right; check how the machine gets its time.`;
  await book.report(sql, { subject: 'clock', code: 'ClockSkew', message });
}

/** Everything that asks AWS. What makes every call fail ends it with one problem. */
async function throughAws(context: IngestContext, book: ProblemBook, tally: Tally): Promise<void> {
  const { sql } = context;
  try {
    const { machines, isListingDue } = await findMachines(context, book, tally);
    const revisions = createRevisions(context, book, machines);
    const help = shareAmong(context, revisions);
    const state = { isListed: false };
    const logs = createLane(() => ingestExpressLogs(context, book, machines, tally));
    const turn = createTurns(context, async () => {
      logs.start(); // logs have quotas of their own, and may be forgotten sooner
      await takeTurn(context, book, { machines, help, tally, ...state });
    });
    const working = { ...context, turn };
    try {
      if (isListingDue) await readLists(working, book, machines, tally);
      else await askForAllOpen(context, machines);
      state.isListed = true;
      await workAll(working, book, help, tally);
      await askAgain(working, revisions);
    } finally {
      await logs.end();
    }
    await ingestExpressLogs(working, book, machines, tally);
    await ingestActivities(working, book);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    await book.report(sql, problemOf(error));
  }
}

/**
 * What somebody waits for must not wait for the end of a pass that takes hours: what time alone has changed is judged,
 * what is new is listed, running executions are looked at, and what changed is announced.
 */
async function takeTurn(
  context: IngestContext,
  book: ProblemBook,
  { machines, help, tally, isListed }: Pass,
): Promise<void> {
  const patient = { ...context, patient: true };
  tally.rechecked += await recheckDue(context);
  await deliverAlerts(context, tally);
  if (isListed && isListingDueIn(context)) await updateListings(patient, book, machines, tally);
  else await askForAllOpen(patient, machines);
  await workOpen(patient, book, help, tally);
  await deliverAlerts(context, tally);
}

/** A pass under way. */
interface Pass {
  readonly machines: readonly FoundStateMachine[];
  readonly help: ArchivingHelp;
  readonly tally: Tally;
  /** Whether it has read the lists. */
  readonly isListed: boolean;
}

/** Whether a pass reads the lists: always, unless events announce what happens. */
function isListingDueIn(context: IngestContext): boolean {
  return context.flow?.isListingDue(present(context).getTime()) ?? true;
}

async function askForAllOpen(context: IngestContext, machines: readonly FoundStateMachine[]): Promise<void> {
  for (const { type, stateMachineArn } of machines) {
    if (type === 'STANDARD') await askForOpen(context, stateMachineArn, present(context));
  }
}

/** The state machines there are; where events tell of what they run, as they are known. */
async function findMachines(
  context: IngestContext,
  book: ProblemBook,
  tally: Tally,
): Promise<{ readonly machines: readonly FoundStateMachine[]; readonly isListingDue: boolean }> {
  const { flow } = context;
  if (flow === undefined || isListingDueIn(context)) {
    return { machines: await ingestStateMachines(context, book, tally), isListingDue: true };
  }
  const known = [...flow.machines.values()];
  tally.stateMachines = known.length;
  return { machines: known, isListingDue: false };
}

/** Asks for what the lists tell. */
async function readLists(
  context: IngestContext,
  book: ProblemBook,
  machines: readonly FoundStateMachine[],
  tally: Tally,
): Promise<void> {
  const now = present(context).getTime();
  await updateListings(context, book, machines, tally);
  if (context.flow !== undefined) await concludeListing(context, context.flow, book, machines, now);
}

async function concludeListing(
  { sql, queueUrl = '' }: IngestContext,
  flow: EventFlow,
  book: ProblemBook,
  machines: readonly FoundStateMachine[],
  now: number,
): Promise<void> {
  flow.noteListed(now, machines);
  const missed = flow.missed();
  const subject = `events of ${queueUrl}`;
  if (missed === undefined) await book.clear(sql, subject);
  else {
    const { executions, example } = missed;
    const message = `No event reached ${queueUrl} of the end of ${executions === 1 ? 'an execution' : `${executions} executions`} (such as ${example}): check the EventBridge rule, its target and the policy of the queue. Meanwhile executions are found by polling.`;
    await book.report(sql, { subject, code: 'EventsMissing', message });
  }
  if (!flow.isUnusableLately(now)) await book.clear(sql, `messages of ${queueUrl}`);
}

/** Fetches what is asked for, and then what that has led to: the children of Map Runs, their children, and parents. */
async function workAll(
  context: IngestContext,
  book: ProblemBook,
  help: ArchivingHelp,
  tally: Tally,
): Promise<void> {
  const mapRuns: MapRunWork = { refused: new Set() };
  let queued: number;
  do {
    await workTasks(context, book, help, tally);
    queued = await ingestMapRuns(context, book, tally, mapRuns);
    const { orphaning } = await adoptChildren(context);
    queued += await findParents(context, book, orphaning);
  } while (queued > 0);
}

async function updateListings(
  context: IngestContext,
  book: ProblemBook,
  machines: readonly FoundStateMachine[],
  tally: Tally,
): Promise<void> {
  for (const { type, stateMachineArn } of machines) {
    if (type !== 'STANDARD') continue;
    await tolerate(book, context.sql, stateMachineArn, () =>
      enqueueExecutions(context, book, stateMachineArn, tally),
    );
  }
}

const PROGRESS_EVERY = 25;

/** The context, with every so many executions written down as the run's progress. */
function withProgress(context: IngestContext, write: () => Promise<void>): IngestContext {
  let pending: Promise<void> | undefined;
  return {
    ...context,
    onProgress: (event) => {
      context.onProgress?.(event);
      if (event.kind !== 'archived' || event.done % PROGRESS_EVERY !== 0 || pending !== undefined) return;
      pending = write()
        .catch(() => undefined)
        .finally(() => {
          pending = undefined;
        });
    },
  };
}

export interface IngesterOptions extends FollowOptions {
  /** From the end of one ingest to the begin of the next. Default 60,000 ms. */
  readonly pollMilliseconds?: number | undefined;
  /** Runs each ingest when it is its turn, where several sources share one process. */
  readonly inTurn?: (<T>(run: () => Promise<T>) => Promise<T>) | undefined;
}

/**
 * Ingests again and again until the context's signal is aborted, and then resolves; beside that, where there is a queue,
 * follows the status changes that come by it. What interrupts one ingest (a database that is away, a full disk) is told,
 * and the next one begins at its time.
 */
export async function runIngester(context: IngestContext, options: IngesterOptions = {}): Promise<void> {
  const { queueUrl } = context;
  const flow = queueUrl === undefined ? undefined : createEventFlow();
  const lasting: IngestContext = { ...context, patient: true, flow };
  await Promise.all([
    poll(lasting, options),
    ...(queueUrl === undefined || flow === undefined
      ? []
      : [followEvents(lasting, { queueUrl, flow }, options)]),
  ]);
}

async function poll(context: IngestContext, options: IngesterOptions): Promise<void> {
  const { signal } = context;
  const { pollMilliseconds = 60_000, inTurn = (run) => run() } = options;
  while (!signal?.aborted) {
    try {
      await inTurn(async () => {
        if (!signal?.aborted) await ingestOnce(context);
      });
    } catch (error) {
      if (signal?.aborted) return;
      context.onProgress?.(interruption(error));
    }
    try {
      await sleep(pollMilliseconds, undefined, signal === undefined ? {} : { signal });
    } catch {
      return;
    }
  }
}
