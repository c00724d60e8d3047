import { type Event, normaliseHistory } from '@steptrail/history';
import { describe, expect, test } from 'vitest';
import { replay } from './replay.ts';

/** An event as [type, previousEventId, details]; ids count from 1, one second apart. */
type Row = readonly [type: string, previous: number, details?: Readonly<Record<string, unknown>>];

const keyOf = (type: string): string => {
  if (type.endsWith('StateEntered')) return 'stateEnteredEventDetails';
  if (type.endsWith('StateExited')) return 'stateExitedEventDetails';
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
};

const eventsOf = (rows: readonly Row[]): readonly Event[] => {
  const { events, problems } = normaliseHistory(
    rows.map(([type, previousEventId, details], index) => ({
      id: index + 1,
      previousEventId,
      timestamp: 1_767_225_600 + index,
      type,
      ...(details === undefined ? {} : { [keyOf(type)]: details }),
    })),
  );
  expect(problems).toEqual([]);
  return events;
};

const FUNCTION = 'arn:aws:lambda:us-east-1:111111111111:function:f';
const call = { Type: 'Task', Resource: FUNCTION } as const;
const scheduled = { resource: FUNCTION, input: '{}' };
const start: Row = ['ExecutionStarted', 0, { input: '{}', roleArn: 'r' }];
const entered = (type: string, name: string, previous: number, input = '{}'): Row => [
  `${type}StateEntered`,
  previous,
  { name, input },
];
const exited = (type: string, name: string, previous: number, output: string): Row => [
  `${type}StateExited`,
  previous,
  { name, output },
];

const oneTask = { StartAt: 'T', States: { T: { ...call, End: true } } };
const failedTask: readonly Row[] = [
  start,
  entered('Task', 'T', 0),
  ['LambdaFunctionScheduled', 2, scheduled],
  ['LambdaFunctionStarted', 3],
  ['LambdaFunctionFailed', 4, { error: 'E', cause: 'c' }],
  ['ExecutionFailed', 5, { error: 'E', cause: 'c' }],
  ['ExecutionRedriven', 6, { redriveCount: 1 }],
];
/** A task that runs to its end; its Scheduled event gets id `id`. */
const succeeds = (id: number, previous: number, name: string, output = '1'): readonly Row[] => [
  ['LambdaFunctionScheduled', previous, scheduled],
  ['LambdaFunctionStarted', id],
  ['LambdaFunctionSucceeded', id + 1, { output }],
  exited('Task', name, id + 2, output),
];

const counting = {
  StartAt: 'T',
  States: { T: { ...call, Parameters: { 'n.$': '$$.Execution.RedriveCount' }, End: true } },
};

const retried = {
  StartAt: 'T',
  States: {
    T: { ...call, Retry: [{ ErrorEquals: ['E'], MaxAttempts: 1, IntervalSeconds: 1 }], End: true },
  },
};

const inParallel = {
  StartAt: 'P',
  States: {
    P: {
      Type: 'Parallel',
      End: true,
      Branches: [
        { StartAt: 'A', States: { A: { ...call, End: true } } },
        { StartAt: 'B', States: { B: { ...call, End: true } } },
      ],
    },
  },
};
const failedBranch: readonly Row[] = [
  start,
  entered('Parallel', 'P', 0),
  ['ParallelStateStarted', 2],
  entered('Task', 'A', 3),
  ['LambdaFunctionScheduled', 4, scheduled],
  entered('Task', 'B', 3),
  ['LambdaFunctionScheduled', 6, scheduled],
  ['LambdaFunctionStarted', 5],
  ['LambdaFunctionStarted', 7],
  ['LambdaFunctionSucceeded', 8, { output: '"a"' }],
  exited('Task', 'A', 10, '"a"'),
  ['LambdaFunctionFailed', 9, { error: 'E' }],
  ['TaskStateAborted', 12],
  ['ParallelStateFailed', 12],
  ['ExecutionFailed', 14, { error: 'E' }],
  ['ExecutionRedriven', 15, { redriveCount: 1 }],
];

