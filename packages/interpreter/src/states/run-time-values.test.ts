import { describe, expect, test } from 'vitest';
import type { Definition } from '../compile.ts';
import { replay } from '../replay.ts';
import { type WrittenEvent, writtenHistory } from '../written-history.ts';

const ARN = 'arn:aws:states:us-east-1:111111111111:execution:m:e';

const outcomeOf = (definition: Definition, ...events: readonly WrittenEvent[]): string => {
  const trace = replay(definition, writtenHistory(...events), { executionArn: ARN });
  if (trace.divergences.length > 0) return `diverges: ${JSON.stringify(trace.divergences[0])}`;
  return trace.unverifiable.length > 0
    ? `unverifiable: ${trace.unverifiable.map(({ reason }) => reason).join(', ')}`
    : 'agrees';
};

const machine = (state: object, QueryLanguage = 'JSONPath'): Definition => ({
  QueryLanguage,
  StartAt: 'Only',
  States: { Only: { End: true, ...state } },
});
const enter = (kind: 'Task' | 'Wait' | 'Fail' | 'Pass', input: unknown): readonly WrittenEvent[] => [
  ['ExecutionStarted', 0, { input, roleArn: 'r' }],
  [`${kind}StateEntered`, 0, { name: 'Only', input }],
];
const AT = "An error occurred while executing the state 'Only' (entered at the event id #2). ";
const runtime: WrittenEvent = ['ExecutionFailed', 2, { error: 'States.Runtime', cause: `${AT}Anything.` }];
const evaluation = (previous: number, location: string): readonly WrittenEvent[] => {
  const failure = { error: 'States.QueryEvaluationError', cause: `${AT}Anything.` };
  return [
    ['EvaluationFailed', previous, { ...failure, location, state: 'Only' }],
    ['ExecutionFailed', 3, failure],
  ];
};

describe('TimeoutSeconds and HeartbeatSeconds at run time', () => {
  const resource = { resourceType: 'lambda', resource: 'invoke' };
  const task = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke' };
  const scheduled = (input: unknown, more: object): WrittenEvent => [
    'TaskScheduled',
    2,
    { ...resource, region: 'us-east-1', parameters: input, ...more },
  ];

  test.each([
    [5, 'agrees'],
    ['5', 'agrees'],
  ])('the path leads to %j: scheduled', (n, expected) => {
    const definition = machine({ ...task, TimeoutSecondsPath: '$.n', HeartbeatSecondsPath: '$.n' });
    const more = { timeoutInSeconds: 5, heartbeatInSeconds: 5 };
    expect(outcomeOf(definition, ...enter('Task', { n }), scheduled({ n }, more))).toBe(expected);
  });

  test.each([0, -1, 1.5, 'soon', null, {}])('the path leads to %j: the end of the execution', (n) => {
    const definition = machine({
      ...task,
      TimeoutSecondsPath: '$.n',
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Only' }],
    });
    expect(outcomeOf(definition, ...enter('Task', { n }), runtime)).toMatch(/^unverifiable: the wording/);
    expect(outcomeOf(definition, ...enter('Task', { n }), scheduled({ n }, {}))).toMatch(/^diverges/);
  });

  test.each([0, -1, 'soon', null, {}])('the expression gives %j: a failed evaluation', (n) => {
    const definition = machine({ ...task, TimeoutSeconds: '{% $states.input.n %}' }, 'JSONata');
    const events = [...enter('Task', { n }), ...evaluation(0, 'TimeoutSeconds')];
    expect(outcomeOf(definition, ...events)).toMatch(/^unverifiable: the wording/);
  });

  test("AWS's default may be written down", () => {
    const events = [...enter('Task', {}), scheduled({}, { timeoutInSeconds: 99_999_999 })];
    expect(outcomeOf(machine(task), ...events)).toBe('agrees');
    expect(outcomeOf(machine({ ...task, TimeoutSeconds: 5 }), ...events)).toMatch(/^diverges/);
  });

  test('a role that is no text', () => {
    const definition = machine({ ...task, Credentials: { 'RoleArn.$': '$.n' } });
    expect(outcomeOf(definition, ...enter('Task', { n: 1 }), runtime)).toMatch(/^unverifiable: the wording/);
  });

  test('a resource of an unknown kind is scheduled as whatever AWS calls it', () => {
    const definition = machine({ ...task, Resource: 'arn:aws:new:us-east-1:1:thing:x' });
    expect(outcomeOf(definition, ...enter('Task', {}), scheduled({}, {}))).toBe('agrees');
  });
});

describe('the token of a task', () => {
  const of = (Resource: string, resource: string, parameters: unknown): string =>
    outcomeOf(
      machine({ Type: 'Task', Resource, Parameters: { 'token.$': '$$.Task.Token' } }),
      ...enter('Task', {}),
      ['TaskScheduled', 2, { resourceType: 'sqs', resource, region: 'us-east-1', parameters }],
    );

  test('is there for a callback', () => {
    const resource = 'sendMessage.waitForTaskToken';
    expect(of(`arn:aws:states:::sqs:${resource}`, resource, { token: 'x' })).toBe(
      'unverifiable: a task token',
    );
    expect(of(`arn:aws:states:::sqs:${resource}`, resource, {})).toMatch(/^diverges/);
  });

  test('is not there for a request', () => {
    expect(of('arn:aws:states:::sqs:sendMessage', 'sendMessage', { token: 'x' })).toMatch(/^diverges/);
  });
});

