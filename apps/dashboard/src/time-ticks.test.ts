import fc from 'fast-check';
import { expect, test } from 'vitest';
import { timeTicks } from './time-ticks.ts';

test.each([
  [1, [0]],
  [926, [0, 200, 400, 600, 800]],
  [90_000, [0, 15_000, 30_000, 45_000, 60_000, 75_000]],
  [5 * 86_400_000, [0, 1, 2, 3, 4].map((day) => day * 86_400_000)],
])('an axis of %d ms', (span, ticks) => {
  expect(timeTicks(span)).toEqual(ticks);
});

test('an axis of any length begins with 0 and has at most seven labels, all within it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 * 365 * 86_400_000 }), (span) => {
      const ticks = timeTicks(span);
      expect(ticks[0]).toBe(0);
      expect(ticks.length).toBeLessThanOrEqual(7);
      expect(ticks.every((tick) => tick < span)).toBe(true);
    }),
  );
});
