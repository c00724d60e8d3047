import { compile, inspect, replay, simulate } from '@steptrail/interpreter';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import {
  changed,
  expectPrototypesUntouched,
  hostileJson,
  hostileKey,
  type Json,
  run,
  tried,
} from './hostile.ts';

afterEach(expectPrototypesUntouched);

const quoted = (name: string): string => `['${name.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}']`;

/** Texts of a grammar, and the same with noise in them. */
const grammar = fc.letrec<Record<'path' | 'step' | 'filter' | 'operand' | 'call' | 'argument', string>>(
  (tie) => ({
    path: fc
      .tuple(
        fc.constantFrom('$', '$', '$', '$$', '$v', '$__proto__', '@'),
        fc.array(tie('step'), { maxLength: 4 }),
      )
      .map(([root, steps]) => root + steps.join('')),
    step: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(
        '.a',
        '.b',
        '.*',
        '[*]',
        '..*',
        '..a',
        '[0]',
        '[-1]',
        '[1:]',
        '[:-1]',
        '[::2]',
        '[0,1]',
      ),
      fc.constantFrom(
        '.__proto__',
        '.constructor',
        '..',
        '.length()',
        '.sum()',
        '.keys()',
        '.[0]',
        '[(@.length-1)]',
      ),
      fc.constantFrom('[4000000000]', '[1:4000000000]', '[::-1]', '[9007199254740993]', '\\.x', "['a','b']"),
      hostileKey.map(quoted),
      tie('filter').map((filter) => `[?(${filter})]`),
      tie('path').map((path) => `.concat(${path}, "x")`),
    ),
    filter: fc.oneof(
      { depthSize: 'small' },
      fc
        .tuple(
          tie('operand'),
          fc.constantFrom(
            '==',
            '!=',
            '<',
            '>=',
            '===',
            'in',
            'nin',
            'contains',
            'size',
            'empty',
            'subsetof',
            '<>',
          ),
          tie('operand'),
        )
        .map((parts) => parts.join(' ')),
      fc
        .tuple(
          tie('operand'),
          fc.constantFrom('/a.*/i', '/(a+)+b/', '/(a|a)*c/', '/a*a*a*a*a*b/', '/\\p{L}+/', '/[/'),
        )
        .map((parts) => parts.join(' =~ ')),
      tie('operand'),
      tie('filter').map((filter) => `!(${filter})`),
      fc.tuple(tie('filter'), fc.constantFrom('&&', '||'), tie('filter')).map((parts) => parts.join(' ')),
    ),
    operand: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('@', '@.a', '@.b', '$.a', "'a'", '1', 'null', 'true', '[1, 2]', 'word', '$..a', '@..*'),
      tie('path'),
    ),
    call: fc
      .tuple(
        fc.constantFrom(
          'Format',
          'StringToJson',
          'JsonToString',
          'Array',
          'ArrayPartition',
          'ArrayContains',
          'ArrayRange',
          'ArrayGetItem',
          'ArrayLength',
          'ArrayUnique',
          'Base64Encode',
          'Base64Decode',
          'Hash',
          'JsonMerge',
          'MathRandom',
          'MathAdd',
          'StringSplit',
          'UUID',
          '__proto__',
          'constructor',
        ),
        fc.array(tie('argument'), { maxLength: 3 }),
      )
      .map(([name, given]) => `States.${name}(${given.join(', ')})`),
    argument: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(
        "'{}'",
        "'{}{}'",
        "'\\{\\}'",
        "'a'",
        "'SHA-256'",
        '0',
        '1',
        '-1',
        '1e9',
        '1e400',
        'null',
        'false',
      ),
      tie('path'),
      tie('call'),
    ),
  }),
);

