import { parse } from '@steptrail/asl';
import { expect, test } from 'vitest';
import { SCENARIOS } from './scenarios.ts';

const place = { accountId: '111122223333', region: 'us-east-1' };
const revisions = SCENARIOS.flatMap(({ name, type, revisions: of }) =>
  of(place).map(({ definition }, index) => ({ name, type, index, definition })),
);

test.for(revisions)('the definition of $name, revision $index, is valid', ({ type, definition }) => {
  const result = parse(JSON.stringify(definition), { type });
  expect(result.ok ? [] : result.problems).toEqual([]);
});

test('names are distinct', () => {
  expect(new Set(SCENARIOS.map(({ name }) => name)).size).toBe(SCENARIOS.length);
});
