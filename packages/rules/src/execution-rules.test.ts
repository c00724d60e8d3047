import type { StateMachine } from '@steptrail/asl';
import type { Pending, Trace, Visit, WaitsFor } from '@steptrail/interpreter';
import { describe, expect, test } from 'vitest';
import { checkExecution } from './check-subject.ts';
import { after, DAY, HOUR } from './example-history.ts';
import type { ExecutionSubject, Finding } from './rule.ts';
import { GRACE_SECONDS, PAST_BOUND_SECONDS } from './rules/execution-stuck.ts';

const executionArn = 'arn:aws:states:eu-west-1:111111111111:execution:orders:42';
const started = after(0);

const machine: StateMachine = { StartAt: 'Work', States: { Work: { Type: 'Pass', End: true } } };

const trace: Trace = {
  status: 'RUNNING',
  events: 5,
  lastEventId: 5,
  started,
  agrees: 5,
  unverifiable: [],
  divergences: [],
  visits: [],
  pending: [],
  mapRuns: [],
  loops: [],
  mapItems: [],
  taken: [],
};

const waiting: Pending = {
  state: 'Work',
  path: '',
  pointer: '/States/Work',
  enteredEventId: 2,
  eventId: 5,
  waitsFor: 'callback token',
  since: started,
  bound: { source: 'service limit', at: after(365 * DAY) },
  laterBounds: [],
};

function check(changes: Partial<Trace>, now: number, subject: Partial<ExecutionSubject> = {}): Finding[] {
  return checkExecution({
    stateMachineArn: 'arn:aws:states:eu-west-1:111111111111:stateMachine:orders',
    executionArn,
    type: 'STANDARD',
    machine,
    trace: { ...trace, ...changes },
    now,
    ...subject,
  });
}

const brief = (findings: readonly Finding[]) =>
  findings.map(({ ruleId, severity, message }) => [ruleId, severity, message]);

test('a quiet execution has no findings', () => {
  expect(check({ status: 'SUCCEEDED' }, after(DAY))).toEqual([]);
  expect(check({}, after(DAY))).toEqual([]);
});

