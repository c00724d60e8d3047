import { describe, expect, test } from 'vitest';
import type { Definition } from './compile.ts';
import { replay } from './replay.ts';
import type { Trace } from './trace.ts';
import { type WrittenEvent, writtenHistory } from './written-history.ts';

const ARN = 'arn:aws:states:us-east-1:111111111111:execution:m:e';
const SQS = 'arn:aws:states:::sqs:sendMessage.waitForTaskToken';
const TASK = { resourceType: 'sqs', resource: 'sendMessage.waitForTaskToken' };

const outcomeOf = (definition: Definition, ...events: readonly WrittenEvent[]): string => {
  const trace: Trace = replay(definition, writtenHistory(...events), { executionArn: ARN });
  if (trace.divergences.length > 0) return `diverges: ${JSON.stringify(trace.divergences[0])}`;
  return trace.unverifiable.length > 0 ? 'unverifiable' : 'agrees';
};

const START: WrittenEvent = ['ExecutionStarted', 0, { input: {}, roleArn: 'r' }];
const caughtBy = (...names: readonly string[]) => ({ Catch: [{ ErrorEquals: names, Next: 'Mend' }] });
const mend = (head: number, output: unknown): readonly WrittenEvent[] => [
  ['PassStateEntered', head, { name: 'Mend', input: output }],
  ['PassStateExited', head + 1, { name: 'Mend', output }],
  ['ExecutionSucceeded', head + 2, { output }],
];

describe('a Task that times out', () => {
  const task = (fields: object): Definition => ({
    StartAt: 'Work',
    States: {
      Work: { Type: 'Task', Resource: SQS, End: true, ...fields },
      Mend: { Type: 'Pass', End: true },
    },
  });
  const until = (scheduled: object = {}, error = 'States.Timeout'): readonly WrittenEvent[] => [
    START,
    ['TaskStateEntered', 0, { name: 'Work', input: {} }],
    ['TaskScheduled', 2, { ...TASK, region: 'us-east-1', parameters: {}, ...scheduled }],
    ['TaskStarted', 3, TASK],
    ['TaskSubmitted', 4, { ...TASK, output: {} }],
    ['TaskTimedOut', 5, { ...TASK, error }],
  ];
  const failed = (error = 'States.Timeout'): WrittenEvent => ['ExecutionFailed', 6, { error }];
  const caught = (error = 'States.Timeout'): readonly WrittenEvent[] => [
    ['TaskStateExited', 6, { name: 'Work', output: { Error: error } }],
    ...mend(7, { Error: error }),
  ];
  const bound = { timeoutInSeconds: 9 };
  const beat = { heartbeatInSeconds: 3 };

  test.each([
    ['by its TimeoutSeconds', { TimeoutSeconds: 9 }, [...until(bound), failed()], 'agrees'],
    ['with nothing that bounds it', {}, [...until(), failed()], 'unverifiable'],
    [
      'caught as States.Timeout',
      { TimeoutSeconds: 9, ...caughtBy('States.Timeout') },
      [...until(bound), ...caught()],
      'agrees',
    ],
    [
      'not caught as States.TaskFailed',
      { TimeoutSeconds: 9, ...caughtBy('States.TaskFailed') },
      [...until(bound), failed()],
      'agrees',
    ],
    [
      'never caught as States.HeartbeatTimeout without a heartbeat',
      { TimeoutSeconds: 9, ...caughtBy('States.HeartbeatTimeout') },
      [...until(bound), ...caught()],
      'diverges',
    ],
    [
      'by its heartbeat, caught as that',
      { HeartbeatSeconds: 3, ...caughtBy('States.HeartbeatTimeout') },
      [...until(beat), ...caught()],
      'agrees',
    ],
    [
      'by its heartbeat, not caught as that',
      { HeartbeatSeconds: 3, ...caughtBy('States.HeartbeatTimeout') },
      [...until(beat), failed()],
      'unverifiable',
    ],
    [
      'by its heartbeat, by that name',
      { HeartbeatSeconds: 3, ...caughtBy('States.Timeout') },
      [...until(beat, 'States.HeartbeatTimeout'), ...caught('States.HeartbeatTimeout')],
      'agrees',
    ],
    ['by another name', { TimeoutSeconds: 9 }, [...until(bound, 'Slow'), failed('Slow')], 'diverges'],
  ] as const)('%s', (_name, fields, events, expected) => {
    expect(outcomeOf(task(fields), ...events)).toMatch(new RegExp(`^${expected}`));
  });
});

