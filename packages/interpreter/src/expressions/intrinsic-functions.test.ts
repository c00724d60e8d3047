import { describe, expect, it } from 'vitest';
import {
  compileDynamicText,
  compilePayloadTemplate,
  type Json,
  type Scope,
  seededDraws,
  unknown,
  unknownDraws,
} from './index.ts';

const start = unknown('start');
const scope = (input: Json, more: Partial<Scope> = {}): Scope => ({
  input,
  context: () => ({ Execution: { StartTime: start } }),
  variables: (name) => (name === 'n' ? 4 : undefined),
  draws: unknownDraws(),
  ...more,
});

describe('intrinsic functions', () => {
  const rows: readonly [string, Json][] = [
    ["States.Format('{} and {}', 'a', 1)", 'a and 1'],
    ["States.Format('\\{{}\\} it\\'s \\\\', $.list)", "{[1, 2, 2]} it's \\"],
    ["States.Format('{}', $.object)", '{a=1, b=[x]}'],
    ['States.Format($.template, $n)', 'n is 4'],
    ["States.Format('none')", 'none'],
    ['States.StringToJson(\'{"a": [1]}\')', { a: [1] }],
    ['States.JsonToString($.object)', '{"a":1,"b":["x"]}'],
    ["States.Array('x', null, true, -1.5, $.list)", ['x', null, true, -1.5, [1, 2, 2]]],
    ['States.Array()', []],
    ['States.ArrayPartition($.list, 2)', [[1, 2], [2]]],
    ['States.ArrayContains($.list, 2)', true],
    ["States.ArrayContains($.list, '2')", false],
    ['States.ArrayRange(1, 9, 4)', [1, 5, 9]],
    ['States.ArrayRange(3, 1, -1)', [3, 2, 1]],
    ['States.ArrayGetItem($.list, 1)', 2],
    ['States.ArrayLength($.list)', 3],
    ['States.ArrayUnique($.list)', [1, 2]],
    ["States.Base64Encode('Hello World')", 'SGVsbG8gV29ybGQ='],
    ["States.Base64Decode('SGVsbG8gV29ybGQ=')", 'Hello World'],
    ["States.Hash('input data', 'MD5')", '812f45842bc6d66ee14572ce20db8e86'],
    [
      'States.JsonMerge($.object, States.StringToJson(\'{"a":9,"__proto__":1}\'), false)',
      JSON.parse('{"a":9,"b":["x"],"__proto__":1}'),
    ],
    ['States.MathAdd(1.5, -3)', -1],
    ["States.StringSplit('a.b,,c', '.,')", ['a', 'b', 'c']],
    ['  States.MathAdd( States.ArrayLength( $.list ) , $n )  ', 7],
    ['States.ArrayGetItem($.people[?(@.id == 2)].name, 0)', 'Bob'],
    ['States.Array(States.Array(States.Array(1)))', [[[1]]]],
    ["States.Format('{}{}{}', null, true, 'x')", 'nulltruex'],
    ["States.Format('{}', 1e3)", '1000'],
    ["States.Format('{}', -0)", '0'],
    ["States.Format('a\\\\{}', 1)", 'a\\1'],
    ["States.Format('{ }')", '{ }'],
    ["States.Format('{}', '{}')", '{}'],
    ["States.Format('{}', States.Array(1, 'a', null))", '[1, a, null]'],
    ["States.StringToJson('1')", 1],
    ["States.StringToJson(' null ')", null],
    ['States.StringToJson(\'{"b":1,"a":2,"b":3}\')', { b: 3, a: 2 }],
    ["States.JsonToString('a\"b')", '"a\\"b"'],
    ['States.JsonToString(null)', 'null'],
    ['States.ArrayPartition($.list, 1.4)', [[1], [2], [2]]],
    ['States.ArrayPartition(States.Array(), 3)', []],
    ['States.ArrayPartition($.list, 9)', [[1, 2, 2]]],
    ['States.ArrayContains($.people, $.people[0])', true],
    ['States.ArrayContains(States.Array(null), null)', true],
    ['States.ArrayRange(1, 5, 9)', [1]],
    ['States.ArrayRange(5, 1, 1)', []],
    ['States.ArrayRange(1, 1000, 1)', Array.from({ length: 1000 }, (_, index) => index + 1)],
    ['States.ArrayRange(1e20, 1e20, 1)', [1e20]],
    ['States.ArrayGetItem(States.Array(null), 0)', null],
    ['States.ArrayLength(States.Array())', 0],
    [
      "States.ArrayUnique(States.Array(1, '1', null, 'null', $.object, States.JsonMerge($.object, $.object, false), $.list, $.list, true, 'true'))",
      [1, '1', null, 'null', { a: 1, b: ['x'] }, [1, 2, 2], true, 'true'],
    ],
    [
      'States.ArrayUnique(States.Array(\'{"a":1}\', States.StringToJson(\'{"a":1}\')))',
      ['{"a":1}', { a: 1 }],
    ],
    ["States.Base64Encode('')", ''],
    ["States.Base64Encode('ü😀')", 'w7zwn5iA'],
    ["States.Base64Decode('w7zwn5iA')", 'ü😀'],
    ["States.Base64Decode('YQ')", 'a'],
    ["States.Hash('ü😀', 'SHA-256')", '480eec2ac90675fd48de4593b4677e063d4fb9e17cbc335cadfc758f3d3d60ac'],
    ["States.Hash($.object, 'MD5')", 'a1f3488c46acab72d408d2ef1a5b4bdf'],
    ['States.JsonMerge($.object, States.StringToJson(\'{"b":{"c":1}}\'), false)', { a: 1, b: { c: 1 } }],
    ['States.MathAdd(2147483647, -2147483648)', -1],
    ['States.MathAdd(-0.4, 0)', 0],
    ["States.StringSplit('', ',')", []],
    ["States.StringSplit('abc', '')", ['abc']],
    ["States.StringSplit(',,', ',')", []],
    ["States.StringSplit('a😀b', '😀')", ['a', 'b']],
  ];
  const input: Json = {
    list: [1, 2, 2],
    object: { a: 1, b: ['x'] },
    template: 'n is {}',
    people: [
      { id: 1, name: 'Ann' },
      { id: 2, name: 'Bob' },
    ],
  };
  it.each(rows)('%s', (text, expected) => {
    const evaluation = compileDynamicText(text, 'x.$')(scope(input));
    expect(evaluation).toEqual({ ok: true, value: expected });
  });

  const wrong = [
    'States.ArrayGetItem($.list, 3)',
    'States.ArrayGetItem($.list, -1)',
    'States.ArrayPartition($.list, 0)',
    'States.ArrayRange(1, 5000, 1)',
    'States.ArrayRange(1, 5, 0)',
    "States.StringToJson('{')",
    "States.Hash('a', 'SHA-3')",
    'States.JsonMerge($.object, $.object, true)',
    "States.MathAdd('1', 2)",
    "States.Format('{}')",
    "States.Format('{}', 1, 2)",
    'States.MathRandom(2, 2)',
    'States.Nothing(1)',
    'States.ArrayLength($.object)',
    'States.UUID(1)',
    'States.ArrayRange(1, 1001, 1)',
    'States.ArrayRange(0, 1000000000, 1)',
    "States.ArrayRange('1', 2, 1)",
    "States.Base64Decode('a')",
    "States.Base64Decode('*')",
    `States.Base64Encode('${'a'.repeat(10_001)}')`,
    `States.Hash('${'a'.repeat(10_001)}', 'MD5')`,
    "States.Hash('a', 'md5')",
    "States.Hash('a')",
    'States.StringToJson(1)',
    "States.StringToJson('')",
    'States.JsonMerge($.object, $.list, false)',
    "States.JsonMerge($.object, $.object, 'false')",
    'States.MathAdd(3000000000, 1)',
    'States.MathAdd(1)',
    "States.StringSplit('a', 1)",
    'States.ArrayGetItem($.list, null)',
    'States.ArrayContains($.object, 1)',
    'States.ArrayUnique(null)',
    'States.Format(1)',
    'States.MathRandom(1)',
  ];
  it.each(wrong)('%s fails', (text) => {
    expect(compileDynamicText(text)(scope(input))).toMatchObject({
      ok: false,
      error: 'States.IntrinsicFailure',
    });
  });

  it.each([
    'States.Format(',
    "States.Format('a)",
    'States.Array(1,)',
    'States.Array(1) 2',
    'States.Array(abc)',
    `${'States.Array('.repeat(11)}${')'.repeat(11)}`,
  ])('%s is no call', (text) => {
    expect(compileDynamicText(text)(scope(input))).toMatchObject({ ok: false, error: 'States.Runtime' });
  });

  it('names a path that leads nowhere', () => {
    expect(compileDynamicText('States.ArrayLength($.gone)')(scope({ a: 1 }))).toEqual({
      ok: false,
      error: 'States.Runtime',
      cause:
        "The function 'States.ArrayLength($.gone)' had the following error: The JsonPath argument for the field '$.gone' could not be found in the input '{\"a\":1}'",
    });
  });
});

