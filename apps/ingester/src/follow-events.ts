import { setTimeout as sleep } from 'node:timers/promises';
import {
  AwsError,
  deleteMessages,
  describeExecution,
  type ListedExecution,
  type QueueMessage,
  receiveMessages,
  regionOfQueue,
} from '@steptrail/aws';
import { parseStatesArn, readStatusChange, type StatusChange, stateMachineArnOf } from '@steptrail/history';
import { findKnown, type KnownExecution } from '@steptrail/store';
import { type IngestContext, newTally, present } from './context.ts';
import { deliverAlerts } from './deliver-alerts.ts';
import type { EventFlow } from './event-flow.ts';
import { isClosed } from './history-end.ts';
import { ingestStateMachine } from './ingest-state-machines.ts';
import { interruption } from './interruption.ts';
import { askForListed } from './list-executions.ts';
import { openProblemBook, type ProblemBook, tolerate } from './problems.ts';
import { createTagReader } from './read-tags.ts';
import { createVersionReader } from './read-versions.ts';
import { createRevisions } from './revisions.ts';
import { workAnnounced } from './work-tasks.ts';

/** As long as SQS waits at most: fewest requests, and a message still comes at once. */
const WAIT_SECONDS = 20;
/** Longer than asking for ten executions takes, even where another process holds one of them. */
const VISIBILITY_SECONDS = 120;
/** A batch of so many is all that one receipt gives: more are waiting. */
const FULL_BATCH = 10;
/** A message that nobody can use goes to the dead-letter queue by itself; received so often, there is none. */
const RECEIVED_TOO_OFTEN = 10;
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
    for (const { message, why } of sorted.unusable) await book.report(sql, unusable(queueUrl, message, why));
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

/** What a receipt brought: the newest change of each execution, and the messages that need not come again. */
interface Sorted {
  readonly changes: readonly StatusChange[];
  readonly finished: readonly QueueMessage[];
  readonly unusable: readonly { readonly message: QueueMessage; readonly why: string }[];
}

function sortMessages(context: IngestContext, messages: readonly QueueMessage[]): Sorted {
  const changes = new Map<string, StatusChange>();
  const finished: QueueMessage[] = [];
  const unusable: { message: QueueMessage; why: string }[] = [];
  for (const message of messages) {
    const read = readStatusChange(message.body);
    const why = read.ok ? whyForeign(context, read.change) : read.why;
    if (why !== undefined) unusable.push({ message, why });
    if (why === undefined || message.receiveCount >= RECEIVED_TOO_OFTEN) finished.push(message);
    if (!read.ok || why !== undefined) continue;
    const { change } = read;
    const before = changes.get(change.executionArn);
    if (before === undefined || isNewer(change, before)) changes.set(change.executionArn, change);
  }
  return { changes: [...changes.values()], finished, unusable };
}

/** Why the clients of this source could not fetch the execution; undefined: they can. */
function whyForeign(context: IngestContext, { executionArn }: StatusChange): string | undefined {
  const { region } = context.source;
  const accountId = context.scope?.accountId ?? context.source.accountId;
  const arn = parseStatesArn(executionArn);
  if (arn === undefined || (arn.region === region && arn.accountId === (accountId ?? arn.accountId)))
    return undefined;
  return `it tells of account ${arn.accountId} in ${arn.region}, and this queue is read for ${accountId ?? 'another account'} in ${region}`;
}

function isNewer(change: StatusChange, before: StatusChange): boolean {
  const redrives = (change.redriveCount ?? 0) - (before.redriveCount ?? 0);
  return redrives > 0 || (redrives === 0 && isClosed(change.status) && !isClosed(before.status));
}

function unusable(queueUrl: string, { messageId, receiveCount }: QueueMessage, why: string) {
  const fate =
    receiveCount >= RECEIVED_TOO_OFTEN
      ? `it was received ${receiveCount} times, so there is no dead-letter queue, and it was deleted`
      : 'it stays for the dead-letter queue';
  return {
    subject: `messages of ${queueUrl}`,
    code: 'UnusableMessage',
    message: `Message ${messageId} of ${queueUrl} is no status change of this account's Standard executions (${why}): ${fate}. Check the pattern of the EventBridge rule and who may send to the queue.`,
  };
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
  const rows = await rowsOf(context, changes);
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

/** What the changes say, as rows of ListExecutions; without those that tell nothing new. */
async function rowsOf(
  context: IngestContext,
  changes: readonly StatusChange[],
): Promise<readonly ListedExecution[]> {
  const known = await findKnown(
    context.sql,
    changes.map((change) => change.executionArn),
  );
  const rows: ListedExecution[] = [];
  for (const change of changes) {
    const before = known.get(change.executionArn);
    if (before !== undefined && isClosed(before.status)) {
      const row = await rowAfterEnd(context, change, before);
      if (row !== undefined) rows.push(row);
    } else rows.push(rowOf(change, change.redriveCount ?? 0));
  }
  return rows;
}

/**
 * What a change says of an execution that had ended: nothing, unless it was redriven. Events that do not count redrives
 * leave that open, so AWS is asked.
 */
async function rowAfterEnd(
  context: IngestContext,
  change: StatusChange,
  known: KnownExecution,
): Promise<ListedExecution | undefined> {
  const { redriveCount } = change;
  if (redriveCount === undefined) {
    try {
      return await describeExecution(context.clients, change.executionArn, context.signal);
    } catch (error) {
      if (!(error instanceof AwsError) || error.fatal) throw error;
      return rowOf(change, known.redriveCount);
    }
  }
  const isOlder =
    redriveCount < known.redriveCount || (redriveCount === known.redriveCount && !isClosed(change.status));
  return isOlder ? undefined : rowOf(change, redriveCount);
}

function rowOf(change: StatusChange, redriveCount: number): ListedExecution {
  const date = (at: number | undefined) => (at === undefined ? undefined : new Date(at));
  const { startDate, stopDate, redriveDate } = change;
  return {
    ...change,
    stateMachineArn: stateMachineArnOf(change.executionArn) ?? change.stateMachineArn,
    startDate: date(startDate),
    stopDate: date(stopDate),
    redriveDate: date(redriveDate),
    redriveCount,
  };
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
