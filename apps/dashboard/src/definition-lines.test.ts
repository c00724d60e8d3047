import fc from 'fast-check';
import { expect, test } from 'vitest';
import { layOutDefinition, linesOf } from './definition-lines.ts';

const textOf = (text: string) =>
  layOutDefinition(text)?.map(
    ({ depth, pieces }) => '  '.repeat(depth) + pieces.map((piece) => piece.text).join(''),
  );

test('a definition laid out as JSON.stringify would', () => {
  const definition = { StartAt: 'A', States: { A: { Type: 'Pass', Result: [1, null, {}, []], End: true } } };
  expect(textOf(JSON.stringify(definition))?.join('\n')).toBe(JSON.stringify(definition, null, 2));
});

test('text that is no JSON is not laid out', () => {
  expect(layOutDefinition('{"StartAt":')).toBeUndefined();
});

const lines = layOutDefinition(
  JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass' }, 'B/~C': { Type: 'Fail' } }, StatesX: 1 }),
);

test.each([
  ['', [0, 11]],
  ['/StartAt', [1, 1]],
  ['/States', [2, 9]],
  ['/States/A', [3, 5]],
  ['/States/B~1~0C/Type', [7, 7]],
  ['/States/Z', undefined],
])('the lines of %s', (pointer, expected) => {
  expect(linesOf(lines ?? [], pointer)).toEqual(expected);
});

test('any JSON keeps its meaning, and every line knows its place', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      expect(JSON.parse(textOf(text)?.join('\n') ?? '')).toEqual(JSON.parse(text));
      for (const { pointer } of layOutDefinition(text) ?? [])
        expect(resolve(JSON.parse(text), pointer)).toBe(true);
    }),
  );
});

/** Whether the pointer names something in the value. */
function resolve(value: unknown, pointer: string): boolean {
  let at: unknown = value;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return false;
    at = Object.entries(at).find(([name]) => name === key)?.[1];
  }
  return true;
}