describe('a branch that fails', () => {
  const parallel = (
    fields: object,
    failing: object = { Type: 'Fail', Error: 'Boom', Cause: 'c' },
  ): Definition => ({
    StartAt: 'Both',
    States: {
      Both: {
        Type: 'Parallel',
        Branches: [{ StartAt: 'In', States: { In: failing } }],
        End: true,
        ...fields,
      },
      Mend: { Type: 'Pass', End: true },
    },
  });
  const until = (entered: WrittenEvent): readonly WrittenEvent[] => [
    START,
    ['ParallelStateEntered', 0, { name: 'Both', input: {} }],
    ['ParallelStateStarted', 2],
    entered,
  ];
  const fails = until(['FailStateEntered', 3, { name: 'In', input: {} }]);
  const failed: readonly WrittenEvent[] = [
    ['ParallelStateFailed', 4],
    ['ExecutionFailed', 5, { error: 'Boom', cause: 'c' }],
  ];
  const output = { Error: 'Boom', Cause: 'c' };
  const caught: readonly WrittenEvent[] = [
    ['ParallelStateFailed', 4],
    ['ParallelStateExited', 5, { name: 'Both', output }],
    ...mend(6, output),
  ];
  const again: readonly WrittenEvent[] = [
    ['ParallelStateStarted', 4],
    ['FailStateEntered', 5, { name: 'In', input: {} }],
  ];

  test.each([
    ['uncaught', {}, failed, 'agrees'],
    ['caught by its name', caughtBy('Boom'), caught, 'agrees'],
    ['caught as States.BranchFailed', caughtBy('States.BranchFailed'), caught, 'agrees'],
    ['not caught as States.BranchFailed', caughtBy('States.BranchFailed'), failed, 'unverifiable'],
    [
      'retried as States.BranchFailed',
      { Retry: [{ ErrorEquals: ['States.BranchFailed'] }] },
      again,
      'agrees',
    ],
    [
      'not retried as States.BranchFailed',
      { Retry: [{ ErrorEquals: ['States.BranchFailed'] }] },
      failed,
      'unverifiable',
    ],
    ['caught by nobody', caughtBy('Other'), caught, 'diverges'],
    ['not caught although named', caughtBy('Boom'), failed, 'diverges'],
    [
      'retried before it is caught',
      { ...caughtBy('Boom'), Retry: [{ ErrorEquals: ['Boom'], MaxAttempts: 1 }] },
      [
        ...again,
        ['ParallelStateFailed', 6],
        ['ParallelStateExited', 7, { name: 'Both', output }],
        ...mend(8, output),
      ],
      'agrees',
    ],
    [
      'retried never, with MaxAttempts 0',
      { Retry: [{ ErrorEquals: ['Boom'], MaxAttempts: 0 }] },
      again,
      'diverges',
    ],
  ] as const)('%s', (_name, fields, events, expected) => {
    expect(outcomeOf(parallel(fields), ...fails, ...events)).toMatch(new RegExp(`^${expected}`));
  });

  test.each([
    ['JSONPath', { Error: null, Cause: null }, /^agrees/],
    ['JSONPath', {}, /^diverges/],
    ['JSONata', { Error: null, Cause: null }, /^unverifiable/],
    ['JSONata', {}, /^agrees/],
    ['JSONata', { Error: '', Cause: '' }, /^unverifiable/],
    ['JSONata', { Error: 'Boom' }, /^diverges/],
    ['JSONata', { Other: 1 }, /^diverges/],
  ] as const)(
    'a Fail state without Error and Cause, caught in %s as %j',
    (QueryLanguage, output, expected) => {
      const definition = parallel({ ...caughtBy('States.ALL'), QueryLanguage }, { Type: 'Fail' });
      const exit: WrittenEvent = ['ParallelStateExited', 5, { name: 'Both', output }];
      const outcome = outcomeOf(definition, ...fails, ['ParallelStateFailed', 4], exit, ...mend(6, output));
      expect(outcome).toMatch(expected);
    },
  );

  test.each([
    ['{% $states.errorOutput.Cause %}', null, /^unverifiable/],
    ['{% $states.errorOutput.Cause %}', 'c', /^diverges/],
    ["{% 'because ' & $states.errorOutput.Cause %}", 'because ', /^unverifiable/],
    ['{% $length($states.errorOutput.Cause) %}', 0, /^unverifiable/],
  ])('that has no cause, in %s: %j', (expression, told, expected) => {
    const Catch = [{ ErrorEquals: ['States.ALL'], Output: { told: expression }, Next: 'Mend' }];
    const definition = parallel({ Catch, QueryLanguage: 'JSONata' }, { Type: 'Fail', Error: 'Boom' });
    const output = { told };
    const exit: WrittenEvent = ['ParallelStateExited', 5, { name: 'Both', output }];
    const outcome = outcomeOf(definition, ...fails, ['ParallelStateFailed', 4], exit, ...mend(6, output));
    expect(outcome).toMatch(expected);
  });

  describe('because no rule of a Choice matches', () => {
    const choice = { Type: 'Choice', Choices: [{ Variable: '$.n', IsPresent: true, Next: 'In' }] };
    const chooses = until(['ChoiceStateEntered', 3, { name: 'In', input: {} }]);
    const cause =
      "An error occurred while executing the state 'In' (entered at the event id #4). Failed to transition out of the state. The state does not point to a next state.";
    test.each([
      [
        'caught',
        'States.NoChoiceMatched',
        [
          ['ParallelStateFailed', 4],
          [
            'ParallelStateExited',
            5,
            { name: 'Both', output: { Error: 'States.NoChoiceMatched', Cause: cause } },
          ],
          ...mend(6, { Error: 'States.NoChoiceMatched', Cause: cause }),
        ],
        /^(agrees|unverifiable)/,
      ],
      [
        'the end of all, as States.Runtime',
        'States.ALL',
        [['ExecutionFailed', 4, { error: 'States.Runtime', cause }]],
        /^unverifiable/,
      ],
      ['by another name', 'States.ALL', [['ExecutionFailed', 4, { error: 'Boom', cause }]], /^diverges/],
    ] as const)('%s', (_name, name, events, expected) => {
      expect(outcomeOf(parallel(caughtBy(name), choice), ...chooses, ...events)).toMatch(expected);
    });
  });

  test('a nested Parallel that fails may be marked as aborted, and a Map Run that is cut', () => {
    const definition: Definition = {
      StartAt: 'Both',
      States: {
        Both: {
          Type: 'Parallel',
          Branches: [
            {
              StartAt: 'Deep',
              States: {
                Deep: {
                  Type: 'Parallel',
                  Branches: [{ StartAt: 'In', States: { In: { Type: 'Fail', Error: 'Boom', Cause: 'c' } } }],
                  End: true,
                },
              },
            },
            {
              StartAt: 'Many',
              States: {
                Many: {
                  Type: 'Map',
                  ItemsPath: '$.items',
                  ItemProcessor: {
                    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
                    StartAt: 'One',
                    States: { One: { Type: 'Pass', End: true } },
                  },
                  End: true,
                },
              },
            },
          ],
          End: true,
        },
      },
    };
    const input = { items: [1] };
    const upTo: readonly WrittenEvent[] = [
      ['ExecutionStarted', 0, { input, roleArn: 'r' }],
      ['ParallelStateEntered', 0, { name: 'Both', input }],
      ['ParallelStateStarted', 2],
      ['ParallelStateEntered', 3, { name: 'Deep', input }],
      ['ParallelStateStarted', 4],
      ['MapStateEntered', 3, { name: 'Many', input }],
      ['MapStateStarted', 6, { length: 1 }],
      ['MapRunStarted', 7, { mapRunArn: 'arn:aws:states:us-east-1:111111111111:mapRun:m/x:y' }],
      ['FailStateEntered', 5, { name: 'In', input }],
      ['ParallelStateFailed', 9],
    ];
    const end: readonly WrittenEvent[] = [['ParallelStateFailed', 10]];
    const over = (head: number): WrittenEvent => ['ExecutionFailed', head, { error: 'Boom', cause: 'c' }];
    expect(outcomeOf(definition, ...upTo, ...end, over(11))).toBe('agrees');
    const marked: readonly WrittenEvent[] = [
      ['ParallelStateAborted', 10],
      ['MapRunAborted', 10],
      ['MapStateAborted', 10],
      ['ParallelStateFailed', 10],
    ];
    expect(outcomeOf(definition, ...upTo, ...marked, over(14))).toBe('agrees');
  });
});

