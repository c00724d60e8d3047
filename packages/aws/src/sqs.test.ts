import { describe, expect, onTestFinished, test } from 'vitest';
import { deleteMessages, queueArnOf, readQueue, receiveMessages, regionOfQueue } from './sqs.ts';
import { awsErrorAnswer, clientsFor, type ScriptedAnswer, startScriptedEndpoint } from './testing.ts';

const QUEUE = 'https://sqs.us-east-1.amazonaws.com/111122223333/changes';
const RECEIVING = { waitSeconds: 20, visibilitySeconds: 120 };
const HELLO = { Body: 'hello', MD5OfBody: '5d41402abc4b2a76b9719d911017c592' };

async function open(answer: ScriptedAnswer) {
  const server = await startScriptedEndpoint(() => answer);
  const clients = clientsFor(server.endpoint);
  onTestFinished(async () => {
    clients.close();
    await server.close();
  });
  return { server, clients };
}

test('messages are received by long polling, and deleted by their handles', async () => {
  const message = {
    ...HELLO,
    MessageId: 'm',
    ReceiptHandle: 'r',
    Attributes: { ApproximateReceiveCount: '3' },
  };
  const { server, clients } = await open({
    json: { Messages: [message, { ...HELLO, ReceiptHandle: 's' }], Failed: [{ Id: '1' }] },
  });
  const messages = await receiveMessages(clients, QUEUE, RECEIVING);
  expect(messages).toEqual([
    { messageId: 'm', receiptHandle: 'r', body: 'hello', receiveCount: 3 },
    { messageId: 'without an id', receiptHandle: 's', body: 'hello', receiveCount: 1 },
  ]);
  expect(server.requests[0]?.body).toEqual({
    QueueUrl: QUEUE,
    MaxNumberOfMessages: 10,
    WaitTimeSeconds: 20,
    VisibilityTimeout: 120,
    MessageSystemAttributeNames: ['ApproximateReceiveCount'],
  });
  expect(await deleteMessages(clients, QUEUE, messages)).toBe(1);
  expect(server.requests[1]?.body.Entries).toEqual([
    { Id: '0', ReceiptHandle: 'r' },
    { Id: '1', ReceiptHandle: 's' },
  ]);
  expect(await deleteMessages(clients, QUEUE, [])).toBe(0);
  expect(server.requests).toHaveLength(2);
});

test('a message that changed on its way is not taken for what was sent', async () => {
  const { clients } = await open({ json: { Messages: [{ ...HELLO, Body: 'hullo', ReceiptHandle: 'r' }] } });
  await expect(receiveMessages(clients, QUEUE, RECEIVING)).rejects.toThrow(/MD5/);
});

test.each([
  ['QueueDoesNotExist', 'knows no queue https://sqs.us-east-1.amazonaws.com/111122223333/changes'],
  ['KmsAccessDenied', 'allow kms:Decrypt on that key'],
  ['AccessDenied', 'allow the IAM action sqs:ReceiveMessage'],
  ['OverLimit', 'throttles ReceiveMessage'],
])('%s is a sentence', async (code, words) => {
  const { clients } = await open(awsErrorAnswer(`com.amazonaws.sqs#${code}`, 'No.'));
  await expect(receiveMessages(clients, QUEUE, RECEIVING)).rejects.toMatchObject({
    code,
    message: expect.stringContaining(words),
    fatal: false,
  });
});

test('a waiting receiver stops when it is told to', async () => {
  const { clients } = await open('hang');
  const abort = new AbortController();
  const receiving = receiveMessages(clients, QUEUE, RECEIVING, abort.signal);
  abort.abort(new Error('enough'));
  await expect(receiving).rejects.toThrow('enough');
});

test.each([
  [
    { ApproximateNumberOfMessages: '7', RedrivePolicy: '{}' },
    { waiting: 7, hasDeadLetterQueue: true },
  ],
  [{}, { waiting: undefined, hasDeadLetterQueue: false }],
])('what a queue says of itself', async (Attributes, expected) => {
  const { clients } = await open({ json: { Attributes } });
  expect(await readQueue(clients, QUEUE)).toEqual(expected);
});

describe('the URL of a queue', () => {
  test.each([
    [QUEUE, 'us-east-1', 'arn:aws:sqs:us-east-1:111122223333:changes'],
    [
      'https://eu-west-1.queue.amazonaws.com/111122223333/q',
      'eu-west-1',
      'arn:aws:sqs:eu-west-1:111122223333:q',
    ],
    [
      'https://sqs.cn-north-1.amazonaws.com.cn/111122223333/q',
      'cn-north-1',
      'arn:aws-cn:sqs:cn-north-1:111122223333:q',
    ],
    [
      'https://sqs.us-gov-west-1.amazonaws.com/111122223333/q',
      'us-gov-west-1',
      'arn:aws-us-gov:sqs:us-gov-west-1:111122223333:q',
    ],
    ['http://127.0.0.1:4566/111122223333/q', undefined, 'arn:aws:sqs:here:111122223333:q'],
    ['http://127.0.0.1:4566/queue/111122223333/q', undefined, 'arn:aws:sqs:here:111122223333:q'],
    ['https://example.com/', undefined, undefined],
    ['no URL', undefined, undefined],
  ])('%s', (url, region, arn) => {
    expect(regionOfQueue(url)).toBe(region);
    expect(queueArnOf(url, 'here')).toBe(arn);
  });
});