describe('functions of what cannot be known', () => {
  const rows: readonly [string, unknown][] = [
    ["States.Format('{}', $$.Execution.StartTime)", start],
    ['States.Array(1, $$.Execution.StartTime)', [1, start]],
    ['States.ArrayLength(States.Array($$.Execution.StartTime))', 1],
    ['States.ArrayGetItem(States.Array(1, $$.Execution.StartTime), 0)', 1],
    ['States.UUID()', unknown('a random UUID')],
    ['States.MathRandom(1, 5)', unknown('a random number')],
    ['States.MathAdd(States.MathRandom(1, 5, 7), 1)', unknown('a random number')],
    ['States.JsonToString($$.Execution)', start],
  ];
  it.each(rows)('%s', (text, expected) => {
    const given = scope({});
    expect(compileDynamicText(text)(given)).toEqual({ ok: true, value: expected });
  });

  it('draws in a simulation', () => {
    const draws = seededDraws(1, () => 0);
    const drawn = compileDynamicText('States.MathRandom(1, 5)')(scope({}, { draws }));
    expect(drawn.ok && [1, 2, 3, 4]).toContain(drawn.ok ? drawn.value : 0);
    expect(draws.reasons).not.toEqual([]);
    const uuid = compileDynamicText('States.UUID()')(scope({}, { draws }));
    expect(uuid.ok && uuid.value).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(seededDraws(5, () => 0).random()).toBe(seededDraws(5, () => 0).random());
  });
});

describe('payload templates', () => {
  it('replaces fields at any depth, leaves texts in arrays, shares constants', () => {
    const constant = { kept: ['$.a', { deep: true }] };
    const template: Json = {
      constant,
      'a.$': '$.a',
      nested: { list: [{ 'b.$': '$$.Execution.StartTime' }, '$.a'] },
      'f.$': "States.Format('{}', $n)",
    };
    const evaluation = compilePayloadTemplate(template)(scope({ a: 1 }));
    expect(evaluation).toEqual({
      ok: true,
      value: { constant, a: 1, nested: { list: [{ b: start }, '$.a'] }, f: '4' },
    });
    if (evaluation.ok && evaluation.value !== null)
      expect(Reflect.get(Object(evaluation.value), 'constant')).toBe(constant);
  });

  it.each<[Json, string]>([
    [{ 'a.$': 1 }, "The value for the field 'a.$' must be a valid JSONPath"],
    [
      { 'a.$': '$.x' },
      "The JSONPath '$.x' specified for the field 'a.$' could not be found in the input '{}'",
    ],
  ])('%j fails', (template, cause) => {
    expect(compilePayloadTemplate(template)(scope({}))).toEqual({
      ok: false,
      error: 'States.Runtime',
      cause,
    });
  });
});
