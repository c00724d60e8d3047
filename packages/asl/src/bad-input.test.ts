// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of templates look like that
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { choice, distributed, end, jsonata, map, one, pass, task } from './definition-cases.ts';
import { parse, parseState, parseValue } from './parse.ts';
import type { ParseResult, ProblemReason } from './problem.ts';

const reasons = (result: ParseResult): ProblemReason[] => [
  ...new Set((result.ok ? result.warnings : result.problems).map(({ reason }) => reason)),
];
const machine = (States: object, StartAt: string): object => ({ StartAt, States });

describe('size', () => {
  const names = Array.from({ length: 10_000 }, (_, i) => `s${i}`);
  const chained = Object.fromEntries(
    names.map((name, i) => [name, { Type: 'Pass', ...(i < 9999 ? { Next: names[i + 1] } : { End: true }) }]),
  );
  const ends = Object.fromEntries(names.map((name) => [name, { Type: 'Succeed' }]));
  const rules = names.map((Next) => ({ Variable: '$.a', IsPresent: true, Next }));
  const branches = names.map((name) => machine({ [name]: { ...end, Assign: { v: 1 } } }, name));

  test.each<[string, () => ParseResult, ProblemReason[]]>([
    ['10,000 states in a chain', () => parseValue(machine(chained, 's0')), []],
    ['10,000 branches', () => parseValue(one({ Type: 'Parallel', Branches: branches })), []],
    [
      '10,000 rules to 10,000 ends',
      () => parseValue(machine({ C: { Type: 'Choice', Choices: rules }, ...ends }, 'C')),
      [],
    ],
    ['10,000 ends that nothing leads to', () => parseValue(machine(ends, 's0')), ['UNREACHABLE_STATE']],
    ['1 MB of text', () => parse(JSON.stringify(pass({ Result: 'x'.repeat(1_000_000) }))), []],
    ['10 MB', () => parse(JSON.stringify(pass({ Result: 'x'.repeat(1e7) }))), ['DEFINITION_TOO_LARGE']],
    ['1 MB of one key', () => parse(`{${'"a":1,'.repeat(150_000)}"a":1}`), ['DUPLICATE_KEY']],
    ['100,000 levels of arrays', () => parse('['.repeat(1e5) + ']'.repeat(1e5)), ['TOO_DEEPLY_NESTED']],
    [
      '100,000 levels of objects',
      () => parse(`${'{"a":'.repeat(1e5)}1${'}'.repeat(1e5)}`),
      ['TOO_DEEPLY_NESTED'],
    ],
    [
      '200 scopes in one another',
      () => {
        let state: object = end;
        for (let i = 0; i < 200; i++)
          state = { Type: 'Parallel', End: true, Branches: [machine({ [`s${i}`]: state }, `s${i}`)] };
        return parseValue(machine({ S: state }, 'S'));
      },
      [],
    ],
  ])('%s', (_title, read, expected) => {
    expect(reasons(read())).toEqual(expected);
  });
});

describe('texts built to explode', () => {
  const many = 100_000;
  test.each<[string, string]>([
    ['a long path', `$${'.a'.repeat(many)}`],
    ['brackets that are not closed', `$${'['.repeat(many)}`],
    ['filters in filters', `$[?(${'(@.a)'.repeat(many)})]`],
    ['dots', `$${'.'.repeat(many)}`],
    ['calls in calls', 'States.Array('.repeat(many)],
    ['a long call', `States.Array(${'$.a,'.repeat(many)}$.a)`],
    ['escapes', `States.Format('${"\\'".repeat(many)}`],
    ['blanks', `States.Array(${' '.repeat(many)}`],
    ['placeholders', `${'${'.repeat(many)}`],
    ['colons', `arn:aws:states:::${':'.repeat(many)}`],
    ['a fraction of a second', `2025-01-01T00:00:00.${'0'.repeat(many)}X`],
    ['an expression', `{%${'(a ?: '.repeat(many)}%}`],
  ])('%s', (_title, text) => {
    for (const placeholders of [false, true]) {
      const results = [
        parseValue(task({ InputPath: text, Parameters: { 'a.$': text }, ResultPath: text, Resource: text }), {
          placeholders,
        }),
        parseValue(task({ Arguments: { a: text }, Output: text, TimeoutSeconds: text }, jsonata), {
          placeholders,
        }),
        parseValue(one({ Type: 'Wait', Timestamp: text }), { placeholders }),
        parseValue(distributed({ Label: text, MaxConcurrencyPath: text }), { placeholders }),
      ];
      expect(results.map(({ ok }) => typeof ok)).toEqual(Array(4).fill('boolean'));
    }
  });
});

