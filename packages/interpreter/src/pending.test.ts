import type { Event } from '@steptrail/history';
import { describe, expect, test } from 'vitest';
import { replay } from './replay.ts';
import type { ReplayOptions } from './replay-options.ts';
import type { Bound, Pending } from './trace.ts';

const T = Date.UTC(2026, 0, 1);
const SECOND = 1000;
const DAY = 86_400 * SECOND;
const YEAR = 365 * DAY;
const LIMIT: Bound = { source: 'service limit', at: T + YEAR };

const CHILD = 'arn:aws:states:eu-west-1:111111111111:execution:child:one';
const ACTIVITY = 'arn:aws:states:eu-west-1:111111111111:activity:pack';
const MAP_RUN = 'arn:aws:states:eu-west-1:111111111111:mapRun:machine/label:1';

const SERVICES = 'arn:aws:states:::';
const LAMBDA = 'arn:aws:lambda:eu-west-1:111111111111:function:f';

type Fields = Partial<Record<string, unknown>>;
/** Seconds since the start, type, previous event, and the rest. */
type Step = readonly [seconds: number, type: Event['type'], previous: number, fields?: Fields];

const eventsOf = (steps: readonly Step[]): Event[] =>
  [[0, 'ExecutionStarted', 0, { input: steps[0]?.[3]?.input ?? '{}' }] as Step, ...steps].map(
    ([seconds, type, previousEventId, fields], index) =>
      ({ id: index + 1, previousEventId, timestamp: T + seconds * SECOND, type, ...fields }) as Event,
  );

const one = (state: object, machine: object = {}) => ({
  ...machine,
  StartAt: 'S',
  States: { S: { End: true, ...state } },
});

const pendingOf = (
  definition: Fields,
  steps: readonly Step[],
  options?: ReplayOptions,
): readonly Pending[] => {
  const trace = replay(definition, eventsOf(steps), options);
  expect(trace.divergences).toEqual([]);
  expect(trace.status).toBe('RUNNING');
  return trace.pending;
};

const entered = (type: string, seconds = 0, previous = 0, name = 'S'): Step => [
  seconds,
  `${type}StateEntered` as Event['type'],
  previous,
  { name, input: '{}' },
];

const service = (resource: string) => {
  const [resourceType = '', ...rest] = resource.split(':');
  return { resourceType, resource: rest.join(':') };
};

/** Events 2 to 4 or 5: a Task of a service that is entered, scheduled and started, and submitted with this output. */
const called = (resource: string, more: Fields = {}, submitted?: string): Step[] => {
  const fields = service(resource);
  return [
    entered('Task'),
    [1, 'TaskScheduled', 2, { ...fields, region: 'eu-west-1', parameters: '{}', ...more }],
    [2, 'TaskStarted', 3, fields],
    ...(submitted === undefined ? [] : [[3, 'TaskSubmitted', 4, { ...fields, output: submitted }] as const]),
  ];
};

const task = (resource: string, more: object = {}) =>
  one({ Type: 'Task', Resource: `${SERVICES}${resource}`, Parameters: {}, ...more });

interface Case {
  readonly definition: Fields;
  readonly steps: readonly Step[];
  readonly options?: ReplayOptions;
  readonly expected: Partial<Pending>;
}

const callback = 'sqs:sendMessage.waitForTaskToken';
const inputWithheld: Step = [
  0,
  'WaitStateEntered',
  0,
  { name: 'S', input: { known: false, why: 'withheld' } },
];

