import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { agreesWithText } from './agrees-with-text.ts';
import { equal } from './equal.ts';
import type { Json } from './json.ts';
import { createKnownTexts } from './known-texts.ts';
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
    ['a\\n', '"a\\\\n"', true],
    ['a/', '"a\\/"', false],
    ['a"', '"a""', false],
    ['a"', '"a\\""', true],
    [unknown('a clock'), '{}', false],
    [{ a: unknown('a clock') }, '{"a":{}}', false],
  ] as const)('%j and %s: %s', (json: Json, text, agrees) => {
    expect(agreesWithText(json, text, createKnownTexts())).toBe(agrees);
  });

  test('what agrees is equal, and compact texts agree', () => {
    const known = createKnownTexts();
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (left, right) => {
        const [json, other]: [Json, Json] = [
          JSON.parse(JSON.stringify(left)),
          JSON.parse(JSON.stringify(right)),
        ];
        const text = JSON.stringify(json);
        expect(agreesWithText(json, text, known)).toBe(true);
        if (agreesWithText(other, text, known)) expect(equal(other, json)).toBe(true);
      }),
    );
  });

  test('a part that was found before is recognised, and only in its own text', () => {
    const known = createKnownTexts();
    const order = { id: 'o-1', note: 'he said "no"\n', lines: Array.from({ length: 20 }, (_, n) => ({ n })) };
    const parts: readonly Json[] = Array.from({ length: 20 }, (_, n) => ({ n, long: 'x'.repeat(80) }));
    for (const part of [order, ...parts, order, ...parts]) {
      const text = JSON.stringify({ count: 1, part });
      expect(agreesWithText({ count: 1, part }, text, known)).toBe(true);
      expect(agreesWithText({ count: 1, part }, text.replace('x', 'y'), known)).toBe(!text.includes('x'));
      expect(agreesWithText({ count: 1, part: order }, text, known)).toBe(part === order);
    }
  });
});
