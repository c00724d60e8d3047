import fc from 'fast-check';
import jsonata from 'jsonata';
import { describe, expect, it } from 'vitest';
import {
  compileJsonataTemplate,
  isUnknown,
  type Json,
  type Scope,
  seededDraws,
  unknown,
  unknownDraws,
} from './index.ts';
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

const scope = (input: Json, more: Partial<Scope> = {}): Scope => ({
  input,
  context: () => ({ Execution: { Id: 'arn', StartTime: unknown('start'), RoleArn: unknown('role') } }),
  variables: () => undefined,
  draws: unknownDraws(),
  ...more,
});

const run = (expression: string, input: Json = null, more: Partial<Scope> = {}) =>
  compileJsonataTemplate(`{% ${expression} %}`, 'Output')(scope(input, more));

describe('the short way into $states', () => {
  const json = fc.jsonValue({ maxDepth: 4 }).map((value): Json => JSON.parse(JSON.stringify(value)));
  const keyed = fc.letrec<{ tree: Json }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      json,
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'b'), tie('tree')),
    ),
  })).tree;

  it('gives what the evaluator gives', () => {
    fc.assert(
      fc.property(keyed, fc.constantFrom('', '.a', '.b', '.a.b', '.a.a.b'), (input, way) => {
        const short = run(`$states.input${way}`, input);
        const long = run(`($states.input${way})`, input);
        expect(short.ok).toBe(long.ok);
        if (short.ok && long.ok) expect(short.value).toEqual(long.value);
      }),
    );
  });
});

describe('what AWS adds', () => {
  const rows: readonly [string, Json][] = [
    ['$partition([1,2,3,4,5], 2)', [[1, 2], [3, 4], [5]]],
    [
      '$partition([1,2,3,4], 2.9)',
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ['$range(1, 10, 3)', [1, 4, 7, 10]],
    ['$range(3, 1, -1)', [3, 2, 1]],
    ['$hash("input data", "SHA-1")', 'aaff4a450a104cd177d28d18d74485e8cae074b7'],
    ['$hash("input data")', 'b4a697a057313163aee33cd8d40c66e9f0f177e00cac2de32475ffff6169c3e3'],
    ['$parse("{\\"a\\":[1]}")', { a: [1] }],
    ['$parse("[1]").($+1)', 2],
  ];
  it.each(rows)('%s', (expression, expected) => {
    expect(run(expression)).toEqual({ ok: true, value: expected });
  });

  it('has no $eval', () => {
    expect(run('$eval("1")')).toMatchObject({ ok: false, error: 'States.QueryEvaluationError' });
  });

  it('draws from the world it is given', () => {
    const draws = seededDraws(7, () => 1_700_000_000_000);
    expect(run('$now()', null, { draws })).toEqual({ ok: true, value: '2023-11-14T22:13:20.000Z' });
    expect(run('$millis()', null, { draws })).toEqual({ ok: true, value: 1_700_000_000_000 });
    expect(run('$random(3) < 1 and $length($uuid()) = 36', null, { draws })).toEqual({
      ok: true,
      value: true,
    });
  });
});

describe('what cannot be known', () => {
  const start = unknown('start');
  const rows: readonly [string, unknown][] = [
    ['{"a": $states.context.Execution.StartTime, "b": 1}', { a: start, b: 1 }],
    ['$states.context.Execution.StartTime & "x"', start],
    ['$toMillis($states.context.Execution.StartTime)', start],
    ['$states.context.Execution.StartTime.field', start],
    ['$string($states.context.Execution)', start],
    ['$states.context.Execution.StartTime = "2024" ? 1 : 2', start],
    ['[1, $states.context.Execution.StartTime][0]', 1],
    ['$states.context.Execution.Id', 'arn'],
    ['$map([1,2], function($v) { $v & $uuid() })', [unknown('a random UUID'), unknown('a random UUID')]],
    ['$random() + 1', unknown('a random number')],
    ['{"now": $now()}', { now: unknown("AWS's clock") }],
    ['$sort([$random(), 1])', unknown('a random number')],
  ];
  it.each(rows)('%s', (expression, expected) => {
    const given = scope(null);
    const evaluation = compileJsonataTemplate(`{% ${expression} %}`, 'Output')(given);
    expect(evaluation).toEqual({ ok: true, value: expected });
  });

  it('ends what would not end, as unknown', () => {
    for (const expression of [
      '($f := function($n) { $f($n + 1) }; $f(0))',
      '($f := function($n) { 1 + $f($n + 1) }; $f(0))',
      '[1..9000000]',
      '$match($pad("", 200, "a"), /(a+)+b/)',
    ]) {
      const evaluation = run(expression);
      expect(evaluation.ok && isUnknown(evaluation.value), expression).toBe(true);
    }
  });
});

describe('templates', () => {
  it('walks objects and arrays, keeps literals, names the place of a failure', () => {
    const template: Json = { a: ['{% $states.input.x %}', ' {% no %}'], 'b.$': '$.x', c: 1 };
    const evaluate = compileJsonataTemplate(template, 'Output');
    expect(evaluate(scope({ x: 5 }))).toEqual({
      ok: true,
      value: { a: [5, ' {% no %}'], 'b.$': '$.x', c: 1 },
    });
    expect(evaluate(scope({}))).toMatchObject({ ok: false, location: 'Output/a[0]' });
  });

  it('leaves the input as it was', () => {
    const input: Json = { empty: [], list: [{ a: 1 }] };
    const before = JSON.stringify(input);
    for (const expression of [
      '$states.input.empty{"a": 1}',
      '$append($states.input.empty, 1)',
      '$states.input.list ~> |$|{"b":2}|',
    ])
      run(expression, input);
    expect(JSON.stringify(input)).toBe(before);
  });

  it('takes no prototype from a payload', () => {
    const input: Json = JSON.parse('{"__proto__": {"polluted": true}, "a": 1}');
    const evaluation = run('$merge([$states.input, {"b": 2}])', input);
    expect(evaluation.ok && JSON.stringify(evaluation.value)).toBe(
      '{"__proto__":{"polluted":true},"a":1,"b":2}',
    );
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(run('$states.input.constructor', { a: 1 }).ok).toBe(false);
  });
});
