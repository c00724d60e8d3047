import {
  type ExecutionStatus,
  type HistoryEventOnWire,
  normaliseHistory,
  parseStatesArn,
  writeLogRecord,
} from '@steptrail/history';

import type { Account, Alias, Encryption, Execution, LogEvent, Machine, MapRun } from '@steptrail/sandbox';
import { ACCOUNT_ID, machineArn, REGION, START } from './events.ts';

/** A state machine of a test, with the histories of its executions as they will have been in the end. */
export interface TestMachine {
  readonly name: string;
  readonly definition: string;
  readonly type?: 'STANDARD' | 'EXPRESS';
  /** By execution name. */
  readonly histories: Readonly<Record<string, readonly HistoryEventOnWire[]>>;
  /** Later revisions: since when, and what. */
  readonly revisions?: readonly { readonly from: number; readonly definition: string }[];
  /** Map Runs of its executions, with the histories of their child executions by name. */
  readonly mapRuns?: readonly TestMapRun[];
  /** Published versions; `revision` counts from 0, the first. */
  readonly versions?: readonly {
    readonly version: number;
    readonly revision: number;
    readonly from: number;
  }[];
  readonly aliases?: readonly Alias[];
  /** Through what its executions were started. */
  readonly startedBy?: Pick<Execution, 'stateMachineVersionArn' | 'stateMachineAliasArn'>;
  readonly encryption?: Encryption;
}

export interface TestMapRun {
  /** The name of the execution that starts it. */
  readonly parent: string;
  readonly mapRunArn: string;
  readonly histories: Readonly<Record<string, readonly HistoryEventOnWire[]>>;
}

const ENDS: Readonly<Record<string, ExecutionStatus>> = {
  ExecutionSucceeded: 'SUCCEEDED',
  ExecutionFailed: 'FAILED',
  ExecutionTimedOut: 'TIMED_OUT',
  ExecutionAborted: 'ABORTED',
};

const ROLE = `arn:aws:iam::${ACCOUNT_ID}:role/states`;

/** An account that holds these machines; what has happened by a moment follows from the events' times. */
export function testAccount(machines: readonly TestMachine[]): Account {
  const described = machines.map(describe);
  const until = (events: readonly HistoryEventOnWire[], now: number) =>
    events.filter((one) => one.timestamp * 1000 <= now);

  const executionsOf = (machine: TestMachine, now: number, of?: TestMapRun): readonly Execution[] =>
    Object.entries((of ?? machine).histories).flatMap(([name, all]) => {
      const events = until(all, now);
      const [first] = events;
      const last = events.at(-1);
      if (first === undefined || last === undefined || machine.type === 'EXPRESS') return [];
      const status = ENDS[last.type] ?? 'RUNNING';
      const redrives = events.filter(({ type }) => type === 'ExecutionRedriven');
      const redriven = redrives.at(-1);
      const startDate = Math.round(first.timestamp * 1000);
      const revisions = describe(machine).revisions;
      return [
        {
          executionArn: executionArn(labelled(machine, of), name),
          stateMachineArn: machineArn(labelled(machine, of)),
          mapRunArn: of?.mapRunArn,
          ...machine.startedBy,
          name,
          status,
          startDate,
          ...(status === 'RUNNING' ? {} : { stopDate: Math.round(last.timestamp * 1000) }),
          redriveCount: redrives.length,
          ...(redriven === undefined ? {} : { redriveDate: Math.round(redriven.timestamp * 1000) }),
          revision: revisions.findLast(({ from }) => from <= startDate) ?? revisions[0],
        },
      ];
    });

  const all = (now: number) =>
    machines.flatMap((machine) =>
      [undefined, ...(machine.mapRuns ?? [])].flatMap((of) => executionsOf(machine, now, of)),
    );
  const find = (arn: string, now: number) => all(now).find((one) => one.executionArn === arn);
  const mapRunsAt = (now: number): readonly MapRun[] =>
    machines.flatMap((machine) =>
      (machine.mapRuns ?? []).flatMap((run) => {
        const events = until(historyOf(machines, executionArn(machine.name, run.parent)), now);
        return describeMapRun(machine, run, events, executionsOf(machine, now, run));
      }),
    );

  return {
    accountId: ACCOUNT_ID,
    region: REGION,
    stateMachines: () => described,
    executions: (arn, now) =>
      machines.flatMap((m) => (machineArn(m.name) === arn ? executionsOf(m, now) : [])),
    findExecution: find,
    history: (arn, now) => {
      if (find(arn, now) === undefined) return undefined;
      const events = until(historyOf(machines, arn), now);
      return { length: events.length, page: (from, to) => events.slice(from, to) };
    },
    mapRuns: (arn, now) => mapRunsAt(now).filter((run) => run.executionArn === arn),
    findMapRun: (arn, now) => mapRunsAt(now).find((run) => run.mapRunArn === arn),
    activities: () => [
      {
        activityArn: `arn:aws:states:${REGION}:${ACCOUNT_ID}:activity:pick`,
        name: 'pick',
        creationDate: START,
      },
    ],
    logGroups: () =>
      described.flatMap(({ logging: { logGroupName }, creationDate }) =>
        logGroupName === undefined ? [] : [{ logGroupName, creationTime: creationDate }],
      ),
    logEvents: (group, now) =>
      machines
        .filter((machine) => machine.type === 'EXPRESS' && logGroupOf(machine.name) === group)
        .flatMap(logEventsOf)
        .filter((one) => one.ingestionTime <= now)
        .toSorted((a, b) => a.timestamp - b.timestamp),
  };
}

