import { describe, expect, test } from 'vitest';
import { choice, distributed, inner, jsonata, map, one, pass, task } from './definition-cases.ts';
import { parseValue } from './parse.ts';
import type { ProblemCode } from './problem.ts';

/**
 * What AWS answered when machines like these were to be created, or were given to ValidateStateMachineDefinition:
 * recorded in the corpus, in LocalStack's snapshots, or measured and published with the service's own words (floci
 * issues 2670, 2735, 2745, 2968, 3733; aws-cdk 10530; cfn-lint 3616, 4075, 4078, 4085; localstack 9947, 10196, 11950,
 * 11978, 12487, 12958; repost, and gists of what ran).
 * For resources AWS was seen to say SCHEMA_VALIDATION_FAILED where its documentation has INVALID_RESOURCE, as we do.
 */
type Verdict = readonly [title: string, definition: unknown, code: ProblemCode | 'OK', type?: 'EXPRESS'];

const SCHEMA = 'SCHEMA_VALIDATION_FAILED';
const MISSING = 'MISSING_TRANSITION_TARGET';
const end = { Type: 'Pass', End: true };
const machine = (States: object, StartAt = 'A'): object => ({ StartAt, States });
const next = (Next: string, fields: object = {}): object => ({ Type: 'Pass', Next, ...fields });
const output = (Output: unknown): object => pass({ Output }, jsonata);
const caught = (fields: object): object => ({
  ...machine({
    A: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Next: 'B',
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B', ...fields }],
    },
    B: end,
  }),
  ...jsonata,
});
const resource = (Resource: string): object => one({ Type: 'Task', Resource });
const mapOf = (fields: object, nested: object, key = 'ItemProcessor'): object =>
  one({ Type: 'Map', [key]: nested, ...fields });

