import { type ExecutionStatus, type HistoryEventOnWire, parseStatesArn } from '@steptrail/history';
import type { Account, Execution, History, LogEvent, Machine, Revision } from '../account.ts';
import type { RecordedCase } from './recorded-case.ts';

type Members = Readonly<Record<string, unknown>>;

const STATUS_OF: Readonly<Record<string, ExecutionStatus>> = {
  ExecutionSucceeded: 'SUCCEEDED',
  ExecutionFailed: 'FAILED',
  ExecutionTimedOut: 'TIMED_OUT',
  ExecutionAborted: 'ABORTED',
};

function details(event: Members | undefined): Members {
  const member = Object.entries(event ?? {}).find(([key]) => key.endsWith('EventDetails'))?.[1];
  return typeof member === 'object' && member !== null ? { ...member } : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The execution that a case's history tells of. */
function executionOf(one: RecordedCase, revision: Revision): Execution {
  const { history = [], times, describe } = one;
  const last = history.at(-1);
  const status = STATUS_OF[String(last?.type)] ?? 'RUNNING';
  const end = status === 'RUNNING' ? {} : details(last);
  const redrives = history.filter(({ type }) => type === 'ExecutionRedriven').length;
  return {
    executionArn: one.executionArn,
    stateMachineArn: one.stateMachineArn,
    name: one.executionArn.split(':')[7] ?? one.id,
    status,
    startDate: times[0] ?? 0,
    stopDate: status === 'RUNNING' ? undefined : times.at(-1),
    redriveCount: redrives,
    redriveDate:
      redrives === 0 ? undefined : times[history.findLastIndex(({ type }) => type === 'ExecutionRedriven')],
    input: text(details(history[0]).input) ?? text(describe?.input),
    output: text(end.output),
    error: text(end.error),
    cause: text(end.cause),
    revision,
  };
}

function writeEvent(event: Members, time: number): HistoryEventOnWire {
  const { id, previousEventId, type, ...rest } = event;
  return {
    ...rest,
    timestamp: time / 1000,
    type: String(type),
    id: Number(id),
    previousEventId: Number(previousEventId ?? 0),
  };
}

function logGroupOf(one: RecordedCase): string | undefined {
  if (one.logs.length === 0) return undefined;
  return one.logging?.logGroupName ?? `/aws/vendedlogs/states/${one.stateMachineArn.split(':')[6]}-Logs`;
}

function machineOf(one: RecordedCase, from: number): Machine {
  const roleArn = text(details(one.history?.[0]).roleArn);
  const logGroupName = logGroupOf(one);
  return {
    stateMachineArn: one.stateMachineArn,
    name: one.stateMachineArn.split(':')[6] ?? one.id,
    type: one.type,
    roleArn: roleArn ?? `arn:aws:iam::${one.stateMachineArn.split(':')[4]}:role/recorded`,
    creationDate: from,
    description: `Recorded case ${one.id}`,
    revisions: [{ from, definition: one.definition }],
    logging:
      logGroupName === undefined
        ? { level: 'OFF', includeExecutionData: false }
        : { level: 'ALL', includeExecutionData: true, ...one.logging, logGroupName },
    tags: {},
  };
}

function startOf(one: RecordedCase): number {
  return one.times[0] ?? Number(one.logs[0]?.event_timestamp ?? 0);
}

function logEventOf(record: Members, machineName: string, index: number): LogEvent {
  const timestamp = Number(record.event_timestamp);
  const hour = new Date(timestamp).toISOString().slice(0, 13).replace('T', '-');
  return {
    logStreamName: `states/${machineName}/${hour}/0a1b2c3d`,
    timestamp,
    message: JSON.stringify(record),
    ingestionTime: timestamp + 2000,
    eventId: String(index).padStart(56, '3'),
  };
}

/** An account that holds recorded executions, all of them in the past and none ever forgotten. */
export function recordedAccount(cases: readonly RecordedCase[]): Account {
  const machines = new Map<string, Machine>();
  const executions = new Map<string, Execution>();
  const byMachine = new Map<string, Execution[]>();
  const histories = new Map<string, RecordedCase>();
  const records = new Map<string, LogEvent[]>();
  for (const one of cases) {
    // A minute before: AWS would not have accepted an execution earlier than its machine.
    const machine = machines.get(one.stateMachineArn) ?? machineOf(one, startOf(one) - 60_000);
    machines.set(machine.stateMachineArn, machine);
    if (one.history !== undefined && one.type === 'STANDARD') {
      const execution = executionOf(one, machine.revisions[0]);
      executions.set(one.executionArn, execution);
      byMachine.set(machine.stateMachineArn, [...(byMachine.get(machine.stateMachineArn) ?? []), execution]);
      histories.set(one.executionArn, one);
    }
    const logGroupName = logGroupOf(one);
    if (logGroupName === undefined) continue;
    const group = records.get(logGroupName) ?? [];
    group.push(...one.logs.map((record, index) => logEventOf(record, machine.name, group.length + index)));
    records.set(
      logGroupName,
      group.toSorted((a, b) => a.timestamp - b.timestamp),
    );
  }
  const [first] = machines.keys();
  const at = first === undefined ? undefined : parseStatesArn(first);
  return {
    accountId: at?.accountId ?? '111122223333',
    region: at?.region ?? 'us-east-1',
    stateMachines: () => [...machines.values()],
    executions: (stateMachineArn) => byMachine.get(stateMachineArn) ?? [],
    findExecution: (executionArn) => executions.get(executionArn),
    history: (executionArn): History | undefined => {
      const one = histories.get(executionArn);
      if (one?.history === undefined) return undefined;
      const { history, times } = one;
      return {
        length: history.length,
        page: (from, to) =>
          history.slice(from, to).map((event, index) => writeEvent(event, times[from + index] ?? 0)),
      };
    },
    mapRuns: () => [],
    findMapRun: () => undefined,
    activities: () => [],
    logGroups: () => [...records.keys()].map((logGroupName) => ({ logGroupName, creationTime: 0 })),
    logEvents: (logGroupName) => records.get(logGroupName) ?? [],
  };
}
