import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare, equal, type Json, unknown, unknownWhere } from './index.ts';

const anyJson = fc.jsonValue({ maxDepth: 4 }).map((value): Json => JSON.parse(JSON.stringify(value)));
const NONE = unknownWhere('none', (value) => value === null || value === '');
const copy = (value: Json): Json => JSON.parse(JSON.stringify(value));
const shuffled = (value: Json): Json =>
  typeof value !== 'object' || value === null
    ? value
    : Array.isArray(value)
      ? value.map(shuffled)
      : Object.fromEntries(
          Object.entries(value)
            .reverse()
            .map(([key, item]) => [key, shuffled(item)]),
        );

describe('equal', () => {
  it('is an equivalence that key order does not matter to', () => {
    fc.assert(
      fc.property(anyJson, anyJson, (left, right) => {
        expect(equal(left, copy(left))).toBe(true);
        expect(equal(left, shuffled(left))).toBe(true);
        expect(equal(left, right)).toBe(equal(right, left));
        if (equal(left, right)) expect(equal(shuffled(left), right)).toBe(true);
      }),
    );
  });

  const different: readonly [Json, Json][] = [
    [1, '1'],
    [null, {}],
    [[], {}],
    [{ a: 1 }, { b: 1 }],
    [{ a: null }, {}],
    [{}, { a: null }],
    [
      [1, 2],
      [2, 1],
    ],
    [[1], [1, 2]],
    [{ a: 1 }, { a: 1, b: 2 }],
    [{}, { toString: 1 }],
    [JSON.parse('{"__proto__":{}}'), { a: 1 }],
    [{ toString: 1 }, { a: 1 }],
    [unknown('x'), {}],
  ];
  it.each(different)('%j is not %j', (left, right) => {
    expect(equal(left, right)).toBe(false);
    expect(equal(right, left)).toBe(false);
    expect(compare(left, right).verdict).not.toBe('agrees');
  });
});

describe('compare', () => {
  const rows: readonly [Json, Json, unknown][] = [
    [{ a: [1, 2] }, { a: [1, 2] }, { verdict: 'agrees' }],
    [1, 1.0, { verdict: 'agrees' }],
    [
      { a: [1, { 'b/c': 2 }] },
      { a: [1, { 'b/c': 3 }] },
      { verdict: 'diverges', at: '/a/1/b~1c', expected: 2, recorded: 3 },
    ],
    [{ a: 1 }, {}, { verdict: 'diverges', at: '/a', expected: 1, recorded: undefined }],
    [{}, { a: 1 }, { verdict: 'diverges', at: '/a', expected: undefined, recorded: 1 }],
    [
      { a: unknown('clock'), b: 1 },
      { a: 'x', b: 1 },
      { verdict: 'unverifiable', at: '/a', reason: 'clock' },
    ],
    [
      { a: unknown('clock'), b: 1 },
      { a: 'x', b: 2 },
      { verdict: 'diverges', at: '/b', expected: 1, recorded: 2 },
    ],
    [
      { a: unknown('clock') },
      {},
      { verdict: 'diverges', at: '/a', expected: unknown('clock'), recorded: undefined },
    ],
    [
      { a: unknown('clock') },
      { a: 1, b: 2 },
      { verdict: 'diverges', at: '/b', expected: undefined, recorded: 2 },
    ],
    [NONE, '', { verdict: 'unverifiable', at: '', reason: 'none' }],
    [{ a: NONE }, { a: 'x' }, { verdict: 'diverges', at: '/a', expected: NONE, recorded: 'x' }],
    [unknown('truncated'), { a: 1 }, { verdict: 'unverifiable', at: '', reason: 'truncated' }],
    ['{"a":1,"b":[2]}', '{"b": [2], "a": 1}', { verdict: 'agrees' }],
    ['{"a":1}', '{"a":2}', { verdict: 'diverges', at: '', expected: '{"a":1}', recorded: '{"a":2}' }],
    [[1, unknown('id')], [1, 2], { verdict: 'unverifiable', at: '/1', reason: 'id' }],
  ];
  it.each(rows)('%j with %j', (expected, recorded, verdict) => {
    expect(compare(expected, recorded)).toEqual(verdict);
  });

  it.each<[string, string, 'unverifiable' | 'diverges']>([
    ['4111 1111', '**** ****', 'unverifiable'],
    ['mail to a@b.c, now', 'mail to *****, now', 'unverifiable'],
    ['*****', 'a@b.c', 'unverifiable'],
    ['mail to a@b.c, then', 'mail to *****, now', 'diverges'],
    ['ab', 'ab***ab', 'diverges'],
    ['2 ** 3', '2 ** 4', 'diverges'],
  ])('what a log has masked is no evidence: %s, %s', (expected, recorded, verdict) => {
    expect(compare({ a: expected }, { a: recorded }).verdict).toBe(verdict);
  });

  it('gives up on what is nested beyond the stack', () => {
    const deep = (): Json => JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));
    expect(compare(deep(), deep())).toEqual({ verdict: 'unverifiable', at: '', reason: 'nested too deeply' });
  });

  it('agrees where equal does, and either way round', () => {
    fc.assert(
      fc.property(anyJson, anyJson, (left, right) => {
        if (equal(left, right)) expect(compare(left, right).verdict).toBe('agrees');
        expect(compare(left, right).verdict).toBe(compare(right, left).verdict);
      }),
    );
  });
});
