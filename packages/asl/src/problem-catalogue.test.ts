import { describe, expect, test } from 'vitest';
import { MENDING } from './definition-cases.ts';
import { parse } from './parse.ts';
import { PROBLEM_REASONS, type Problem } from './problem.ts';
import { PROBLEM_CATALOGUE } from './problem-catalogue.ts';

/** Where a reader finds the value: by the last key of the pointer, or by the whole of a machine. */
const PLACES: Readonly<Record<string, readonly [line: number, column: number]>> = {
  NOT_JSON: [1, 14],
  DUPLICATE_KEY: [2, 3],
  EMPTY_DEFINITION: [1, 1],
};

describe.each(Object.entries(PROBLEM_CATALOGUE))('%s', (reason, { example, pointer, options, meaning }) => {
  const result = parse(example, options);
  const found: readonly Problem[] = result.ok ? result.warnings : result.problems;
  const wanted = found.find((each) => each.reason === reason);

  test('is found, at its place', () => {
    expect(wanted).toMatchObject({ pointer });
    const [line, column] = PLACES[reason] ?? placeOf(example, pointer);
    expect(wanted).toMatchObject({ line, column });
  });
  test('decides by its severity', () => {
    expect(result.ok).toBe(found.every(({ severity }) => severity === 'warning'));
    expect(found.length).toBe(1);
  });
  test('says how to mend it', () => {
    expect(wanted?.message).toMatch(MENDING);
    expect(meaning).toMatch(/^[A-Z$].*\.$/);
  });
});

test('the catalogue knows every reason', () => {
  expect(Object.keys(PROBLEM_CATALOGUE).sort()).toEqual(Object.keys(PROBLEM_REASONS).sort());
});

/** Line and column of a value in JSON text, found without our own walk over it. */
function placeOf(text: string, pointer: string): readonly [number, number] {
  let from = Math.max(0, text.search(/\S/));
  for (const key of pointer.split('/').slice(1)) {
    if (/^\d+$/.test(key)) {
      from = text.indexOf('[', from) + 1;
      from += text.slice(from).search(/\S/);
    } else {
      const quoted = `${JSON.stringify(key)}:`;
      from = text.indexOf(quoted, from) + quoted.length;
      from += text.slice(from).search(/\S/);
    }
  }
  const before = text.slice(0, from);
  return [before.split('\n').length, from - before.lastIndexOf('\n')];
}
