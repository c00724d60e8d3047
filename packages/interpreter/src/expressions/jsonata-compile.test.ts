import fc from 'fast-check';
import jsonata from 'jsonata';
import { describe, expect, it } from 'vitest';
import { compileJsonataTemplate, isUnknown, type Json, type Scope, unknownDraws } from './index.ts';
import { compileClosure } from './jsonata-compile.ts';
import { parse } from './jsonata-sync.generated.js';

/** What the closures do, with all that may go wrong in it. */
const expressions = fc.letrec<Record<'any' | 'way' | 'step' | 'filter' | 'call', string>>((tie) => {
  const any = tie('any');
  const name = fc.constantFrom('a', 'b', 'c', '`d e`', 'missing');
  const literal = fc.constantFrom('1', '0', '-2', '2.5', '"x"', '""', '"12"', 'true', 'false', 'null', '0.1');
  const pair = fc.tuple(any, any);
  const operator = fc.constantFrom(
    ...['+', '-', '*', '/', '%', '=', '!=', '<', '<=', '>', '>=', '&', 'and', 'or', 'in', '?:', '??'],
  );
  const joined = (list: readonly string[]) => list.join(', ');
  return {
    step: fc.oneof(
      { weight: 8, arbitrary: name.map((each) => `.${each}`) },
      any.map((each) => `.(${each})`),
      pair.map(([a, b]) => `.{"k": ${a}, "l": ${b}}`),
      fc.constantFrom('.$string()', '.$string($)', '.$', '.$count(a)', '.[a, b]', '.$v.a'),
    ),
    filter: fc.oneof(
      fc.constantFrom('[0]', '[-1]', '[1]', '[1.5]', '[true]', '[a]', '[a > 1]', '[$ = 1]', '[[0, 1]]', '[]'),
      any.map((each) => `[${each}]`),
    ),
    way: fc
      .tuple(
        fc.constantFrom('$states.input', '$states.result', '$states.errorOutput', '$v', '$', '$x', 'a', 'b'),
        fc.array(fc.oneof({ weight: 4, arbitrary: tie('step') }, tie('filter')), { maxLength: 4 }),
      )
      .map(([root, parts]) => root + parts.join('')),
    call: fc.oneof(
      fc
        .tuple(
          fc.constantFrom(
            ...[
              'string',
              'exists',
              'boolean',
              'not',
              'type',
              'count',
              'keys',
              'reverse',
              'sum',
              'max',
              'min',
            ],
            ...[
              'average',
              'uppercase',
              'lowercase',
              'length',
              'trim',
              'floor',
              'ceil',
              'abs',
              'number',
              'merge',
            ],
            ...['round', 'base64encode', 'toMillis', 'join', 'sqrt', 'fromMillis', 'unknownFunction', 'v'],
          ),
          fc.array(any, { minLength: 1, maxLength: 1 }),
        )
        .map(([each, given]) => `$${each}(${joined(given)})`),
      fc
        .tuple(
          fc.constantFrom(
            ...[
              'append',
              'lookup',
              'join',
              'substringBefore',
              'contains',
              'split',
              'substring',
              'power',
              'pad',
            ],
            ...['round', 'merge', 'count', 'map', 'filter', 'append'],
          ),
          fc.array(any, { minLength: 2, maxLength: 3 }),
        )
        .map(([each, given]) => `$${each}(${joined(given)})`),
      fc.array(any, { maxLength: 3 }).map((each) => `$merge([${joined(each)}])`),
      fc
        .tuple(fc.constantFrom('map', 'filter'), any, any)
        .map(([each, list, body]) => `$${each}(${list}, function($x, $i) { ${body} })`),
      fc
        .tuple(any, fc.constantFrom('$count()', '$sum()', '$string()', '$join("-")', '$keys'))
        .map((all) => all.join(' ~> ')),
    ),
    any: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      literal,
      tie('way'),
      tie('way'),
      tie('call'),
      fc.tuple(any, operator, any).map(([a, op, b]) => `(${a} ${op} ${b})`),
      fc.tuple(any, any, any).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
      fc.tuple(any, any).map(([a, b]) => `(${a} ? ${b})`),
      fc.array(any, { maxLength: 3 }).map((each) => `[${joined(each)}]`),
      fc.constantFrom('[1..3]', '[2..2]', '[3..1]', '[1..3].($ * 2)', '[-1..$states.input.a]'),
      fc
        .array(fc.tuple(fc.constantFrom('"a"', '"b"', '"__proto__"', 'a', '"c"'), any), { maxLength: 3 })
        .map((each) => `{${each.map(([key, value]) => `${key}: ${value}`).join(', ')}}`),
      fc.tuple(any, any).map(([a, b]) => `($x := ${a}; ${b})`),
      fc.tuple(any, any).map(([a, b]) => `($x := ${a}; $v := $x; ${b})`),
      any.map((each) => `-(${each})`),
      fc.tuple(any, tie('filter')).map(([each, filter]) => `(${each})${filter}`),
    ),
  };
}).any;

