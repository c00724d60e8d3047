import type { Operation, Quotas } from '@steptrail/aws';
import type { PlannedLogGroup } from './survey-logs.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Events of a history that one call of GetExecutionHistory gives. */
export const EVENTS_A_CALL = 1000;
/** Executions that one call of ListExecutions gives. */
export const LISTED_A_CALL = 1000;

/** A Standard state machine as far as it was looked at. Times are epoch milliseconds. */
export interface PlannedMachine {
  readonly stateMachineArn: string;
  /** Ends of the closed executions that were listed, the newest ones where the list was not read to its end. */
  readonly stopped: readonly number[];
  /** Running executions that were listed. */
  readonly running: number;
  /** Whether all of its executions were listed. */
  readonly whole: boolean;
  /** Calls that one history takes, on average over the sample. */
  readonly callsAHistory: number;
  /** Events of one history, on average over the sample. */
  readonly eventsAHistory: number;
  /** Of a state machine whose Map Runs start Standard executions: what an execution starts, on average over a sample. */
  readonly children?:
    | {
        readonly mapRunsAnExecution: number;
        readonly anExecution: number;
        readonly callsAHistory: number;
        readonly eventsAHistory: number;
      }
    | undefined;
}

export interface PlannedCalls {
  readonly operation: Operation;
  readonly calls: number;
  /** What Steptrail keeps to: so many at once, then so many a second. Undefined: no quota holds. */
  readonly size?: number | undefined;
  readonly perSecond?: number | undefined;
  /** How long the quota makes them take. */
  readonly seconds: number;
}

/** What a first full archive of an account's Region takes. Everything that follows from a sample is an estimate. */
export interface ArchivePlan {
  /** Listed ones, without the children of Map Runs. */
  readonly executions: number;
  readonly mapRuns: number;
  readonly childExecutions: number;
  readonly events: number;
  readonly calls: readonly PlannedCalls[];
  /** From the first call to the last, under the quotas alone. */
  readonly seconds: number;
  /** Closed executions that AWS forgets before their turn comes, with their children. */
  readonly wouldExpire: number;
  /** Bytes of Express logs that CloudWatch forgets before they are read. */
  readonly logBytesWouldExpire: number;
  /** Of what Steptrail may call of GetExecutionHistory, the share that a day's new executions take afterwards. */
  readonly shareOfNewExecutions: number;
}

/** Seconds until so many calls have been made under a bucket that begins full. */
function secondsFor(calls: number, quota: Quotas[Operation] | undefined): number {
  return quota === undefined ? 0 : Math.max(0, (calls - quota.size) / quota.perSecond);
}

/** How many closed executions ended in an hour, and how many calls their histories take. */
interface Bin {
  executions: number;
  calls: number;
}

/**
 * Adds up the calls of a first full archive and the time that they take under the quotas, in the ingester's own order:
 * state machines, then lists, then histories, the oldest end first. Lists that were read in part are taken to go on as
 * densely as they began. Children of Map Runs come with the executions that started them; Express logs are read beside
 * the histories, from the oldest record on.
 * @param quotas undefined: none hold
 */
