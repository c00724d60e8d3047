import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import jsonata from 'jsonata';
import { describe, expect, it } from 'vitest';
import type { Json } from './index.ts';
import { evaluate, parse } from './jsonata-sync.generated.js';

const document: Json = {
  name: 'order-1',
  total: 12.5,
  none: null,
  empty: [],
  single: [7],
  nested: { deep: { list: [3, 1, 2] } },
  items: [
    { sku: 'a', price: 10, qty: 2, tags: ['x', 'y'] },
    { sku: 'b', price: 5, qty: 1, tags: [] },
    { sku: 'c', price: 7.5, qty: 4, tags: ['x'] },
  ],
  people: [
    {
      first: 'Ann',
      last: 'Lee',
      age: 31,
      phone: [
        { type: 'home', no: '1' },
        { type: 'work', no: '2' },
      ],
    },
    { first: 'Bob', last: 'Day', age: 17, phone: { type: 'home', no: '3' } },
  ],
};

// The corners of the language, one or more expressions for each node type and each group of functions.
const expressions = [
  'name',
  'total + 1',
  '-total',
  'missing',
  'none',
  'empty',
  'single',
  'single[]',
  'nested.deep.list',
  'nested.*.list',
  'items.price',
  'items.sku[0]',
  'items[0].sku',
  'items[-1]',
  'items[price > 6]',
  'items[price > 6].sku',
  'items.tags',
  'items.(price * qty)',
  '$sum(items.(price * qty))',
  'items^(price).sku',
  'items^(>price, sku).sku',
  '**.no',
  '**[0]',
  'items{sku: price}',
  'items{sku: $sum(price)}',
  '{"a": name, "b": [items.sku]}',
  '[1..5]',
  '[1..5].($ * 2)',
  'people.phone[type="home"].no',
  'people@$p.phone@$h.{"n": $p.first, "p": $h.no}',
  'items#$i.{"i": $i, "s": sku}',
  'people.phone.%.first',
  '(  $x := 3; $y := $x * 2; $x + $y )',
  '$map(items, function($v, $i) { $v.sku & $i })',
  '$filter(items, function($v) { $v.qty > 1 })',
  '$reduce([1,2,3,4], function($a, $b) { $a * $b })',
  '$sort(items, function($l, $r) { $l.price > $r.price }).sku',
  '$sort([3,1,2])',
  '$reverse([1,2,3])',
  '$shuffle([1])',
  '$each(nested.deep, function($v, $k) { $k })',
  '$sift(items[0], function($v) { $v = 10 })',
  '$keys(items)',
  '$lookup(nested, "deep")',
  '$merge([{"a":1},{"b":2}])',
  '$spread({"a":1,"b":2})',
  '$append([1],[2,3])',
  '$zip([1,2],[3,4])',
  '$distinct([1,1,2])',
  '$count(items)',
  '$max(items.price)',
  '$min(items.price)',
  '$average(items.price)',
  '$string(items[0])',
  '$number("12.5")',
  '$substring("hello", 1, 3)',
  '$substringBefore("a-b", "-")',
  '$pad("x", -3)',
  '$uppercase(name)',
  '$length(name)',
  '$trim("  a  b ")',
  '$split("a,b", ",")',
  '$join(["a","b"], "-")',
  '$match("abcab", /a(b)/)',
  '$contains(name, /order/i)',
  '$replace("john", /(j)o/, "$1a")',
  '$split("a1b22c", /\\d+/)',
  '$formatNumber(1234.5, "#,##0.00")',
  '$formatBase(255, 16)',
  '$formatInteger(12, "w")',
  '$parseInteger("twelve", "w")',
  '$round(2.5)',
  '$floor(2.9)',
  '$power(2, 8)',
  '$sqrt(16)',
  '$abs(-3)',
  '$boolean([])',
  '$not(true)',
  '$exists(missing)',
  '$type(items)',
  '$base64encode("a")',
  '$base64decode("YQ==")',
  '$encodeUrlComponent("a b")',
  '$toMillis("2024-01-02T03:04:05Z")',
  '$fromMillis(1700000000000)',
  '$fromMillis(1700000000000, "[Y]-[M01]-[D01]")',
  '$clone(nested)',
  '$single([5])',
  'items ~> | $ | {"new": 1}, "tags" |',
  'items.price ~> $sum',
  '$map(?, $string)([1,2])',
  '(function($n) { $n < 2 ? 1 : $n * 2 })(3)',
  '( $f := function($n) { $n <= 1 ? 1 : $n * $f($n - 1) }; $f(10) )',
  '( $f := function($n, $a) { $n = 0 ? $a : $f($n - 1, $a + $n) }; $f(500, 0) )',
  'name = "order-1" and total > 3',
  '"a" in ["a","b"]',
  'total ?: 3',
  'missing ?? "d"',
  'name & "!"',
  'items.sku & ""',
  '$error("boom")',
  '1 + "a"',
  '$undefined()',
  '$sum("a")',
  '{"a": 1, "a": 2}',
  'items.{name: 1}',
  '$assert(false, "no")',
];

const outcome = async (run: () => unknown): Promise<unknown> => {
  try {
    return JSON.parse(JSON.stringify({ value: await run() }));
  } catch (thrown) {
    return typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : String(thrown);
  }
};

const session = (variables: Readonly<Record<string, unknown>>) => ({
  lookup: (name: string | symbol) => (typeof name === 'string' ? variables[name] : undefined),
  random: () => 0.5,
  step: () => {},
  spend: () => {},
  sequence: 1_000_000,
  RegexEngine: RegExp,
});

describe('the derived evaluator against the original', () => {
  it.each(expressions)('%s', async (expression) => {
    const text = `$d.(${expression})`;
    const original = await outcome(() => jsonata(text).evaluate(undefined, { d: document }));
    const derived = await outcome(() => evaluate(parse(text), session({ d: document })));
    expect(derived).toEqual(original);
  });

  it('sorts long lists without exhausting the stack', () => {
    const list = Array.from({ length: 30_000 }, (_, index) => (index * 7919) % 30_011);
    const sorted = evaluate(parse('$sort($d)'), session({ d: list }));
    expect(sorted).toEqual(list.toSorted((a, b) => a - b));
  });
});

describe('the generated file', () => {
  it('is what the script derives from the installed package', () => {
    const root = fileURLToPath(new URL('../../../../', import.meta.url));
    expect(() =>
      execFileSync(process.execPath, ['scripts/derive-jsonata.mjs', '--check'], { cwd: root }),
    ).not.toThrow();
  });
});
