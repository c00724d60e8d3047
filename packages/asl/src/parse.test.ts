// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of templates look like that
import { describe, expect, test } from 'vitest';
import { parse, parseState, parseValue } from './parse.ts';
import type { ParseOptions, Problem } from './problem.ts';

const LAMBDA = 'arn:aws:lambda:us-east-1:123456789012:function:charge';
const INVOKE = 'arn:aws:states:::lambda:invoke';

/** A machine of one state called S, which ends it. */
function one(state: object, machine: object = {}): object {
  return { StartAt: 'S', States: { S: { End: true, ...state } }, ...machine };
}
const task = (fields: object, machine?: object): object =>
  one({ Type: 'Task', Resource: LAMBDA, ...fields }, machine);
const pass = (fields: object, machine?: object): object => one({ Type: 'Pass', ...fields }, machine);
const end = { Type: 'Pass', End: true };
const inner = (state: object = end): object => ({ StartAt: 'I', States: { I: state } });
const map = (fields: object = {}, machine?: object): object =>
  one({ Type: 'Map', ItemProcessor: inner(), ...fields }, machine);
const distributed = (fields: object = {}, config: object = { ExecutionType: 'STANDARD' }): object =>
  map({ ItemProcessor: { ...inner(), ProcessorConfig: { Mode: 'DISTRIBUTED', ...config } }, ...fields });
const choice = (...Choices: object[]): object => ({
  StartAt: 'S',
  States: { S: { Type: 'Choice', Choices, Default: 'T' }, T: { Type: 'Succeed' } },
});
const jsonata = { QueryLanguage: 'JSONata' };

function problemsOf(definition: unknown, options: ParseOptions): readonly Problem[] {
  const result = parseValue(definition, options);
  return result.ok ? result.warnings : result.problems;
}

type Case = [title: string, definition: unknown, expected: string[], options?: ParseOptions];

/** `expected`: reason and pointer of every problem, in any order; none for a valid definition. */
function check(cases: Case[]): void {
  test.each(cases)('%s', (_title, definition, expected, options = {}) => {
    const found = problemsOf(definition, options);
    expect(found.map(({ reason, pointer }) => `${reason} ${pointer}`).sort()).toEqual([...expected].sort());
    for (const { message } of found) expect(message).toMatch(/^\S.*\.$/);
  });
}

describe('machine', () => {
  check([
    ['smallest machine', pass({}), []],
    ['all top fields', pass({}, { Comment: 'c', Version: '1.0', TimeoutSeconds: 60 }), []],
    ['a definition of map run children', pass({}, { ProcessorConfig: { Mode: 'DISTRIBUTED' } }), []],
    ['no object', [], ['WRONG_TYPE ']],
    ['no fields', {}, ['REQUIRED_FIELD ', 'REQUIRED_FIELD ']],
    ['unknown field', pass({}, { Timeout: 1 }), ['UNKNOWN_FIELD /Timeout']],
    ['no states', { StartAt: 'S', States: {} }, ['NO_STATES /States']],
    ['states as a list', { StartAt: 'S', States: [] }, ['WRONG_TYPE /States']],
    [
      'a state that is null',
      { StartAt: 'S', States: { S: null } },
      ['WRONG_TYPE /States/S', 'NO_TERMINAL_STATE /States'],
    ],
    ['missing StartAt target', { StartAt: 'X', States: { S: end } }, ['MISSING_TARGET /StartAt']],
    ['fractional time-out', pass({}, { TimeoutSeconds: 1.5 }), ['OUT_OF_RANGE /TimeoutSeconds']],
    ['query language', pass({}, { QueryLanguage: 'jq' }), ['UNKNOWN_VALUE /QueryLanguage']],
    [
      'name of 81 characters',
      { StartAt: 'n'.repeat(81), States: { ['n'.repeat(81)]: end } },
      [`INVALID_STATE_NAME /States/${'n'.repeat(81)}`],
    ],
    [
      'same name in a branch',
      one({ Type: 'Parallel', Branches: [{ StartAt: 'S', States: { S: end } }] }),
      ['DUPLICATE_STATE_NAME /States/S/Branches/0/States/S'],
    ],
    [
      'a state named __proto__',
      JSON.parse('{"StartAt":"__proto__","States":{"__proto__":{"Type":"Succeed"}}}'),
      [],
    ],
    [
      'a target that objects inherit',
      { StartAt: 'S', States: { S: { Type: 'Pass', Next: 'constructor' }, T: end } },
      ['MISSING_TARGET /States/S/Next', 'UNREACHABLE_STATE /States/T'],
    ],
    [
      'a payload key named States is no machine',
      pass({ Result: { States: { a: { Type: 'Nonsense' } }, Branches: 1 } }),
      [],
    ],
  ]);
});

