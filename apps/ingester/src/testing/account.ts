import {
  type ExecutionStatus,
  type HistoryEventOnWire,
  normaliseHistory,
  parseStatesArn,
  writeLogRecord,
} from '@steptrail/history';

import type { Account, Execution, LogEvent, Machine } from '@steptrail/sandbox';
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

  const executionsOf = (machine: TestMachine, now: number): readonly Execution[] =>
    Object.entries(machine.histories).flatMap(([name, all]) => {
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
          executionArn: executionArn(machine.name, name),
          stateMachineArn: machineArn(machine.name),
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

  const find = (arn: string, now: number) =>
    machines.flatMap((machine) => executionsOf(machine, now)).find((one) => one.executionArn === arn);

  return {
    accountId: ACCOUNT_ID,
    region: REGION,
    stateMachines: () => described,
    executions: (arn, now) =>
      machines.flatMap((m) => (machineArn(m.name) === arn ? executionsOf(m, now) : [])),
    findExecution: find,
    history: (arn, now) => {
      const known = parseStatesArn(arn);
      if (find(arn, now) === undefined || known?.kind !== 'execution') return undefined;
      const machine = machines.find(({ name }) => name === known.stateMachineName);
      const events = until(machine?.histories[known.executionName] ?? [], now);
      return { length: events.length, page: (from, to) => events.slice(from, to) };
    },
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

export function executionArn(machine: string, name: string): string {
  return `arn:aws:states:${REGION}:${ACCOUNT_ID}:execution:${machine}:${name}`;
}

export function expressArn(machine: string, name: string): string {
  return `arn:aws:states:${REGION}:${ACCOUNT_ID}:express:${machine}:${name}:3f1c1a2e-0000-4000-8000-000000000001`;
}

export function logGroupOf(machine: string): string {
  return `/aws/vendedlogs/states/${machine}-Logs`;
}

function describe({ name, type = 'STANDARD', definition, revisions = [] }: TestMachine): Machine {
  return {
    stateMachineArn: machineArn(name),
    name,
    type,
    roleArn: ROLE,
    creationDate: START - 100 * 86_400_000,
    revisions: [
      { from: START - 100 * 86_400_000, definition },
      ...revisions.map((one, i) => ({ ...one, revisionId: `00000000-0000-4000-8000-00000000000${i + 1}` })),
    ],
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
