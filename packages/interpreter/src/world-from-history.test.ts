import { describe, expect, test } from 'vitest';
import { compile } from './compile.ts';
import { replay } from './replay.ts';
import { simulate } from './simulate.ts';
import type { World } from './world.ts';
import { worldFromHistory } from './world-from-history.ts';

const executionArn = 'arn:aws:states:us-east-1:111111111111:execution:m:e';
const options = { executionArn };

const definition = {
  StartAt: 'Draw',
  States: {
    Draw: { Type: 'Pass', Parameters: { 'id.$': 'States.UUID()', 'n.$': '$.n' }, Next: 'Work' },
    Work: {
      Type: 'Task',
      Resource: 'arn:aws:lambda:us-east-1:111111111111:function:work',
      ResultPath: '$.got',
      Retry: [{ ErrorEquals: ['Boom'] }],
      Next: 'Rest',
    },
    Rest: { Type: 'Wait', Seconds: 5, Next: 'Big' },
    Big: {
      Type: 'Choice',
      Choices: [{ Variable: '$.n', NumericGreaterThan: 9, Next: 'Extra' }],
      Default: 'Done',
    },
    Extra: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', End: true },
    Done: { Type: 'Succeed' },
  },
};

const made: World = {
  start: Date.UTC(2026, 0, 1),
  executionArn,
  stateMachineArn: undefined,
  roleArn: 'arn:aws:iam::111111111111:role/r',
  seed: 7,
  task: ({ attempt }) =>
    attempt === 1 ? { kind: 'fails', error: 'Boom', after: 40 } : { kind: 'succeeds', output: 1, after: 60 },
};

const program = compile(definition);
const recorded = simulate(program, { n: 3 }, made);

describe('the world of a history', () => {
  const { world, input } = worldFromHistory(program, recorded, options);

  test('gives the history back, with its times and what was drawn', () => {
    expect(simulate(program, input, world)).toEqual(recorded);
  });

  test('gives back a history that is still open, wherever it ends', () => {
    for (let length = 1; length < recorded.length; length += 1) {
      const open = recorded.slice(0, length);
      const cut = worldFromHistory(program, open, options);
      const again = simulate(program, cut.input, cut.world);
      expect(again).toEqual(open);
    }
  });

  test('says what another input would have led to', () => {
    const events = simulate(program, { n: 10 }, world);
    expect(events.map(({ type }) => type)).toContain('TaskScheduled');
    // Nobody answers a call that was never made: a year later the service gives up.
    expect(events.slice(-2).map(({ type }) => type)).toEqual(['TaskStarted', 'ExecutionTimedOut']);
    const answered = simulate(
      program,
      { n: 10 },
      { ...world, task: () => ({ kind: 'succeeds', output: 2, after: 9 }) },
    );
    expect(answered.at(-1)).toMatchObject({ type: 'ExecutionSucceeded', output: '2' });
  });

  test('says what another definition would have made of it', () => {
    const { Retry: _none, ...bold } = definition.States.Work;
    const events = simulate(
      compile({ ...definition, States: { ...definition.States, Work: bold } }),
      input,
      world,
    );
    expect(events.at(-1)).toMatchObject({ type: 'ExecutionFailed', error: 'Boom' });
  });

  test('of an execution that was stopped or timed out ends as it did', () => {
    const stopped = simulate(program, { n: 3 }, { ...made, stopAt: { at: made.start + 90, error: 'Me' } });
    const timed = simulate(compile({ ...definition, TimeoutSeconds: 3 }), { n: 3 }, made);
    for (const [machine, events] of [
      [definition, stopped],
      [{ ...definition, TimeoutSeconds: 3 }, timed],
    ] as const) {
      const again = worldFromHistory(machine, events, options);
      expect(simulate(machine, again.input, again.world)).toEqual(events);
    }
  });
});

test('evaluations that fail in several branches at once are told apart by their state', () => {
  const branch = (name: string) => ({
    StartAt: name,
    States: { [name]: { Type: 'Pass', Output: '{% $states.input.nowhere.at.all %}', End: true } },
  });
  const parallel = {
    QueryLanguage: 'JSONata',
    StartAt: 'All',
    States: { All: { Type: 'Parallel', Branches: [branch('A'), branch('B'), branch('C')], End: true } },
  };
  // Branch C is entered first, branch A fails first.
  const latency: World['latency'] = ({ type, state }) =>
    type === 'PassStateEntered'
      ? ({ A: 30, B: 20, C: 10 }[state] ?? 0)
      : ({ A: 1, B: 50, C: 90 }[state] ?? 0);
  const events = simulate(parallel, {}, { ...made, latency });
  expect(events.map(({ type }) => type)).toContain('EvaluationFailed');
  expect(replay(parallel, events, options)).toMatchObject({ divergences: [], unverifiable: [] });
});
