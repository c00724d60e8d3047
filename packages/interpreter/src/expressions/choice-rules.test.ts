import { describe, expect, it } from 'vitest';
import {
  compileChoiceRule,
  type Json,
  type JsonObject,
  parseTimestamp,
  type Scope,
  unknown,
  unknownDraws,
} from './index.ts';

const scope = (input: Json): Scope => ({
  input,
  context: () => ({ Execution: { StartTime: unknown('start') } }),
  variables: (name) => (name === 'limit' ? 5 : undefined),
  draws: unknownDraws(),
});

const v = (comparison: JsonObject): JsonObject => ({ Variable: '$.v', ...comparison });
const hidden = { Variable: '$$.Execution.StartTime', StringEquals: 'x' };
const yes = { Variable: '$.yes', BooleanEquals: true };
const no = { Variable: '$.yes', BooleanEquals: false };

describe('choice rules', () => {
  const rows: readonly [JsonObject, Json, boolean][] = [
    [v({ StringMatches: 'log-*.txt' }), 'log-1.txt', true],
    [v({ StringMatches: 'log-*.txt' }), 'log-1.txt.gz', false],
    [v({ StringMatches: '*a*b*' }), 'xaxbx', true],
    [v({ StringMatches: '*a*b*' }), 'xbxax', false],
    [v({ StringMatches: 'a*a' }), 'a', false],
    [v({ StringMatches: 'a\\*' }), 'a*', true],
    [v({ StringMatches: 'a\\*' }), 'ab', false],
    [v({ StringMatches: 'a\\\\*' }), 'a\\b', true],
    [v({ StringMatches: '?' }), 'x', false],
    [v({ StringMatches: '*' }), 1, false],
    [v({ StringLessThan: 'b' }), 'a', true],
    [v({ StringGreaterThan: '\uffff' }), '\u{1F600}', false],
    [v({ NumericGreaterThan: 1 }), '2', false],
    [v({ NumericLessThanEqualsPath: '$limit' }), 5, true],
    [v({ NumericEqualsPath: '$.other' }), 7, true],
    [v({ IsTimestamp: true }), '2024-01-02T03:04:05Z', true],
    [v({ IsTimestamp: true }), '2024-01-02 03:04:05', false],
    [v({ IsBoolean: true }), false, true],
    [v({ TimestampEquals: '2024-01-02T03:04:05Z' }), '2024-01-02T05:04:05.000+02:00', true],
    [v({ TimestampLessThan: '2024-01-02T03:04:05Z' }), 'soon', false],
    [{ Variable: '$.gone', IsPresent: false }, 1, true],
    [{ Variable: '$.v.x', IsPresent: true }, { x: null }, true],
    [
      {
        And: [
          { Variable: '$.gone', IsPresent: true },
          { Variable: '$.gone', NumericEquals: 1 },
        ],
      },
      1,
      false,
    ],
    [{ Or: [v({ NumericEquals: 1 }), { Variable: '$.gone', NumericEquals: 1 }] }, 1, true],
    [{ Not: v({ NumericEquals: 1 }) }, 1, false],
    [{ Comment: 'x', Next: 'y', ...v({ NumericEquals: 1 }) }, 1, true],
  ];
  it.each(rows)('%j of %j is %j', (rule, value, expected) => {
    expect(compileChoiceRule(rule)(scope({ v: value, other: 7, yes: true }))).toEqual({
      ok: true,
      value: expected,
    });
  });

  const undecided: readonly [JsonObject, unknown][] = [
    [hidden, unknown('start')],
    [{ Not: hidden }, unknown('start')],
    [{ And: [hidden, no] }, false],
    [{ And: [hidden, yes] }, unknown('start')],
    [{ Or: [hidden, yes] }, true],
    [{ Or: [hidden, no] }, unknown('start')],
    [{ Variable: '$.v', StringEqualsPath: '$$.Execution.StartTime' }, unknown('start')],
    [{ Variable: '$$.Execution.StartTime', IsPresent: true }, unknown('start')],
  ];
  it.each(undecided)('%j', (rule, expected) => {
    expect(compileChoiceRule(rule)(scope({ yes: true, v: 'x' }))).toEqual({ ok: true, value: expected });
  });

  const failing: readonly JsonObject[] = [
    { Variable: '$.gone', NumericEquals: 1 },
    { Variable: '$.v', NumericEqualsPath: '$.gone' },
    { Variable: '$.v' },
    { NumericEquals: 1 },
    { Variable: '$.v', Sometimes: 1 },
    { And: ['text'] },
    { Variable: 'v', IsPresent: true },
  ];
  it.each(failing)('%j fails', (rule) => {
    expect(compileChoiceRule(rule)(scope({ v: 1 }))).toMatchObject({ ok: false, error: 'States.Runtime' });
  });
});

describe('timestamps', () => {
  it.each([
    ['2016-12-05T21:29:29Z', Date.UTC(2016, 11, 5, 21, 29, 29)],
    ['2016-12-05T21:29:29.125Z', Date.UTC(2016, 11, 5, 21, 29, 29, 125)],
    ['2016-12-05T21:29:29.0000005Z', Date.UTC(2016, 11, 5, 21, 29, 29) + 0.0005],
    ['2016-12-05T21:29:29+05:30', Date.UTC(2016, 11, 5, 15, 59, 29)],
    ['2016-12-05T21:29Z', Date.UTC(2016, 11, 5, 21, 29)],
    ['0001-01-01T00:00:00Z', -62135596800000],
  ])('%s', (text, millis) => {
    expect(parseTimestamp(text)).toBeCloseTo(millis, 3);
  });

  it.each([
    '2016-13-05T21:29:29Z',
    '2016-12-05T25:29:29Z',
    '05-12-2016T21:29:29Z',
    '2016-12-05 21:29:29Z',
    '2016-12-05T21:29:29',
    '2016-12-05t21:29:29z',
    '2015-02-29T00:00:00Z',
    '2016-12-05',
    '',
  ])('%s is none', (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });
});
