import { setTimeout as sleep } from 'node:timers/promises';
import {
  AwsError,
  deleteMessages,
  type ListedExecution,
  receiveMessages,
  regionOfQueue,
} from '@steptrail/aws';
import { stateMachineArnOf } from '@steptrail/history';
import { askForListed } from './ask-for-executions.ts';
import { type IngestContext, newTally, present } from './context.ts';
import { deliverAlerts } from './deliver-alerts.ts';
import type { EventFlow } from './event-flow.ts';
import { isClosed } from './history-end.ts';
import { ingestStateMachine } from './ingest-state-machines.ts';
import { interruption } from './interruption.ts';
import { openProblemBook, type ProblemBook, tolerate } from './problems.ts';
import { createTagReader } from './read-tags.ts';
import { createVersionReader } from './read-versions.ts';
import { createRevisions } from './revisions.ts';
import { describeUnusable, rowsOfChanges, type Sorted, sortMessages } from './sort-messages.ts';
import { workAnnounced } from './work-tasks.ts';

/** As long as SQS waits at most: fewest requests, and a message still comes at once. */
const WAIT_SECONDS = 20;
/** Longer than asking for ten executions takes, even where another process holds one of them. */
const VISIBILITY_SECONDS = 120;
/** A batch of so many is all that one receipt gives: more are waiting. */
const FULL_BATCH = 10;
const LONGEST_PAUSE = 60_000;

/** A queue that is followed. */
export interface Following {
  readonly queueUrl: string;
  readonly flow: EventFlow;
}

export interface FollowOptions {
  /** After a failure; doubled with each in a row, up to a minute. Default 1,000 ms. */
  readonly pauseMilliseconds?: number | undefined;
  /** Takes up what was received when it is its turn, where several queues are followed in one process. */
  readonly takeUpInTurn?: (<T>(run: () => Promise<T>) => Promise<T>) | undefined;
}

/**
 * Receives status changes from the queue until the context's signal is aborted: each becomes a task, is fetched and
 * judged at once. Whatever fails is told once, and tried again; polling finds what does not come by events.
 */
export async function followEvents(
  context: IngestContext,
  following: Following,
  options: FollowOptions = {},
): Promise<void> {
  const { signal } = context;
  const { pauseMilliseconds = 1000 } = options;
  const once = tellingOnce(context);
  let failuresInARow = 0;
  while (!signal?.aborted) {
    let problem = true;
    try {
      problem = !(await followOnce(once, following, options));
      if (!problem) failuresInARow = 0;
    } catch (error) {
      if (signal?.aborted) return;
      following.flow.noteBroken();
      once.onProgress?.(interruption(error));
    }
    if (!problem) continue;
    const pause = Math.min(pauseMilliseconds * 2 ** Math.min(failuresInARow, 10), LONGEST_PAUSE);
    failuresInARow += 1;
    try {
      await sleep(pause, undefined, signal === undefined ? {} : { signal });
    } catch {
      return;
    }
  }
}

/** The context, with nothing told twice in a row: a queue that cannot be reached is asked again and again. */
function tellingOnce(context: IngestContext): IngestContext {
  let last: string | undefined;
  return {
    ...context,
    onProgress: (event) => {
      if (event.kind === 'archived') return;
      if (event.kind === 'problem' && event.message === last) return;
      last = event.kind === 'problem' ? event.message : undefined;
      context.onProgress?.(event);
    },
  };
}