const data = fc.letrec<{ tree: Json }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<Json>(null, true, false, 0, 1, 2, 3.5, 'x', '', '12', 'a-b', [], {}),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd e', '__proto__'), tie('tree')),
    fc.array(fc.record({ a: tie('tree'), b: tie('tree') }), { maxLength: 3 }),
  ),
})).tree;

const scopeOf = (input: Json, variable: Json, result?: Json): Scope => ({
  input,
  context: () => ({ State: { Name: 'S' } }),
  variables: (name) => (name === 'v' ? variable : undefined),
  draws: unknownDraws(),
  result,
});

/** As the history has it: what is nothing inside a list is left out. */
const written = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.filter((item) => item !== undefined).map(written);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, written(item)]));
};

/** What the asynchronous original says: `value`, or the code of its error. */
const original = async (text: string, { input, variables, result }: Scope) => {
  // A copy, for it writes to an empty list that is given to it.
  const { states, v } = structuredClone({
    states: { input, ...(result === undefined ? {} : { result }) },
    v: variables('v'),
  });
  try {
    const value: unknown = await jsonata(text).evaluate(undefined, { states, v });
    return { value };
  } catch (thrown) {
    return { code: typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : '' };
  }
};

/** Whether a number is somewhere in it that JSON does not have. */
const isOutOfRange = (value: unknown): boolean =>
  (typeof value === 'number' && !Number.isFinite(value)) ||
  (typeof value === 'object' && value !== null && Object.values(value).some(isOutOfRange));

const isLoose = (value: unknown): boolean =>
  typeof value === 'function' ||
  (typeof value === 'object' &&
    value !== null &&
    ('_jsonata_lambda' in value || '_jsonata_function' in value || Object.values(value).some(isLoose)));

describe('closures', () => {
  it('give the value, or the error, of the asynchronous original', async () => {
    let compiled = 0;
    let answered = 0;
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(
        expressions,
        data,
        data,
        fc.option(data, { nil: undefined }),
        async (text, input, v, result) => {
          const scope = scopeOf(input, v, result);
          const before = JSON.stringify([input, v, result]);
          const theirs = await original(text, scope);
          const ours = compileJsonataTemplate(`{% ${text} %}`, 'Output')(scope);
          runs += 1;
          expect(JSON.stringify([input, v, result])).toBe(before);
          if ('code' in theirs) {
            expect(ours).toMatchObject({ ok: false, error: 'States.QueryEvaluationError' });
            // Constructors evaluate their parts at once there: which of two errors is the first is a matter of luck.
            if (!/[[{]/.test(text)) expect(ours.ok ? '' : ours.cause).toContain(` ${theirs.code}`);
          } else if (theirs.value === undefined) {
            expect(ours.ok ? ours.value : ours.cause).toContain('returned nothing');
          } else if (isOutOfRange(theirs.value)) {
            // AWS goes on with something else there: nobody knows, unless a function beside it is refused first.
            expect(ours.ok ? isUnknown(ours.value) : isLoose(theirs.value)).toBe(true);
            return;
          } else if (isLoose(theirs.value)) {
            expect(ours.ok ? ours.value : ours.cause).toContain('unsupported result type');
          } else
            expect(JSON.stringify(ours)).toBe(JSON.stringify({ ok: true, value: written(theirs.value) }));
          if ('code' in theirs && String(theirs.code).startsWith('S')) return;
          const closure = compileClosure(parse(text));
          if (closure === undefined) return;
          compiled += 1;
          let value: unknown;
          try {
            value = closure(scope);
          } catch {
            return;
          }
          answered += 1;
          expect(theirs).not.toHaveProperty('code');
          expect(JSON.stringify(value)).toBe(JSON.stringify('value' in theirs ? theirs.value : undefined));
        },
      ),
      { numRuns: 1_000 },
    );
    expect(compiled / runs).toBeGreaterThan(0.5);
    expect(answered / runs).toBeGreaterThan(0.2);
  });
});
