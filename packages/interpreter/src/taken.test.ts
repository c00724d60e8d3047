import type { Event } from '@steptrail/history';
import { describe, expect, test } from 'vitest';
import { replay } from './replay.ts';
import { simulate } from './simulate.ts';
import type { World } from './world.ts';

const ARN = 'arn:aws:states:us-east-1:111111111111:execution:m:e';
const LAMBDA = 'arn:aws:lambda:us-east-1:111111111111:function:f';

const run = (definition: object, input: object, more: Partial<World> = {}): readonly Event[] =>
  simulate(
    { ...definition },
    { ...input },
    {
      start: Date.UTC(2026, 0, 1),
      executionArn: ARN,
      stateMachineArn: 'arn:aws:states:us-east-1:111111111111:stateMachine:m',
      roleArn: 'arn:aws:iam::111111111111:role/r',
      seed: 1,
      task: () => ({ kind: 'succeeds', output: 1, after: 100 }),
      ...more,
    },
  );

const choosing = {
  StartAt: 'Which',
  States: {
    Which: {
      Type: 'Choice',
      Choices: [
        { Variable: '$.n', NumericEquals: 1, Next: 'One' },
        { Variable: '$.n', NumericEquals: 2, Next: 'Two' },
        { Variable: '$.n', NumericEquals: 11, Next: 'One' },
      ],
      Default: 'Other',
    },
    One: { Type: 'Succeed' },
    Two: { Type: 'Succeed' },
    Other: { Type: 'Succeed' },
  },
};

describe('a branch of a Choice', () => {
  test.each([
    [1, 0, '/States/Which/Choices/0'],
    [2, 1, '/States/Which/Choices/1'],
    [11, 2, '/States/Which/Choices/2'],
    [3, 'default', '/States/Which/Default'],
  ] as const)('for %d is number %s', (n, index, pointer) => {
    expect(replay(choosing, run(choosing, { n })).taken).toEqual([
      {
        kind: 'choice',
        state: 'Which',
        pointer,
        index,
        times: 1,
        firstEventId: 2,
        lastEventId: 2,
        errors: [],
      },
    ]);
  });

  const withheld = (events: readonly Event[]): readonly Event[] =>
    events.map((event) => {
      const why = { known: false, why: 'withheld' } as const;
      if ('input' in event) return { ...event, input: why } as Event;
      return 'output' in event ? ({ ...event, output: why } as Event) : event;
    });

  test('is known by where it led, even of withheld data', () => {
    expect(replay(choosing, withheld(run(choosing, { n: 2 }))).taken).toMatchObject([{ index: 1 }]);
    expect(replay(choosing, withheld(run(choosing, { n: 3 }))).taken).toMatchObject([{ index: 'default' }]);
  });

  test('is not guessed where two lead to the same state', () => {
    expect(replay(choosing, withheld(run(choosing, { n: 1 }))).taken).toEqual([]);
  });

  test('is the recorded one, where the definition leads elsewhere', () => {
    const forged = run(choosing, { n: 1 }).map((event) =>
      'name' in event && event.name === 'One' ? { ...event, name: 'Two' } : event,
    );
    const { taken, divergences } = replay(choosing, forged);
    expect(divergences.length).toBeGreaterThan(0);
    expect(taken).toMatchObject([{ kind: 'choice', index: 1 }]);
  });
});

const failing = {
  StartAt: 'Work',
  States: {
    Work: {
      Type: 'Task',
      Resource: LAMBDA,
      Retry: [
        { ErrorEquals: ['Busy'], MaxAttempts: 5 },
        { ErrorEquals: ['Oops'], MaxAttempts: 1 },
      ],
      Catch: [
        { ErrorEquals: ['Never'], Next: 'Good' },
        { ErrorEquals: ['States.ALL'], Next: 'Mended' },
      ],
      Next: 'Good',
    },
    Good: { Type: 'Succeed' },
    Mended: {
      Type: 'Choice',
      Choices: [{ Variable: '$.Error', StringEquals: 'x', Next: 'Good' }],
      Default: 'Bad',
    },
    Bad: { Type: 'Fail', Error: 'Bad', Cause: 'it is' },
  },
};

const errors = ['Busy', 'Busy', 'Oops', 'Oops'];