describe('transitions', () => {
  check([
    [
      'neither Next nor End',
      { StartAt: 'S', States: { S: { Type: 'Pass' }, T: end } },
      ['MISSING_TRANSITION /States/S', 'UNREACHABLE_STATE /States/T'],
    ],
    [
      'both',
      { StartAt: 'S', States: { S: { Type: 'Pass', Next: 'T', End: true }, T: end } },
      ['EXCLUSIVE_FIELDS /States/S/Next'],
    ],
    [
      'a loop without an end',
      { StartAt: 'S', States: { S: { Type: 'Pass', Next: 'S' } } },
      ['NO_TERMINAL_STATE /States'],
    ],
    [
      'an end that one branch never reaches',
      {
        StartAt: 'S',
        States: {
          S: { Type: 'Choice', Choices: [{ Variable: '$.a', IsPresent: true, Next: 'L' }], Default: 'T' },
          L: { Type: 'Pass', Next: 'L' },
          T: end,
        },
      },
      ['NO_WAY_OUT /States/L'],
    ],
    [
      'Next of Succeed',
      { StartAt: 'S', States: { S: { Type: 'Succeed', Next: 'S' } } },
      ['UNKNOWN_FIELD /States/S/Next'],
    ],
    [
      'out of a branch',
      {
        StartAt: 'S',
        States: {
          S: {
            Type: 'Parallel',
            End: true,
            Branches: [inner({ Type: 'Pass', Next: 'S' }), { StartAt: 'J', States: { J: end } }],
          },
        },
      },
      ['MISSING_TARGET /States/S/Branches/0/States/I/Next', 'NO_TERMINAL_STATE /States/S/Branches/0/States'],
    ],
    [
      'of a catcher',
      task({ Catch: [{ ErrorEquals: ['A'], Next: 'X' }] }),
      ['MISSING_TARGET /States/S/Catch/0/Next'],
    ],
    [
      'a name with slash and tilde',
      { StartAt: 'a/b~c', States: { 'a/b~c': { Type: 'Pass', Next: 'x' }, T: end } },
      ['MISSING_TARGET /States/a~1b~0c/Next', 'UNREACHABLE_STATE /States/T'],
    ],
  ]);
});

describe('fields of states', () => {
  check([
    ['missing Type', { StartAt: 'S', States: { S: { End: true } } }, ['REQUIRED_FIELD /States/S']],
    ['unknown Type', one({ Type: 'Retry' }), ['UNKNOWN_VALUE /States/S/Type']],
    ['unknown field', pass({ Foo: 1 }), ['UNKNOWN_FIELD /States/S/Foo']],
    [
      'Parameters of Fail',
      { StartAt: 'S', States: { S: { Type: 'Fail', Parameters: {} } } },
      ['UNKNOWN_FIELD /States/S/Parameters'],
    ],
    [
      'Assign of Succeed',
      { StartAt: 'S', States: { S: { Type: 'Succeed', Assign: {} } } },
      ['UNKNOWN_FIELD /States/S/Assign'],
    ],
    ['Retry of Pass', pass({ Retry: [] }), ['UNKNOWN_FIELD /States/S/Retry']],
    ['null paths', pass({ InputPath: null, OutputPath: null, ResultPath: null }), []],
    [
      'Error and ErrorPath',
      { StartAt: 'S', States: { S: { Type: 'Fail', Error: 'E', ErrorPath: '$.e' } } },
      ['EXCLUSIVE_FIELDS /States/S/ErrorPath'],
    ],
    [
      'CausePath with an allowed intrinsic',
      { StartAt: 'S', States: { S: { Type: 'Fail', CausePath: "States.Format('{}', $.a)" } } },
      [],
    ],
    [
      'CausePath with another intrinsic',
      { StartAt: 'S', States: { S: { Type: 'Fail', CausePath: 'States.MathAdd(1, 2)' } } },
      ['INVALID_INTRINSIC /States/S/CausePath'],
    ],
    [
      'Wait with two durations',
      one({ Type: 'Wait', Seconds: 1, SecondsPath: '$.s' }),
      ['EXCLUSIVE_FIELDS /States/S'],
    ],
    ['Wait with none', one({ Type: 'Wait' }), ['REQUIRED_FIELD /States/S']],
    ['Wait too long', one({ Type: 'Wait', Seconds: 100_000_000 }), ['OUT_OF_RANGE /States/S/Seconds']],
    ['Wait for a timestamp', one({ Type: 'Wait', Timestamp: '2016-12-05T21:29:29Z' }), []],
    [
      'timestamp without zone',
      one({ Type: 'Wait', Timestamp: '2016-12-05T21:29:29' }),
      ['INVALID_TIMESTAMP /States/S/Timestamp'],
    ],
    [
      'timestamp without T',
      one({ Type: 'Wait', Timestamp: '2016-12-05 21:29:29Z' }),
      ['INVALID_TIMESTAMP /States/S/Timestamp'],
    ],
    ['Parallel without branches', one({ Type: 'Parallel', Branches: [] }), ['WRONG_TYPE /States/S/Branches']],
    [
      'a branch with Version',
      one({ Type: 'Parallel', Branches: [{ ...inner(), Version: '1.0' }] }),
      ['UNKNOWN_FIELD /States/S/Branches/0/Version'],
    ],
  ]);
});

