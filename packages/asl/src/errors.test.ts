import { describe, expect, test } from 'vitest';
import { isKnownError, matchesError, matchName } from './errors.ts';

describe('matchesError', () => {
  test.each<[readonly string[], string | null, boolean]>([
    [['A'], 'A', true],
    [['A', 'B'], 'B', true],
    [['A'], 'a', false],
    [[], 'A', false],
    [['States.ALL'], 'A', true],
    [['States.ALL'], 'States.Timeout', true],
    [['States.ALL'], 'States.Runtime', false],
    [['States.ALL'], 'States.DataLimitExceeded', true],
    [['States.ALL'], null, true],
    [['A'], null, false],
    [['States.DataLimitExceeded'], 'States.DataLimitExceeded', true],
    [['States.Runtime'], 'States.Runtime', false],
    [['States.TaskFailed'], 'A', true],
    [['States.TaskFailed'], 'States.TaskFailed', true],
    [['States.TaskFailed'], 'Lambda.Unknown', true],
    [['States.TaskFailed'], 'States.Timeout', false],
    [['States.TaskFailed'], 'States.HeartbeatTimeout', false],
    [['States.Timeout'], 'States.HeartbeatTimeout', true],
    [['States.HeartbeatTimeout'], 'States.Timeout', false],
    [['constructor'], 'toString', false],
  ])('%j and %j: %j', (errorEquals, name, expected) => {
    expect(matchesError(errorEquals, name)).toBe(expected);
  });
});

test('where sources differ, a match is no certainty', () => {
  expect(matchName('States.TaskFailed', 'States.DataLimitExceeded')).toBe('likely');
  expect(matchName('States.TaskFailed', 'States.HeartbeatTimeout')).toBe('unlikely');
});

test('names that AWS gives', () => {
  expect(isKnownError('States.Timeout')).toBe(true);
  expect(isKnownError('States.Http.StatusCode.404')).toBe(true);
  expect(isKnownError('States.Http.StatusCode.4')).toBe(false);
  expect(isKnownError('Custom')).toBe(false);
});