describe('stuck', () => {
  const WAITS: readonly WaitsFor[] = [
    'task result',
    'job completion',
    'child execution',
    'callback token',
    'activity worker',
    'activity result',
    'map run',
    'retry back-off',
    'next event',
  ];

  test.each(WAITS.map((waitsFor) => [waitsFor, GRACE_SECONDS[waitsFor]] as const))(
    'an unbounded wait for %s is stuck after %d seconds',
    (waitsFor, grace) => {
      const pending = [{ ...waiting, waitsFor }];
      const stuck = (seconds: number) =>
        check({ pending }, after(seconds)).filter(({ ruleId }) => ruleId === 'execution-stuck');
      expect(stuck(grace)).toEqual([]);
      expect(brief(stuck(grace + 1))).toEqual([['execution-stuck', 'critical', 'unbounded']]);
    },
  );

  test.each(['task TimeoutSeconds', 'machine TimeoutSeconds', 'wait', 'retry'] as const)(
    'a wait past its bound (%s) is stuck',
    (source) => {
      const pending = [{ ...waiting, until: after(100), bound: { source, at: after(100) } }];
      expect(check({ pending }, after(100 + PAST_BOUND_SECONDS))).toEqual([]);
      expect(brief(check({ pending }, after(101 + PAST_BOUND_SECONDS)))).toEqual([
        ['execution-stuck', 'critical', 'past bound'],
      ]);
    },
  );

  test('a wait past its heartbeat has a worker that is alive', () => {
    const heartbeat = { source: 'task HeartbeatSeconds', at: after(60) } as const;
    const beating: Pending = { ...waiting, until: after(60), bound: heartbeat };
    expect(check({ pending: [beating] }, after(30 * DAY))).toEqual([]);
    const timeout = { source: 'task TimeoutSeconds', at: after(DAY) } as const;
    const timed: Pending = { ...beating, laterBounds: [timeout, waiting.bound] };
    expect(check({ pending: [timed] }, after(DAY))).toEqual([]);
    const [finding] = check({ pending: [timed] }, after(2 * DAY));
    expect(finding).toMatchObject({
      message: 'past bound',
      data: { bound: 'task TimeoutSeconds', untilAt: after(DAY), overdueSeconds: DAY },
    });
  });

  test('a bound whose value is not recorded is no absence of one', () => {
    const bound = { source: 'wait', pointer: '/States/Work/SecondsPath' } as const;
    const pending: Pending[] = [{ ...waiting, waitsFor: 'wait timer', bound, laterBounds: [waiting.bound] }];
    expect(check({ pending }, after(30 * DAY))).toEqual([]);
  });

  test('a Map waits for its iterations: they are stuck, not it', () => {
    const machineEnd = { source: 'machine TimeoutSeconds', at: after(60) } as const;
    for (const bound of [waiting.bound, machineEnd]) {
      const pending: Pending[] = [{ ...waiting, waitsFor: 'map iterations', bound }];
      expect(check({ pending }, after(30 * DAY))).toEqual([]);
    }
  });

  test('a bounded wait is none, however long the bound', () => {
    const pending = [
      {
        ...waiting,
        until: after(90 * DAY),
        bound: { source: 'task TimeoutSeconds' as const, at: after(90 * DAY) },
      },
    ];
    expect(check({ pending }, after(89 * DAY))).toEqual([]);
  });

  test('Express executions and closed ones are not stuck', () => {
    expect(check({ pending: [waiting] }, after(3 * DAY), { type: 'EXPRESS' })).toEqual([]);
    expect(check({ pending: [waiting], status: 'ABORTED' }, after(3 * DAY))).toEqual([]);
  });

  test('iterations that wait in one state are one finding, named by the oldest', () => {
    const pending = [
      { ...waiting, path: 'Each[0]', eventId: 9, since: after(20) },
      { ...waiting, path: 'Each[1]', eventId: 12, since: after(10) },
    ];
    const findings = check({ pending }, after(2 * DAY));
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      data: { state: 'Work', sinceAt: after(10), waits: 2, waitedSeconds: 2 * DAY - 10 },
      evidence: { pointers: ['/States/Work'], executions: [{ executionArn, eventIds: [9, 12] }] },
    });
  });

  test('an activity that nobody takes is one finding at a time', () => {
    const pending = [{ ...waiting, waitsFor: 'activity worker' as const }];
    expect(check({ pending }, after(600))).toEqual([]);
    expect(brief(check({ pending }, after(HOUR)))).toEqual([['activity-not-polled', 'high', 'unpolled']]);
    expect(brief(check({ pending }, after(2 * DAY)))).toEqual([['execution-stuck', 'critical', 'unbounded']]);
  });
});

describe('history quota', () => {
  /** A loop of four events and `seconds` a turn. */
  const looping = (turns: number, seconds: number): Partial<Trace> => ({
    events: turns * 4 + 1,
    lastEventId: turns * 4 + 1,
    loops: [
      {
        state: 'Work',
        pointer: '/States/Work',
        path: '',
        states: ['Work'],
        places: 1,
        turns: turns - 1,
        mostTurns: turns - 1,
        events: { least: 4, mean: 4, most: 4, mostEventId: 2 },
        meanMilliseconds: seconds * 1000,
        open: true,
        firstEventId: 2,
        lastEventId: turns * 4 - 2,
      },
    ],
    visits: Array.from(
      { length: turns },
      (_, turn): Visit => ({
        state: 'Work',
        stateType: 'Wait',
        pointer: '/States/Work',
        path: '',
        enteredEventId: turn * 4 + 2,
        entered: after(turn * seconds),
        attempts: 1,
        outcome: 'succeeded',
        events: 2,
        retries: [],
      }),
    ),
  });

  test.each<[string, Partial<Trace>, number, unknown[]]>([
    ['20,000 events, open', { events: 20_000, lastEventId: 20_000 }, HOUR, []],
    ['20,001 events, open', { events: 20_001 }, HOUR, [['history-quota-near', 'medium', 'open']]],
    ['24,001 events, open', { events: 24_001 }, HOUR, [['history-quota-near', 'critical', 'open']]],
    [
      '24,001 events, closed',
      { events: 24_001, status: 'SUCCEEDED' },
      HOUR,
      [['history-quota-near', 'medium', 'closed']],
    ],
    [
      '25,000 events, failed',
      { events: 25_000, status: 'FAILED' },
      HOUR,
      [['history-quota-near', 'high', 'reached']],
    ],
    ['a loop with hours left', looping(3_000, 5), 15_000, [['history-quota-near', 'critical', 'projected']]],
    ['a young loop with hours left', looping(1_000, 5), 5_000, [['history-quota-near', 'high', 'projected']]],
    ['a loop with days left', looping(3_000, 60), 180_000, [['history-quota-near', 'high', 'projected']]],
    ['a loop with months left', looping(3_000, 3_600), 3_000 * 3_600, []],
    ['a loop that has stopped', looping(3_000, 5), 60 * DAY, []],
    ['a loop too young to say', looping(400, 5), 2_000, []],
  ])('%s', (_name, changes, now, expected) => {
    expect(brief(check(changes, after(now)))).toEqual(expected);
  });

  test('says when: 13,000 events left at 48 a minute', () => {
    const [finding] = check(looping(3_000, 5), after(15_000));
    const { eventsPerMinute, leftSeconds, reachedAt } = finding?.data ?? {};
    expect(eventsPerMinute).toBeCloseTo(48, 0);
    expect(Number(leftSeconds)).toBeGreaterThan(16_000);
    expect(Number(leftSeconds)).toBeLessThan(16_500);
    expect(Number(reachedAt)).toBeCloseTo(after(15_000) + Number(leftSeconds) * 1000, -4);
    expect(finding?.data).toMatchObject({ turns: 2_999, eventsPerTurn: 4, turnsLeft: 3_249 });
    expect(finding?.evidence.executions[0]?.eventIds).toEqual([2, 11_998, 12_001]);
  });

  test('many items of a Map are no loop, nor is one that it has left', () => {
    const { loops = [], ...rest } = looping(3_000, 5);
    expect(check({ ...rest, loops: [] }, after(15_000))).toEqual([]);
    const left = loops.map((loop) => ({ ...loop, open: false }));
    expect(check({ ...rest, loops: left }, after(15_000))).toEqual([]);
  });

  test('the machine’s timeout that comes first ends the worry', () => {
    const timed: StateMachine = { ...machine, TimeoutSeconds: 20_000 };
    expect(check(looping(3_000, 5), after(15_000), { machine: timed })).toEqual([]);
  });

  test('Express has no such quota', () => {
    expect(check({ events: 100_000 }, after(100), { type: 'EXPRESS' })).toEqual([]);
  });
});