describe('tasks', () => {
  check([
    ['heartbeat below time-out', task({ HeartbeatSeconds: 5, TimeoutSeconds: 6 }), []],
    [
      'heartbeat equal to time-out',
      task({ HeartbeatSeconds: 6, TimeoutSeconds: 6 }),
      ['HEARTBEAT_NOT_BELOW_TIMEOUT /States/S/HeartbeatSeconds'],
    ],
    [
      'time-out twice',
      task({ TimeoutSeconds: 6, TimeoutSecondsPath: '$.t' }),
      ['EXCLUSIVE_FIELDS /States/S/TimeoutSecondsPath'],
    ],
    ['time-out zero', task({ TimeoutSeconds: 0 }), ['OUT_OF_RANGE /States/S/TimeoutSeconds']],
    ['no Resource', one({ Type: 'Task' }), ['REQUIRED_FIELD /States/S']],
    [
      'Resource not an ARN',
      one({ Type: 'Task', Resource: 'charge' }),
      ['INVALID_RESOURCE /States/S/Resource'],
    ],
    [
      'an action DynamoDB lacks',
      one({ Type: 'Task', Resource: 'arn:aws:states:::dynamodb:query' }),
      ['INVALID_RESOURCE /States/S/Resource'],
    ],
    ['credentials without role', task({ Credentials: {} }), ['REQUIRED_FIELD /States/S/Credentials']],
    ['credentials by path', task({ Credentials: { 'RoleArn.$': '$.role' } }), []],
    [
      'retrier',
      task({
        Retry: [
          {
            ErrorEquals: ['States.ALL'],
            IntervalSeconds: 1,
            MaxAttempts: 0,
            BackoffRate: 1.5,
            MaxDelaySeconds: 9,
            JitterStrategy: 'FULL',
          },
        ],
      }),
      [],
    ],
    [
      'retrier out of range',
      task({
        Retry: [
          {
            ErrorEquals: ['A'],
            IntervalSeconds: 0,
            MaxAttempts: -1,
            BackoffRate: 0.9,
            MaxDelaySeconds: 31_622_401,
            JitterStrategy: 'HALF',
          },
        ],
      }),
      [
        'OUT_OF_RANGE /States/S/Retry/0/IntervalSeconds',
        'OUT_OF_RANGE /States/S/Retry/0/MaxAttempts',
        'OUT_OF_RANGE /States/S/Retry/0/BackoffRate',
        'OUT_OF_RANGE /States/S/Retry/0/MaxDelaySeconds',
        'UNKNOWN_VALUE /States/S/Retry/0/JitterStrategy',
      ],
    ],
    [
      'ErrorEquals empty',
      task({ Retry: [{ ErrorEquals: [] }] }),
      ['WRONG_TYPE /States/S/Retry/0/ErrorEquals'],
    ],
    [
      'States.ALL not alone',
      task({ Retry: [{ ErrorEquals: ['A', 'States.ALL'] }] }),
      ['STATES_ALL_NOT_ALONE /States/S/Retry/0/ErrorEquals'],
    ],
    [
      'States.ALL not last',
      task({ Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['A'] }] }),
      ['STATES_ALL_NOT_LAST /States/S/Retry/0'],
    ],
    [
      'reserved error name',
      task({ Retry: [{ ErrorEquals: ['States.Foo'] }] }),
      ['INVALID_ERROR_NAME /States/S/Retry/0/ErrorEquals/0'],
    ],
    ['HTTP status error', task({ Retry: [{ ErrorEquals: ['States.Http.StatusCode.503'] }] }), []],
    ['catcher without Next', task({ Catch: [{ ErrorEquals: ['A'] }] }), ['REQUIRED_FIELD /States/S/Catch/0']],
  ]);
});

