import { setTimeout as delay } from 'node:timers/promises';
import type { Answer, Operation, Request, Situation } from '../operation.ts';
import type { Queue, Received } from '../queue.ts';
import { ServiceError } from '../service-error.ts';

/** The one queue of the sandbox: every status change of the account's executions comes there. */
export const QUEUE_NAME = 'steptrail-status-changes';
const SQS = { namespace: 'com.amazonaws.sqs' };
/** Milliseconds between two looks while a receiver waits: the account's time passes by itself. */
const LOOK_EVERY = 50;

function requiredQueue(request: Request, { queue, account }: Situation): Queue {
  const [accountId, name] = String(request.QueueUrl ?? '')
    .split('/')
    .slice(-2);
  if (accountId === account.accountId && name === QUEUE_NAME) return queue;
  throw new ServiceError('QueueDoesNotExist', 'The specified queue does not exist.', SQS);
}

function readNumber(request: Request, member: string, fallback: number, least: number, most: number): number {
  const value = request[member] ?? fallback;
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw new ServiceError(
    'InvalidParameterValue',
    `Value ${String(value)} for parameter ${member} is invalid. Reason: Must be between ${least} and ${most}, if provided.`,
    SQS,
  );
}

function write({ messageId, receiptHandle, body, md5OfBody, receiveCount }: Received): Answer {
  return {
    MessageId: messageId,
    ReceiptHandle: receiptHandle,
    MD5OfBody: md5OfBody,
    Body: body,
    Attributes: { ApproximateReceiveCount: String(receiveCount) },
  };
}

/** Long polling: answers when there is a message, or after `WaitTimeSeconds` of real time. */
export const receiveMessage: Operation = async (request, situation) => {
  const queue = requiredQueue(request, situation);
  const most = readNumber(request, 'MaxNumberOfMessages', 1, 1, 10);
  const visible = readNumber(request, 'VisibilityTimeout', 30, 0, 43_200) * 1000;
  const until = performance.now() + readNumber(request, 'WaitTimeSeconds', 0, 0, 20) * 1000;
  for (;;) {
    if (situation.isGone()) return {};
    const received = queue.receive(situation.passTime(), most, visible);
    if (received.length > 0) return { Messages: received.map(write) };
    if (performance.now() >= until) return {};
    await delay(LOOK_EVERY, undefined, { ref: false });
  }
};

export const deleteMessageBatch: Operation = (request, situation) => {
  const queue = requiredQueue(request, situation);
  const entries: readonly unknown[] = Array.isArray(request.Entries) ? request.Entries : [];
  if (entries.length === 0 || entries.length > 10) {
    throw new ServiceError(
      entries.length === 0 ? 'EmptyBatchRequest' : 'TooManyEntriesInBatchRequest',
      'A batch holds 1 to 10 entries.',
      SQS,
    );
  }
  const deleted: Answer[] = [];
  const refused: Answer[] = [];
  for (const entry of entries) {
    const { Id, ReceiptHandle }: { Id?: unknown; ReceiptHandle?: unknown } = { ...(entry as object) };
    if (queue.remove(String(ReceiptHandle))) deleted.push({ Id });
    else
      refused.push({
        Id,
        SenderFault: true,
        Code: 'ReceiptHandleIsInvalid',
        Message: 'The handle is invalid.',
      });
  }
  return { Successful: deleted, ...(refused.length === 0 ? {} : { Failed: refused }) };
};

export const getQueueAttributes: Operation = (request, situation) => {
  const queue = requiredQueue(request, situation);
  const { accountId, region } = situation.account;
  const arn = `arn:aws:sqs:${region}:${accountId}:${QUEUE_NAME}`;
  situation.passTime();
  const all: Readonly<Record<string, string>> = {
    ApproximateNumberOfMessages: String(queue.size()),
    QueueArn: arn,
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: `${arn}-dead-letters`, maxReceiveCount: 5 }),
  };
  const asked: readonly unknown[] = Array.isArray(request.AttributeNames) ? request.AttributeNames : [];
  const isAsked = (name: string) => asked.includes('All') || asked.includes(name);
  return { Attributes: Object.fromEntries(Object.entries(all).filter(([name]) => isAsked(name))) };
};
