import type { Account, Time } from './account.ts';
import { createQueue, type Queue } from './queue.ts';
import { statusChanges } from './status-changes.ts';

/** As AWS's own examples set it, and as docs/near-real-time.md does. */
export const MAX_RECEIVE_COUNT = 5;

/** The queue of an account to which EventBridge sends what happens to its executions. */
export interface Mailbox {
  readonly queue: Queue;
  /** Puts into the queue what has happened since it was looked at last. */
  readonly passTime: (now: Time) => void;
}

/** @param from what happens later is told */
export function createMailbox(account: Account, from: Time): Mailbox {
  const queue = createQueue(MAX_RECEIVE_COUNT);
  let toldUntil = from;
  return {
    queue,
    passTime: (now) => {
      if (now <= toldUntil) return;
      for (const body of statusChanges(account, toldUntil, now)) queue.send(body);
      toldUntil = now;
    },
  };
}