describe('an evaluation that fails', () => {
  const definition: Definition = {
    QueryLanguage: 'JSONata',
    StartAt: 'Work',
    States: {
      Work: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Arguments: { A: '{% $states.input.missing %}' },
        Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 1 }],
        ...caughtBy('States.QueryEvaluationError'),
        End: true,
      },
      Mend: { Type: 'Pass', End: true },
    },
  };
  const cause =
    "An error occurred while executing the state 'Work' (entered at the event id #2). The JSONata expression '$states.input.missing' specified for the field 'Arguments/A' returned nothing (undefined).";
  const error = 'States.QueryEvaluationError';
  const evaluation = (previous: number): WrittenEvent => [
    'EvaluationFailed',
    previous,
    { error, cause, location: 'Arguments/A', state: 'Work' },
  ];
  const entered: WrittenEvent = ['TaskStateEntered', 0, { name: 'Work', input: {} }];
  const output = { Error: error, Cause: cause };

  test.each([
    [
      'is written for each attempt',
      [
        START,
        entered,
        evaluation(0),
        evaluation(3),
        ['TaskStateExited', 4, { name: 'Work', output }],
        ...mend(5, output),
      ],
      'agrees',
    ],
    [
      'is perhaps written once for all attempts',
      [START, entered, evaluation(0), ['TaskStateExited', 3, { name: 'Work', output }], ...mend(4, output)],
      'unverifiable',
    ],
    [
      'is caught, so the execution goes on',
      [START, entered, evaluation(0), evaluation(3), ['ExecutionFailed', 4, { error, cause }]],
      'diverges',
    ],
  ] as const)('%s', (_name, events, expected) => {
    expect(outcomeOf(definition, ...events)).toMatch(new RegExp(`^${expected}`));
  });
});