const jsonata = fc.letrec<Record<'expression', string>>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    fc.constantFrom(
      '$states.input',
      '$states.input.a',
      '$v',
      '1',
      '"a"',
      'null',
      '[]',
      '{}',
      '$',
      '$$',
      '*',
      '**',
      '%',
    ),
    fc.constantFrom(
      '[1..1e7]',
      '[1..3]',
      '$now()',
      '$random()',
      '$uuid()',
      '/(a+)+b/',
      '$pad("", 1e9)',
      '`__proto__`',
    ),
    fc.constantFrom('$states.input.__proto__', '$states.constructor', '$each($, function($x){$x})'),
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom('+', '&', '=', '<', 'in', '.', '~>', 'and', '..', '^', '@$x', '#$i'),
        tie('expression'),
      )
      .map((parts) => `(${parts.join(' ')})`),
    fc
      .tuple(
        fc.constantFrom(
          'map',
          'filter',
          'reduce',
          'sum',
          'string',
          'keys',
          'merge',
          'spread',
          'range',
          'partition',
          'parse',
          'hash',
          'replace',
          'match',
          'split',
          'join',
          'pad',
          'each',
          'sift',
          'sort',
          'zip',
          'distinct',
          'append',
          'eval',
          'lookup',
          'power',
          'formatNumber',
          'formatBase',
          'toMillis',
          'fromMillis',
          'base64decode',
          'clone',
          'error',
          'assert',
          'type',
        ),
        fc.array(tie('expression'), { maxLength: 3 }),
      )
      .map(([name, given]) => `$${name}(${given.join(', ')})`),
    tie('expression').map((inner) => `function($x){${inner}}`),
    fc
      .tuple(tie('expression'), tie('expression'))
      .map(([key, value]) => `{${key}: ${value}, "__proto__": ${value}}`),
    fc.tuple(tie('expression'), tie('expression')).map(([list, test]) => `${list}[${test}]`),
    fc.tuple(tie('expression'), tie('expression')).map(([subject, update]) => `${subject} ~> |**|${update}|`),
  ),
})).expression;

