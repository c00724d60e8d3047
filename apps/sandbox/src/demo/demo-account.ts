import { type Event, type ExecutionStatus, isKnown, writeHistoryEvent } from '@steptrail/history';
import { simulate } from '@steptrail/interpreter';
import type { Account, Activity, Execution, History, LogEvent, Machine, MapRun } from '../account.ts';
import { logEventsOf } from './demo-logs.ts';
import { type DemoMachine, type DemoRevision, demoMachine } from './demo-machine.ts';
import { type DemoMapRun, demoMapRuns } from './demo-map-runs.ts';
import { createRecentHistories } from './recent-histories.ts';
import { createRuns, type Layout, type Run } from './runs.ts';
import { DAY, MINUTE, type Place, type Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';

const LOG_RETENTION_DAYS = 30;
const LOGGED_RUNS_KEPT = 1000;
/** How far back a Standard execution may have started that still writes log records. */
const HISTORY_DAYS = 100;
/** Events kept at hand: room for one history at AWS's limit and many of the usual length. */
const EVENTS_KEPT = 40_000;

const STATUS_OF: Readonly<Record<string, ExecutionStatus>> = {
  ExecutionSucceeded: 'SUCCEEDED',
  ExecutionFailed: 'FAILED',
  ExecutionTimedOut: 'TIMED_OUT',
  ExecutionAborted: 'ABORTED',
};

/** A run as it will have been at its very end; at an earlier moment it is still running. */
type Told = { readonly execution: Execution; readonly run: Run; readonly machine: DemoMachine };

interface Workshop {
  readonly machine: DemoMachine;
  readonly runs: (now: number) => readonly Run[];
}

function revisionOf(machine: DemoMachine, run: Run): DemoRevision {
  return machine.revisions.findLast(({ from }) => from <= run.start) ?? machine.revisions[0];
}

/** Through what a run was started: the version that the machine's alias led to then. */
function startedThrough(machine: DemoMachine, run: Run) {
  const alias = machine.aliases?.[0];
  const version = machine.versions?.findLast(({ creationDate }) => creationDate <= run.start);
  if (alias === undefined || version === undefined) return {};
  return {
    stateMachineAliasArn: `${machine.stateMachineArn}:${alias.name}`,
    stateMachineVersionArn: `${machine.stateMachineArn}:${version.version}`,
  };
}

/** All that will ever happen in a run. What is asked about an earlier moment is a beginning of this. */
function play(machine: DemoMachine, run: Run): readonly Event[] {
  const { input, task, mapRun, stop } = run.plan;
  return simulate(revisionOf(machine, run).program, input, {
    start: run.start,
    executionArn: run.executionArn,
    stateMachineArn: machine.stateMachineArn,
    roleArn: machine.roleArn,
    seed: run.seed,
    ...startedThrough(machine, run),
    task,
    ...(mapRun === undefined ? {} : { mapRun }),
    ...(stop === undefined ? {} : { stopAt: { ...stop, at: run.start + stop.after } }),
  });
}

function tell(machine: DemoMachine, run: Run, events: readonly Event[]): Told {
  const last = events.at(-1);
  const status = STATUS_OF[last?.type ?? ''] ?? 'RUNNING';
  const failure = last !== undefined && 'error' in last ? { error: last.error, cause: last.cause } : {};
  const output = last?.type === 'ExecutionSucceeded' && isKnown(last.output) ? last.output : undefined;
  const { definition, from, revisionId } = revisionOf(machine, run);
  const execution: Execution = {
    executionArn: run.executionArn,
    stateMachineArn: machine.stateMachineArn,
    name: run.name,
    status,
    startDate: run.start,
    stopDate: status === 'RUNNING' ? undefined : last?.timestamp,
    redriveCount: 0,
    ...startedThrough(machine, run),
    input: JSON.stringify(run.plan.input),
    output,
    ...failure,
    revision: { definition, from, revisionId },
  };
  return { execution, run, machine };
}

/** An execution at an earlier moment than its end. */
function asOf(execution: Execution, now: number): Execution {
  if (execution.stopDate === undefined || execution.stopDate <= now) return execution;
  return {
    ...execution,
    status: 'RUNNING',
    stopDate: undefined,
    output: undefined,
    error: undefined,
    cause: undefined,
  };
}

function happened(events: readonly Event[], now: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((events[middle]?.timestamp ?? 0) <= now) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The activities that the definitions name: somebody must have made them before. */
function activitiesOf(machines: readonly Machine[]): readonly Activity[] {
  const made = new Map<string, Activity>();
  for (const { creationDate, revisions } of machines) {
    for (const { definition } of revisions) {
      for (const [activityArn] of definition.matchAll(/arn:aws:states:[^"]*:activity:[^"]*/g)) {
        const name = activityArn.split(':')[6] ?? activityArn;
        if (!made.has(activityArn)) made.set(activityArn, { activityArn, name, creationDate });
      }
    }
  }
  return [...made.values()];
}

export interface DemoOptions {
  readonly seed?: number;
  readonly anchor: number;
  readonly place?: Place;
  readonly scenarios?: readonly Scenario[];
}

/**
 * The demo account "acme-shop": some hundred executions of a shop and its data platform, made by simulation when
 * they are asked for. The same seed, anchor and place give the same account, at whatever moment it is looked at.
 */
export function demoAccount(options: DemoOptions): Account {
  const place = options.place ?? { accountId: '111122223333', region: 'us-east-1' };
  const layout: Layout = { seed: options.seed ?? 1, anchor: options.anchor, place };
  const workshops = new Map<string, Workshop>();
  for (const scenario of options.scenarios ?? SCENARIOS) {
    const machine = demoMachine(scenario, layout);
    workshops.set(machine.stateMachineArn, { machine, runs: createRuns(scenario, layout) });
  }
  const told = new Map<string, Told>();
  const mapRuns = new Map<string, readonly DemoMapRun[]>();
  const recent = createRecentHistories(EVENTS_KEPT);
  const logged = new Map<string, readonly LogEvent[]>();

  const eventsOf = (machine: DemoMachine, run: Run): readonly Event[] =>
    recent(run.executionArn, () => play(machine, run));
  const toldOf = (machine: DemoMachine, run: Run): Told => {
    const known = told.get(run.executionArn);
    if (known !== undefined) return known;
    const fresh = tell(machine, run, eventsOf(machine, run));
    told.set(run.executionArn, fresh);
    return fresh;
  };
  const standardRuns = (stateMachineArn: string, now: number): readonly Told[] => {
    const workshop = workshops.get(stateMachineArn);
    if (workshop === undefined || workshop.machine.type === 'EXPRESS') return [];
    return workshop.runs(now).map((run) => toldOf(workshop.machine, run));
  };
  const mapRunsOf = ({ machine, run }: Told): readonly DemoMapRun[] => {
    if (run.plan.children === undefined) return [];
    const known = mapRuns.get(run.executionArn);
    if (known !== undefined) return known;
    const fresh = demoMapRuns(machine, revisionOf(machine, run), run, eventsOf(machine, run));
    mapRuns.set(run.executionArn, fresh);
    return fresh;
  };
  const allMapRuns = (now: number): readonly DemoMapRun[] =>
    [...workshops.keys()].flatMap((arn) => standardRuns(arn, now).flatMap(mapRunsOf));
  const childrenOf = (mapRun: DemoMapRun, now: number): readonly Execution[] =>
    mapRun.children
      .filter(({ run }) => run.start <= now)
      .map(({ machine, run }) => {
        const known = told.get(run.executionArn) ?? tell(machine, run, eventsOf(machine, run));
        const { mapRunArn } = mapRun.told;
        told.set(run.executionArn, { ...known, execution: { ...known.execution, mapRunArn } });
        return asOf({ ...known.execution, mapRunArn }, now);
      });
  const mapRunAsOf = (mapRun: DemoMapRun, now: number): MapRun => {
    const { told: end } = mapRun;
    const children = childrenOf(mapRun, now);
    const pending = mapRun.children.length - children.length;
    if (end.stopDate === undefined || end.stopDate <= now) return { ...end, pending, children };
    return { ...end, status: 'RUNNING', stopDate: undefined, pending, children };
  };
  const find = (executionArn: string, now: number): Told | undefined => {
    const [, , , , , , machineName] = executionArn.split(':');
    const stateMachineArn = `arn:aws:states:${place.region}:${place.accountId}:stateMachine:${machineName}`;
    if (!told.has(executionArn)) {
      standardRuns(stateMachineArn, now);
      if (machineName?.includes('/')) for (const run of allMapRuns(now)) childrenOf(run, now);
    }
    const one = told.get(executionArn);
    return one !== undefined && one.run.start <= now ? one : undefined;
  };
  const logsOf = (machine: DemoMachine, run: Run): readonly LogEvent[] => {
    const known = logged.get(run.executionArn);
    if (known !== undefined) return known;
    const events = logEventsOf(run, machine, eventsOf(machine, run));
    logged.set(run.executionArn, events);
    if (logged.size > LOGGED_RUNS_KEPT) logged.delete(logged.keys().next().value ?? '');
    return events;
  };
  const machines = [...workshops.values()].map(({ machine }): Machine => machine);
  const activities = activitiesOf(machines);
  const logging = [...workshops.values()].filter(({ machine }) => machine.logging.logGroupName !== undefined);

  return {
    ...place,
    retention: 90 * DAY,
    stateMachines: () => machines,
    executions: (stateMachineArn, now) =>
      standardRuns(stateMachineArn, now).map(({ execution }) => asOf(execution, now)),
    findExecution: (executionArn, now) => {
      const one = find(executionArn, now);
      return one === undefined ? undefined : asOf(one.execution, now);
    },
    history: (executionArn, now): History | undefined => {
      const one = find(executionArn, now);
      if (one === undefined) return undefined;
      const events = eventsOf(one.machine, one.run);
      const length = happened(events, now);
      return {
        length,
        page: (from, to) => events.slice(from, Math.min(to, length)).map((e) => writeHistoryEvent(e)),
      };
    },
    mapRuns: (executionArn, now) => {
      const one = find(executionArn, now);
      if (one === undefined) return [];
      return mapRunsOf(one)
        .filter((mapRun) => mapRun.told.startDate <= now)
        .map((mapRun) => mapRunAsOf(mapRun, now));
    },
    findMapRun: (mapRunArn, now) => {
      const found = allMapRuns(now).find((mapRun) => mapRun.told.mapRunArn === mapRunArn);
      return found === undefined || found.told.startDate > now ? undefined : mapRunAsOf(found, now);
    },
    activities: () => activities,
    logGroups: () =>
      logging.map(({ machine }) => ({
        logGroupName: machine.logging.logGroupName ?? '',
        creationTime: machine.creationDate,
        retentionInDays: LOG_RETENTION_DAYS,
      })),
    logEvents: (logGroupName, now, from) => {
      const workshop = logging.find(({ machine }) => machine.logging.logGroupName === logGroupName);
      if (workshop === undefined) return [];
      const { type } = workshop.machine;
      // An Express execution ends within 5 minutes; a Standard one may write as long as it is open.
      const oldest = type === 'EXPRESS' ? from - 10 * MINUTE : now - HISTORY_DAYS * DAY;
      return workshop
        .runs(now)
        .filter(({ start }) => start >= oldest)
        .flatMap((run) => logsOf(workshop.machine, run))
        .filter(({ ingestionTime }) => ingestionTime <= now)
        .sort((a, b) => a.timestamp - b.timestamp || a.ingestionTime - b.ingestionTime);
    },
  };
}