describe("a catcher's Output that fails", () => {
  const definition: Definition = {
    QueryLanguage: 'JSONata',
    StartAt: 'Work',
    States: {
      Work: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Arguments: {},
        Catch: [{ ErrorEquals: ['States.ALL'], Output: { v: '{% $missing %}' }, Next: 'Mend' }],
        End: true,
      },
      Mend: { Type: 'Pass', End: true },
    },
  };
  const resource = { resourceType: 'lambda', resource: 'invoke' };
  const failure = {
    error: 'States.QueryEvaluationError',
    cause: "An error occurred while executing the state 'Work' (entered at the event id #2). Anything.",
  };
  test.each([
    ['Output/v', /^unverifiable/],
    ['Catch[0]/Output/v', /^unverifiable/],
    ['Catch[0]/Assign/v', /^diverges/],
  ])('is named %s', (location, expected) => {
    const outcome = outcomeOf(
      definition,
      START,
      ['TaskStateEntered', 0, { name: 'Work', input: {} }],
      ['TaskScheduled', 2, { ...resource, region: 'us-east-1', parameters: {} }],
      ['TaskStarted', 3, resource],
      ['TaskFailed', 4, { ...resource, error: 'Boom', cause: 'c' }],
      ['EvaluationFailed', 5, { ...failure, location, state: 'Work' }],
      ['ExecutionFailed', 6, failure],
    );
    expect(outcome).toMatch(expected);
  });
});