describe('Wait at run time', () => {
  const waits = (field: object, input: unknown, ...events: readonly WrittenEvent[]): string =>
    outcomeOf(machine({ Type: 'Wait', ...field }, 'JSONata'), ...enter('Wait', input), ...events);
  const exits: readonly WrittenEvent[] = [
    ['WaitStateExited', 2, { name: 'Only', output: { n: 1 } }],
    ['ExecutionSucceeded', 3, { output: { n: 1 } }],
  ];
  const SECONDS = { Seconds: '{% $states.input.n %}' };

  test.each([
    ['a number', SECONDS, { n: 1 }, exits, /^agrees/],
    ['a text', SECONDS, { n: '1' }, evaluation(2, 'Seconds'), /^unverifiable/],
    ['a negative number', SECONDS, { n: -1 }, evaluation(2, 'Seconds'), /^unverifiable/],
    ['too long a wait', SECONDS, { n: 1e9 }, [runtime], /^unverifiable/],
    ['too long a wait, as an evaluation', SECONDS, { n: 1e9 }, evaluation(2, 'Seconds'), /^unverifiable/],
    ['a past timestamp', { Timestamp: '2020-01-01T00:00:00Z' }, { n: 1 }, exits, /^agrees/],
    ['a timestamp that is none', { Timestamp: '{% $states.input.n %}' }, { n: 1 }, exits, /^diverges/],
  ] as const)('%s', (_name, field, input, events, expected) => {
    expect(waits(field, input, ...events)).toMatch(expected);
  });
});

describe('Fail at run time', () => {
  const fails = (state: object, language: string, ...events: readonly WrittenEvent[]): string =>
    outcomeOf(machine({ Type: 'Fail', ...state }, language), ...enter('Fail', { n: 1 }), ...events);
  const NUMBER = '{% $states.input.n %}';

  test.each([
    ['an Error that is no text', { Error: NUMBER }, 'JSONata', evaluation(0, 'Error'), /^unverifiable/],
    ['neither Error nor Cause', {}, 'JSONata', [['ExecutionFailed', 2, {}]], /^agrees/],
    [
      'an ErrorPath to no text',
      { ErrorPath: '$.n' },
      'JSONPath',
      [['ExecutionFailed', 2, { error: '1' }]],
      /^unverifiable/,
    ],
    [
      'a CausePath that builds one',
      { CausePath: "States.Format('n={}', $.n)" },
      'JSONPath',
      [['ExecutionFailed', 2, { cause: 'n=1' }]],
      /^agrees/,
    ],
    [
      'another cause',
      { CausePath: "States.Format('n={}', $.n)" },
      'JSONPath',
      [['ExecutionFailed', 2, { cause: 'n=2' }]],
      /^diverges/,
    ],
  ] as const)('%s', (_name, state, language, events, expected) => {
    expect(fails(state, language, ...events)).toMatch(expected);
  });
});

describe('a text over its limit', () => {
  const cause = 'x'.repeat(40_000);
  const fails = (recorded: string): string =>
    outcomeOf(machine({ Type: 'Fail', CausePath: '$.cause' }), ...enter('Fail', { cause }), [
      'ExecutionFailed',
      2,
      { cause: recorded },
    ]);

  test('may be cut, but is no other text', () => {
    expect(fails(cause.slice(0, 32_768))).toMatch(/^unverifiable/);
    expect(fails('y'.repeat(32_768))).toMatch(/^diverges/);
  });
});

describe('Choice', () => {
  const choice = (rule: object, state: object): Definition => ({
    QueryLanguage: 'JSONata',
    StartAt: 'Only',
    States: {
      Only: { Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'End', ...rule }], ...state },
      End: { Type: 'Succeed' },
    },
  });
  const history = (...events: readonly WrittenEvent[]): readonly WrittenEvent[] => [
    ['ExecutionStarted', 0, { input: 1, roleArn: 'r' }],
    ['ChoiceStateEntered', 0, { name: 'Only', input: 1 }],
    ...events,
  ];
  const exits = (output: unknown): WrittenEvent => ['ChoiceStateExited', 2, { name: 'Only', output }];

  test("a matched rule's Output spares the state's, which would fail", () => {
    const definition = choice({ Output: 2 }, { Output: '{% $missing %}' });
    expect(outcomeOf(definition, ...history(exits(2)))).toBe('agrees');
  });

  test("whether the state's Output is that of a rule without one is open", () => {
    const definition = choice({}, { Output: 3 });
    expect(outcomeOf(definition, ...history(exits(3)))).toBe('agrees');
    expect(outcomeOf(definition, ...history(exits(1)))).toMatch(/^unverifiable/);
    expect(outcomeOf(definition, ...history(exits(4)))).toMatch(/^diverges/);
  });

  test.each([
    [{ Condition: '{% 1 %}' }, 'Choices[0]/Condition'],
    [{ Output: { v: '{% $missing %}' } }, 'Choices[0]/Output/v'],
    [{ Assign: { v: '{% $missing %}' } }, 'Choices[0]/Assign/v'],
  ])('%j fails at its own place', (rule, location) => {
    expect(outcomeOf(choice(rule, {}), ...history(...evaluation(0, location)))).toMatch(/^unverifiable/);
    expect(outcomeOf(choice(rule, {}), ...history(...evaluation(0, 'Output/v')))).toMatch(/^diverges/);
  });
});
