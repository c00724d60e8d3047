import type { Event } from '@steptrail/history';
import { describe, expect, test } from 'vitest';
import type { Definition } from './compile.ts';
import { replay } from './replay.ts';
import { simulate } from './simulate.ts';
import type { TaskAnswer, World } from './world.ts';

const START = Date.UTC(2026, 0, 1);
const ARN = 'arn:aws:states:us-east-1:111111111111:execution:m:e';

const world = (answer: TaskAnswer | ((attempt: number) => TaskAnswer), more: Partial<World> = {}): World => ({
  start: START,
  executionArn: ARN,
  stateMachineArn: 'arn:aws:states:us-east-1:111111111111:stateMachine:m',
  roleArn: 'arn:aws:iam::111111111111:role/r',
  seed: 1,
  task: (call) => (typeof answer === 'function' ? answer(call.attempt) : answer),
  ...more,
});

const task = (fields: Readonly<Record<string, unknown>>): Definition => ({
  StartAt: 'Work',
  States: {
    Work: {
      Type: 'Task',
      Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
      End: true,
      ...fields,
    },
  },
});

const SUCCESS: TaskAnswer = { kind: 'succeeds', output: { ok: true }, after: 1000, startsAfter: 10 };
const HANGS: TaskAnswer = { kind: 'hangs', startsAfter: 10, submitted: { after: 5 } };

const types = (events: readonly Event[]): readonly string[] => events.map(({ type }) => type);

const lastOf = (events: readonly Event[]): Event | undefined => events[events.length - 1];

describe('simulate', () => {
  test('writes the sequence of a callback', () => {
    expect(types(simulate(task({}), {}, world(SUCCESS)))).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSubmitted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
  });

  test.each([
    ['TimeoutSeconds counts from the start of the task', { TimeoutSeconds: 30 }, HANGS, 30_000],
    ['HeartbeatSeconds without a heartbeat', { TimeoutSeconds: 30, HeartbeatSeconds: 4 }, HANGS, 4000],
    [
      'HeartbeatSeconds counts from the last heartbeat in time',
      { HeartbeatSeconds: 4 },
      { ...HANGS, heartbeats: [3000, 6000, 20_000] },
      10_000,
    ],
  ] as const)('%s', (_name, fields, answer, after) => {
    const events = simulate(task(fields), {}, world(answer));
    const started = events.find(({ type }) => type === 'TaskStarted');
    const timedOut = events.find(({ type }) => type === 'TaskTimedOut');
    expect(timedOut).toMatchObject({ error: 'States.Timeout' });
    expect((timedOut?.timestamp ?? 0) - (started?.timestamp ?? 0)).toBe(after);
    expect(lastOf(events)).toMatchObject({ type: 'ExecutionFailed', error: 'States.Timeout' });
  });

  test('waits between retries as Retry says', () => {
    const failing: TaskAnswer = { kind: 'fails', error: 'Boom', after: 100, startsAfter: 10 };
    const events = simulate(
      task({ Retry: [{ ErrorEquals: ['Boom'], IntervalSeconds: 5, MaxAttempts: 2 }] }),
      {},
      world((attempt) => (attempt < 3 ? failing : SUCCESS)),
    );
    const gaps = events
      .filter(({ type }) => type === 'TaskScheduled')
      .slice(1)
      .map((event) => event.timestamp - (events[event.previousEventId - 1]?.timestamp ?? 0));
    expect(gaps).toEqual([5000, 10_000]);
    expect(lastOf(events)?.type).toBe('ExecutionSucceeded');
  });

  test('ends at the TimeoutSeconds of the machine, exactly', () => {
    const events = simulate({ ...task({}), TimeoutSeconds: 60 }, {}, world(HANGS));
    expect(lastOf(events)).toEqual({
      id: events.length,
      previousEventId: 0,
      timestamp: START + 60_000,
      type: 'ExecutionTimedOut',
      error: 'States.Timeout',
    });
  });

  test('stops when it is stopped', () => {
    const events = simulate(task({}), {}, world(HANGS, { stopAt: { at: START + 5000, error: 'Enough' } }));
    expect(lastOf(events)).toMatchObject({ type: 'ExecutionAborted', previousEventId: 0, error: 'Enough' });
  });

  test('stays open when nothing bounds what it waits for', () => {
    const events = simulate(task({}), {}, world(HANGS, { until: START + 86_400_000 }));
    const trace = replay(task({}), events, { executionArn: ARN });
    expect(trace.status).toBe('RUNNING');
    expect(trace.pending).toMatchObject([
      { state: 'Work', waitsFor: 'callback token', bound: { source: 'service limit' }, until: undefined },
    ]);
  });

  test('ends as event 25,000 where a loop fills the history', () => {
    const loop = { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } } };
    const events = simulate(loop, {}, world(SUCCESS));
    expect(lastOf(events)).toMatchObject({ id: 25_000, previousEventId: 24_999, type: 'ExecutionFailed' });
    expect(replay(loop, events, { executionArn: ARN }).divergences).toEqual([]);
  });

  test('runs branches to their blocking points in turn, and completes in order of time', () => {
    const branch = (name: string, seconds: number) => ({
      StartAt: name,
      States: { [name]: { Type: 'Wait', Seconds: seconds, End: true } },
    });
    const parallel = {
      StartAt: 'Both',
      States: { Both: { Type: 'Parallel', Branches: [branch('Slow', 9), branch('Quick', 1)], End: true } },
    };
    const named = simulate(parallel, {}, world(SUCCESS)).map((event) =>
      'name' in event ? `${event.type} ${event.name}` : event.type,
    );
    expect(named.slice(3, 7)).toEqual([
      'WaitStateEntered Slow',
      'WaitStateEntered Quick',
      'WaitStateExited Quick',
      'WaitStateExited Slow',
    ]);
  });
});

describe('pending', () => {
  test.each([
    ['task TimeoutSeconds', { TimeoutSeconds: 600 }, {}, HANGS, '/States/Work/TimeoutSeconds'],
    ['machine TimeoutSeconds', { TimeoutSeconds: 600 }, { TimeoutSeconds: 300 }, HANGS, '/TimeoutSeconds'],
    [
      'task HeartbeatSeconds',
      { TimeoutSeconds: 600, HeartbeatSeconds: 120 },
      {},
      HANGS,
      '/States/Work/HeartbeatSeconds',
    ],
    [
      'retry',
      { Retry: [{ ErrorEquals: ['Boom'], IntervalSeconds: 600 }] },
      {},
      { kind: 'fails', error: 'Boom', after: 10 },
      '/States/Work/Retry/0',
    ],
  ] as const)('is bound by %s', (source, fields, machine, answer, pointer) => {
    const definition = { ...task(fields), ...machine };
    const events = simulate(definition, {}, world(answer, { until: START + 60_000 }));
    const [pending] = replay(definition, events, { executionArn: ARN }).pending;
    expect(pending).toMatchObject({ state: 'Work', bound: { source, pointer } });
    expect(pending?.until).toBeGreaterThan(START + 60_000);
  });
});
