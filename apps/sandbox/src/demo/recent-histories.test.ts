import type { Event } from '@steptrail/history';
import { expect, test } from 'vitest';
import { createRecentHistories } from './recent-histories.ts';

function history(length: number): readonly Event[] {
  return Array.from({ length }, (_, index) => ({
    id: index + 1,
    previousEventId: index,
    timestamp: 0,
    type: 'LambdaFunctionStarted',
  }));
}

test('what was asked for last stays, within the budget; one history may exceed it', () => {
  const made: string[] = [];
  const recent = createRecentHistories(10);
  const ask = (name: string, length: number) =>
    recent(name, () => {
      made.push(name);
      return history(length);
    });
  ask('a', 4);
  ask('b', 4);
  ask('a', 4);
  ask('c', 4);
  ask('a', 4);
  ask('b', 4);
  expect(made).toEqual(['a', 'b', 'c', 'b']);
  expect(ask('long', 30)).toHaveLength(30);
  ask('long', 30);
  expect(made).toEqual(['a', 'b', 'c', 'b', 'long']);
});