const inMap = {
  StartAt: 'M',
  States: {
    M: {
      Type: 'Map',
      ItemsPath: '$.items',
      MaxConcurrency: 2,
      ItemProcessor: { StartAt: 'I', States: { I: { ...call, End: true } } },
      End: true,
    },
  },
};
const failedIteration: readonly Row[] = [
  ['ExecutionStarted', 0, { input: '{"items":[{},{},{}]}', roleArn: 'r' }],
  entered('Map', 'M', 0, '{"items":[{},{},{}]}'),
  ['MapStateStarted', 2, { length: 3 }],
  ['MapIterationStarted', 3, { name: 'M', index: 0 }],
  ['MapIterationStarted', 3, { name: 'M', index: 1 }],
  entered('Task', 'I', 4),
  ['LambdaFunctionScheduled', 6, scheduled],
  entered('Task', 'I', 5),
  ['LambdaFunctionScheduled', 8, scheduled],
  ['LambdaFunctionStarted', 7],
  ['LambdaFunctionStarted', 9],
  ['LambdaFunctionFailed', 10, { error: 'E' }],
  ['MapIterationFailed', 12, { name: 'M', index: 0 }],
  ['TaskStateAborted', 12],
  ['MapIterationAborted', 12, { name: 'M', index: 1 }],
  ['MapStateFailed', 12],
  ['ExecutionFailed', 16, { error: 'E' }],
  ['ExecutionRedriven', 17, { redriveCount: 1 }],
];

const distributed = {
  StartAt: 'D',
  States: {
    D: {
      Type: 'Map',
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'I',
        States: { I: { Type: 'Pass', End: true } },
      },
      End: true,
    },
  },
};
const mapRunArn = 'arn:aws:states:us-east-1:111111111111:mapRun:m/D:1';
const failedMapRun: readonly Row[] = [
  ['ExecutionStarted', 0, { input: '[1]', roleArn: 'r' }],
  entered('Map', 'D', 0, '[1]'),
  ['MapStateStarted', 2, { length: 1 }],
  ['MapRunStarted', 3, { mapRunArn }],
  ['MapRunFailed', 4, { error: 'States.ExceedToleratedFailureThreshold' }],
  ['MapStateFailed', 5],
  ['ExecutionFailed', 6, { error: 'States.ExceedToleratedFailureThreshold' }],
  ['ExecutionRedriven', 7, { redriveCount: 1 }],
];
const mapRunEnds = (redriven: number, exit: number): readonly Row[] => [
  ['MapRunRedriven', redriven, { mapRunArn, redriveCount: 1 }],
  ['MapRunSucceeded', 9],
  ['MapStateSucceeded', 10],
  exited('Map', 'D', exit, '[1]'),
  ['ExecutionSucceeded', 12, { output: '[1]' }],
];

const waiting = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 100, End: true } } };
const failing = { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'E' } } };
const failedFail: readonly Row[] = [
  start,
  entered('Fail', 'F', 0),
  ['ExecutionFailed', 2, { error: 'E' }],
  ['ExecutionRedriven', 3, { redriveCount: 1 }],
];
const bound = {
  TimeoutSeconds: 4,
  ...oneTask,
};

