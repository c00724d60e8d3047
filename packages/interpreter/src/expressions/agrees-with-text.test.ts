import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { agreesWithText } from './agrees-with-text.ts';
import { equal } from './equal.ts';
import type { Json } from './json.ts';
import { unknown } from './unknown.ts';

describe('agreesWithText', () => {
  test.each([
    [{ a: [1, 'x', null, true] }, '{"a":[1,"x",null,true]}', true],
    [{}, '{}', true],
    [[], '[]', true],
    [{ a: 1 }, '{"a":12}', false],
    [{ a: 1 }, '{"a":1,"b":2}', false],
    [{ a: 1, b: 2 }, '{"a":1}', false],
    [['a","b'], '["a","b"]', false],
    ['a\\n', '"a\\n"', false],
    [unknown('a clock'), '{}', false],
    [{ a: unknown('a clock') }, '{"a":{}}', false],
  ] as const)('%j and %s: %s', (json: Json, text, agrees) => {
    expect(agreesWithText(json, text)).toBe(agrees);
  });

  test('what agrees is equal, and compact texts without escapes agree', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (left, right) => {
        const [json, other]: [Json, Json] = [
          JSON.parse(JSON.stringify(left)),
          JSON.parse(JSON.stringify(right)),
        ];
        const text = JSON.stringify(json);
        expect(agreesWithText(json, text)).toBe(!text.includes('\\'));
        if (agreesWithText(other, text)) expect(equal(other, json)).toBe(true);
      }),
    );
  });
});