/** One receipt: up to ten messages, from the queue to committed findings. False where the queue could not be read. */
export async function followOnce(
  context: IngestContext,
  { queueUrl, flow }: Following,
  { takeUpInTurn = (run) => run() }: FollowOptions = {},
): Promise<boolean> {
  const { clients, sql, signal } = context;
  const book = await openProblemBook(context);
  const subject = `queue ${queueUrl}`;
  try {
    checkRegion(context, queueUrl);
    const waiting = { waitSeconds: WAIT_SECONDS, visibilitySeconds: VISIBILITY_SECONDS };
    const messages = await receiveMessages(clients, queueUrl, waiting, signal);
    await book.clear(sql, subject);
    const isDrained = messages.length < FULL_BATCH;
    const sorted = sortMessages(context, messages);
    flow.noteReceived(present(context).getTime(), sorted.changes.length, isDrained);
    for (const { message, why } of sorted.unusable)
      await book.report(sql, describeUnusable(queueUrl, message, why));
    if (sorted.unusable.length > 0) flow.noteUnusable(present(context).getTime());
    if (messages.length > 0) {
      await takeUpInTurn(() => takeUp(context, { queueUrl, flow }, book, sorted, isDrained));
    }
    return true;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    flow.noteBroken();
    const { code, message } = error;
    const meanwhile = 'Meanwhile executions are found by polling.';
    await book.report(sql, { subject, code, message: `${message} ${meanwhile}` });
    return false;
  }
}

/** A queue of another Region would refuse the signature, as if the credentials were wrong. */
function checkRegion({ clients }: IngestContext, queueUrl: string): void {
  const region = regionOfQueue(queueUrl);
  if (region === undefined || region === clients.region) return;
  const message = `The queue ${queueUrl} is in ${region}, and ${clients.region} is read: give the queue to which the rule in ${clients.region} sends.`;
  throw new AwsError(
    { code: 'QueueInOtherRegion', message, retriable: false, fatal: false },
    'ReceiveMessage',
    undefined,
  );
}

/** From what was received to committed findings. Messages are deleted as soon as their tasks are committed. */
async function takeUp(
  context: IngestContext,
  { queueUrl, flow }: Following,
  book: ProblemBook,
  { changes, finished }: Sorted,
  isDrained: boolean,
): Promise<void> {
  const { sql, clients, signal } = context;
  const rows = await rowsOfChanges(context, changes);
  const { wanted } = await askForListed(context, rows, present(context));
  const deleted = await tolerate(book, sql, queueUrl, () =>
    deleteMessages(clients, queueUrl, finished, signal),
  );
  if (deleted !== undefined) await book.clear(sql, 'DeleteMessageBatch', `DeleteMessageBatch ${queueUrl}`);
  // Where many come, what has only begun waits for the next pass: often its end is here before, and one call less.
  const urgent = isDrained ? wanted : wanted.filter(({ status }) => isClosed(status));
  if (urgent.length === 0) return;
  const tally = newTally();
  await describeMachines(context, flow, book, urgent);
  const revisions = createRevisions(context, book, [...flow.machines.values()]);
  await workAnnounced(
    context,
    book,
    revisions,
    tally,
    urgent.map((row) => row.executionArn),
  );
  if (tally.archived > 0) await deliverAlerts(context, tally);
  const executions = urgent.length;
  context.onProgress?.({ kind: 'announced', executions, archived: tally.archived });
}

/** A clock that is wrong by less does not hide that a definition was changed meanwhile. */
const CLOCKS_DIFFER = 60_000;

/** Describes the state machines that are not known, or not as they were when the last of these executions started. */
async function describeMachines(
  context: IngestContext,
  { machines }: EventFlow,
  book: ProblemBook,
  rows: readonly ListedExecution[],
): Promise<void> {
  const readTags = createTagReader(context, book);
  const readVersions = createVersionReader(context, book);
  const starts = new Map<string, number>();
  for (const { executionArn, startDate } of rows) {
    const arn = stateMachineArnOf(executionArn);
    if (arn !== undefined) starts.set(arn, Math.max(starts.get(arn) ?? 0, startDate?.getTime() ?? 0));
  }
  for (const [stateMachineArn, start] of starts) {
    if ((machines.get(stateMachineArn)?.describedAt ?? Number.NEGATIVE_INFINITY) > start + CLOCKS_DIFFER)
      continue;
    const name = stateMachineArn.split(':')[6] ?? stateMachineArn;
    const found = await ingestStateMachine(context, book, { stateMachineArn, name }, readTags, readVersions);
    machines.set(stateMachineArn, found);
  }
}