describe('payload templates and paths', () => {
  check([
    [
      'paths, context, variables, intrinsics',
      pass({
        Parameters: {
          'a.$': '$.x[0]',
          'b.$': '$$.Execution.Id',
          'c.$': '$v.w',
          'd.$': "States.Format('{}', $.y)",
          e: [{ 'f.$': '$' }],
        },
      }),
      [],
    ],
    ['no path', pass({ Parameters: { 'a.$': 'x' } }), ['INVALID_INTRINSIC /States/S/Parameters/a.$']],
    ['no string', pass({ Parameters: { 'a.$': 1 } }), ['INVALID_TEMPLATE /States/S/Parameters/a.$']],
    [
      'same member twice',
      pass({ Parameters: { 'a.$': '$', a: 1 } }),
      ['INVALID_TEMPLATE /States/S/Parameters/a.$'],
    ],
    ['a literal Result is not looked into', pass({ Result: { 'a.$': 1 } }), []],
    [
      'illegal escape',
      pass({ Parameters: { 'a.$': `States.Format('\\"{}', $.x)` } }),
      ['INVALID_INTRINSIC /States/S/Parameters/a.$'],
    ],
    [
      'unknown function',
      pass({ Parameters: { 'a.$': 'States.Now()' } }),
      ['INVALID_INTRINSIC /States/S/Parameters/a.$'],
    ],
    [
      'unbalanced',
      pass({ Parameters: { 'a.$': 'States.Array($.a' } }),
      ['INVALID_INTRINSIC /States/S/Parameters/a.$'],
    ],
    ['intrinsic in InputPath', pass({ InputPath: 'States.UUID()' }), ['INVALID_PATH /States/S/InputPath']],
    ['filter in InputPath', pass({ InputPath: "$.a[?(@.b == 'x]')].c" }), []],
    [
      'filter in ResultPath',
      pass({ ResultPath: '$.a[?(@.b)]' }),
      ['INVALID_REFERENCE_PATH /States/S/ResultPath'],
    ],
    [
      'ResultPath into the context',
      pass({ ResultPath: '$$.a' }),
      ['INVALID_REFERENCE_PATH /States/S/ResultPath'],
    ],
    [
      'ResultPath into a variable',
      pass({ ResultPath: '$v.a' }),
      ['INVALID_REFERENCE_PATH /States/S/ResultPath'],
    ],
    ['variables', pass({ Assign: { 'a.$': '$.x', größe: 1 } }), []],
    [
      'reserved variable',
      pass({ Assign: { states: 1, '1a': 1 } }),
      ['INVALID_VARIABLE /States/S/Assign/states', 'INVALID_VARIABLE /States/S/Assign/1a'],
    ],
  ]);
});

