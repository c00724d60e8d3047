// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of templates look like that
import { describe, expect, test } from 'vitest';
import { pass } from './definition-cases.ts';
import { parse, parseState, parseValue } from './parse.ts';

describe('text', () => {
  const at = (text: string): unknown[][] => {
    const result = parse(text);
    const found = result.ok ? result.warnings : result.problems;
    return found.map(({ reason, line, column }) => [reason, line, column]);
  };
  test.each<[string, string, [string, number, number][]]>([
    ['empty', ' ', [['EMPTY_DEFINITION', 1, 2]]],
    ['broken', '{\n  "StartAt": tru }', [['NOT_JSON', 2, 14]]],
    ['cut off', '{"StartAt": "A"', [['NOT_JSON', 1, 16]]],
    ['trailing comma', '{"a":[1,]}', [['NOT_JSON', 1, 9]]],
    ['two values', '{} {}', [['NOT_JSON', 1, 4]]],
    [
      'key twice',
      '{"StartAt":"S",\n"States":{"S":{"Type":"Succeed"},\n "S":{"Type":"Succeed"}}}',
      [['DUPLICATE_KEY', 3, 2]],
    ],
    [
      'key twice, spelt otherwise',
      '{"StartAt":"S","States":{"S":{"Type":"Fail",\n"Err\\u006fr":"a","Error":"b"}}}',
      [['DUPLICATE_KEY', 2, 18]],
    ],
    [
      'place of a value',
      '{"StartAt":"S",\n"States":{"S":\n  {"Type":"Succeed", "X": 1}}}',
      [['UNKNOWN_FIELD', 3, 27]],
    ],
    [
      'place of what holds no value',
      '{"StartAt":"S",\n"States":{"S":\n  {"Type":"Pass"}, "T":{"Type":"Succeed"}}}',
      [
        ['MISSING_TRANSITION', 3, 3],
        ['UNREACHABLE_STATE', 3, 24],
      ],
    ],
    ['byte order mark', '\ufeff{"StartAt":"S","States":{"S":{"Type":"Succeed"}}}', []],
  ])('%s', (_title, text, expected) => {
    expect(at(text)).toEqual(expected);
  });
  test('more than 1 MiB is refused', () => {
    const text = JSON.stringify(pass({ Comment: 'x'.repeat(1_048_576) }));
    expect(at(text).map(([reason]) => reason)).toEqual(['DEFINITION_TOO_LARGE']);
  });
});

describe('values that are no JSON', () => {
  const cyclic = (): unknown => {
    const value: { [key: string]: unknown } = { StartAt: 'S' };
    value.States = value;
    return value;
  };
  const nest = (times: number, wrap: (value: unknown) => unknown): unknown => {
    let value: unknown = 1;
    for (let i = 0; i < times; i++) value = wrap(value);
    return value;
  };
  const throwing = (): unknown => ({
    get StartAt(): string {
      throw new Error('no');
    },
  });
  // Functions, for the test runner prints the values of a table.
  test.each<[string, () => unknown, string]>([
    ['a cycle', cyclic, 'TOO_DEEPLY_NESTED'],
    ['great depth', () => nest(200_000, (value) => [value]), 'TOO_DEEPLY_NESTED'],
    ['a value shared 2^60 times', () => nest(60, (value) => [value, value]), 'DEFINITION_TOO_LARGE'],
    ['undefined', () => undefined, 'NOT_JSON'],
    ['a function', () => pass({ Result: () => 1 }), 'NOT_JSON'],
    ['NaN', () => pass({ Result: Number.NaN }), 'NOT_JSON'],
    ['a throwing getter', throwing, 'NOT_JSON'],
  ])('%s', (_title, value, reason) => {
    expect(parseValue(value())).toMatchObject({ ok: false, problems: [{ reason }] });
  });
  test('great depth in text', () => {
    expect(parse(`{"Broken":${'['.repeat(500_000)}${']'.repeat(500_000)}}`)).toMatchObject({ ok: false });
    expect(parse('['.repeat(200_000))).toMatchObject({ ok: false, problems: [{ reason: 'NOT_JSON' }] });
    expect(parse('['.repeat(20_000) + ']'.repeat(20_000))).toMatchObject({
      ok: false,
      problems: [{ reason: 'TOO_DEEPLY_NESTED' }],
    });
  });
  test("the caller's object is neither changed nor kept", () => {
    const given = { StartAt: 'S', States: { S: { Type: 'Pass', Result: { a: 1 }, End: true } } };
    const before = structuredClone(given);
    const result = parseValue(Object.freeze(given));
    expect(given).toEqual(before);
    given.States.S.Result.a = 2;
    expect(result).toMatchObject({ ok: true, machine: before });
  });
});

describe('a state by itself', () => {
  test('its targets are not looked for', () => {
    expect(parseState({ Type: 'Pass', Next: 'Elsewhere' })).toMatchObject({
      ok: true,
      state: { Type: 'Pass' },
    });
  });
  test('its fields are checked', () => {
    expect(parseState({ Type: 'Nonsense' })).toMatchObject({ ok: false, problems: [{ pointer: '/Type' }] });
  });
});