describe('retriers and catchers', () => {
  test('are counted by their index, with the errors that they took', () => {
    const events = run(
      failing,
      {},
      {
        task: ({ attempt }) => ({ kind: 'fails', error: errors[attempt - 1], after: 10 }),
      },
    );
    const { taken, visits, failure } = replay(failing, events);
    expect(taken.map(({ kind, pointer, times }) => [kind, pointer, times])).toEqual([
      ['retrier', '/States/Work/Retry/0', 2],
      ['retrier', '/States/Work/Retry/1', 1],
      ['catcher', '/States/Work/Catch/1', 1],
      ['choice', '/States/Mended/Default', 1],
    ]);
    expect(taken[0]).toMatchObject({ errors: ['Busy'] });
    expect(taken[2]).toMatchObject({ errors: ['Oops'], firstEventId: 2, lastEventId: 2, state: 'Work' });
    expect(visits[0]).toMatchObject({
      attempts: 4,
      retries: [
        { retrier: 0, error: 'Busy' },
        { retrier: 0, error: 'Busy' },
        { retrier: 1, error: 'Oops' },
      ],
      catcher: 1,
      outcome: 'caught',
    });
    // Neither what was retried nor what was caught ended it.
    expect(failure).toMatchObject({ state: 'Bad', error: 'Bad', cause: 'it is' });
  });
});

describe('the failure that ended an execution', () => {
  const nested = {
    StartAt: 'Both',
    States: {
      Both: {
        Type: 'Parallel',
        Branches: [
          { StartAt: 'A', States: { A: { Type: 'Task', Resource: LAMBDA, End: true } } },
          { StartAt: 'B', States: { B: { Type: 'Wait', Seconds: 100, End: true } } },
        ],
        Retry: [{ ErrorEquals: ['Oops'], MaxAttempts: 1 }],
        Next: 'Choose',
      },
      Choose: {
        Type: 'Choice',
        Choices: [{ Variable: '$[0]', NumericEquals: 5, Next: 'End' }],
      },
      End: { Type: 'Succeed' },
    },
  };

  test('lies inside the Parallel that passed it on', () => {
    const events = run(
      nested,
      {},
      { task: () => ({ kind: 'fails', error: 'Oops', cause: 'no', after: 10 }) },
    );
    const { failure } = replay(nested, events);
    const at = events.findLast(({ type }) => type === 'LambdaFunctionFailed');
    expect(failure).toEqual({
      eventId: at?.id,
      reportedEventId: events.at(-1)?.id,
      state: 'A',
      error: 'Oops',
      cause: 'no',
    });
  });

  test('is not the one that a retry of the Parallel survived', () => {
    const events = run(
      nested,
      {},
      {
        task: ({ visit }) =>
          visit === 1
            ? { kind: 'fails', error: 'Oops', after: 10 }
            : { kind: 'succeeds', output: 1, after: 10 },
      },
    );
    const { failure, status } = replay(nested, events);
    expect(status).toBe('FAILED');
    expect(failure).toMatchObject({ state: 'Choose', error: 'States.NoChoiceMatched' });
    const entered = events.findLast(({ type }) => type === 'ChoiceStateEntered');
    expect(failure?.eventId).toBe(entered?.id);
  });

  test('of a machine that timed out is the time-out', () => {
    const timed = { ...nested, TimeoutSeconds: 30 };
    const events = run(timed, {}, { task: () => ({ kind: 'succeeds', output: 1, after: 10 }) });
    const { failure, status } = replay(timed, events);
    expect(status).toBe('TIMED_OUT');
    const end = events.at(-1)?.id;
    expect(failure).toEqual({ eventId: end, reportedEventId: end, error: 'States.Timeout' });
  });

  test('of an execution at the limit of events is the limit', () => {
    const endless = {
      StartAt: 'A',
      States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } },
    };
    const { failure, loops } = replay(endless, run(endless, {}));
    expect(failure).toMatchObject({ eventId: 25_000, reportedEventId: 25_000, error: 'States.Runtime' });
    expect(loops).toMatchObject([{ state: 'A', turns: 6_249, events: { least: 4, most: 4 } }]);
  });

  test('of a redriven Fail state is where it failed at first', () => {
    const machine = { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'Bad' } } };
    const events = run(machine, {});
    const last = events.at(-1);
    const at = { timestamp: (last?.timestamp ?? 0) + 1000 };
    const redriven: Event[] = [
      ...events,
      { ...at, id: 4, previousEventId: 3, type: 'ExecutionRedriven', redriveCount: 1 },
      { ...at, id: 5, previousEventId: 4, type: 'ExecutionFailed' },
    ];
    expect(replay(machine, redriven).failure).toMatchObject({
      eventId: 2,
      reportedEventId: 5,
      state: 'F',
      error: 'Bad',
    });
  });

  test('of an execution that succeeded, was aborted or goes on is none', () => {
    expect(replay(choosing, run(choosing, { n: 1 })).failure).toBeUndefined();
    expect(
      replay(
        nested,
        run(nested, {}, { task: () => ({ kind: 'hangs' }), stopAt: { at: Date.UTC(2026, 0, 1) + 5000 } }),
      ).failure,
    ).toBeUndefined();
  });
});
