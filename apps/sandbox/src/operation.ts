import type { Account, Time } from './account.ts';
import type { Queue } from './queue.ts';

export type Request = Readonly<Record<string, unknown>>;
export type Answer = Readonly<Record<string, unknown>>;

/** What an operation answers from: the account, the moment, and the habits that faults ask for. */
export interface Situation {
  readonly account: Account;
  readonly now: Time;
  /** Page sizes and tokens are ignored, everything comes in one answer. */
  readonly ignoresPaging: boolean;
  /** The account's queue of status changes. */
  readonly queue: Queue;
  /** The present, with all that has happened until then in the queue. */
  readonly passTime: () => Time;
  /** Whether nobody waits for the answer any more. */
  readonly isGone: () => boolean;
}

/** Answers one request. Throws ServiceError for what AWS refuses. */
export type Operation = (request: Request, situation: Situation) => Answer | Promise<Answer>;

/** Epoch seconds with a fraction, as AWS's JSON protocols write a timestamp. */
export function seconds(time: Time): number {
  return time / 1000;
}