describe('names', () => {
  const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '\ud800', '\u0000', '/~', ' '];
  test.each(NAMES)('a state, a key, a variable, a label named %j', (name) => {
    const text = JSON.stringify(name);
    const state = `{"Type": "Pass", "Parameters": {${text}: {"polluted": 1}, "b.$": "$"}, "End": true}`;
    expect(parse(`{"StartAt": ${text}, "States": {${text}: ${state}}}`).ok).toBe(true);
    const parsed = JSON.parse(`{"Assign": {${text}: 1}, "Label": ${text}, ${text}: 1}`);
    expect(reasons(parseValue(distributed(parsed)))).toContain('UNKNOWN_FIELD');
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
  test('a target that objects inherit is missing', () => {
    expect(reasons(parseValue(machine({ S: { Type: 'Pass', Next: 'toString' } }, 'S')))).toContain(
      'MISSING_TARGET',
    );
    expect(reasons(parseValue(machine({ S: end }, '__proto__')))).toEqual(['MISSING_TARGET']);
  });
});

describe('damaged definitions', () => {
  const WHOLE = [
    pass({ Parameters: { 'a.$': "States.Format('{}', $.a)" }, ResultPath: '$.b', Assign: { 'v.$': '$.x' } }),
    task({
      TimeoutSeconds: 9,
      HeartbeatSeconds: 5,
      Credentials: { RoleArn: 'arn:aws:iam::123456789012:role/r' },
      Retry: [{ ErrorEquals: ['States.ALL'], BackoffRate: 2 }],
      Catch: [{ ErrorEquals: ['A'], Next: 'S', ResultPath: null }],
    }),
    choice({ Not: { Or: [{ Variable: '$.a', StringMatches: '*' }] }, Next: 'T' }),
    map({ Items: '{% $states.input.(a[b > 1]) %}', Output: { a: ['{% $states.result %}'] } }, jsonata),
    distributed({ Label: 'L', ItemBatcher: { MaxItemsPerBatch: 2 }, ToleratedFailurePercentage: 5 }),
  ];
  const put = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom('', '$', '$$', 'States.ALL', '{% ( %}', '{% a %}', '${X}', 'S', 'JSONata', 'Map', -0),
  );

  /** A copy with one value replaced, or one member renamed or left out, at the place that the numbers choose. */
  function damage(value: unknown, choices: readonly number[], replacement: unknown, kind: number): unknown {
    const copy = structuredClone(value);
    let holder: unknown = copy;
    for (const [i, choice] of choices.entries()) {
      if (typeof holder !== 'object' || holder === null) break;
      const keys = Object.keys(holder);
      const key = keys[choice % Math.max(1, keys.length)];
      if (key === undefined) break;
      const inner: unknown = Reflect.get(holder, key);
      if (i === choices.length - 1 || typeof inner !== 'object' || inner === null) {
        if (kind === 0) Reflect.set(holder, key, replacement);
        else Reflect.deleteProperty(holder, key);
        if (kind === 2) Reflect.set(holder, `${key}Path`, inner);
        break;
      }
      holder = inner;
    }
    return copy;
  }

  test('never throw, never change what was given, and get the same answer twice', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...WHOLE),
        fc.array(fc.nat(50), { minLength: 1, maxLength: 7 }),
        put,
        fc.nat(2),
        fc.constantFrom('STANDARD' as const, 'EXPRESS' as const),
        fc.boolean(),
        (whole, choices, replacement, kind, type, flag) => {
          const given = damage(whole, choices, replacement, kind);
          const before = structuredClone(given);
          const options = { type, placeholders: flag, created: !flag };
          const result = parseValue(given, options);
          expect(given).toEqual(before);
          expect(parseValue(given, options)).toEqual(result);
          expect(parse(JSON.stringify(given), options).ok || !result.ok).toBe(true);
          expect(parseState(given, options)).toBeDefined();
          const errors = result.ok ? [] : result.problems.filter(({ severity }) => severity === 'error');
          expect(errors.length > 0).toBe(!result.ok);
        },
      ),
      { seed: 20250101, numRuns: 500 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
  test('they were whole', () => {
    expect(WHOLE.map((whole) => reasons(parseValue(whole)))).toEqual(WHOLE.map(() => []));
  });
});
