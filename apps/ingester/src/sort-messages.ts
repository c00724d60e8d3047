import { AwsError, describeExecution, type ListedExecution, type QueueMessage } from '@steptrail/aws';
import { parseStatesArn, readStatusChange, type StatusChange, stateMachineArnOf } from '@steptrail/history';
import { findKnown, type KnownExecution } from '@steptrail/store';
import type { IngestContext } from './context.ts';
import { isClosed } from './history-end.ts';
import type { Problem } from './problems.ts';

/** A message that nobody can use goes to the dead-letter queue by itself; received so often, there is none. */
const RECEIVED_TOO_OFTEN = 10;

/** What a receipt brought: the newest change of each execution, and the messages that need not come again. */
export interface Sorted {
  readonly changes: readonly StatusChange[];
  readonly finished: readonly QueueMessage[];
  readonly unusable: readonly { readonly message: QueueMessage; readonly why: string }[];
}

/** Sorts out what a receipt brought; the changes of one execution are told apart by redrive and end. */
export function sortMessages(context: IngestContext, messages: readonly QueueMessage[]): Sorted {
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

/** The problem that a message is. */
export function describeUnusable(
  queueUrl: string,
  { messageId, receiveCount }: QueueMessage,
  why: string,
): Problem {
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

/** What the changes say, as rows of ListExecutions; without those that tell nothing new. */
export async function rowsOfChanges(
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
