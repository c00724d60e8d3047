import { expect, test } from 'vitest';
import type { Event } from './event.ts';
import { orderEvents } from './order.ts';

const at = (id: number, timestamp = 0): Event => ({
  id,
  previousEventId: id - 1,
  timestamp,
  type: 'LambdaFunctionStarted',
});

test('events are ordered by id, equal doubles dropped, gaps and conflicts named', () => {
  const { events, gaps, conflicts } = orderEvents([at(5), at(2), at(2), at(1), at(5, 9)]);
  expect(events.map((event) => event.id)).toEqual([1, 2, 5]);
  expect(gaps).toEqual([{ from: 3, to: 4 }]);
  expect(conflicts).toEqual([{ id: 5, kept: at(5), other: at(5, 9) }]);
});

test('events before the first are a gap too', () => {
  expect(orderEvents([at(3)]).gaps).toEqual([{ from: 1, to: 2 }]);
});