describe('a redriven execution', () => {
  test.each<[string, Readonly<Record<string, unknown>>, readonly Row[]]>([
    [
      'schedules its task again from the state',
      oneTask,
      [...failedTask, ...succeeds(8, 2, 'T'), ['ExecutionSucceeded', 11, { output: '1' }]],
    ],
    [
      'schedules its task again from the redrive',
      oneTask,
      [...failedTask, ...succeeds(8, 7, 'T'), ['ExecutionSucceeded', 11, { output: '1' }]],
    ],
    [
      'enters its state again',
      oneTask,
      [
        ...failedTask,
        entered('Task', 'T', 7),
        ...succeeds(9, 8, 'T'),
        ['ExecutionSucceeded', 12, { output: '1' }],
      ],
    ],
    [
      'fails again, is redriven again',
      oneTask,
      [
        ...failedTask,
        ['LambdaFunctionScheduled', 2, scheduled],
        ['LambdaFunctionStarted', 8],
        ['LambdaFunctionFailed', 9, { error: 'E2' }],
        ['ExecutionFailed', 10, { error: 'E2' }],
        ['ExecutionRedriven', 11, { redriveCount: 2 }],
        ...succeeds(13, 2, 'T'),
        ['ExecutionSucceeded', 16, { output: '1' }],
      ],
    ],
    [
      'shows its count in the context object',
      counting,
      [
        start,
        entered('Task', 'T', 0),
        ['LambdaFunctionScheduled', 2, { resource: FUNCTION, input: '{"n":0}' }],
        ['LambdaFunctionStarted', 3],
        ['LambdaFunctionFailed', 4, { error: 'E' }],
        ['ExecutionFailed', 5, { error: 'E' }],
        ['ExecutionRedriven', 6, { redriveCount: 1 }],
        ['LambdaFunctionScheduled', 2, { resource: FUNCTION, input: '{"n":1}' }],
      ],
    ],
    [
      'counts its retries anew',
      retried,
      [
        start,
        entered('Task', 'T', 0),
        ['LambdaFunctionScheduled', 2, scheduled],
        ['LambdaFunctionStarted', 3],
        ['LambdaFunctionFailed', 4, { error: 'E' }],
        ['LambdaFunctionScheduled', 5, scheduled],
        ['LambdaFunctionStarted', 6],
        ['LambdaFunctionFailed', 7, { error: 'E' }],
        ['ExecutionFailed', 8, { error: 'E' }],
        ['ExecutionRedriven', 9, { redriveCount: 1 }],
        ['LambdaFunctionScheduled', 2, scheduled],
        ['LambdaFunctionStarted', 11],
        ['LambdaFunctionFailed', 12, { error: 'E' }],
        ...succeeds(14, 13, 'T'),
        ['ExecutionSucceeded', 17, { output: '1' }],
      ],
    ],
    [
      'runs only the failed branch again',
      inParallel,
      [
        ...failedBranch,
        ...succeeds(17, 6, 'B', '"b"'),
        ['ParallelStateSucceeded', 20],
        exited('Parallel', 'P', 20, '["a","b"]'),
        ['ExecutionSucceeded', 22, { output: '["a","b"]' }],
      ],
    ],
    [
      'runs only failed and aborted iterations again, then those that are left',
      inMap,
      [
        ...failedIteration,
        ...succeeds(19, 6, 'I'),
        ['MapIterationSucceeded', 22, { name: 'M', index: 0 }],
        ...succeeds(24, 8, 'I', '2'),
        ['MapIterationSucceeded', 27, { name: 'M', index: 1 }],
        ['MapIterationStarted', 22, { name: 'M', index: 2 }],
        entered('Task', 'I', 29),
        ...succeeds(31, 30, 'I', '3'),
        ['MapIterationSucceeded', 34, { name: 'M', index: 2 }],
        ['MapStateSucceeded', 35],
        exited('Map', 'M', 35, '[1,2,3]'),
        ['ExecutionSucceeded', 37, { output: '[1,2,3]' }],
      ],
    ],
    ['goes on with its Map Run, from the redrive', distributed, [...failedMapRun, ...mapRunEnds(8, 9)]],
    ['goes on with its Map Run, from the state', distributed, [...failedMapRun, ...mapRunEnds(3, 4)]],
    [
      'starts another Map Run',
      distributed,
      [
        ...failedMapRun,
        ['MapStateStarted', 2, { length: 1 }],
        ['MapRunStarted', 9, { mapRunArn }],
        ['MapRunSucceeded', 10],
        ['MapStateSucceeded', 11],
        exited('Map', 'D', 10, '[1]'),
        ['ExecutionSucceeded', 13, { output: '[1]' }],
      ],
    ],
    [
      'goes on after it was stopped',
      waiting,
      [
        start,
        entered('Wait', 'W', 0),
        ['ExecutionAborted', 0, {}],
        ['ExecutionRedriven', 3, { redriveCount: 1 }],
        exited('Wait', 'W', 2, '{}'),
        ['ExecutionSucceeded', 5, { output: '{}' }],
      ],
    ],
    [
      'goes on after it timed out, and its time counts anew',
      bound,
      [
        start,
        entered('Task', 'T', 0),
        ['LambdaFunctionScheduled', 2, scheduled],
        ['LambdaFunctionStarted', 3],
        ['ExecutionTimedOut', 0, { error: 'States.Timeout' }],
        ['ExecutionRedriven', 5, { redriveCount: 1 }],
        ...succeeds(7, 2, 'T'),
        ['ExecutionSucceeded', 10, { output: '1' }],
      ],
    ],
    [
      'fails again in a Fail state, which is not entered again',
      failing,
      [...failedFail, ['ExecutionFailed', 4, {}]],
    ],
    [
      'enters a Fail state again and fails',
      failing,
      [...failedFail, entered('Fail', 'F', 4), ['ExecutionFailed', 5, { error: 'E' }]],
    ],
  ])('%s', (_, definition, rows) => {
    const trace = replay(definition, eventsOf(rows));
    expect(trace.divergences).toEqual([]);
    expect(trace.unverifiable).toEqual([]);
  });

  test.each<[string, Readonly<Record<string, unknown>>, readonly Row[], number]>([
    [
      'another output of its state',
      oneTask,
      [...failedTask, ...succeeds(8, 2, 'T'), ['ExecutionSucceeded', 11, { output: '2' }]],
      12,
    ],
    [
      'another count in the context object',
      counting,
      [
        start,
        entered('Task', 'T', 0),
        ['LambdaFunctionScheduled', 2, { resource: FUNCTION, input: '{"n":0}' }],
        ['LambdaFunctionStarted', 3],
        ['LambdaFunctionFailed', 4, { error: 'E' }],
        ['ExecutionFailed', 5, { error: 'E' }],
        ['ExecutionRedriven', 6, { redriveCount: 1 }],
        ['LambdaFunctionScheduled', 2, { resource: FUNCTION, input: '{"n":0}' }],
      ],
      8,
    ],
    [
      'an output of a branch that did not run again',
      inParallel,
      [
        ...failedBranch,
        ...succeeds(17, 6, 'B', '"b"'),
        ['ParallelStateSucceeded', 20],
        exited('Parallel', 'P', 20, '["c","b"]'),
        ['ExecutionSucceeded', 22, { output: '["c","b"]' }],
      ],
      22,
    ],
    ['another error of a Fail state', failing, [...failedFail, ['ExecutionFailed', 4, { error: 'X' }]], 5],
    [
      'a redrive that skips a count',
      oneTask,
      [...failedTask.slice(0, 6), ['ExecutionRedriven', 6, { redriveCount: 2 }]],
      7,
    ],
    [
      'a redrive of what has not ended',
      oneTask,
      [...failedTask.slice(0, 5), ['ExecutionRedriven', 5, {}]],
      6,
    ],
  ])('does not explain %s', (_, definition, rows, eventId) => {
    expect(replay(definition, eventsOf(rows)).divergences.map((each) => each.eventId)).toContain(eventId);
  });

  test.each<[string, Readonly<Record<string, unknown>>, readonly Row[]]>([
    [
      'starts its Map again, with the iterations that are left',
      inMap,
      [
        ...failedIteration,
        ['MapStateStarted', 18, { length: 2 }],
        ['MapIterationStarted', 19, { name: 'M', index: 0 }],
        entered('Task', 'I', 20),
        ...succeeds(22, 21, 'I'),
        ['MapIterationSucceeded', 25, { name: 'M', index: 0 }],
        ['MapStateSucceeded', 26],
        exited('Map', 'M', 26, '[1,2,3]'),
        ['ExecutionSucceeded', 28, { output: '[1,2,3]' }],
      ],
    ],
    [
      'ends at once in a Fail state of a branch',
      { StartAt: 'P', States: { P: { Type: 'Parallel', Branches: [failing], End: true } } },
      [
        start,
        entered('Parallel', 'P', 0),
        ['ParallelStateStarted', 2],
        entered('Fail', 'F', 3),
        ['ParallelStateFailed', 4],
        ['ExecutionFailed', 5, { error: 'E' }],
        ['ExecutionRedriven', 6, { redriveCount: 1 }],
        ['ExecutionFailed', 7, {}],
      ],
    ],
  ])('perhaps %s', (_, definition, rows) => {
    const trace = replay(definition, eventsOf(rows));
    expect(trace.divergences).toEqual([]);
    expect(trace.unverifiable).not.toEqual([]);
  });

  test('has the visit of its state once, open until it succeeds', () => {
    const events = eventsOf([...failedTask, ...succeeds(8, 2, 'T')]);
    expect(replay(oneTask, events.slice(0, 7)).visits).toMatchObject([{ state: 'T', outcome: 'open' }]);
    expect(replay(oneTask, events).visits).toMatchObject([{ state: 'T', outcome: 'succeeded' }]);
  });
});