describe('choice rules', () => {
  check([
    [
      'JSONPath rules',
      choice(
        { Variable: '$.a', StringEquals: 'x', Next: 'T' },
        {
          And: [
            { Variable: '$.a', IsPresent: true },
            { Not: { Variable: '$.a', NumericLessThanPath: '$.b' } },
          ],
          Next: 'T',
          Comment: 'c',
        },
      ),
      [],
    ],
    ['no comparison', choice({ Variable: '$.a', Next: 'T' }), ['INVALID_CHOICE_RULE /States/S/Choices/0']],
    [
      'two comparisons',
      choice({ Variable: '$.a', IsNull: true, IsString: true, Next: 'T' }),
      ['INVALID_CHOICE_RULE /States/S/Choices/0'],
    ],
    ['no Variable', choice({ IsNull: true, Next: 'T' }), ['INVALID_CHOICE_RULE /States/S/Choices/0']],
    ['no Next', choice({ Variable: '$.a', IsNull: true }), ['REQUIRED_FIELD /States/S/Choices/0']],
    [
      'Next inside And',
      choice({ And: [{ Variable: '$.a', IsNull: true, Next: 'T' }], Next: 'T' }),
      ['UNKNOWN_FIELD /States/S/Choices/0/And/0/Next'],
    ],
    ['empty Or', choice({ Or: [], Next: 'T' }), ['WRONG_TYPE /States/S/Choices/0/Or']],
    [
      'wrong type of constant',
      choice({ Variable: '$.a', NumericEquals: '1', Next: 'T' }),
      ['WRONG_TYPE /States/S/Choices/0/NumericEquals'],
    ],
    [
      'unknown operator',
      choice({ Variable: '$.a', StringMatchesPath: '$.b', Next: 'T' }),
      ['UNKNOWN_FIELD /States/S/Choices/0/StringMatchesPath', 'INVALID_CHOICE_RULE /States/S/Choices/0'],
    ],
    [
      'missing target',
      choice({ Variable: '$.a', IsNull: true, Next: 'X' }),
      ['MISSING_TARGET /States/S/Choices/0/Next'],
    ],
    ['JSONata rule', { ...choice({ Condition: '{% true %}', Next: 'T' }), ...jsonata }, []],
    [
      'JSONata without Condition',
      { ...choice({ Next: 'T' }), ...jsonata },
      ['REQUIRED_FIELD /States/S/Choices/0'],
    ],
    [
      'JSONata with a literal condition',
      { ...choice({ Condition: 'true', Next: 'T' }), ...jsonata },
      ['INVALID_EXPRESSION /States/S/Choices/0/Condition'],
    ],
    [
      'JSONPath rule in JSONata',
      { ...choice({ Condition: '{% true %}', Variable: '$.a', Next: 'T' }), ...jsonata },
      ['FIELD_OF_OTHER_LANGUAGE /States/S/Choices/0/Variable'],
    ],
  ]);
});

describe('JSONata', () => {
  check([
    [
      'fields',
      task(
        {
          Arguments: { a: ['{% $states.input %}'] },
          Output: '{% 1 %}',
          Assign: { v: 1 },
          TimeoutSeconds: '{% 5 %}',
        },
        jsonata,
      ),
      [],
    ],
    [
      'JSONPath fields',
      task({ Parameters: {}, ResultPath: '$' }, jsonata),
      ['FIELD_OF_OTHER_LANGUAGE /States/S/Parameters', 'FIELD_OF_OTHER_LANGUAGE /States/S/ResultPath'],
    ],
    ['JSONata fields in JSONPath', pass({ Output: 1 }), ['FIELD_OF_OTHER_LANGUAGE /States/S/Output']],
    [
      'expression in a JSONPath number',
      task({ TimeoutSeconds: '{% 5 %}' }),
      ['WRONG_TYPE /States/S/TimeoutSeconds'],
    ],
    ['a state of its own language', pass({ Output: 1, ...jsonata }), []],
    [
      'downgrade',
      pass({ QueryLanguage: 'JSONPath' }, jsonata),
      ['LANGUAGE_DOWNGRADE /States/S/QueryLanguage'],
    ],
    [
      'nested states inherit from the machine, not from the state around',
      map({ ...jsonata, ItemProcessor: inner({ Type: 'Pass', Result: 1, End: true }) }),
      [],
    ],
    ['unbalanced', pass({ Output: { a: '{% (1 %}' } }, jsonata), ['INVALID_EXPRESSION /States/S/Output/a']],
    [
      'brackets in strings, comments and patterns',
      pass({ Output: `{% $match("(", /[(\\/]/) /* ) */ & ')' & (4 / 2) %}` }, jsonata),
      [],
    ],
    ['not closed', pass({ Output: '{% 1' }, jsonata), ['INVALID_EXPRESSION /States/S/Output']],
    ['blanks outside make a literal', pass({ Output: ' {% 1 %} ' }, jsonata), []],
    [
      'no timestamp',
      one({ Type: 'Wait', Timestamp: 'soon', ...jsonata }),
      ['INVALID_TIMESTAMP /States/S/Timestamp'],
    ],
  ]);
});