/** `MACHINE/LABEL` for children of a Map Run. */
function labelled({ name }: TestMachine, of: TestMapRun | undefined): string {
  return of === undefined ? name : (of.mapRunArn.split(':')[6] ?? name);
}

function historyOf(machines: readonly TestMachine[], arn: string): readonly HistoryEventOnWire[] {
  const known = parseStatesArn(arn);
  if (known?.kind !== 'execution') return [];
  const machine = machines.find(({ name }) => name === known.stateMachineName);
  const histories =
    known.mapRunLabel === undefined
      ? [machine?.histories]
      : (machine?.mapRuns ?? []).map((run) => run.histories);
  return histories.flatMap((one) => one?.[known.executionName] ?? []);
}

const MAP_RUN_ENDS: Readonly<Record<string, MapRun['status']>> = {
  MapRunSucceeded: 'SUCCEEDED',
  MapRunFailed: 'FAILED',
  MapRunAborted: 'ABORTED',
};

/** A Map Run as its parent's events so far tell it; none before it has started. */
function describeMapRun(
  machine: TestMachine,
  { mapRunArn, parent }: TestMapRun,
  events: readonly HistoryEventOnWire[],
  children: readonly Execution[],
): readonly MapRun[] {
  const own = events.filter(({ type }) => type.startsWith('MapRun'));
  const [first] = own;
  const last = own.at(-1);
  if (first === undefined || last === undefined) return [];
  const redriven = own.filter(({ type }) => type === 'MapRunRedriven');
  const status = MAP_RUN_ENDS[last.type] ?? 'RUNNING';
  const at = (event: HistoryEventOnWire) => Math.round(event.timestamp * 1000);
  return [
    {
      mapRunArn,
      executionArn: executionArn(machine.name, parent),
      stateMachineArn: machineArn(machine.name),
      status,
      startDate: at(first),
      ...(status === 'RUNNING' ? {} : { stopDate: at(last) }),
      maxConcurrency: 10,
      toleratedFailurePercentage: 0,
      toleratedFailureCount: 0,
      redriveCount: redriven.length,
      ...(redriven[0] === undefined ? {} : { redriveDate: at(redriven.at(-1) ?? redriven[0]) }),
      pending: 0,
      children,
    },
  ];
}

export function executionArn(machine: string, name: string): string {
  return `arn:aws:states:${REGION}:${ACCOUNT_ID}:execution:${machine}:${name}`;
}

export function expressArn(machine: string, name: string): string {
  return `arn:aws:states:${REGION}:${ACCOUNT_ID}:express:${machine}:${name}:3f1c1a2e-0000-4000-8000-000000000001`;
}

export function logGroupOf(machine: string): string {
  return `/aws/vendedlogs/states/${machine}-Logs`;
}

function describe(machine: TestMachine): Machine {
  const { name, type = 'STANDARD', definition, revisions = [], versions = [], aliases, encryption } = machine;
  const first = { from: START - 100 * 86_400_000, definition };
  const later = revisions.map((one, i) => ({
    ...one,
    revisionId: `00000000-0000-4000-8000-00000000000${i + 1}`,
  }));
  const all = [first, ...later];
  return {
    stateMachineArn: machineArn(name),
    name,
    type,
    roleArn: ROLE,
    creationDate: START - 100 * 86_400_000,
    revisions: [first, ...later],
    versions: versions.map(({ version, revision, from }) => ({
      version,
      creationDate: from,
      revision: all[revision] ?? first,
    })),
    aliases,
    encryption,
    logging:
      type === 'EXPRESS'
        ? { level: 'ALL', includeExecutionData: true, logGroupName: logGroupOf(name) }
        : { level: 'OFF', includeExecutionData: false },
    tags: { team: 'shop' },
  };
}

/** One record an event, ingested two seconds after it; and a line that is no record, as AWS writes one. */
function logEventsOf(machine: TestMachine): readonly LogEvent[] {
  const at = (timestamp: number, eventId: string, message: string) => ({
    logStreamName: `states/${machine.name}/2026-03-02-08-00/0badcafe`,
    timestamp,
    ingestionTime: timestamp + 2000,
    eventId,
    message,
  });
  return [
    at(
      START - 1000,
      `${machine.name} test`,
      'Permissions are set correctly to allow AWS CloudWatch Logs to write',
    ),
    ...Object.entries(machine.histories).flatMap(([name, events]) =>
      normaliseHistory(events).events.map((one) =>
        at(
          one.timestamp,
          `${machine.name} ${name} ${one.id}`,
          JSON.stringify(
            writeLogRecord(one, { executionArn: expressArn(machine.name, name), redriveCount: 0 }),
          ),
        ),
      ),
    ),
  ];
}
