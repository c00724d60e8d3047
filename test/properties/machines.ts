import type { Definition, TaskAnswer, World } from '@steptrail/interpreter';
import fc from 'fast-check';

/** A machine made up for a property, and the world it runs in. */
export interface Made {
  readonly definition: Definition;
  readonly input: Json;
  readonly seed: number;
  /** Of 100 calls of a task, how many fail and how many hang. */
  readonly failing: number;
  readonly hanging: number;
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Fields = { readonly [key: string]: Json };

const LAMBDA = 'arn:aws:lambda:us-east-1:111111111111:function:work';
const RESOURCES = [
  LAMBDA,
  'arn:aws:states:::lambda:invoke',
  'arn:aws:states:::states:startExecution.sync:2',
  'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
  'arn:aws:states:us-east-1:111111111111:activity:people',
];

const retry = fc.constantFrom<readonly Json[]>(
  [],
  [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }],
  [
    { ErrorEquals: ['Boom'], IntervalSeconds: 3, MaxAttempts: 2, BackoffRate: 1.5 },
    { ErrorEquals: ['States.TaskFailed'], MaxAttempts: 1, MaxDelaySeconds: 2, JitterStrategy: 'FULL' },
  ],
  [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 0 }],
);

const caught = fc.constantFrom<Json>(
  null,
  { ErrorEquals: ['States.ALL'] },
  { ErrorEquals: ['Boom'], ResultPath: '$.error' },
  { ErrorEquals: ['States.Timeout', 'Crash'], ResultPath: null },
);

const ends = fc.constantFrom<Fields>(
  {},
  {},
  { ResultPath: null },
  { ResultPath: '$.result' },
  { ResultPath: '$.deep.er', OutputPath: '$' },
);

/** A state without its Next; `catch` becomes a Catch to the scope's last state. */
const task = fc
  .record({
    resource: fc.constantFrom(...RESOURCES),
    retry,
    caught,
    ends,
    limits: fc.constantFrom<Fields>({}, { TimeoutSeconds: 2 }, { TimeoutSeconds: 60, HeartbeatSeconds: 4 }),
    parameters: fc.constantFrom<Json>(null, { 'all.$': '$', fixed: 1 }, { 'try.$': '$$.State.RetryCount' }),
  })
  .map(({ resource, retry: Retry, caught: one, ends: flow, limits, parameters }) => ({
    Type: 'Task',
    Resource: resource,
    ...(Retry.length === 0 ? {} : { Retry }),
    ...(one === null ? {} : { catch: one }),
    ...flow,
    ...limits,
    ...(parameters === null ? {} : { Parameters: parameters }),
  }));

const pass = fc.constantFrom<Fields>(
  { Type: 'Pass' },
  { Type: 'Pass', Result: { n: 1, list: [1, 2] } },
  { Type: 'Pass', Parameters: { 'a.$': '$', b: 'text' }, ResultPath: '$.passed' },
  {
    Type: 'Pass',
    Parameters: { 'id.$': 'States.UUID()', 'at.$': '$$.State.EnteredTime' },
    ResultPath: '$.drawn',
  },
  { Type: 'Pass', Assign: { seen: true, 'kept.$': '$' } },
);

const wait = fc.constantFrom<Fields>(
  { Type: 'Wait', Seconds: 0 },
  { Type: 'Wait', Seconds: 7 },
  { Type: 'Wait', Timestamp: '2026-01-01T00:00:05Z' },
);

const choice = fc.constantFrom<Fields>(
  { Type: 'Choice', choose: { Variable: '$.n', IsPresent: true } },
  { Type: 'Choice', choose: { Variable: '$$.Execution.Name', StringEquals: 'e' } },
  { Type: 'Choice', choose: { Not: { Variable: '$', IsString: true } } },
);

/** Chains states: each goes to the next; a Choice skips one; the last one ends, succeeds or fails. */
const chain = (prefix: string, states: readonly Fields[], last: Fields): Fields => {
  const names = states.map((_, index) => `${prefix}${index}`);
  const end = `${prefix}end`;
  const entries = states.map((state, index): [string, Json] => {
    const Next = names[index + 1] ?? end;
    const { choose, catch: one, ...rest } = state;
    if (choose !== undefined && typeof choose === 'object' && choose !== null) {
      return [
        names[index] ?? '',
        { ...rest, Choices: [{ ...choose, Next: names[index + 2] ?? end }], Default: Next },
      ];
    }
    const Catch =
      one !== undefined && typeof one === 'object' && one !== null ? { Catch: [{ ...one, Next: end }] } : {};
    return [names[index] ?? '', { ...rest, ...Catch, Next }];
  });
  return { StartAt: names[0] ?? end, States: { ...Object.fromEntries(entries), [end]: last } };
};

