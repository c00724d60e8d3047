import { quotasOf, shareOf } from '@steptrail/aws';
import { expect, it } from 'vitest';
import { type PlannedMachine, planArchive } from './plan-archive.ts';

const NOW = Date.parse('2026-03-02T08:00:00Z');
const DAY = 86_400_000;
const quotas = shareOf(quotasOf('us-east-1'), 0.5);

/** A state machine with so many executions a day over so many days, evenly, the newest `listed` of them listed. */
function machine(aDay: number, days: number, more: Partial<PlannedMachine> & { listed?: number } = {}) {
  const { listed = aDay * days, ...rest } = more;
  return {
    stateMachineArn: 'm',
    stopped: Array.from({ length: listed }, (_, i) => NOW - ((i + 0.5) / aDay) * DAY),
    running: 0,
    whole: listed === aDay * days,
    callsAHistory: 1,
    eventsAHistory: 20,
    ...rest,
  };
}

const plan = (machines: readonly PlannedMachine[], retentionDays = 90) =>
  planArchive({ machines, expressMachines: 2, listCalls: 1 }, { quotas, retentionDays, now: NOW });

it('adds up the calls of each operation and the time they take', () => {
  const { calls, ...rest } = plan([
    machine(100, 90, { callsAHistory: 2, eventsAHistory: 1500, running: 10 }),
  ]);
  expect(calls.map((row) => [row.operation, row.calls, row.seconds])).toEqual([
    ['ListStateMachines', 1, 0],
    ['DescribeStateMachine', 3, 0],
    ['ListTagsForResource', 3, 0],
    ['ListStateMachineVersions', 3, 0],
    ['ListStateMachineAliases', 3, 0],
    ['ListExecutions', 10, 0],
    ['DescribeStateMachineForExecution', 1, 0],
    ['GetExecutionHistory', 18_020, (18_020 - 200) / 10],
  ]);
  expect(rest).toMatchObject({ executions: 9010, events: 9010 * 1500, seconds: 1782, wouldExpire: 0 });
  expect(rest.shareOfNewExecutions).toBeCloseTo(200 / 864_000, 4);
});

it('finds nothing to do in an empty account', () => {
  expect(
    planArchive({ machines: [], expressMachines: 0, listCalls: 1 }, { quotas, retentionDays: 90, now: NOW }),
  ).toMatchObject({
    executions: 0,
    seconds: 0,
    wouldExpire: 0,
  });
});

it('takes a list that was read in part to go on as it began', () => {
  const part = plan([machine(1000, 90, { listed: 5000 })]);
  expect(part.executions).toBeGreaterThan(88_000);
  expect(part.executions).toBeLessThan(92_000);
});

it('counts what is forgotten before its turn: nothing while reading is faster than forgetting', () => {
  expect(plan([machine(50_000, 90, { listed: 400_000 })]).wouldExpire).toBeLessThan(1500);
  // 864,000 calls a day are possible. What ends evenly at half of that pace is forgotten while the lists are read.
  const half = plan([machine(432_000, 90, { listed: 400_000 })]);
  expect(half.wouldExpire / half.executions).toBeLessThan(0.003);
  // At twice the pace half of it is forgotten.
  const twice = plan([machine(1_728_000, 90, { listed: 400_000 })]);
  expect(twice.wouldExpire / twice.executions).toBeCloseTo(0.5, 1);
  // A heap that ended in one hour 89 days ago, and takes more than a day.
  const at = NOW - 89 * DAY;
  const heap = {
    ...machine(1, 1),
    stopped: Array.from({ length: 100_000 }, (_, i) => at + i * 10),
    callsAHistory: 20,
  };
  const { wouldExpire, executions } = plan([heap]);
  expect(executions).toBe(100_000);
  expect(wouldExpire).toBeGreaterThan(50_000);
  expect(wouldExpire).toBeLessThan(60_000);
});

it('knows no time where no quotas hold', () => {
  const free = planArchive(
    { machines: [machine(1000, 90)], expressMachines: 0, listCalls: 1 },
    { quotas: undefined, retentionDays: 90, now: NOW },
  );
  expect(free).toMatchObject({ executions: 90_000, seconds: 0, wouldExpire: 0, shareOfNewExecutions: 0 });
});