const VERDICTS: readonly (readonly [string, readonly Verdict[]])[] = [
  [
    'machine',
    [
      ['no fields', {}, SCHEMA],
      ['no StartAt', { States: { A: end } }, SCHEMA],
      ['language in other letters', pass({}, { QueryLanguage: 'jsonata' }), SCHEMA],
      ['language that is no string', pass({}, { QueryLanguage: 5 }), SCHEMA],
      ['unknown field of a state', pass({ _comment: 'x' }), SCHEMA],
      ['unknown type of a state', one({ Type: 'TypeThatDoesNotExist' }), SCHEMA],
      [
        'same name in two scopes',
        one({ Type: 'Parallel', Branches: [machine({ S: end }, 'S')] }),
        'DUPLICATE_STATE_NAME',
      ],
    ],
  ],
  [
    'transitions',
    [
      ['no terminal state', machine({ A: next('B'), B: next('A') }), 'MISSING_END_STATE'],
      [
        'the same with a state nothing leads to',
        machine({ A: next('B'), B: next('A'), C: next('A') }),
        'MISSING_END_STATE',
      ],
      ['an end that nothing leads to', machine({ A: next('B'), B: next('A'), C: end }), MISSING],
      ['no end, and a missing target', machine({ A: next('X') }), MISSING],
      ['a missing target', machine({ A: next('X'), B: end }), MISSING],
      ['a missing StartAt', machine({ A: end }, 'X'), MISSING],
      ['a missing StartAt inside', map({ ItemProcessor: machine({ A: end }, 'X') }), MISSING],
      [
        'a missing target of a catcher',
        task({ Catch: [{ ErrorEquals: ['States.ALL'], Next: 'X' }] }),
        MISSING,
      ],
      ['unreachable inside a processor', map({ ItemProcessor: machine({ A: end, B: end }) }), MISSING],
      [
        'unreachable inside a branch',
        one({ Type: 'Parallel', Branches: [machine({ A: end, B: end })] }),
        MISSING,
      ],
      [
        'no terminal state inside a processor',
        map({ ItemProcessor: machine({ A: next('B'), B: next('A') }) }),
        'OK',
      ],
    ],
  ],
  [
    'fields by state type',
    [
      ...['Pass', 'Wait', 'Succeed', 'Fail', 'Map', 'Parallel', 'Choice'].map(
        (Type): Verdict => [`TimeoutSeconds of ${Type}`, one({ Type, TimeoutSeconds: 5 }), SCHEMA],
      ),
      ...['Pass', 'Wait', 'Succeed', 'Fail', 'Choice'].flatMap((Type): Verdict[] => [
        [`Catch of ${Type}`, one({ Type, Catch: [{ ErrorEquals: ['A'], Next: 'S' }] }), SCHEMA],
        [`Retry of ${Type}`, one({ Type, Retry: [{ ErrorEquals: ['A'] }] }), SCHEMA],
      ]),
      ['ResultPath of Wait', one({ Type: 'Wait', Seconds: 1, ResultPath: null }), SCHEMA],
      ['Wait too long', one({ Type: 'Wait', Seconds: 10_000_000_000 }), SCHEMA],
      ['OutputPath that is no path', pass({ OutputPath: 'Test' }), SCHEMA],
      ['a template value that is no path', pass({ Assign: { 'a.$': 'Test' } }), SCHEMA],
      ['a function in lower case', task({ Parameters: { 'a.$': "States.format('{}', $.a)" } }), SCHEMA],
      ['States.ALL not alone', task({ Retry: [{ ErrorEquals: ['A', 'States.ALL'] }] }), SCHEMA],
      [
        'States.ALL not last',
        task({ Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['A'] }] }),
        SCHEMA,
      ],
      [
        'Error and ErrorPath',
        { StartAt: 'S', States: { S: { Type: 'Fail', Error: 'E', ErrorPath: '$.e' } } },
        SCHEMA,
      ],
      [
        'ErrorPath that is no string',
        { StartAt: 'S', States: { S: { Type: 'Fail', ErrorPath: 5 } } },
        SCHEMA,
      ],
      [
        'ErrorPath and CausePath to the context',
        {
          StartAt: 'S',
          States: { S: { Type: 'Fail', ErrorPath: '$$.State.Name', CausePath: '$$.StateMachine.Name' } },
        },
        'OK',
      ],
      [
        'no retrier, a version',
        {
          ...one({
            Type: 'Task',
            Resource: 'arn:aws:states:::dynamodb:updateItem',
            ResultPath: '$.response',
            Retry: [],
          }),
          Version: '1.0',
        },
        'OK',
      ],
      ['a comment of a retrier', task({ Retry: [{ ErrorEquals: ['A'], Comment: 'c' }] }), 'OK'],
      ['the input itself compared', choice({ Variable: '$', StringEquals: 'x', Next: 'T' }), 'OK'],
      ['a path of two names', pass({ InputPath: "$['a', 'b'].v" }), 'OK'],
      ['a function in a path', pass({ Parameters: { 'a.$': '$.Jobs.sum()' } }), 'OK'],
      ['a list of Parameters', pass({ Parameters: [0] }), 'OK'],
      ['Resource that is no string', one({ Type: 'Task', Resource: { 'Fn::GetAtt': ['F', 'Arn'] } }), SCHEMA],
    ],
  ],
  [
    'Map',
    [
      ['MaxConcurrency below 0', map({ MaxConcurrency: -1 }), SCHEMA],
      ['MaxConcurrency of any size', map({ MaxConcurrency: 9_007_199_254_740_991 }), 'OK'],
      ['MaxConcurrency twice', map({ MaxConcurrency: 2, MaxConcurrencyPath: '$.n' }), SCHEMA],
      ['MaxConcurrencyPath to many', map({ MaxConcurrencyPath: '$.n[*]' }), SCHEMA],
      ['MaxConcurrencyPath in JSONata', map({ MaxConcurrencyPath: '$.n' }, jsonata), SCHEMA],
      [
        'ToleratedFailureCountPath to the context',
        distributed({ ToleratedFailureCountPath: '$$.Execution.Input.n' }),
        SCHEMA,
      ],
      ['ToleratedFailurePercentage', distributed({ ToleratedFailurePercentage: 100.5 }), SCHEMA],
      ['ItemsPath to the context', map({ ItemsPath: '$$.Execution.Input.items' }), 'OK'],
      [
        'reader of an unknown resource',
        distributed({ ItemReader: { Resource: 'arn:aws:states:::s3:unknownOperation', Parameters: {} } }),
        'INVALID_RESOURCE',
      ],
      [
        'reader of an unknown type',
        distributed({
          ItemReader: { Resource: 'arn:aws:states:::s3:getObject', ReaderConfig: { InputType: 'X' } },
        }),
        SCHEMA,
      ],
      [
        'ItemReader without DISTRIBUTED',
        map({ ItemReader: { Resource: 'arn:aws:states:::s3:getObject' } }),
        'OK',
      ],
    ],
  ],
  [
    'query languages',
    [
      ['downgrade', pass({ QueryLanguage: 'JSONPath' }, jsonata), SCHEMA],
      ['JSONPath named where it is', pass({ QueryLanguage: 'JSONPath', InputPath: '$.a' }), 'OK'],
      [
        'JSONPath named inside a JSONata Map of a JSONPath machine',
        {
          ...mapOf(jsonata, inner({ Type: 'Pass', QueryLanguage: 'JSONPath', End: true })),
          QueryLanguage: 'JSONPath',
        },
        'OK',
      ],
      ['JSONata in a JSONPath machine', pass({ ...jsonata, Output: { a: '{% 1 %}' } }), 'OK'],
      ['Output in JSONPath', pass({ Output: 1 }), SCHEMA],
      ['Arguments in JSONPath', task({ Arguments: {} }), SCHEMA],
      ['Items in JSONPath', map({ Items: [1] }), SCHEMA],
      ['Assign in JSONPath', pass({ Assign: { a: 1 } }), 'OK'],
      ['InputPath in JSONata', pass({ InputPath: '$.a' }, jsonata), SCHEMA],
      [
        'a Map does not hand its language on',
        mapOf(jsonata, inner({ Type: 'Pass', Output: 1, End: true })),
        SCHEMA,
      ],
      ['a processor with a language', mapOf({}, { ...inner(), ...jsonata }), SCHEMA],
      ['an Iterator with a language', mapOf({}, { ...inner(), ...jsonata }, 'Iterator'), SCHEMA],
      ['a branch with a language', one({ Type: 'Parallel', Branches: [{ ...inner(), ...jsonata }] }), SCHEMA],
    ],
  ],
  [
    'JSONata',
    [
      ['syntax', output('{% a[1,2) %}'), 'INVALID_JSONATA_EXPRESSION'],
      ['nothing', output('{%  %}'), 'INVALID_JSONATA_EXPRESSION'],
      ['a name', output({ a: { b: ['{% phone %}'] } }), 'UNSUPPORTED_JSONATA_EXPRESSION'],
      ['the context item', output('{% $.phone %}'), 'UNSUPPORTED_JSONATA_EXPRESSION'],
      ['the document', output('{% $$ %}'), 'UNSUPPORTED_JSONATA_EXPRESSION'],
      [
        'a name in Assign',
        pass({ Assign: { Next: '{% phone %}' } }, jsonata),
        'UNSUPPORTED_JSONATA_EXPRESSION',
      ],
      [
        'a name in Condition',
        { ...choice({ Condition: '{% phone = 1 %}', Next: 'T' }), ...jsonata },
        'UNSUPPORTED_JSONATA_EXPRESSION',
      ],
      [
        'a name in Seconds',
        one({ Type: 'Wait', Seconds: '{% phone %}' }, jsonata),
        'UNSUPPORTED_JSONATA_EXPRESSION',
      ],
      [
        'a name in Cause',
        { StartAt: 'S', States: { S: { Type: 'Fail', Cause: '{% phone %}' } }, ...jsonata },
        'UNSUPPORTED_JSONATA_EXPRESSION',
      ],
      ['a name in Items', map({ Items: '{% phone %}' }, jsonata), 'UNSUPPORTED_JSONATA_EXPRESSION'],
      [
        'a name in ItemSelector',
        map({ ItemSelector: { Next: '{% phone %}' } }, jsonata),
        'UNSUPPORTED_JSONATA_EXPRESSION',
      ],
      [
        'a name in Output of a catcher',
        caught({ Output: { v: '{% phone %}' } }),
        'UNSUPPORTED_JSONATA_EXPRESSION',
      ],
      ['a name in a predicate', output('{% $states.input.items[phone > 3] %}'), 'OK'],
      ['a variable nobody assigns', output('{% $phone %}'), 'OK'],
      ['a name in JSONPath', pass({ Parameters: { a: '{% phone %}' } }), 'OK'],
      ['a name in a comment', pass({ Comment: '{% phone %}' }, jsonata), 'OK'],
      ['blanks outside', output(' {% phone %} '), 'OK'],
      ['errorOutput', output('{% $states.errorOutput %}'), 'UNSUPPORTED_JSONATA_EXPRESSION'],
      ['errorOutput of a catcher', caught({ Output: '{% $states.errorOutput %}' }), 'OK'],
      ['errorOutput assigned by a catcher', caught({ Assign: { e: '{% $states.errorOutput %}' } }), 'OK'],
    ],
  ],
  [
    'resources',
    [
      ['an action that DynamoDB lacks', resource('arn:aws:states:::dynamodb:query'), 'INVALID_RESOURCE'],
      ['an integration nobody knows', resource('arn:aws:states:::foo:bar'), 'INVALID_RESOURCE'],
      ['no ARN', resource('TODO'), 'INVALID_RESOURCE'],
      ['Credentials without RoleArn', task({ Credentials: {} }), SCHEMA],
      ['a callback in Express', resource('arn:aws:states:::sns:publish.waitForTaskToken'), SCHEMA, 'EXPRESS'],
      [
        'an activity in Express',
        resource('arn:aws:states:us-east-1:123456789012:activity:a'),
        SCHEMA,
        'EXPRESS',
      ],
    ],
  ],
];

for (const [group, verdicts] of VERDICTS)
  describe(group, () => {
    for (const [title, definition, code, type] of verdicts)
      test(title, () => {
        const result = parseValue(definition, { type });
        const errors = result.ok ? [] : result.problems.filter(({ severity }) => severity === 'error');
        if (code === 'OK') expect(errors).toEqual([]);
        else expect(errors.map((each) => each.code)).toContain(code);
      });
  });