describe('Map', () => {
  check([
    [
      'inline',
      map({ MaxConcurrency: 0, ItemsPath: '$.a', ItemSelector: { 'a.$': '$$.Map.Item.Value' } }),
      [],
    ],
    ['legacy names', one({ Type: 'Map', Iterator: inner(), Parameters: { a: 1 } }), []],
    [
      'both names',
      map({ Iterator: { StartAt: 'J', States: { J: end } } }),
      ['EXCLUSIVE_FIELDS /States/S/Iterator'],
    ],
    ['neither', one({ Type: 'Map' }), ['REQUIRED_FIELD /States/S']],
    ['both selectors', map({ ItemSelector: {}, Parameters: {} }), ['EXCLUSIVE_FIELDS /States/S/Parameters']],
    [
      'distributed',
      distributed({
        Label: 'L',
        ItemReader: {
          Resource: 'arn:aws:states:::s3:getObject',
          ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' },
          Parameters: { Bucket: 'b', 'Key.$': '$.k' },
        },
        ItemBatcher: { MaxItemsPerBatch: 2 },
        ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Parameters: {} },
        ToleratedFailurePercentage: 5.5,
      }),
      [],
    ],
    [
      'without ExecutionType',
      distributed({}, {}),
      ['REQUIRED_FIELD /States/S/ItemProcessor/ProcessorConfig'],
    ],
    [
      'in Express',
      distributed(),
      ['NOT_IN_EXPRESS /States/S/ItemProcessor/ProcessorConfig'],
      { type: 'EXPRESS' },
    ],
    [
      'distributed fields inline',
      map({ ItemBatcher: { MaxItemsPerBatch: 1 } }),
      ['ONLY_IN_DISTRIBUTED /States/S/ItemBatcher'],
    ],
    ['label', distributed({ Label: 'a b' }), ['INVALID_LABEL /States/S/Label']],
    ['long label', distributed({ Label: 'a'.repeat(41) }), ['INVALID_LABEL /States/S/Label']],
    [
      'percentage',
      map({ ToleratedFailurePercentage: 101 }),
      ['OUT_OF_RANGE /States/S/ToleratedFailurePercentage'],
    ],
    [
      'reader',
      distributed({ ItemReader: { Resource: INVOKE, ReaderConfig: { InputType: 'XML', X: 1 } } }),
      [
        'INVALID_RESOURCE /States/S/ItemReader/Resource',
        'UNKNOWN_VALUE /States/S/ItemReader/ReaderConfig/InputType',
        'UNKNOWN_FIELD /States/S/ItemReader/ReaderConfig/X',
      ],
    ],
  ]);
});

describe('workflow type', () => {
  const of = (Resource: string): object => one({ Type: 'Task', Resource });
  const activity = of('arn:aws:states:us-east-1:123456789012:activity:a');
  const refused = ['NOT_IN_EXPRESS /States/S/Resource'];
  const express: ParseOptions = { type: 'EXPRESS' };
  check([
    ['activity in Standard', activity, []],
    ['activity in Express', activity, refused, express],
    ['.sync in Express', of('arn:aws:states:::states:startExecution.sync:2'), refused, express],
    [
      '.waitForTaskToken in Express',
      of('arn:aws:states:::sqs:sendMessage.waitForTaskToken'),
      refused,
      express,
    ],
    ['request-response in Express', of(INVOKE), [], express],
    [
      '.sync in Express children of a distributed Map',
      map({
        ItemProcessor: {
          ...inner({ Type: 'Task', Resource: 'arn:aws:states:::ecs:runTask.sync', End: true }),
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' },
        },
      }),
      ['NOT_IN_EXPRESS /States/S/ItemProcessor/States/I/Resource'],
    ],
  ]);
});

describe('placeholders', () => {
  const template = {
    StartAt: '${First}',
    States: {
      '${First}': { Type: 'Task', Resource: '${Fn}', TimeoutSeconds: '${Limit}', Next: '${Last}' },
      S: {
        Type: 'Task',
        Resource: 'arn:${AWS::Partition}:states:::sqs:sendMessage',
        InputPath: '${Path}',
        End: true,
      },
    },
  };
  check([
    ['accepted in their mode', template, [], { placeholders: true }],
    [
      'still judged where the kind is known',
      one({ Type: 'Task', Resource: 'arn:${AWS::Partition}:states:::dynamodb:getItem.sync' }),
      [],
      { placeholders: true },
    ],
    [
      'not accepted without',
      task({ TimeoutSeconds: '${Limit}', Resource: '${Fn}' }),
      ['WRONG_TYPE /States/S/TimeoutSeconds', 'INVALID_RESOURCE /States/S/Resource'],
    ],
  ]);
});

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