const CASES: Readonly<Record<string, Case>> = {
  'a call that is scheduled but not started: no time-out counts yet': {
    definition: task('sqs:sendMessage', { TimeoutSeconds: 60 }),
    steps: called('sqs:sendMessage', { timeoutInSeconds: 60 }).slice(0, 2),
    expected: { waitsFor: 'task result', eventId: 3, since: T + SECOND, bound: LIMIT, laterBounds: [] },
  },
  'a call without a bound': {
    definition: task('sqs:sendMessage'),
    steps: called('sqs:sendMessage'),
    expected: {
      waitsFor: 'task result',
      eventId: 4,
      since: T + 2 * SECOND,
      bound: LIMIT,
      laterBounds: [],
      resource: 'arn:aws:states:::sqs:sendMessage',
    },
  },
  'a call with a time-out, from its start': {
    definition: task('sqs:sendMessage', { TimeoutSeconds: 60 }),
    steps: called('sqs:sendMessage', { timeoutInSeconds: 60 }),
    expected: {
      waitsFor: 'task result',
      until: T + 62 * SECOND,
      bound: { source: 'task TimeoutSeconds', at: T + 62 * SECOND, pointer: '/States/S/TimeoutSeconds' },
      laterBounds: [LIMIT],
    },
  },
  'the default time-out of 99,999,999 s comes after the year': {
    definition: task('sqs:sendMessage', { TimeoutSeconds: 99_999_999 }),
    steps: called('sqs:sendMessage', { timeoutInSeconds: 99_999_999 }),
    expected: {
      bound: LIMIT,
      laterBounds: [
        {
          source: 'task TimeoutSeconds',
          at: T + (99_999_999 + 2) * SECOND,
          pointer: '/States/S/TimeoutSeconds',
        },
      ],
    },
  },
  'a time-out by path, as the event has it': {
    definition: task('sqs:sendMessage', { TimeoutSecondsPath: '$.most' }),
    steps: [
      [0, 'TaskStateEntered', 0, { name: 'S', input: { known: false, why: 'withheld' } }],
      ...called('sqs:sendMessage', { timeoutInSeconds: 7 }).slice(1),
    ],
    expected: {
      until: T + 9 * SECOND,
      bound: { source: 'task TimeoutSeconds', at: T + 9 * SECOND, pointer: '/States/S/TimeoutSecondsPath' },
    },
  },
  'a time-out by path whose value is in no event': {
    definition: task('sqs:sendMessage', { TimeoutSecondsPath: '$.most' }),
    steps: [
      [0, 'TaskStateEntered', 0, { name: 'S', input: { known: false, why: 'withheld' } }],
      ...called('sqs:sendMessage').slice(1),
    ],
    expected: {
      until: undefined,
      bound: { source: 'task TimeoutSeconds', pointer: '/States/S/TimeoutSecondsPath' },
      laterBounds: [LIMIT],
    },
  },
  'a time-out by JSONata': {
    definition: one(
      { Type: 'Task', Resource: `${SERVICES}sqs:sendMessage`, Arguments: {}, TimeoutSeconds: '{% 3 * 4 %}' },
      { QueryLanguage: 'JSONata' },
    ),
    steps: called('sqs:sendMessage', { timeoutInSeconds: 12 }),
    expected: {
      bound: { source: 'task TimeoutSeconds', at: T + 14 * SECOND, pointer: '/States/S/TimeoutSeconds' },
    },
  },
  'a Lambda function': {
    definition: one({ Type: 'Task', Resource: LAMBDA, TimeoutSeconds: 5 }),
    steps: [
      entered('Task'),
      [1, 'LambdaFunctionScheduled', 2, { resource: LAMBDA, input: '{}', timeoutInSeconds: 5 }],
      [2, 'LambdaFunctionStarted', 3],
    ],
    expected: { waitsFor: 'task result', until: T + 7 * SECOND, resource: LAMBDA },
  },
  'a callback with heartbeat and time-out: the heartbeat may move on': {
    definition: task(callback, { HeartbeatSeconds: 30, TimeoutSeconds: 90 }),
    steps: called(callback, { heartbeatInSeconds: 30, timeoutInSeconds: 90 }, '{}'),
    expected: {
      waitsFor: 'callback token',
      eventId: 5,
      since: T + 3 * SECOND,
      until: T + 32 * SECOND,
      bound: { source: 'task HeartbeatSeconds', at: T + 32 * SECOND, pointer: '/States/S/HeartbeatSeconds' },
      laterBounds: [
        { source: 'task TimeoutSeconds', at: T + 92 * SECOND, pointer: '/States/S/TimeoutSeconds' },
        LIMIT,
      ],
    },
  },
  'a callback whose start call is not answered yet': {
    definition: task(callback),
    steps: called(callback),
    expected: { waitsFor: 'task result', eventId: 4 },
  },
  'a callback without any bound': {
    definition: task(callback),
    steps: called(callback, {}, '{}'),
    expected: { waitsFor: 'callback token', until: undefined, bound: LIMIT, laterBounds: [] },
  },
  'heartbeats bound nothing that can send none': {
    definition: task('batch:submitJob.sync', { HeartbeatSeconds: 30 }),
    steps: called('batch:submitJob.sync', { heartbeatInSeconds: 30 }, '{}'),
    expected: { waitsFor: 'job completion', bound: LIMIT },
  },
  'a job': {
    definition: task('glue:startJobRun.sync', { TimeoutSeconds: 600 }),
    steps: called('glue:startJobRun.sync', { timeoutInSeconds: 600 }, '{"JobRunId":"jr_1"}'),
    expected: { waitsFor: 'job completion', until: T + 602 * SECOND, childExecutionArn: undefined },
  },
  'a child execution': {
    definition: task('states:startExecution.sync'),
    steps: called('states:startExecution.sync', {}, `{"ExecutionArn":"${CHILD}","StartDate":1}`),
    expected: { waitsFor: 'child execution', childExecutionArn: CHILD, bound: LIMIT },
  },
  'a child execution by .sync:2': {
    definition: task('states:startExecution.sync:2'),
    steps: called('states:startExecution.sync:2', {}, `{"ExecutionArn":"${CHILD}"}`),
    expected: { waitsFor: 'child execution', childExecutionArn: CHILD },
  },
  'a child execution whose answer is withheld': {
    definition: task('states:startExecution.sync:2'),
    steps: [
      ...called('states:startExecution.sync:2'),
      [
        3,
        'TaskSubmitted',
        4,
        { ...service('states:startExecution.sync:2'), output: { known: false, why: 'withheld' } },
      ],
    ],
    expected: { waitsFor: 'child execution', childExecutionArn: undefined },
  },
  'a child execution that calls back': {
    definition: task('states:startExecution.waitForTaskToken'),
    steps: called('states:startExecution.waitForTaskToken', {}, `{"ExecutionArn":"${CHILD}"}`),
    expected: { waitsFor: 'callback token', childExecutionArn: CHILD },
  },
  'an activity that nobody polls: its time-outs have not begun': {
    definition: one({ Type: 'Task', Resource: ACTIVITY, TimeoutSeconds: 60, HeartbeatSeconds: 10 }),
    steps: [
      entered('Task'),
      [
        1,
        'ActivityScheduled',
        2,
        { resource: ACTIVITY, input: '{}', timeoutInSeconds: 60, heartbeatInSeconds: 10 },
      ],
    ],
    expected: { waitsFor: 'activity worker', until: undefined, bound: LIMIT, resource: ACTIVITY },
  },
  'an activity that nobody polls, in a machine with a time-out': {
    definition: one({ Type: 'Task', Resource: ACTIVITY }, { TimeoutSeconds: 100 }),
    steps: [entered('Task'), [1, 'ActivityScheduled', 2, { resource: ACTIVITY, input: '{}' }]],
    expected: {
      until: T + 100 * SECOND,
      bound: { source: 'machine TimeoutSeconds', at: T + 100 * SECOND, pointer: '/TimeoutSeconds' },
      laterBounds: [LIMIT],
    },
  },
  'an activity that a worker has': {
    definition: one({ Type: 'Task', Resource: ACTIVITY, TimeoutSeconds: 60, HeartbeatSecondsPath: '$.beat' }),
    steps: [
      [0, 'TaskStateEntered', 0, { name: 'S', input: '{"beat":10}' }],
      [
        1,
        'ActivityScheduled',
        2,
        { resource: ACTIVITY, input: '{"beat":10}', timeoutInSeconds: 60, heartbeatInSeconds: 10 },
      ],
      [5, 'ActivityStarted', 3, { workerName: 'w' }],
    ],
    expected: {
      waitsFor: 'activity result',
      since: T + 5 * SECOND,
      until: T + 15 * SECOND,
      bound: {
        source: 'task HeartbeatSeconds',
        at: T + 15 * SECOND,
        pointer: '/States/S/HeartbeatSecondsPath',
      },
    },
  },
  'a machine whose time-out comes before the task’s': {
    definition: { ...task('sqs:sendMessage', { TimeoutSeconds: 60 }), TimeoutSeconds: 10 },
    steps: called('sqs:sendMessage', { timeoutInSeconds: 60 }),
    expected: {
      until: T + 10 * SECOND,
      bound: { source: 'machine TimeoutSeconds', at: T + 10 * SECOND, pointer: '/TimeoutSeconds' },
    },
  },
  'Wait with Seconds': {
    definition: one({ Type: 'Wait', Seconds: 20 }),
    steps: [entered('Wait')],
    expected: {
      waitsFor: 'wait timer',
      eventId: 2,
      until: T + 20 * SECOND,
      bound: { source: 'wait', at: T + 20 * SECOND, pointer: '/States/S/Seconds' },
    },
  },
  'Wait with SecondsPath': {
    definition: one({ Type: 'Wait', SecondsPath: '$.s' }),
    steps: [[0, 'WaitStateEntered', 0, { name: 'S', input: '{"s":3}' }]],
    expected: {
      until: T + 3 * SECOND,
      bound: { source: 'wait', at: T + 3 * SECOND, pointer: '/States/S/SecondsPath' },
    },
  },
  'Wait with a SecondsPath that nobody can read': {
    definition: one({ Type: 'Wait', SecondsPath: '$.s' }),
    steps: [inputWithheld],
    expected: {
      until: undefined,
      bound: { source: 'wait', pointer: '/States/S/SecondsPath' },
      laterBounds: [LIMIT],
    },
  },
  'Wait with Timestamp': {
    definition: one({ Type: 'Wait', Timestamp: '2026-01-02T00:00:00Z' }),
    steps: [entered('Wait')],
    expected: { until: T + DAY, bound: { source: 'wait', at: T + DAY, pointer: '/States/S/Timestamp' } },
  },
  'Wait with TimestampPath': {
    definition: one({ Type: 'Wait', TimestampPath: '$.at' }),
    steps: [[0, 'WaitStateEntered', 0, { name: 'S', input: '{"at":"2026-01-02T00:00:00Z"}' }]],
    expected: { until: T + DAY, bound: { source: 'wait', at: T + DAY, pointer: '/States/S/TimestampPath' } },
  },
  'Wait with JSONata': {
    definition: one({ Type: 'Wait', Seconds: '{% $states.input.s * 2 %}' }, { QueryLanguage: 'JSONata' }),
    steps: [[0, 'WaitStateEntered', 0, { name: 'S', input: '{"s":3}' }]],
    expected: {
      until: T + 6 * SECOND,
      bound: { source: 'wait', at: T + 6 * SECOND, pointer: '/States/S/Seconds' },
    },
  },
  'Wait longer than the year that an execution has': {
    definition: one({ Type: 'Wait', Seconds: 40_000_000 }),
    steps: [entered('Wait')],
    expected: { until: undefined, bound: LIMIT },
  },
  'the back-off before the second retry': {
    definition: task('sqs:sendMessage', {
      Retry: [
        { ErrorEquals: ['Other'] },
        { ErrorEquals: ['States.ALL'], IntervalSeconds: 10, BackoffRate: 3, MaxAttempts: 5 },
      ],
    }),
    steps: [
      ...called('sqs:sendMessage'),
      [3, 'TaskFailed', 4, { ...service('sqs:sendMessage'), error: 'E', cause: 'c' }],
      [13, 'TaskScheduled', 5, { ...service('sqs:sendMessage'), region: 'eu-west-1', parameters: '{}' }],
      [13, 'TaskStarted', 6, service('sqs:sendMessage')],
      [14, 'TaskFailed', 7, { ...service('sqs:sendMessage'), error: 'E', cause: 'c' }],
    ],
    expected: {
      waitsFor: 'retry back-off',
      eventId: 8,
      since: T + 14 * SECOND,
      until: T + 44 * SECOND,
      bound: { source: 'retry', at: T + 44 * SECOND, pointer: '/States/S/Retry/1' },
    },
  },
  'a map run that has not started': {
    definition: one({
      Type: 'Map',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'I',
        States: { I: { Type: 'Pass', End: true } },
      },
      ItemReader: { Resource: 'arn:aws:states:::s3:listObjectsV2', Parameters: { Bucket: 'b' } },
    }),
    steps: [entered('Map'), [1, 'MapStateStarted', 2, { length: 0 }]],
    expected: { waitsFor: 'map run', eventId: 3, resource: undefined, bound: LIMIT },
  },
  'a map run': {
    definition: one({
      Type: 'Map',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'I',
        States: { I: { Type: 'Pass', End: true } },
      },
      ItemReader: { Resource: 'arn:aws:states:::s3:listObjectsV2', Parameters: { Bucket: 'b' } },
    }),
    steps: [
      entered('Map'),
      [1, 'MapStateStarted', 2, { length: 0 }],
      [2, 'MapRunStarted', 3, { mapRunArn: MAP_RUN }],
    ],
    expected: { waitsFor: 'map run', eventId: 4, since: T + 2 * SECOND, resource: MAP_RUN, bound: LIMIT },
  },
  'an execution that has only started': {
    definition: one({ Type: 'Pass' }),
    steps: [],
    expected: { state: undefined, waitsFor: 'next event', eventId: 1, since: T, bound: LIMIT },
  },
  'between two states': {
    definition: { StartAt: 'S', States: { S: { Type: 'Pass', Next: 'U' }, U: { Type: 'Pass', End: true } } },
    steps: [entered('Pass'), [4, 'PassStateExited', 2, { name: 'S', output: '{}' }]],
    expected: { state: undefined, waitsFor: 'next event', eventId: 3, since: T + 4 * SECOND },
  },
  'Express: five minutes': {
    definition: one({ Type: 'Wait', Seconds: 1000 }),
    steps: [entered('Wait')],
    options: { type: 'EXPRESS' },
    expected: {
      until: T + 300 * SECOND,
      bound: { source: 'service limit', at: T + 300 * SECOND },
    },
  },
  'after a redrive the bounds of the machine count anew, the year does not': {
    definition: { ...one({ Type: 'Task', Resource: LAMBDA }), TimeoutSeconds: 100 },
    steps: [
      entered('Task'),
      [0, 'LambdaFunctionScheduled', 2, { resource: LAMBDA, input: '{}' }],
      [0, 'LambdaFunctionStarted', 3],
      [50, 'LambdaFunctionFailed', 4, { error: 'E' }],
      [50, 'ExecutionFailed', 5, { error: 'E' }],
      [86_400, 'ExecutionRedriven', 6, { redriveCount: 1 }],
    ],
    expected: {
      state: 'S',
      waitsFor: 'next event',
      eventId: 7,
      since: T + DAY,
      until: T + DAY + 100 * SECOND,
      bound: { source: 'machine TimeoutSeconds', at: T + DAY + 100 * SECOND, pointer: '/TimeoutSeconds' },
      laterBounds: [{ source: 'service limit', at: T + DAY + YEAR - 50 * SECOND }],
    },
  },
};

