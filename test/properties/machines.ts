import type { Definition, MapRunAnswer, TaskAnswer, World } from '@steptrail/interpreter';
import fc from 'fast-check';

/*
 * Machines made up for properties: every state type, field form and query language, nested; and the worlds that they run in.
 */

/** A machine made up for a property, and the world it runs in. */
export interface Made {
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly definition: Definition;
  readonly input: Json;
  readonly seed: number;
  /** Of 100 calls of a task, how many fail, how many hang, and how many are too late for their limits. */
  readonly failing: number;
  readonly hanging: number;
  readonly late: number;
  /** Milliseconds that a step takes at most, so that branches interleave. */
  readonly latency: number;
  /** Milliseconds after which StopExecution is called; 0 for never. */
  readonly stopped: number;
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Fields = { readonly [key: string]: Json };

/** Which query language a state has, and what that leaves open to the states around it. */
interface Setting {
  readonly prefix: string;
  readonly depth: number;
  readonly type: 'STANDARD' | 'EXPRESS';
  /** The language of the scope: JSONata states may stand in a JSONPath scope, not the other way round. */
  readonly language: 'JSONPath' | 'JSONata';
}

const LAMBDA = 'arn:aws:lambda:us-east-1:111111111111:function:work';
const REQUESTS = [
  LAMBDA,
  'arn:aws:states:::lambda:invoke',
  'arn:aws:states:::aws-sdk:dynamodb:getItem',
  'arn:aws:states:::sqs:sendMessage',
];
const STANDARD_ONLY = [
  'arn:aws:states:::states:startExecution.sync:2',
  'arn:aws:states:::glue:startJobRun.sync',
  'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
  'arn:aws:states:::lambda:invoke.waitForTaskToken',
  'arn:aws:states:us-east-1:111111111111:activity:people',
];

const OPTIONAL: Fields = {};

const retry = fc.constantFrom<readonly Fields[]>(
  [],
  [],
  [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }],
  [
    { ErrorEquals: ['Boom'], IntervalSeconds: 3, MaxAttempts: 2, BackoffRate: 1.5 },
    { ErrorEquals: ['States.TaskFailed'], MaxAttempts: 1, MaxDelaySeconds: 2, JitterStrategy: 'FULL' },
  ],
  [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 0 }],
  [{ ErrorEquals: ['States.QueryEvaluationError', 'Lambda.TooManyRequestsException'], IntervalSeconds: 1 }],
);

const pathCatch = fc.constantFrom<readonly Fields[]>(
  [],
  [{ ErrorEquals: ['States.ALL'] }],
  [{ ErrorEquals: ['Boom'], ResultPath: '$.error' }],
  [
    { ErrorEquals: ['States.Timeout', 'Crash'], ResultPath: null },
    { ErrorEquals: ['States.ALL'], ResultPath: '$.all' },
  ],
  [{ ErrorEquals: ['States.TaskFailed'], Assign: { 'caught.$': '$.Error' } }],
);

const jsonataCatch = fc.constantFrom<readonly Fields[]>(
  [],
  [{ ErrorEquals: ['States.ALL'] }],
  [{ ErrorEquals: ['Boom'], Output: '{% $states.errorOutput.Error %}' }],
  [
    { ErrorEquals: ['States.QueryEvaluationError'], Assign: { caught: '{% $states.input %}' } },
    {
      ErrorEquals: ['States.ALL'],
      Output: { was: '{% $states.errorOutput %}', input: '{% $states.input %}' },
    },
  ],
);

const pathFlow = fc.constantFrom<Fields>(
  {},
  {},
  { ResultPath: null },
  { ResultPath: '$.result' },
  { ResultPath: '$.deep.er', OutputPath: '$' },
  { InputPath: '$', ResultPath: '$.kept' },
  { ResultSelector: { 'n.$': '$', fixed: [1] } },
  { Assign: { 'kept.$': '$', fixed: { a: 1 } } },
);

const jsonataFlow = fc.constantFrom<Fields>(
  {},
  {},
  { Output: '{% $states.result %}' },
  { Output: { input: '{% $states.input %}', result: '{% $states.result %}' } },
  { Assign: { kept: '{% $states.result %}', list: [1, '{% $states.context.State.Name %}'] } },
);

const withTolerance = (
  state: Fields,
  { retry: Retry, caught }: { readonly retry: readonly Fields[]; readonly caught: readonly Fields[] },
): Fields => ({
  ...state,
  ...(Retry.length === 0 ? OPTIONAL : { Retry }),
  ...(caught.length === 0 ? OPTIONAL : { catch: caught }),
});