describe('an activity', () => {
  const activity = 'arn:aws:states:us-east-1:111111111111:activity:a';
  const opening = "An error occurred while executing the state 'Work' (entered at the event id #2). ";
  test.each([
    ['that was deleted', { cause: `${opening}The activity ${activity} does not exist.` }, /^unverifiable/],
    ['that was deleted, without a cause', {}, /^unverifiable/],
    ['whose input could be worked out', { cause: `${opening}Invalid path '$.a' : x` }, /^diverges/],
  ])('%s', (_name, details, expected) => {
    const definition = { StartAt: 'Work', States: { Work: { Type: 'Task', Resource: activity, End: true } } };
    const outcome = outcomeOf(
      definition,
      START,
      ['TaskStateEntered', 0, { name: 'Work', input: {} }],
      ['ExecutionFailed', 2, { error: 'States.Runtime', ...details }],
    );
    expect(outcome).toMatch(expected);
  });
});

describe('a Map that fails inside a Parallel', () => {
  const work = { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:111111111111:function:f', End: true };
  const definition = {
    StartAt: 'Both',
    States: {
      Both: {
        Type: 'Parallel',
        Branches: [
          {
            StartAt: 'Each',
            States: {
              Each: { Type: 'Map', ItemProcessor: { StartAt: 'Work', States: { Work: work } }, End: true },
            },
          },
          { StartAt: 'Beside', States: { Beside: work } },
        ],
        End: true,
      },
    },
  };
  const input = [1];
  const scheduled = (head: number, given: unknown): WrittenEvent => [
    'LambdaFunctionScheduled',
    head,
    { resource: work.Resource, input: given },
  ];
  const failing: readonly WrittenEvent[] = [
    ['ExecutionStarted', 0, { input, roleArn: 'r' }],
    ['ParallelStateEntered', 0, { name: 'Both', input }],
    ['ParallelStateStarted', 2],
    ['MapStateEntered', 3, { name: 'Each', input }],
    ['MapStateStarted', 4, { length: 1 }],
    ['MapIterationStarted', 5, { name: 'Each', index: 0 }],
    ['TaskStateEntered', 6, { name: 'Work', input: 1 }],
    scheduled(7, 1),
    ['TaskStateEntered', 3, { name: 'Beside', input }],
    scheduled(9, input),
    ['LambdaFunctionStarted', 8],
    ['LambdaFunctionFailed', 11, { error: 'Boom' }],
    ['MapIterationFailed', 12, { name: 'Each', index: 0 }],
    ['MapStateFailed', 12],
  ];
  test.each([
    [14, 'agrees'],
    [12, 'agrees'],
    [11, 'diverges'],
  ])('has the Parallel fail from event %d: %s', (head, expected) => {
    const outcome = outcomeOf(
      definition,
      ...failing,
      ['TaskStateAborted', head],
      ['ParallelStateFailed', head],
      ['ExecutionFailed', 16, { error: 'Boom' }],
    );
    expect(outcome).toMatch(new RegExp(`^${expected}`));
  });
});
