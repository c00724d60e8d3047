import { describe, expect, test } from 'vitest';
import { delayOf } from './retry-catch.ts';

describe('the delay before a retry', () => {
  test.each([
    [{}, [1, 2, 4]],
    [{ IntervalSeconds: 3, BackoffRate: 1.5 }, [3, 4.5, 6.75]],
    [{ IntervalSeconds: 2, MaxDelaySeconds: 5 }, [2, 4, 5]],
    [{ IntervalSeconds: 10, BackoffRate: 1 }, [10, 10, 10]],
  ])('%j', (fields, delays) => {
    const retrier = { ErrorEquals: ['States.ALL'], ...fields };
    expect([1, 2, 3].map((n) => delayOf(retrier, n))).toEqual(delays);
  });
});
