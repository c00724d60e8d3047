import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { type AwsClients, call } from './clients.ts';

/** A message of a queue, held until it is deleted or its visibility timeout passes. */
export interface QueueMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  /** How often it was received, this time included. */
  readonly receiveCount: number;
}

/** How a queue is received from. Seconds. */
export interface Receiving {
  /** How long SQS waits for a message where there is none, at most 20. */
  readonly waitSeconds: number;
  /** How long the messages are hidden from other receivers. */
  readonly visibilitySeconds: number;
}

/** Up to 10 messages; none where none came in time. */
export async function receiveMessages(
  clients: AwsClients,
  queueUrl: string,
  { waitSeconds, visibilitySeconds }: Receiving,
  signal?: AbortSignal,
): Promise<readonly QueueMessage[]> {
  const answer = await call(clients, 'ReceiveMessage', queueUrl, signal, (options) =>
    clients.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: waitSeconds,
        VisibilityTimeout: visibilitySeconds,
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      }),
      options,
    ),
  );
  return (answer.Messages ?? []).flatMap(({ MessageId, ReceiptHandle, Body, Attributes }) =>
    ReceiptHandle === undefined
      ? []
      : [
          {
            messageId: MessageId ?? 'without an id',
            receiptHandle: ReceiptHandle,
            body: Body ?? '',
            receiveCount: Number(Attributes?.ApproximateReceiveCount ?? 1),
          },
        ],
  );
}

/** Deletes up to 10 received messages. Gives how many SQS refused: those come again. */
export async function deleteMessages(
  clients: AwsClients,
  queueUrl: string,
  messages: readonly QueueMessage[],
  signal?: AbortSignal,
): Promise<number> {
  if (messages.length === 0) return 0;
  const answer = await call(clients, 'DeleteMessageBatch', queueUrl, signal, (options) =>
    clients.sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: messages.map(({ receiptHandle }, index) => ({
          Id: String(index),
          ReceiptHandle: receiptHandle,
        })),
      }),
      options,
    ),
  );
  return answer.Failed?.length ?? 0;
}

/** About how many messages wait in a queue, and whether what cannot be used goes to a dead-letter queue. */
export async function readQueue(
  clients: AwsClients,
  queueUrl: string,
  signal?: AbortSignal,
): Promise<{ readonly waiting: number | undefined; readonly hasDeadLetterQueue: boolean }> {
  const answer = await call(clients, 'GetQueueAttributes', queueUrl, signal, (options) =>
    clients.sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: queueUrl,
        AttributeNames: ['ApproximateNumberOfMessages', 'RedrivePolicy'],
      }),
      options,
    ),
  );
  const waiting = answer.Attributes?.ApproximateNumberOfMessages;
  return {
    waiting: waiting === undefined ? undefined : Number(waiting),
    hasDeadLetterQueue: Boolean(answer.Attributes?.RedrivePolicy),
  };
}

/** The Region that a queue's URL names; undefined for servers other than AWS. */
export function regionOfQueue(queueUrl: string): string | undefined {
  const host = URL.canParse(queueUrl) ? new URL(queueUrl).hostname : '';
  const found = /^(?:sqs(?:-fips)?\.([a-z0-9-]+)|([a-z0-9-]+)\.queue)\.(?:amazonaws\.com|api\.aws)/.exec(
    host,
  );
  return found?.[1] ?? found?.[2];
}

/** The ARN of the queue that a URL names; undefined where it names none. */
export function queueArnOf(queueUrl: string, region: string): string | undefined {
  const [, account, name] =
    (URL.canParse(queueUrl) && /^\/(?:queue\/)?([0-9]{12})\/([\w.-]+)$/.exec(new URL(queueUrl).pathname)) ||
    [];
  if (account === undefined || name === undefined) return undefined;
  const of = regionOfQueue(queueUrl) ?? region;
  const partition = of.startsWith('cn-') ? 'aws-cn' : of.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
  return `arn:${partition}:sqs:${of}:${account}:${name}`;
}