/** States without their Next; `catch` becomes a Catch to the scope's last state, `choose` the Choices. */
const pathTask = ({ type }: Setting): fc.Arbitrary<Fields> =>
  fc
    .record({
      resource: fc.constantFrom(...REQUESTS, ...(type === 'EXPRESS' ? [] : STANDARD_ONLY)),
      retry,
      caught: pathCatch,
      flow: pathFlow,
      limits: fc.constantFrom<Fields>(
        {},
        {},
        { TimeoutSeconds: 2 },
        { TimeoutSeconds: 60, HeartbeatSeconds: 4 },
        { TimeoutSecondsPath: '$limit' },
        { TimeoutSeconds: 40, HeartbeatSecondsPath: '$limit' },
      ),
      parameters: fc.constantFrom<Fields>(
        {},
        { 'all.$': '$', fixed: 1 },
        { 'attempt.$': '$$.State.RetryCount', 'text.$': "States.Format('{} of {}', $$.State.Name, 2)" },
      ),
      credentials: fc.constantFrom<Fields>(
        {},
        {},
        { Credentials: { RoleArn: 'arn:aws:iam::222222222222:role/other' } },
      ),
    })
    .map(({ resource, limits, parameters, credentials, flow, ...tolerance }) =>
      withTolerance(
        {
          Type: 'Task',
          Resource: resource,
          Parameters: resource.endsWith('waitForTaskToken')
            ? { ...parameters, 'token.$': '$$.Task.Token' }
            : parameters,
          ...flow,
          ...limits,
          ...(resource.includes(':activity:') ? OPTIONAL : credentials),
        },
        tolerance,
      ),
    );

const jsonataTask = ({ type }: Setting): fc.Arbitrary<Fields> =>
  fc
    .record({
      resource: fc.constantFrom(...REQUESTS, ...(type === 'EXPRESS' ? [] : STANDARD_ONLY)),
      retry,
      caught: jsonataCatch,
      flow: jsonataFlow,
      limits: fc.constantFrom<Fields>(
        {},
        {},
        { TimeoutSeconds: 2 },
        { TimeoutSeconds: '{% $states.context.Execution.Input.limit %}', HeartbeatSeconds: '{% 2 + 1 %}' },
      ),
      parameters: fc.constantFrom<Json>(
        {},
        { all: '{% $states.input %}', attempt: '{% $states.context.State.RetryCount %}' },
        { fails: '{% $states.input.nowhere.at.all %}' },
      ),
    })
    .map(({ resource, limits, parameters, flow, ...tolerance }) =>
      withTolerance(
        {
          Type: 'Task',
          Resource: resource,
          Arguments: resource.endsWith('waitForTaskToken')
            ? { TaskToken: '{% $states.context.Task.Token %}', given: parameters }
            : parameters,
          ...flow,
          ...limits,
        },
        tolerance,
      ),
    );

const pathPass = fc.constantFrom<Fields>(
  { Type: 'Pass' },
  { Type: 'Pass', Result: { n: 1, list: [1, 2] } },
  { Type: 'Pass', Parameters: { 'a.$': '$', b: 'text' }, ResultPath: '$.passed' },
  {
    Type: 'Pass',
    Parameters: { 'id.$': 'States.UUID()', 'at.$': '$$.State.EnteredTime' },
    ResultPath: '$.drawn',
  },
  { Type: 'Pass', Assign: { seen: true, 'kept.$': '$' } },
  {
    Type: 'Pass',
    Parameters: {
      'sum.$': 'States.MathAdd(1, $$.Execution.Input.limit)',
      'hash.$': "States.Hash('a', 'MD5')",
    },
  },
  { Type: 'Pass', InputPath: '$$.Execution.Input.list', OutputPath: '$' },
  { Type: 'Pass', Parameters: { 'gone.$': '$.nowhere.at.all' } },
);

const jsonataPass = fc.constantFrom<Fields>(
  { Type: 'Pass' },
  { Type: 'Pass', Output: { twice: '{% [$states.input, $states.input] %}' } },
  { Type: 'Pass', Output: { id: '{% $uuid() %}', at: '{% $now() %}', die: '{% $floor($random() * 6) %}' } },
  { Type: 'Pass', Assign: { seen: true, kept: '{% $states.input %}' } },
  { Type: 'Pass', Output: '{% $states.input.nowhere.at.all %}' },
  { Type: 'Pass', Output: '{% $sum([1, $states.context.Execution.Input.limit]) %}' },
);

