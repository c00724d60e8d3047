import fc from 'fast-check';
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
    ['$range(-1.7, 2, 1)', [-1, 0, 1, 2]],
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
    // Measured at AWS: the first number of Java's Random.
    ['$random(42)', 0.7275636800328681],
    ['1/0', unknown('a number out of range')],
    ['$random(1.5)', unknown('a random number')],
    ['$random() + 1', unknown('a random number')],
    ['{"now": $now()}', { now: unknown("AWS's clock") }],
    ['$sort([$random(), 1])', unknown('a random number')],
    ['$merge([{"a": $uuid()}, {"b": 1}])', { a: unknown('a random UUID'), b: 1 }],
    ['$merge([$states.context.Execution.StartTime, {"b": 1}])', start],
    ['$keys($states.context.Execution)', ['Id', 'StartTime', 'RoleArn']],
    ['$type($states.context.Execution)', 'object'],
    ['$append([1], $states.context.Execution.StartTime)', [1, start]],
    ['$count([$uuid(), $uuid()])', 2],
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
      '$count([1..2000].([1..2000].($ * 2)))',
      '$map([1..2000], function($v) { $map([1..2000], function($w) { $v * $w }) })',
      `${'('.repeat(20_000)}1${')'.repeat(20_000)}`,
      '$contains($pad("", 99000, "a"), /^x|[ab]*c/)',
      '$contains($pad("", 99000, "\n"), /^[^x]*x/m)',
      '$map([1..1000], function($i) { $match($pad("", 9000, "a"), /a*b/) })',
      `$match($pad("", 60, "a"), /${'a?'.repeat(28)}a{28}b/)`,
      `(function($x)<${'n+'.repeat(20)}>{1})(${'1,'.repeat(40)}"s")`,
      `(function($x)<${'n?'.repeat(28)}s>{1})(${'1,'.repeat(26)}true)`,
      `$toMillis("${'a'.repeat(50)}", "${'[MNn]'.repeat(22)}1")`,
      '$pad("", 400000000)',
      '$length($reduce([1..27], function($a, $b) { $a & $a }, "x"))',
      '$string($reduce([1..40], function($a, $b) { {"l": $a, "r": $a} }, 1))',
      '$replace($pad("", 90000, "a"), /a/, $pad("", 90000, "$0"))',
      '$map([1..100000], function($i) { $count([1..100000]) })',
      `(${Array.from({ length: 40 }, (_, n) => `$v${n + 1} := {"l": $v${n}, "r": $v${n}};`).join('')} $v40)`,
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

  it('writes to nothing that it calls by mistake', () => {
    const input: Json = { a: { b: 1 } };
    const failed = run('(function($f) { $f(1) })($states.input.a)', input);
    expect(failed).toMatchObject({ ok: false, error: 'States.QueryEvaluationError' });
    expect(run('($f := $states.input.a; 1 + $f(1))', input)).toMatchObject({ ok: false });
    expect(input).toEqual({ a: { b: 1 } });
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
