import { expect, test } from 'vitest';
import { layOutDays } from './day-columns.ts';

test('every day of the range is there, statuses that never occur are not', () => {
  const rows = [
    { day: '2026-11-20', status: 'SUCCEEDED', count: 3 },
    { day: '2026-11-22', status: 'SUCCEEDED', count: 1 },
    { day: '2026-11-22', status: 'FAILED', count: 2 },
    { day: '2026-01-01', status: 'ABORTED', count: 9 },
  ];
  const columns = layOutDays(rows, Date.parse('2026-11-22T12:00:00Z'), 3);
  expect(columns.days).toEqual(['2026-11-20', '2026-11-21', '2026-11-22']);
  expect([...columns.counts]).toEqual([
    ['SUCCEEDED', [3, 0, 1]],
    ['FAILED', [0, 0, 2]],
  ]);
});