export function planArchive(
  {
    machines,
    expressMachines,
    listCalls,
    logGroups = [],
  }: {
    readonly machines: readonly PlannedMachine[];
    readonly expressMachines: number;
    /** Pages of ListStateMachines. */
    readonly listCalls: number;
    readonly logGroups?: readonly PlannedLogGroup[] | undefined;
  },
  {
    quotas,
    retentionDays,
    now,
  }: { readonly quotas: Quotas | undefined; readonly retentionDays: number; readonly now: number },
): ArchivePlan {
  const bins = new Map<number, Bin>();
  const total = {
    executions: 0,
    events: 0,
    running: 0,
    histories: 0,
    lists: 0,
    newCalls: 0,
    mapRuns: 0,
    children: 0,
  };
  for (const machine of machines) {
    const { running, eventsAHistory, children } = machine;
    const { mapRunsAnExecution = 0, anExecution = 0 } = children ?? {};
    const callsAHistory = machine.callsAHistory + anExecution * (children?.callsAHistory ?? 0);
    const closed = spreadOverHours(machine, now - retentionDays * DAY);
    let executions = running;
    for (const [hour, count] of closed) {
      const bin = bins.get(hour) ?? { executions: 0, calls: 0 };
      bin.executions += count * (1 + anExecution);
      bin.calls += count * callsAHistory;
      bins.set(hour, bin);
      executions += count;
      if (hour * HOUR >= now - DAY) total.newCalls += count * callsAHistory;
    }
    total.running += running * callsAHistory;
    total.executions += executions;
    total.events += executions * (eventsAHistory + anExecution * (children?.eventsAHistory ?? 0));
    total.mapRuns += executions * mapRunsAnExecution;
    total.children += executions * anExecution;
    total.histories += executions * callsAHistory;
    total.lists +=
      Math.max(1, Math.ceil(executions / LISTED_A_CALL)) +
      executions * Math.max(mapRunsAnExecution, anExecution / LISTED_A_CALL);
  }
  const all = machines.length + expressMachines;
  const calls: PlannedCalls[] = (
    [
      ['ListStateMachines', listCalls],
      ['DescribeStateMachine', all],
      ['ListTagsForResource', all],
      ['ListStateMachineVersions', all],
      ['ListStateMachineAliases', all],
      ['ListExecutions', Math.ceil(total.lists)],
      ['DescribeStateMachineForExecution', machines.length],
      ['GetExecutionHistory', Math.ceil(total.histories)],
      ['DescribeMapRun', Math.ceil(total.mapRuns)],
      ['DescribeLogGroups', logGroups.length],
      ['FilterLogEvents', logGroups.reduce((sum, group) => sum + group.calls, 0)],
    ] as const
  ).map(([operation, count]) => ({
    operation,
    calls: count,
    size: quotas?.[operation].size,
    perSecond: quotas?.[operation].perSecond,
    seconds: secondsFor(count, quotas?.[operation]),
  }));
  const seconds = (operation: Operation) => calls.find((row) => row.operation === operation)?.seconds ?? 0;
  const before =
    seconds('ListStateMachines') +
    Math.max(
      seconds('DescribeStateMachine'),
      seconds('ListTagsForResource'),
      seconds('ListStateMachineVersions'),
      seconds('ListStateMachineAliases'),
    ) +
    seconds('ListExecutions');
  const quota = quotas?.GetExecutionHistory;
  return {
    executions: Math.round(total.executions),
    mapRuns: Math.round(total.mapRuns),
    childExecutions: Math.round(total.children),
    events: Math.round(total.events),
    calls,
    seconds:
      before +
      Math.max(
        seconds('DescribeStateMachineForExecution'),
        seconds('GetExecutionHistory'),
        seconds('DescribeMapRun'),
        seconds('FilterLogEvents'),
      ),
    logBytesWouldExpire: Math.round(countExpiringLogs(logGroups, before, quotas?.FilterLogEvents)),
    wouldExpire: Math.round(countExpiring(bins, now, before, quota, retentionDays)),
    shareOfNewExecutions: quota === undefined ? 0 : total.newCalls / (quota.perSecond * (DAY / 1000)),
  };
}

/**
 * Bytes of logs that are forgotten before they are read: those of the oldest days, while the lists are read and the
 * groups before; and within a group, where reading it takes longer than it keeps its records.
 */
function countExpiringLogs(
  logGroups: readonly PlannedLogGroup[],
  secondsBefore: number,
  quota: Quotas[Operation] | undefined,
): number {
  if (quota === undefined) return 0;
  let expiring = 0;
  let at = secondsBefore;
  for (const { bytes, calls, days, retentionInDays } of logGroups) {
    const reading = calls / quota.perSecond;
    const whole = (days * DAY) / 1000;
    if (retentionInDays !== undefined && whole > 0 && retentionInDays <= days) {
      const late = Math.min(1, at / whole);
      const slow = Math.max(0, 1 - whole / Math.max(reading * (1 - late), Number.EPSILON));
      expiring += bytes * (late + (1 - late) * slow);
    }
    at += reading;
  }
  return expiring;
}

/** Closed executions by hour of their end: those listed, and where the list goes on, as many an hour as before. */
function spreadOverHours(machine: PlannedMachine, oldest: number): ReadonlyMap<number, number> {
  const hours = new Map<number, number>();
  const add = (hour: number, count: number) => hours.set(hour, (hours.get(hour) ?? 0) + count);
  for (const at of machine.stopped) add(Math.floor(at / HOUR), 1);
  if (machine.whole || machine.stopped.length < 2) return hours;
  const newest = machine.stopped.reduce((one, other) => Math.max(one, other));
  const last = machine.stopped.reduce((one, other) => Math.min(one, other));
  const anHour = machine.stopped.length / Math.max((newest - last) / HOUR, 1 / 60);
  for (let hour = Math.floor(last / HOUR) - 1; hour * HOUR >= oldest; hour--) add(hour, anHour);
  return hours;
}

/**
 * Executions that are forgotten before they are reached. The ingester takes the oldest that AWS still has and leaves
 * the others for later: of an hour's executions those are fetched that its calls are enough for until all of them are
 * forgotten.
 */
function countExpiring(
  bins: ReadonlyMap<number, Bin>,
  now: number,
  secondsBefore: number,
  quota: Quotas[Operation] | undefined,
  retentionDays: number,
): number {
  const callsUntil = (at: number) => {
    const seconds = (at - now) / 1000 - secondsBefore;
    if (seconds <= 0) return 0;
    return quota === undefined ? Number.POSITIVE_INFINITY : quota.size + seconds * quota.perSecond;
  };
  let expiring = 0;
  let made = 0;
  for (const [hour, bin] of [...bins].sort(([one], [other]) => one - other)) {
    const possible = callsUntil((hour + 1) * HOUR + retentionDays * DAY) - made;
    const fetched = Math.max(0, Math.min(bin.calls, possible));
    made += fetched;
    expiring += bin.executions * (1 - fetched / bin.calls);
  }
  return expiring;
}