test('nothing is said of the present where the history breaks off', () => {
  const pending = [waiting, { ...waiting, state: 'Other', waitsFor: 'activity worker' as const }];
  for (const changes of [{ pending }, { events: 24_500, lastEventId: 24_500 }]) {
    expect(check(changes, after(2 * DAY))).not.toEqual([]);
    expect(check(changes, after(2 * DAY), { breaksOff: true })).toEqual([]);
  }
});

describe('payloads, divergences, failures', () => {
  test.each<[string, Partial<Trace>, unknown[]]>([
    ['200 KiB', { largestPayload: { bytes: 204_800, eventId: 3 } }, []],
    ['201 KiB', { largestPayload: { bytes: 205_824, eventId: 3 } }, [['large-payload', 'low', 'near']]],
    [
      '249 KiB',
      { largestPayload: { bytes: 254_976, eventId: 3 } },
      [['large-payload', 'medium', 'truncated']],
    ],
    [
      'too large',
      { status: 'FAILED', failure: { reportedEventId: 3, eventId: 3, error: 'States.DataLimitExceeded' } },
      [['large-payload', 'high', 'exceeded']],
    ],
    [
      'a transient failure',
      {
        status: 'FAILED',
        failure: { reportedEventId: 3, eventId: 3, state: 'Work', error: 'Lambda.ServiceException' },
      },
      [['transient-error-not-retried', 'high', 'failed']],
    ],
    [
      'a failure of its own',
      { status: 'FAILED', failure: { reportedEventId: 3, eventId: 3, state: 'Work', error: 'Refused' } },
      [],
    ],
  ])('%s', (_name, changes, expected) => {
    expect(brief(check(changes, after(HOUR)))).toEqual(expected);
  });

  test('divergences are one finding, and none of their payloads leaves the trace', () => {
    const divergence = {
      eventId: 3,
      state: 'Work',
      kind: 'payload' as const,
      expected: '{"card":"4111"}',
      recorded: '{"card":"4222"}',
      why: 'the output {"card":"4222"} is not what Work gives',
    };
    const findings = check({ divergences: [divergence, { ...divergence, eventId: 4 }] }, after(HOUR));
    expect(findings).toHaveLength(1);
    expect(findings[0]?.evidence.executions).toEqual([{ executionArn, eventIds: [3, 4] }]);
    expect(JSON.stringify(findings)).not.toMatch(/4111|4222/);
  });
});
