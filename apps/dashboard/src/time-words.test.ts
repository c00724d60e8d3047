import { expect, test } from 'vitest';
import { ageWords, durationWords } from './time-words.ts';

const DAY = 86_400_000;

test.each([
  [-5, '0 ms'],
  [830, '830 ms'],
  [1_240, '1.2 s'],
  [12_400, '12 s'],
  [60_000, '1 min'],
  [95_000, '1 min 35 s'],
  [3_600_000 + 5_000, '1 h'],
  [3 * DAY + 4 * 3_600_000, '3 d 4 h'],
  [400 * DAY, '1 y 35 d'],
])('%d ms last %s', (milliseconds, words) => {
  expect(durationWords(milliseconds)).toBe(words);
});

test.each([
  [0, 'now'],
  [-4_000, 'now'],
  [-90_000, '1 min ago'],
  [-3 * DAY, '3 d ago'],
  [7_200_000, 'in 2 h'],
])('%d ms from now is %s', (distance, words) => {
  expect(ageWords(1e12 + distance, 1e12)).toBe(words);
});
