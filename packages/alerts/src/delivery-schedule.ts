/** Seconds to wait after the first, second … failed attempt; the last one repeats. */
export const RETRY_DELAYS_SECONDS: readonly number[] = [10, 30, 120, 600, 1_800, 3_600, 10_800, 21_600];

/**
 * When to try again, in epoch milliseconds. There is always a next time: nothing is lost for a receiver that is away.
 * @param attempt how many attempts have failed, from 1 on
 * @param now epoch milliseconds
 */
export function nextAttemptAt(attempt: number, now: number): number {
  const index = Math.min(Math.max(1, Math.floor(attempt)), RETRY_DELAYS_SECONDS.length) - 1;
  return now + (RETRY_DELAYS_SECONDS[index] ?? 0) * 1000;
}
