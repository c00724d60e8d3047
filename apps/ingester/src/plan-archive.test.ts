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
    ['DescribeMapRun', 0, 0],
    ['DescribeLogGroups', 0, 0],
    ['FilterLogEvents', 0, 0],
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

it('counts what Map Runs start with the executions that started them', () => {
  const children = { mapRunsAnExecution: 2, anExecution: 3000, callsAHistory: 1, eventsAHistory: 10 };
  const { calls, ...rest } = plan([machine(10, 10, { children })]);
  expect(rest).toMatchObject({ executions: 100, mapRuns: 200, childExecutions: 300_000, events: 3_002_000 });
  const of = (operation: string) => calls.find((row) => row.operation === operation)?.calls;
  expect([of('GetExecutionHistory'), of('DescribeMapRun'), of('ListExecutions')]).toEqual([
    300_100, 200, 301,
  ]);
  // 300,000 calls take 8.3 hours: half of what ended 30 days ago to the minute is gone when AWS keeps 30 days.
  const heap = {
    ...machine(1, 1, { children }),
    stopped: Array.from({ length: 100 }, () => NOW - 30 * DAY + 4 * 3_600_000),
  };
  const { wouldExpire } = plan([heap], 30);
  expect(wouldExpire).toBeGreaterThan(100_000);
  expect(wouldExpire).toBeLessThan(200_000);
});

it('reads Express logs beside the histories, and says what their retention takes before', () => {
  const group = (more: object) => ({
    ...{
      logGroupName: 'g',
      bytes: 1e9,
      calls: 1000,
      days: 7,
      retentionInDays: 7,
      basis: 'stored bytes' as const,
    },
    ...more,
  });
  const withLogs = (...logGroups: ReturnType<typeof group>[]) =>
    planArchive(
      { machines: [machine(100, 90)], expressMachines: 1, listCalls: 1, logGroups },
      { quotas, retentionDays: 90, now: NOW },
    );
  const calm = withLogs(group({}));
  expect(calm.calls.at(-1)).toMatchObject({ operation: 'FilterLogEvents', calls: 1000 });
  expect(calm.calls.at(-1)?.seconds).toBeCloseTo((1000 - 12.5) / 12.5);
  expect(calm.logBytesWouldExpire).toBe(0);
  // 12.5 calls a second for 7 days are 7.56 million: of twice as many half is too late.
  const { logBytesWouldExpire } = withLogs(group({ calls: 2 * 7_560_000 }));
  expect(logBytesWouldExpire / 1e9).toBeCloseTo(0.5, 2);
  expect(withLogs(group({ calls: 2 * 7_560_000, retentionInDays: undefined })).logBytesWouldExpire).toBe(0);
  expect(
    withLogs(group({ calls: 7_560_000 / 7 }), group({ retentionInDays: 1, days: 1 })).logBytesWouldExpire,
  ).toBeCloseTo(1e9, -7);
});