const pathWait = fc.constantFrom<Fields>(
  { Type: 'Wait', Seconds: 0 },
  { Type: 'Wait', Seconds: 7 },
  { Type: 'Wait', SecondsPath: '$limit' },
  { Type: 'Wait', Timestamp: '2026-01-01T00:00:05Z' },
  { Type: 'Wait', TimestampPath: '$when' },
);

const jsonataWait = fc.constantFrom<Fields>(
  { Type: 'Wait', Seconds: 1 },
  { Type: 'Wait', Seconds: '{% $states.context.Execution.Input.limit + 1 %}' },
  { Type: 'Wait', Timestamp: '{% $states.context.Execution.Input.when %}', Output: 'waited' },
);

const pathChoice = fc.constantFrom<Fields>(
  { Type: 'Choice', choose: { Variable: '$.n', IsPresent: true } },
  { Type: 'Choice', choose: { Variable: '$$.Execution.Name', StringEquals: 'e' } },
  { Type: 'Choice', choose: { Not: { Variable: '$', IsString: true } } },
  {
    Type: 'Choice',
    choose: {
      And: [
        { Variable: '$$.Execution.Input.limit', NumericGreaterThan: 2 },
        {
          Or: [
            { Variable: '$$.Execution.Name', StringMatches: '*x' },
            { Variable: '$$.State.Name', IsString: true },
          ],
        },
      ],
    },
  },
  {
    Type: 'Choice',
    choose: { Variable: '$$.Execution.Input.limit', NumericLessThanPath: '$$.Execution.Input.limit' },
  },
);

const jsonataChoice = fc.constantFrom<Fields>(
  { Type: 'Choice', choose: { Condition: '{% $states.context.Execution.Input.limit > 2 %}' } },
  {
    Type: 'Choice',
    choose: { Condition: "{% $states.context.Execution.Name = 'other' %}", Output: 'chosen' },
  },
  { Type: 'Choice', choose: { Condition: '{% true %}', Assign: { chose: '{% $states.input %}' } } },
);

