import { describe, expect, test } from 'vitest';
import { replay } from './replay.ts';
import { simulate } from './simulate.ts';
import type { Trace } from './trace.ts';
import type { World } from './world.ts';

const ARN = 'arn:aws:states:us-east-1:111111111111:execution:m:e';
const LAMBDA = 'arn:aws:lambda:us-east-1:111111111111:function:f';

const traceOf = (definition: object, input: object, more: Partial<World> = {}): Trace => {
  const events = simulate(
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
  const trace = replay({ ...definition }, events, { executionArn: ARN });
  expect(trace.divergences).toEqual([]);
  return trace;
};

/** Counts `$.n` down to 0: three events for Down, which is a Pass with its Choice, four for a Lambda function. */
const counting = (body: object, next: string) => ({
  Count: {
    Type: 'Pass',
    Parameters: { 'n.$': 'States.MathAdd($.n, -1)', 'm.$': '$.m', 'items.$': '$.items' },
    Next: next,
  },
  ...body,
  'Done?': {
    Type: 'Choice',
    Choices: [{ Variable: '$.n', NumericLessThanEquals: 0, Next: 'End' }],
    Default: 'Count',
  },
  End: { Type: 'Pass', End: true },
});

const input = { n: 4, m: 0, items: [1, 2] };

describe('a loop', () => {
  test('has as many turns as its state is entered again, and tells what one costs', () => {
    const { loops } = traceOf({ StartAt: 'Count', States: counting({}, 'Done?') }, input);
    expect(loops).toEqual([
      {
        state: 'Count',
        pointer: '/States/Count',
        path: '',
        states: ['Count', 'Done?'],
        places: 1,
        turns: 3,
        mostTurns: 3,
        events: { least: 4, mean: 4, most: 4, mostEventId: 2 },
        meanMilliseconds: 0,
        open: false,
        firstEventId: 2,
        lastEventId: 14,
      },
    ]);
  });

  test('counts retries and what runs inside its turns', () => {
    const body = {
      Each: {
        Type: 'Map',
        ItemsPath: '$.items',
        ResultPath: null,
        ItemProcessor: {
          StartAt: 'Work',
          States: {
            Work: { Type: 'Task', Resource: LAMBDA, Retry: [{ ErrorEquals: ['Oops'] }], End: true },
          },
        },
        Next: 'Done?',
      },
    };
    const { loops, mapItems } = traceOf({ StartAt: 'Count', States: counting(body, 'Each') }, input, {
      task: ({ attempt, visit, parameters }) =>
        attempt === 1 && visit <= 2 && parameters === 2
          ? { kind: 'fails', error: 'Oops', after: 10 }
          : { kind: 'succeeds', output: 1, after: 100 },
    });
    // Count 2, Done? 2, the Map's own 4 and two markers an item, 5 for a function, 3 more for its retry.
    const turn = 2 + 2 + 4 + 2 * 2 + 2 * 5;
    expect(loops).toHaveLength(1);
    expect(loops[0]).toMatchObject({
      states: ['Count', 'Each', 'Done?'],
      turns: 3,
      events: { least: turn, most: turn + 3, mean: turn + 1, mostEventId: 2 },
    });
    expect(mapItems).toEqual([
      {
        state: 'Each',
        pointer: '/States/Each',
        enteredEventId: 4,
        visits: 4,
        items: 8,
        events: { least: 7, mean: 7.38, most: 10, mostEventId: 10 },
      },
    ]);
  });

  test('inside another is a loop of its own, and part of the outer one’s turns', () => {
    const inner = {
      Again: {
        Type: 'Pass',
        Parameters: { 'n.$': '$.n', 'm.$': 'States.MathAdd($.m, -1)', 'items.$': '$.items' },
        Next: 'Enough?',
      },
      'Enough?': {
        Type: 'Choice',
        Choices: [{ Variable: '$.m', NumericGreaterThan: 0, Next: 'Again' }],
        Default: 'Done?',
      },
    };
    const { loops } = traceOf({ StartAt: 'Count', States: counting(inner, 'Again') }, { ...input, m: 3 });
    const brief = loops.map(({ state, states, turns, events: { least, most } }) => [
      state,
      states,
      turns,
      least,
      most,
    ]);
    expect(brief).toEqual([
      ['Again', ['Again', 'Enough?'], 2, 4, 4],
      ['Count', ['Count', 'Again', 'Enough?', 'Done?'], 3, 8, 16],
    ]);
  });

  test('in the iterations of a Map counts in each of them by itself', () => {
    const definition = {
      StartAt: 'Each',
      States: {
        Each: {
          Type: 'Map',
          MaxConcurrency: 0,
          ItemsPath: '$.all',
          ItemProcessor: { StartAt: 'Count', States: counting({}, 'Done?') },
          End: true,
        },
      },
    };
    const all = [2, 5, 1].map((n) => ({ n, m: 0, items: [] }));
    const { loops } = traceOf(definition, { all });
    expect(loops).toHaveLength(1);
    expect(loops[0]).toMatchObject({
      state: 'Count',
      pointer: '/States/Each/ItemProcessor/States/Count',
      places: 2,
      turns: 5,
      mostTurns: 4,
      path: 'Each[1]',
      events: { least: 4, mean: 4, most: 4 },
    });
  });

  test('is open while the execution is in it', () => {
    const body = { Pause: { Type: 'Wait', Seconds: 60, Next: 'Done?' } };
    const { loops, status } = traceOf(
      { StartAt: 'Count', States: counting(body, 'Pause') },
      { ...input, n: 1000 },
      { until: Date.UTC(2026, 0, 1) + 600_500 },
    );
    expect(status).toBe('RUNNING');
    expect(loops[0]).toMatchObject({ open: true, turns: 10, events: { mean: 6 }, meanMilliseconds: 60_000 });
  });

  test('is not what Retry of a Parallel does, nor many items', () => {
    const definition = {
      StartAt: 'Both',
      States: {
        Both: {
          Type: 'Parallel',
          Branches: [
            {
              StartAt: 'First',
              States: {
                First: { Type: 'Pass', Next: 'Second' },
                Second: { Type: 'Task', Resource: LAMBDA, End: true },
              },
            },
          ],
          Retry: [{ ErrorEquals: ['States.ALL'] }],
          End: true,
        },
      },
    };
    const trace = traceOf(
      definition,
      {},
      {
        task: ({ visit }) =>
          visit < 3
            ? { kind: 'fails', error: 'Oops', after: 10 }
            : { kind: 'succeeds', output: 1, after: 100 },
      },
    );
    expect(trace.visits.filter(({ state }) => state === 'First')).toHaveLength(3);
    expect(trace.loops).toEqual([]);
  });
});

test('items of a Map that were cut do not count', () => {
  const definition = {
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        ItemsPath: '$.items',
        ItemProcessor: { StartAt: 'Work', States: { Work: { Type: 'Task', Resource: LAMBDA, End: true } } },
        End: true,
      },
    },
  };
  const { mapItems, status } = traceOf(
    definition,
    { items: [1, 2, 3] },
    {
      task: ({ parameters }) =>
        parameters === 2
          ? { kind: 'fails', error: 'Oops', after: 500 }
          : { kind: 'succeeds', output: 1, after: parameters === 1 ? 10 : 9000 },
    },
  );
  expect(status).toBe('FAILED');
  expect(mapItems).toMatchObject([{ items: 1, visits: 1, events: { least: 7, mean: 7, most: 7 } }]);
});
