// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of templates look like that
import { describe } from 'vitest';
import { check, distributed, end, INVOKE, inner, map, one, pass, task } from './definition-cases.ts';

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
      'name of 80 characters, each of two code units',
      { StartAt: '😀'.repeat(80), States: { ['😀'.repeat(80)]: end } },
      [],
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
      ['MISSING_TARGET /States/S/Branches/0/States/I/Next', 'NO_WAY_OUT /States/S/Branches/0/States'],
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
      ['HEARTBEAT_EQUALS_TIMEOUT /States/S/HeartbeatSeconds'],
    ],
    [
      'heartbeat above time-out',
      task({ HeartbeatSeconds: 7, TimeoutSeconds: 6 }),
      ['HEARTBEAT_ABOVE_TIMEOUT /States/S/HeartbeatSeconds'],
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
    [
      'credentials by an expression',
      task({ Credentials: '{% $credentials %}' }, { QueryLanguage: 'JSONata' }),
      [],
    ],
    [
      'credentials that are no expression',
      task({ Credentials: 'role' }, { QueryLanguage: 'JSONata' }),
      ['WRONG_TYPE /States/S/Credentials'],
    ],
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
      ['UNKNOWN_ERROR_NAME /States/S/Retry/0/ErrorEquals/0'],
    ],
    ['HTTP status error', task({ Retry: [{ ErrorEquals: ['States.Http.StatusCode.503'] }] }), []],
    ['catcher without Next', task({ Catch: [{ ErrorEquals: ['A'] }] }), ['REQUIRED_FIELD /States/S/Catch/0']],
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
    ['a writer of a form only', distributed({ ResultWriter: { WriterConfig: { OutputType: 'JSONL' } } }), []],
    ['an empty writer', distributed({ ResultWriter: {} }), ['REQUIRED_FIELD /States/S/ResultWriter']],
    [
      'a writer without a bucket',
      distributed({ ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', WriterConfig: {} } }),
      ['REQUIRED_FIELD /States/S/ResultWriter'],
    ],
    [
      'a writer without a resource',
      distributed({ ResultWriter: { Parameters: { Bucket: 'b' } } }),
      ['REQUIRED_FIELD /States/S/ResultWriter'],
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