/** A text with a few characters taken out, doubled or put in. */
const noisy = (source: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(
      source,
      fc.array(
        fc.tuple(fc.nat(), fc.constantFrom('', "'", '[', ')', '..', '\\', '(', '?', ' ', '\u0000', '$')),
        { maxLength: 2 },
      ),
    )
    .map(([text, noise]) =>
      noise.reduce((now, [at, part]) => {
        const place = at % (now.length + 1);
        return now.slice(0, place) + part + now.slice(place + (at % 2));
      }, text),
    );

const path = noisy(grammar.path);
const dynamic = fc.oneof(path, noisy(grammar.call));
const expression = noisy(jsonata).map((text) => `{% ${text} %}`);

const comparison = fc.constantFrom(
  'StringEquals',
  'StringMatches',
  'NumericLessThanPath',
  'IsPresent',
  'IsTimestamp',
  'TimestampEquals',
  'BooleanEqualsPath',
  '__proto__',
);

const rule: fc.Arbitrary<Json> = fc.letrec<{ rule: Json }>((tie) => ({
  rule: fc.oneof(
    { maxDepth: 3 },
    fc
      .tuple(path, comparison, fc.oneof(path, hostileJson))
      .map(([Variable, operator, operand]): Json => ({ Variable, [operator]: operand })),
    fc.array(tie('rule'), { maxLength: 3 }).map((And): Json => ({ And })),
    tie('rule').map((Not): Json => ({ Not })),
  ),
})).rule;

const some = fc.option.bind(fc);

const state: fc.Arbitrary<Json> = fc.oneof(
  fc
    .record(
      {
        InputPath: some(path, { nil: null }),
        OutputPath: some(path, { nil: null }),
        ResultPath: some(path, { nil: null }),
        Parameters: fc
          .array(
            fc.tuple(
              hostileKey.map((key) => `${key}.$`),
              dynamic,
            ),
            { maxLength: 3 },
          )
          .map((fields): Json => Object.fromEntries(fields)),
        Result: hostileJson,
        Assign: fc.tuple(hostileKey, dynamic).map(
          ([key, text]): Json =>
            Object.fromEntries([
              [`${key}.$`, text],
              ['v', 1],
            ]),
        ),
      },
      { requiredKeys: [] },
    )
    .map((fields): Json => ({ Type: 'Pass', ...fields, Next: 'Last' })),
  fc
    .record(
      {
        Output: fc.oneof(expression, hostileJson),
        Assign: fc
          .tuple(hostileKey, expression)
          .map(([key, text]): Json => Object.fromEntries([[key, text]])),
      },
      { requiredKeys: [] },
    )
    .map((fields): Json => ({ Type: 'Pass', QueryLanguage: 'JSONata', ...fields, Next: 'Last' })),
  rule.map(
    (made): Json => ({
      Type: 'Choice',
      Choices: [Object.assign({}, made, { Next: 'Last' })],
      Default: 'Last',
    }),
  ),
  expression.map(
    (Condition): Json => ({
      Type: 'Choice',
      QueryLanguage: 'JSONata',
      Choices: [{ Condition, Next: 'Last' }],
      Default: 'Last',
    }),
  ),
  fc
    .tuple(path, path)
    .map(([SecondsPath, InputPath]): Json => ({ Type: 'Wait', SecondsPath, InputPath, Next: 'Last' })),
  fc.tuple(path, dynamic, path).map(
    ([ItemsPath, selector, ResultPath]): Json => ({
      Type: 'Map',
      ItemsPath,
      ItemSelector: { 'x.$': selector, '__proto__.$': '$$.Map.Item.Value' },
      ResultPath,
      ItemProcessor: { StartAt: 'Inner', States: { Inner: { Type: 'Pass', End: true } } },
      Next: 'Last',
    }),
  ),
  fc.tuple(dynamic, dynamic).map(([ErrorPath, CausePath]): Json => ({ Type: 'Fail', ErrorPath, CausePath })),
);

const machineOf = (first: Json): { readonly [key: string]: Json } => ({
  StartAt: 'First',
  States: {
    First: first,
    Last: { Type: 'Pass', Parameters: { 'all.$': '$', 'v.$': '$$.State.Name' }, End: true },
  },
});

const world = {
  start: Date.UTC(2026, 0, 1),
  executionArn: 'arn:aws:states:us-east-1:111111111111:execution:m:e',
  stateMachineArn: 'arn:aws:states:us-east-1:111111111111:stateMachine:m',
  roleArn: 'arn:aws:iam::111111111111:role/r',
  seed: 1,
  task: () => ({ kind: 'hangs' as const }),
};

/** What a replay cannot know: whether an evaluation of it fails is then open too. */
const rests = /UUID|Random|random|uuid|now|\$\$|\$v\b/;

describe('whatever an expression says', () => {
  test('its state is simulated, and what comes of it replays', () => {
    fc.assert(
      fc.property(state, hostileJson, (first, input) => {
        run({ first, input }, () => {
          const program = compile(machineOf(first));
          const events = simulate(program, input, world);
          const trace = replay(program, events, { executionArn: world.executionArn });
          expect(trace.unverifiable.filter(({ reason }) => reason.startsWith('Steptrail'))).toEqual([]);
          if (!rests.test(JSON.stringify(first))) expect(trace.divergences).toEqual([]);
        });
      }),
      tried(600),
    );
  });

  test('inspect answers a call with it', () => {
    const call = state.chain((first) =>
      fc.record(
        {
          definition: fc.oneof(
            fc.constant(first),
            changed(first),
            fc.constant(JSON.stringify(machineOf(first))),
          ),
          input: fc.oneof(
            hostileJson.map((json) => JSON.stringify(json)),
            fc.constantFrom('', '{', '[[['),
            hostileJson,
          ),
          stateName: fc.constantFrom('First', '__proto__', 'Inner'),
          inspectionLevel: fc.constantFrom('INFO', 'DEBUG', 'TRACE', 'ALL'),
          variables: hostileJson.map((json) => JSON.stringify(json)),
          context: hostileJson.map((json) => JSON.stringify(json)),
          mock: hostileJson,
          stateConfiguration: hostileJson,
        },
        { requiredKeys: ['definition'] },
      ),
    );
    fc.assert(
      fc.property(fc.oneof(call, call, hostileJson), (given) => {
        run(given, () => {
          expect(typeof inspect(given)).toBe('object');
          JSON.stringify(inspect(given));
        });
      }),
      tried(400),
    );
  });
});
