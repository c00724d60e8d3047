import { describe, expect, test } from 'vitest';
import { delayOf, matchesError } from './retry-catch.ts';

describe('ErrorEquals', () => {
  test.each([
    [['Boom'], 'Boom', true],
    [['Boom'], 'boom', false],
    [['States.ALL'], 'Boom', true],
    [['States.ALL'], 'States.Timeout', true],
    [['States.ALL'], 'States.Runtime', false],
    [['States.ALL'], 'States.DataLimitExceeded', true],
    [['States.ALL'], null, true],
    [['States.TaskFailed'], 'Boom', true],
    [['States.TaskFailed'], 'States.TaskFailed', true],
    [['States.TaskFailed'], 'States.Timeout', false],
    [['States.Timeout', 'Boom'], 'Boom', true],
    [['Boom'], null, false],
    [[], 'Boom', false],
  ])('%j and %j: %j', (errorEquals, error, expected) => {
    expect(matchesError(errorEquals, error)).toBe(expected);
  });
});

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
