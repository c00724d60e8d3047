import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compare,
  compileChoiceRule,
  compileDynamicText,
  compileJsonataTemplate,
  compilePath,
  type Json,
  jsonText,
  parseJson,
  type Scope,
  unknownDraws,
} from './index.ts';

const scope = (input: Json): Scope => ({
  input,
  context: () => ({}),
  variables: () => undefined,
  draws: unknownDraws(),
});

const large = '12345678901234567890';

describe('JSON texts', () => {
  const rows: readonly [string, Json][] = [
    [`{"id":${large}}`, { id: 12345678901234567890n }],
    [`[-${large}, 9007199254740993]`, [-12345678901234567890n, 9007199254740993n]],
    ['9007199254740992', 9007199254740992],
    ['12345678901234567000', 12345678901234567000],
    [`"${large}"`, large],
    [`{"a":"x:${large},","b":1}`, { a: `x:${large},`, b: 1 }],
    [
      `{"__proto__":${large}}`,
      JSON.parse('{"__proto__":0}', (_, item) => (item === 0 ? BigInt(large) : item)),
    ],
    ['0.1234567890123456789', 0.12345678901234568],
    ['[1.0,1e3,-0,1E-7]', [1, 1000, -0, 1e-7]],
    [`{"\\"${large}":{"b\\\\":${large}}}`, { [`"${large}`]: { 'b\\': 12345678901234567890n } }],
  ];
  it.each(rows)('%s', (text, expected) => {
    expect(parseJson(text)).toStrictEqual(expected);
  });

  it.each(['', '{', `{"a":${large}`, `${large}.`, `[${large},]`, '01234567890123456789'])(
    '%s is none',
    (text) => {
      expect(() => parseJson(text)).toThrow(SyntaxError);
    },
  );

  it('are read as JSON.parse reads them, and written as they were read', () => {
    const integer = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map(String);
    fc.assert(
      fc.property(fc.json(), fc.array(integer), (json, integers) => {
        expect(parseJson(json)).toStrictEqual(JSON.parse(json));
        const text = `{"a":${json},"b":[${integers}],"c":"${integers}"}`;
        const value = parseJson(text);
        expect(parseJson(jsonText(value))).toStrictEqual(value);
        const from = (whole: string): string => whole.slice(whole.lastIndexOf('"b":['));
        expect(from(jsonText(value))).toBe(from(text));
      }),
    );
  });
});

describe('integers that no double holds', () => {
  const payload = parseJson(`{"id":${large},"list":[${large},1]}`);

  it('pass through paths, functions and expressions unchanged', () => {
    expect(compilePath('$.id')(scope(payload))).toEqual({ ok: true, value: 12345678901234567890n });
    expect(compileDynamicText("States.Format('id {}', $.id)")(scope(payload))).toEqual({
      ok: true,
      value: `id ${large}`,
    });
    expect(compileDynamicText('States.JsonToString($)')(scope(payload))).toEqual({
      ok: true,
      value: `{"id":${large},"list":[${large},1]}`,
    });
    expect(compileDynamicText('States.ArrayContains($.list, $.id)')(scope(payload))).toEqual({
      ok: true,
      value: true,
    });
    expect(compileDynamicText('States.ArrayUnique($.list)')(scope(payload))).toEqual({
      ok: true,
      value: [12345678901234567890n, 1],
    });
    expect(compileDynamicText(`States.StringToJson('${large}')`)(scope(0))).toEqual({
      ok: true,
      value: 12345678901234567890n,
    });
    expect(compilePath('$.list[?(@ > 1)]')(scope(payload))).toEqual({
      ok: true,
      value: [12345678901234567890n],
    });
    expect(compilePath('$.none')(scope(payload))).toMatchObject({ ok: false });
    expect(compileJsonataTemplate('{% $states.input.id %}', 'Output')(scope(payload))).toEqual({
      ok: true,
      value: 12345678901234567890n,
    });
    expect(compileJsonataTemplate('{% $states.input.id > 1 %}', 'Output')(scope(payload))).toEqual({
      ok: true,
      value: true,
    });
  });

  it.each([
    [{ IsNumeric: true }, true],
    [{ IsString: true }, false],
    [{ NumericGreaterThan: 12345678901234567000 }, true],
    [{ NumericLessThan: 1e30 }, true],
    [{ NumericEqualsPath: '$.list[0]' }, true],
    [{ NumericEqualsPath: '$.list[1]' }, false],
    [{ StringEquals: large }, false],
  ])('%j', (comparison, expected) => {
    expect(compileChoiceRule({ Variable: '$.id', ...comparison })(scope(payload))).toEqual({
      ok: true,
      value: expected,
    });
  });

  it('are compared to the last digit, but with what went through a double', () => {
    const verdict = (left: string, right: string) => compare(parseJson(left), parseJson(right)).verdict;
    expect(verdict(`{"a":${large}}`, `{"a":${large}}`)).toBe('agrees');
    expect(verdict(`{"a":${large}}`, '{"a":12345678901234567891}')).toBe('diverges');
    expect(verdict(`[${large}]`, '[12345678901234567000]')).toBe('unverifiable');
    expect(verdict('12345678901234567000', large)).toBe('unverifiable');
    expect(verdict(large, '1')).toBe('diverges');
    expect(verdict(large, `"${large}"`)).toBe('diverges');
    expect(verdict('1e400', '1e400')).toBe('agrees');
    expect(verdict('1.0', '1')).toBe('agrees');
  });
});

describe('numbers inside texts', () => {
  it.each([
    ['total 1', 'total 1.0', 'agrees'],
    ['v1, 12345678.9', 'v1, 1.23456789E7', 'agrees'],
    ['{a=10}', '{a=1E1}', 'agrees'],
    ['0.0001', '1.0E-4', 'agrees'],
    ['total 1', 'total 2', 'diverges'],
    ['1.0.0', '1.0', 'diverges'],
    ['1.0', '1', 'diverges'],
    ['007', '7', 'diverges'],
    [large, '12345678901234567891', 'diverges'],
    ['1', 'one', 'diverges'],
  ])('%s with the recorded %s %s', (expected, recorded, verdict) => {
    expect(compare(expected, recorded).verdict).toBe(verdict);
  });
});
