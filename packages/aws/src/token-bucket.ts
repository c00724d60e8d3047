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

/**
 * A token bucket: a burst of `size` requests, then `perSecond`. It lends: who takes a token that is not there yet is
 * told by waiting when it will be, so that waiters are served in the order they came.
 */
export class TokenBucket {
  readonly #quota: Quota;
  readonly #timing: Timing;
  #tokens: number;
  #at: number;

  constructor(quota: Quota, timing: Timing = REAL_TIME) {
    this.#quota = quota;
    this.#timing = timing;
    this.#tokens = quota.size;
    this.#at = timing.now();
  }

  /** Resolves when a request may be made; rejects with the signal's reason when that is aborted first. */
  async take(signal?: AbortSignal): Promise<void> {
    const now = this.#timing.now();
    this.#tokens = Math.min(
      this.#quota.size,
      this.#tokens + ((now - this.#at) / 1000) * this.#quota.perSecond,
    );
    this.#at = now;
    this.#tokens -= 1;
    if (this.#tokens < 0) {
      try {
        await this.#timing.wait((-this.#tokens / this.#quota.perSecond) * 1000, signal);
      } catch (error) {
        this.#tokens += 1;
        throw signal?.aborted ? signal.reason : error;
      }
    }
  }
}
