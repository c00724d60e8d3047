import { setTimeout as sleep } from 'node:timers/promises';
import type { Quota } from './quotas.ts';

/** Monotonic time in milliseconds, and a way to let it pass. */
export interface Timing {
  readonly now: () => number;
  readonly wait: (ms: number, signal?: AbortSignal) => Promise<void>;
}

export const REAL_TIME: Timing = {
  now: () => performance.now(),
  wait: async (ms, signal) => {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  },
};

/** Lets requests of one operation through at the pace that AWS bears. */
export interface RequestBudget {
  /** Resolves when a request may be made; rejects with the signal's reason when that is aborted first. */
  readonly take: (signal?: AbortSignal) => Promise<void>;
  /** AWS has refused a request as one too many: from now on fewer are made, until that has long passed. */
  readonly slowDown: () => Promise<void>;
  /** Gives back what was taken and is not needed. */
  readonly close: () => Promise<void>;
}

/** Refusals so close to each other are one storm. */
const STORM_MILLISECONDS = 5000;
/** After throttling the whole pace is reached again in so many seconds at most. */
const RECOVERY_SECONDS = 600;
const SLOWEST_PACE = 1 / 32;

/**
 * A token bucket of this process alone: a burst of `size` requests, then `perSecond`. It lends: who takes a token that
 * is not there yet is told by waiting when it will be, so that waiters are served in the order they came. Throttling
 * empties it and halves its pace, which recovers slowly.
 */
export class TokenBucket implements RequestBudget {
  readonly #quota: Quota;
  readonly #timing: Timing;
  #tokens: number;
  #at: number;
  #pace = 1;
  #throttledAt = Number.NEGATIVE_INFINITY;

  constructor(quota: Quota, timing: Timing = REAL_TIME) {
    this.#quota = quota;
    this.#timing = timing;
    this.#tokens = quota.size;
    this.#at = timing.now();
  }

  async take(signal?: AbortSignal): Promise<void> {
    this.#refill();
    this.#tokens -= 1;
    if (this.#tokens >= 0) return;
    try {
      await this.#timing.wait((-this.#tokens / (this.#quota.perSecond * this.#pace)) * 1000, signal);
    } catch (error) {
      this.#tokens += 1;
      throw signal?.aborted ? signal.reason : error;
    }
  }

  async slowDown(): Promise<void> {
    this.#refill();
    if (this.#at - this.#throttledAt < STORM_MILLISECONDS) return;
    this.#throttledAt = this.#at;
    this.#pace = Math.max(this.#pace / 2, SLOWEST_PACE);
    this.#tokens = Math.min(this.#tokens, 0);
  }

  async close(): Promise<void> {}

  #refill(): void {
    const now = this.#timing.now();
    const seconds = (now - this.#at) / 1000;
    this.#tokens = Math.min(this.#quota.size, this.#tokens + seconds * this.#quota.perSecond * this.#pace);
    this.#pace = Math.min(1, this.#pace + seconds / RECOVERY_SECONDS);
    this.#at = now;
  }
}
