import type { ExecutionStatus } from '@steptrail/history';
import { expect, test } from 'vitest';
import { replay } from './replay.ts';
import { type WrittenEvent, writtenHistory } from './written-history.ts';

const definition = { StartAt: 'Only', States: { Only: { Type: 'Pass', End: true } } };
const running: readonly WrittenEvent[] = [
  ['ExecutionStarted', 0, { input: {}, roleArn: 'r' }],
  ['PassStateEntered', 0, { name: 'Only', input: {} }],
  ['PassStateExited', 2, { name: 'Only', output: {} }],
];
const succeeded: readonly WrittenEvent[] = [...running, ['ExecutionSucceeded', 3, { output: {} }]];
const stopped: readonly WrittenEvent[] = [...running, ['ExecutionAborted', 0]];

test.each<[string, readonly WrittenEvent[], ExecutionStatus | undefined, readonly number[]]>([
  ['that ends as it is known to have ended', succeeded, 'SUCCEEDED', []],
  ['of which nothing else is known', running, undefined, []],
  ['read while the execution ran', running, 'RUNNING', []],
  ['read after its execution was asked about', succeeded, 'RUNNING', []],
  ['that lacks its end', running, 'SUCCEEDED', [4]],
  ['that ends in another way', stopped, 'SUCCEEDED', [4]],
])('a history %s', (_, written, status, blamed) => {
  const { divergences } = replay(definition, writtenHistory(...written), { status });
  expect(divergences.map(({ eventId }) => eventId)).toEqual(blamed);
});

test('records of a log may lack their end', () => {
  const { divergences } = replay(definition, writtenHistory(...running), { status: 'FAILED', logged: true });
  expect(divergences).toEqual([]);
});