/** Names of variables are a scope's own: those of an inner scope may not be those of an outer one. */
const withOwnVariables = (prefix: string, state: Fields): Fields => {
  const mark = prefix.replaceAll('-', '_');
  return JSON.parse(
    JSON.stringify(state).replaceAll(
      /"Assign":\{("(?:kept|fixed|list|seen|caught|chose)(?:\.\$)?".*?)\}/g,
      (text) => text.replaceAll(/([{,]")(kept|fixed|list|seen|caught|chose)(\.\$)?":/g, `$1$2_${mark}$3":`),
    ),
  );
};

/** Chains states: each goes to the next; a Choice skips one; the last one ends, succeeds or fails. */
const chain = (prefix: string, states: readonly Fields[], last: Fields): Fields => {
  const names = states.map((_, index) => `${prefix}${index}`);
  const end = `${prefix}end`;
  const own = states.map((state) => withOwnVariables(prefix, state));
  const entries = own.map((state, index): [string, Json] => {
    const Next = names[index + 1] ?? end;
    const { choose, catch: caught, ...rest } = state;
    if (choose !== undefined && typeof choose === 'object' && choose !== null) {
      return [
        names[index] ?? '',
        { ...rest, Choices: [{ ...choose, Next: names[index + 2] ?? end }], Default: Next },
      ];
    }
    const Catch = Array.isArray(caught)
      ? { Catch: caught.map((one: Json) => ({ ...Object(one), Next: end })) }
      : {};
    return [names[index] ?? '', { ...rest, ...Catch, Next }];
  });
  return { StartAt: names[0] ?? end, States: { ...Object.fromEntries(entries), [end]: last } };
};

const pathLast = fc.constantFrom<Fields>(
  { Type: 'Succeed' },
  { Type: 'Pass', End: true },
  { Type: 'Pass', End: true },
  { Type: 'Fail', Error: 'Boom', Cause: 'of the machine' },
  { Type: 'Fail', ErrorPath: '$$.Execution.Name', CausePath: "States.Format('at {}', $$.State.Name)" },
);

const jsonataLast = fc.constantFrom<Fields>(
  { Type: 'Succeed' },
  { Type: 'Succeed', Output: { said: '{% $states.input %}' } },
  { Type: 'Pass', End: true },
  { Type: 'Fail', Error: '{% $states.context.Execution.Name %}', Cause: 'of the machine' },
);

const items = (jsonata: boolean): fc.Arbitrary<Fields> =>
  jsonata
    ? fc.constantFrom<Fields>(
        { Items: '{% $states.context.Execution.Input.list %}' },
        { Items: [1, '{% $states.context.State.Name %}'] },
        { Items: '{% $states.context.Execution.Input.none %}' },
        {
          Items: '{% [1..4] %}',
          ItemSelector: {
            i: '{% $states.context.Map.Item.Index %}',
            v: '{% $states.context.Map.Item.Value %}',
          },
        },
      )
    : fc.constantFrom<Fields>(
        { ItemsPath: '$$.Execution.Input.list' },
        { ItemsPath: '$$.Execution.Input.none' },
        {
          ItemsPath: '$$.Execution.Input.list',
          ItemSelector: { 'i.$': '$$.Map.Item.Index', 'v.$': '$$.Map.Item.Value', 'whole.$': '$' },
        },
      );

const parallel = (setting: Setting, jsonata: boolean): fc.Arbitrary<Fields> =>
  fc
    .record({
      branches: fc.integer({ min: 1, max: 3 }),
      flow: jsonata ? jsonataFlow : pathFlow,
      caught: jsonata ? jsonataCatch : pathCatch,
      retry,
      mark: fc.integer({ min: 0, max: 999 }),
    })
    .chain(({ branches, flow, mark, ...tolerance }) =>
      fc
        .tuple(
          ...Array.from({ length: branches }, (_, index) =>
            scope({ ...setting, prefix: `${setting.prefix}p${mark}b${index}-`, depth: setting.depth - 1 }),
          ),
        )
        .map((Branches) => withTolerance({ Type: 'Parallel', Branches, ...flow }, tolerance)),
    );

const map = (setting: Setting, jsonata: boolean): fc.Arbitrary<Fields> =>
  fc
    .record({
      items: items(jsonata),
      limit: fc.constantFrom<Fields>(
        {},
        { MaxConcurrency: 1 },
        { MaxConcurrency: 2 },
        jsonata ? { MaxConcurrency: '{% 3 %}' } : { MaxConcurrencyPath: '$limit' },
      ),
      flow: jsonata ? jsonataFlow : pathFlow,
      caught: jsonata ? jsonataCatch : pathCatch,
      retry,
      mark: fc.integer({ min: 0, max: 999 }),
      distributed: fc.constantFrom(false, false, setting.type === 'STANDARD'),
      tolerated: fc.constantFrom<Fields>(
        {},
        { ToleratedFailureCount: 1 },
        { ToleratedFailurePercentage: 50 },
      ),
    })
    .chain(({ items: from, limit, flow, mark, distributed, tolerated, ...tolerance }) =>
      scope({ ...setting, prefix: `${setting.prefix}m${mark}-`, depth: setting.depth - 1 }).map((processor) =>
        withTolerance(
          {
            Type: 'Map',
            ItemProcessor: distributed
              ? { ...processor, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } }
              : processor,
            ...from,
            ...limit,
            ...flow,
            ...(distributed ? tolerated : OPTIONAL),
          },
          tolerance,
        ),
      ),
    );

/** A state of one of the languages that the scope allows. */
const state = (setting: Setting): fc.Arbitrary<Fields> =>
  fc.constantFrom(setting.language, 'JSONata' as const).chain((language) => {
    const jsonata = language === 'JSONata';
    const kinds = jsonata
      ? [jsonataPass, jsonataWait, jsonataChoice, jsonataTask(setting), jsonataTask(setting)]
      : [pathPass, pathWait, pathChoice, pathTask(setting), pathTask(setting)];
    if (setting.depth > 0) kinds.push(parallel(setting, jsonata), map(setting, jsonata));
    return fc
      .oneof(...kinds)
      .map((made) => (language === setting.language ? made : { ...made, QueryLanguage: language }));
  });

const scope = (setting: Setting): fc.Arbitrary<Fields> =>
  fc
    .record({
      states: fc.array(state(setting), { minLength: 1, maxLength: 4 }),
      last: setting.language === 'JSONata' ? jsonataLast : pathLast,
    })
    .map(({ states, last }) => chain(setting.prefix, states, last));

/** The first state of all: the fields that cannot read the context object read variables. */
const BEGIN = {
  JSONPath: { Type: 'Pass', Assign: { 'limit.$': '$.limit', 'when.$': '$.when' } },
  JSONata: { Type: 'Pass', Assign: { limit: '{% $states.input.limit %}', when: '{% $states.input.when %}' } },
};

const machineOf = (type: 'STANDARD' | 'EXPRESS'): fc.Arbitrary<Definition> =>
  fc.constantFrom<Setting['language']>('JSONPath', 'JSONPath', 'JSONata').chain((language) =>
    fc
      .tuple(
        scope({ prefix: 's', depth: 3, type, language }),
        fc.constantFrom<Fields>({}, {}, { TimeoutSeconds: 30 }),
      )
      .map(([machine, limit]) => ({
        StartAt: 'begin',
        States: { begin: { ...BEGIN[language], Next: machine.StartAt ?? '' }, ...Object(machine.States) },
        ...limit,
        ...(language === 'JSONata' ? { QueryLanguage: 'JSONata' } : {}),
      })),
  );

/** Machines of all state types in both languages, nested three deep, with all that may befall them. */
export const madeMachines: fc.Arbitrary<Made> = fc
  .constantFrom<Made['type']>('STANDARD', 'STANDARD', 'EXPRESS')
  .chain((type) =>
    fc.record({
      type: fc.constant(type),
      definition: machineOf(type),
      input: fc.constantFrom<Json>(
        { list: [1, 'two', { three: 3 }, 4, 5], none: [], limit: 3, when: '2026-01-01T00:00:09Z' },
        { list: [1], none: [], n: 0, limit: 1, when: '2025-01-01T00:00:00Z' },
      ),
      seed: fc.integer({ min: 0, max: 1_000_000 }),
      failing: fc.constantFrom(0, 20, 60),
      hanging: fc.constantFrom(0, 10),
      late: fc.constantFrom(0, 20),
      latency: fc.constantFrom(0, 40, 900),
      stopped: fc.constantFrom(0, 0, 0, 3000),
    }),
  );

export const EXECUTION_ARN = 'arn:aws:states:us-east-1:111111111111:execution:m:e';

const hash = (text: string): number => {
  let value = 2166136261;
  for (let index = 0; index < text.length; index += 1)
    value = Math.imul(value ^ text.charCodeAt(index), 16777619);
  return (value ^ (value >>> 15)) >>> 0;
};

const ERRORS = ['Boom', 'Crash', 'States.TaskFailed', 'Lambda.TooManyRequestsException', undefined];

/** The world of a made machine: what a task does depends on its state, path, attempt and visit alone. */
export const worldOf = (made: Made, more: Partial<World> = {}): World => ({
  start: Date.UTC(2026, 0, 1),
  executionArn: EXECUTION_ARN,
  stateMachineArn: 'arn:aws:states:us-east-1:111111111111:stateMachine:m',
  roleArn: 'arn:aws:iam::111111111111:role/r',
  seed: made.seed,
  task: (call): TaskAnswer => {
    const draw = hash(`${made.seed} ${call.state} ${call.path} ${call.attempt} ${call.visit}`);
    const after = draw % 1500;
    const chance = (draw >>> 8) % 100;
    const error = ERRORS[draw % ERRORS.length];
    if (chance < made.failing) {
      return { kind: 'fails', after, ...(error === undefined ? {} : { error, cause: '{"a": 1}' }) };
    }
    if (chance < made.failing + made.hanging) {
      return call.resource.kind === 'activity' && draw % 2 === 0
        ? { kind: 'never polled' }
        : { kind: 'hangs' };
    }
    const slow = chance > 100 - made.late ? 70_000 : 0;
    const heartbeats =
      draw % 3 === 0 ? Array.from({ length: 30 }, (_, beat) => 2500 * (beat + 1)) : undefined;
    return {
      kind: 'succeeds',
      output: { n: chance, deep: { of: [call.attempt] } },
      after: after + slow,
      ...(heartbeats === undefined ? {} : { heartbeats }),
    };
  },
  mapRun: (call): MapRunAnswer => {
    const draw = hash(`${made.seed} ${call.state} ${call.path} ${call.at}`) % 100;
    if (draw < made.failing)
      return { kind: 'fails', error: 'States.ExceedToleratedFailureThreshold', after: 500 };
    if (draw < made.failing + made.hanging) return { kind: 'hangs' };
    return { kind: 'succeeds', output: (call.items ?? []).map(() => ({ done: true })), after: 800 };
  },
  ...(made.latency === 0
    ? {}
    : {
        latency: ({ type, state: name, path, occurrence }) =>
          hash(`${made.seed} ${type} ${name} ${path} ${occurrence}`) % made.latency,
      }),
  ...(made.stopped === 0 ? {} : { stopAt: { at: Date.UTC(2026, 0, 1) + made.stopped, error: 'Stopped' } }),
  ...more,
});
