import { describe, expect, test } from 'vitest';
import { isKnownError, KNOWN_ERRORS, matchesError } from './errors.ts';

describe('matchesError', () => {
  test.each<[readonly string[], string, boolean]>([
    [['A'], 'A', true],
    [['A', 'B'], 'B', true],
    [['A'], 'a', false],
    [[], 'A', false],
    [['States.ALL'], 'A', true],
    [['States.ALL'], 'States.Timeout', true],
    [['States.ALL'], 'States.Runtime', false],
    [['States.ALL'], 'States.DataLimitExceeded', false],
    [['States.DataLimitExceeded'], 'States.DataLimitExceeded', true],
    [['States.Runtime'], 'States.Runtime', false],
    [['States.TaskFailed'], 'A', true],
    [['States.TaskFailed'], 'Lambda.Unknown', true],
    [['States.TaskFailed'], 'States.Timeout', false],
    [['States.TaskFailed'], 'States.HeartbeatTimeout', false],
    [['States.Timeout'], 'States.HeartbeatTimeout', true],
    [['States.HeartbeatTimeout'], 'States.Timeout', false],
    [['constructor'], 'toString', false],
  ])('%j and %s: %s', (errorEquals, name, expected) => {
    expect(matchesError(errorEquals, name)).toBe(expected);
  });
});

test('known errors carry their own name and the reserved prefix', () => {
  for (const [name, error] of KNOWN_ERRORS) {
    expect(error.name).toBe(name);
    expect(name).toMatch(/^States\./);
  }
  expect(isKnownError('States.Http.StatusCode.404')).toBe(true);
  expect(isKnownError('States.Http.StatusCode.4')).toBe(false);
  expect(isKnownError('Custom')).toBe(false);
});