describe('an open execution with one frame', () => {
  test.each(Object.entries(CASES))('%s', (_name, { definition, steps, options, expected }) => {
    const pending = pendingOf(definition, steps, options);
    expect(pending).toHaveLength(1);
    expect(pending[0]).toMatchObject(expected);
    // What is expected to be absent must be named as such: toMatchObject takes undefined for that.
    expect(pending[0]?.path).toBe('');
  });
});

describe('an open execution with several frames', () => {
  const nested = {
    StartAt: 'P',
    States: {
      P: {
        Type: 'Parallel',
        Branches: [
          { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 60, End: true } } },
          {
            StartAt: 'M',
            States: {
              M: {
                Type: 'Map',
                ItemsPath: '$.items',
                MaxConcurrency: 2,
                ItemProcessor: { StartAt: 'T', States: { T: { Type: 'Task', Resource: LAMBDA, End: true } } },
                End: true,
              },
            },
          },
          { StartAt: 'D', States: { D: { Type: 'Pass', End: true } } },
        ],
        End: true,
      },
    },
  };
  const input = '{"items":["a","b","c"]}';
  const steps: Step[] = [
    [0, 'ParallelStateEntered', 0, { name: 'P', input }],
    [0, 'ParallelStateStarted', 2],
    [0, 'WaitStateEntered', 3, { name: 'W', input }],
    [0, 'MapStateEntered', 3, { name: 'M', input }],
    [0, 'MapStateStarted', 5, { length: 3 }],
    [0, 'MapIterationStarted', 6, { name: 'M', index: 0 }],
    [0, 'MapIterationStarted', 6, { name: 'M', index: 1 }],
    [0, 'TaskStateEntered', 7, { name: 'T', input: '"a"' }],
    [0, 'LambdaFunctionScheduled', 9, { resource: LAMBDA, input: '"a"' }],
    [0, 'TaskStateEntered', 8, { name: 'T', input: '"b"' }],
    [0, 'LambdaFunctionScheduled', 11, { resource: LAMBDA, input: '"b"' }],
    [0, 'PassStateEntered', 3, { name: 'D', input }],
    [0, 'PassStateExited', 13, { name: 'D', output: input }],
    [1, 'LambdaFunctionStarted', 10],
    [2, 'LambdaFunctionSucceeded', 15, { output: '1' }],
    [2, 'TaskStateExited', 16, { name: 'T', output: '1' }],
    [2, 'MapIterationSucceeded', 17, { name: 'M', index: 0 }],
  ];

  test('each of them is told of, the enclosing one first', () => {
    const brief = pendingOf({ ...nested, StartAt: 'P' }, steps).map(
      ({ state, path, waitsFor, since, eventId, children }) => [
        `${path}/${state}`,
        waitsFor,
        (since - T) / SECOND,
        eventId,
        children,
      ],
    );
    expect(brief).toEqual([
      ['/P', 'branches', 0, 3, { open: 2, ended: 1, total: 3 }],
      ['P[0]/W', 'wait timer', 0, 4, undefined],
      ['P[1]/M', 'map iterations', 0, 6, { open: 1, ended: 1, total: 3 }],
      ['P[1]/M[1]/T', 'task result', 0, 12, undefined],
    ]);
  });

  test('a Map or Parallel is bounded by the execution only, what is inside by its own bounds too', () => {
    const [parallel, wait, map] = pendingOf({ ...nested, TimeoutSeconds: 120 }, steps);
    expect(parallel).toMatchObject({ until: T + 120 * SECOND, bound: { source: 'machine TimeoutSeconds' } });
    expect(wait).toMatchObject({ until: T + 60 * SECOND, bound: { source: 'wait' } });
    expect(map).toMatchObject({ until: T + 120 * SECOND });
  });

  test('the back-off of a whole Parallel', () => {
    const definition = {
      StartAt: 'P',
      States: {
        P: {
          Type: 'Parallel',
          Branches: [{ StartAt: 'F', States: { F: { Type: 'Fail', Error: 'E', Cause: 'c' } } }],
          Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 9 }],
          End: true,
        },
      },
    };
    const pending = pendingOf(definition, [
      [0, 'ParallelStateEntered', 0, { name: 'P', input: '{}' }],
      [0, 'ParallelStateStarted', 2],
      [1, 'FailStateEntered', 3, { name: 'F', input: '{}' }],
    ]);
    expect(pending).toHaveLength(1);
    expect(pending[0]).toMatchObject({
      state: 'P',
      waitsFor: 'retry back-off',
      until: T + 10 * SECOND,
      bound: { source: 'retry', pointer: '/States/P/Retry/0' },
      children: undefined,
    });
  });
});

test('nothing is pending where an execution has ended, or nothing is recorded', () => {
  const definition = one({ Type: 'Pass' });
  expect(replay(definition, []).pending).toEqual([]);
  expect(replay(definition, eventsOf([[1, 'ExecutionAborted', 0]])).pending).toEqual([]);
});