const lastState = fc.constantFrom<Fields>(
  { Type: 'Succeed' },
  { Type: 'Pass', End: true },
  { Type: 'Pass', End: true },
  { Type: 'Fail', Error: 'Boom', Cause: 'of the machine' },
);

const scope = (prefix: string, depth: number): fc.Arbitrary<Fields> => {
  const kinds: fc.Arbitrary<Fields>[] = [pass, wait, choice, task];
  if (depth > 0) {
    kinds.push(
      fc
        .record({
          branches: fc.integer({ min: 1, max: 3 }),
          caught,
          ends,
          retry,
          seed: fc.integer({ max: 99, min: 0 }),
        })
        .chain(({ branches, caught: one, ends: flow, retry: Retry, seed }) =>
          fc
            .tuple(
              ...Array.from({ length: branches }, (_, index) =>
                scope(`${prefix}p${seed}b${index}-`, depth - 1),
              ),
            )
            .map((Branches) => ({
              Type: 'Parallel',
              Branches,
              ...(Retry.length === 0 ? {} : { Retry }),
              ...(one === null ? {} : { catch: one }),
              ...flow,
            })),
        ),
      fc
        .record({
          items: fc.constantFrom<Fields>(
            { ItemsPath: '$$.Execution.Input.list' },
            { ItemsPath: '$$.Execution.Input.none' },
          ),
          limit: fc.integer({ min: 0, max: 3 }),
          selector: fc.constantFrom<Fields>(
            {},
            { ItemSelector: { 'i.$': '$$.Map.Item.Index', 'v.$': '$$.Map.Item.Value', 'whole.$': '$' } },
          ),
          caught,
          ends,
          retry,
          seed: fc.integer({ max: 99, min: 0 }),
        })
        .chain(({ items, limit, selector, caught: one, ends: flow, retry: Retry, seed }) =>
          scope(`${prefix}m${seed}-`, depth - 1).map((ItemProcessor) => ({
            Type: 'Map',
            ItemProcessor,
            MaxConcurrency: limit,
            ...items,
            ...selector,
            ...(Retry.length === 0 ? {} : { Retry }),
            ...(one === null ? {} : { catch: one }),
            ...flow,
          })),
        ),
    );
  }
  return fc
    .record({ states: fc.array(fc.oneof(...kinds), { minLength: 1, maxLength: 4 }), last: lastState })
    .map(({ states, last }) => chain(prefix, states, last));
};

/** Machines of all state types, nested two deep, with retries, catches, time-outs and variables. */
export const madeMachines: fc.Arbitrary<Made> = fc.record({
  definition: scope('s', 2).chain((machine) =>
    fc.constantFrom<Fields>({}, {}, { TimeoutSeconds: 30 }).map((limit) => ({ ...machine, ...limit })),
  ),
  input: fc.constantFrom<Json>(
    { list: [1, 'two', { three: 3 }, 4, 5], none: [] },
    { list: [1], none: [], n: 0 },
  ),
  seed: fc.integer({ min: 0, max: 1_000_000 }),
  failing: fc.constantFrom(0, 20, 60),
  hanging: fc.constantFrom(0, 10),
});

export const EXECUTION_ARN = 'arn:aws:states:us-east-1:111111111111:execution:m:e';

const hash = (text: string): number => {
  let value = 2166136261;
  for (let index = 0; index < text.length; index += 1)
    value = Math.imul(value ^ text.charCodeAt(index), 16777619);
  return value >>> 0;
};

/** The world of a made machine: what a task does depends on its state, path, attempt and visit alone. */
export const worldOf = (made: Made, more: Partial<World> = {}): World => ({
  start: Date.UTC(2026, 0, 1),
  executionArn: EXECUTION_ARN,
  stateMachineArn: 'arn:aws:states:us-east-1:111111111111:stateMachine:m',
  roleArn: 'arn:aws:iam::111111111111:role/r',
  seed: made.seed,
  task: (call): TaskAnswer => {
    const draw = hash(`${made.seed} ${call.state} ${call.path} ${call.attempt} ${call.visit}`);
    const after = draw % 5000;
    const chance = (draw >>> 8) % 100;
    if (chance < made.failing) {
      return { kind: 'fails', error: chance % 2 === 0 ? 'Boom' : 'Crash', cause: '{"a": 1}', after };
    }
    if (chance < made.failing + made.hanging) return { kind: 'hangs' };
    return { kind: 'succeeds', output: { n: chance, deep: { of: [call.attempt] } }, after };
  },
  ...more,
});
