import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LONGEST_LEAF, leafText, leavesOf, MOST_LEAVES, readLeafPath } from './leaves.ts';

const texts = (payload: string) => leavesOf(payload).map(({ path, value }) => `${path} ${value}`);

describe('the leaves of a payload', () => {
  test.each<[string, string, readonly string[]]>([
    ['strings, numbers, booleans', '{"a":"x","b":1.50,"c":true}', ['$.a x', '$.b 1.50', '$.c true']],
    ['null and nothing are none', '{"a":null,"b":"","c":{},"d":[]}', []],
    ['the word null is one', '{"a":"null"}', ['$.a null']],
    ['a long integer as it is written', '{"id":12345678901234567890}', ['$.id 12345678901234567890']],
    ['one path for all positions', '{"i":[{"s":"a"},{"s":"b"},{"s":"a"}]}', ['$.i[*].s a', '$.i[*].s b']],
    ['arrays within arrays', '[[1,[2]],3]', ['$[*][*] 1', '$[*][*][*] 2', '$[*] 3']],
    [
      'after an object within',
      '{"a":{"b":1},"c":[{"d":2},3],"e":4}',
      ['$.a.b 1', '$.c[*].d 2', '$.c[*] 3', '$.e 4'],
    ],
    ['a scalar alone', ' "x" ', ['$ x']],
    [
      'names that are none',
      '{"my key":1,"it\'s":2,"a.b":3}',
      ["$['my key'] 1", "$['it\\'s'] 2", "$['a.b'] 3"],
    ],
    ['escapes', '{"a":"\\u00e4\\n\\"","b":"\\\\"}', ['$.a ä\n"', '$.b \\']],
    ['NUL and halves of characters', '{"a":"x\\u0000y","b":"\\ud800"}', ['$.a x\ufffdy', '$.b \ufffd']],
    ['what breaks off', '{"a":1,"b":"cut', ['$.a 1']],
    ['what is no JSON', '"\\x"', []],
    ['nothing', '', []],
  ])('%s', (_, payload, leaves) => {
    expect(texts(payload)).toEqual(leaves);
  });

  test('are bounded in number, length and path', () => {
    const many = leavesOf(JSON.stringify(Array.from({ length: 500 }, (_, n) => n)));
    expect(many).toHaveLength(MOST_LEAVES);
    const long = `${'x'.repeat(LONGEST_LEAF - 1)}ä`;
    expect(leafText(long)).toBe('x'.repeat(LONGEST_LEAF - 1));
    expect(leavesOf(JSON.stringify({ long }))).toEqual([{ path: '$.long', value: leafText(long) }]);
    expect(leavesOf(JSON.stringify({ [long]: 1, b: 2 }))).toEqual([{ path: '$.b', value: '2' }]);
    expect(texts(`${'['.repeat(100_000)}1${']'.repeat(100_000)}`)).toEqual([]);
  });

  test('are found by the path that they have, and are what JSON.parse finds', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ maxLength: 10 }), fc.oneof(fc.string(), fc.integer())),
        (object) => {
          const leaves = leavesOf(JSON.stringify(object));
          for (const { path } of leaves) expect(readLeafPath(path)).toBe(path);
          const expected = Object.values(object).flatMap((value) =>
            value === '' ? [] : [leafText(String(value))],
          );
          expect(leaves.map(({ value }) => value)).toEqual(expected.slice(0, MOST_LEAVES));
        },
      ),
    );
  });
});

test.each<[string, string | undefined]>([
  ['order.id', '$.order.id'],
  ['$.order.id', '$.order.id'],
  ['.order.id', '$.order.id'],
  ['$', '$'],
  ['$.items[0].sku', '$.items[*].sku'],
  ['items[*].sku', '$.items[*].sku'],
  ["$['order']['my key']", "$.order['my key']"],
  ['$["a\\"b"]', "$['a\"b']"],
  ['[0]', '$[*]'],
  ['$name', undefined],
  ['a..b', undefined],
  ['a b', undefined],
  ['$.items[', undefined],
])('the path %s', (given, path) => {
  expect(readLeafPath(given)).toBe(path);
});
