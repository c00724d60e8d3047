import { createHash } from 'node:crypto';
import type { Time } from './account.ts';

/** A message as ReceiveMessage gives it. */
export interface Received {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly md5OfBody: string;
  readonly receiveCount: number;
}

interface Waiting {
  readonly messageId: string;
  readonly body: string;
  visibleFrom: Time;
  receiveCount: number;
  receiptHandle: string | undefined;
}

/** A standard queue with a dead-letter queue, as SQS keeps them; its time is the account's. */
export interface Queue {
  readonly send: (body: string) => void;
  /** Those that are visible, and hides them. */
  readonly receive: (now: Time, most: number, visibilityTimeout: number) => readonly Received[];
  /** False for a handle that SQS never gave. One of a message that is gone is accepted. */
  readonly remove: (receiptHandle: string) => boolean;
  /** Messages that wait or are hidden. */
  readonly size: () => number;
  /** Bodies of what was received too often. */
  readonly deadLetters: () => readonly string[];
}

/** @param maxReceiveCount after so many receipts without deletion a message goes to the dead-letter queue */
export function createQueue(maxReceiveCount: number): Queue {
  let waiting: Waiting[] = [];
  const deadLetters: string[] = [];
  const handles = new Set<string>();
  let sent = 0;

  const bury = (now: Time) => {
    const isDead = (one: Waiting) => one.receiveCount >= maxReceiveCount && one.visibleFrom <= now;
    deadLetters.push(...waiting.filter(isDead).map(({ body }) => body));
    waiting = waiting.filter((one) => !isDead(one));
  };

  return {
    send: (body) => {
      sent += 1;
      const messageId = `00000000-0000-4000-9000-${String(sent).padStart(12, '0')}`;
      waiting.push({ messageId, body, visibleFrom: 0, receiveCount: 0, receiptHandle: undefined });
    },
    receive: (now, most, visibilityTimeout) => {
      bury(now);
      return waiting
        .filter(({ visibleFrom }) => visibleFrom <= now)
        .slice(0, most)
        .map((one) => {
          one.receiveCount += 1;
          one.visibleFrom = now + visibilityTimeout;
          const receiptHandle = `${one.messageId}#${one.receiveCount}`;
          one.receiptHandle = receiptHandle;
          handles.add(receiptHandle);
          const { messageId, body, receiveCount } = one;
          const md5OfBody = createHash('md5').update(body).digest('hex');
          return { messageId, receiptHandle, body, md5OfBody, receiveCount };
        });
    },
    remove: (receiptHandle) => {
      waiting = waiting.filter((one) => one.receiptHandle !== receiptHandle);
      return handles.has(receiptHandle);
    },
    size: () => waiting.length,
    deadLetters: () => deadLetters,
  };
}
