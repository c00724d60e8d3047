import { expect, test } from 'vitest';
import { readDuration } from './duration.ts';

test.each<[string, number | undefined]>([
  ['90', 90],
  ['0.5', 0.5],
  ['PT1H30M', 5_400],
  ['P2D', 172_800],
  ['P1W', 604_800],
  ['P1DT0.25S', 86_400.25],
  ['PT', undefined],
  ['P', undefined],
  ['P1DT', undefined],
  ['P1M', undefined],
  ['-5', undefined],
  ['5m', undefined],
  ['', undefined],
])('the duration %s', (text, seconds) => {
  expect(readDuration(text)).toBe(seconds);
});
