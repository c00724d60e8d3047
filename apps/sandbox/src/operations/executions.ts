import { EXECUTION_STATUSES, type HistoryEventOnWire } from '@steptrail/history';
import type { Execution } from '../account.ts';
import { type Answer, type Operation, type Request, type Situation, seconds } from '../operation.ts';
import { readPageSize, readToken, writeToken } from '../paging.ts';
import { commonErrors, ServiceError } from '../service-error.ts';
import { isKept, requiredExecution, requiredMachine, requiredMapRun } from './required.ts';

const REDRIVABLE_FOR = 14 * 24 * 60 * 60 * 1000;
const STATUSES: ReadonlySet<unknown> = new Set(EXECUTION_STATUSES);

function listRow(execution: Execution): Answer {
  const { executionArn, stateMachineArn, name, status, startDate, stopDate, redriveCount, redriveDate } =
    execution;
  return {
    executionArn,
    stateMachineArn,
    name,
    status,
    startDate: seconds(startDate),
    ...(stopDate === undefined ? {} : { stopDate: seconds(stopDate) }),
    redriveCount,
    ...(redriveDate === undefined ? {} : { redriveDate: seconds(redriveDate) }),
    ...startedBy(execution),
  };
}

/** Of what an execution is a child, and through what it was started: absent where it is neither. */
function startedBy({ mapRunArn, stateMachineVersionArn, stateMachineAliasArn }: Execution): Answer {
  return {
    ...(mapRunArn === undefined ? {} : { mapRunArn, itemCount: 1 }),
    ...(stateMachineVersionArn === undefined ? {} : { stateMachineVersionArn }),
    ...(stateMachineAliasArn === undefined ? {} : { stateMachineAliasArn }),
  };
}

/** Lists are newest first: running executions by their start (or redrive), closed ones by their end. */
function listTime(execution: Execution): number {
  return execution.stopDate ?? execution.redriveDate ?? execution.startDate;
}

function newestFirst(a: Execution, b: Execution): number {
  return listTime(b) - listTime(a) || (a.executionArn < b.executionArn ? 1 : -1);
}

function isAfter(execution: Execution, [time, arn]: readonly (number | string)[]): boolean {
  const own = listTime(execution);
  return own < Number(time) || (own === Number(time) && execution.executionArn < String(arn));
}

interface Listed {
  readonly arn: string;
  readonly executions: readonly Execution[];
}

function ofMachine(request: Request, situation: Situation): Listed {
  const machine = requiredMachine(request, 'stateMachineArn', situation);
  if (machine.type === 'EXPRESS') {
    throw new ServiceError(
      'StateMachineTypeNotSupported',
      'This operation is not supported by this type of state machine',
    );
  }
  if (request.redriveFilter !== undefined) {
    throw commonErrors.validation('redriveFilter is only supported with mapRunArn');
  }
  const arn = machine.stateMachineArn;
  return { arn, executions: situation.account.executions(arn, situation.now) };
}

function ofMapRun(request: Request, situation: Situation): Listed {
  const { mapRunArn: arn, children } = requiredMapRun(request, situation);
  const { redriveFilter } = request;
  const executions = children.filter(
    ({ redriveCount }) => redriveFilter === undefined || (redriveFilter === 'REDRIVEN') === redriveCount > 0,
  );
  return { arn, executions };
}

export const listExecutions: Operation = (request, situation) => {
  const { stateMachineArn, mapRunArn, statusFilter, maxResults, nextToken } = request;
  if ((stateMachineArn === undefined) === (mapRunArn === undefined)) {
    throw commonErrors.validation('Exactly one of stateMachineArn or mapRunArn must be specified');
  }
  if (statusFilter !== undefined && !STATUSES.has(statusFilter)) {
    throw commonErrors.validation(
      `1 validation error detected: Value '${String(statusFilter)}' at 'statusFilter' failed to satisfy constraint: Member must satisfy enum value set: [${[...STATUSES].join(', ')}]`,
    );
  }
  const { arn, executions } =
    mapRunArn === undefined ? ofMachine(request, situation) : ofMapRun(request, situation);
  const rows = executions
    .filter((row) => (statusFilter === undefined || row.status === statusFilter) && isKept(row, situation))
    .toSorted(newestFirst);
  if (situation.ignoresPaging) return { executions: rows.map(listRow) };

  const size = readPageSize(maxResults, 'maxResults');
  const of = ['ListExecutions', arn, statusFilter ?? null];
  const after = readToken(nextToken, of, situation.now);
  const rest = after === undefined ? rows : rows.filter((row) => isAfter(row, after));
  const page = rest.slice(0, size);
  const last = page.at(-1);
  const more = rest.length > size && last !== undefined;
  return {
    executions: page.map(listRow),
    ...(more ? { nextToken: writeToken(of, [listTime(last), last.executionArn], situation.now) } : {}),
  };
};

function describeRedrive(execution: Execution, now: number): Answer {
  const { status, stopDate } = execution;
  if (status === 'RUNNING' || status === 'SUCCEEDED') {
    const redriveStatusReason = `Execution is ${status} and cannot be redriven`;
    return { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason };
  }
  if (stopDate !== undefined && now - stopDate > REDRIVABLE_FOR) {
    const redriveStatusReason = 'Execution has exceeded the redrivable period of 14 days';
    return { redriveStatus: 'NOT_REDRIVABLE', redriveStatusReason };
  }
  return { redriveStatus: 'REDRIVABLE' };
}

export const describeExecution: Operation = (request, situation) => {
  const execution = requiredExecution(request, situation);
  const { input, output, error, cause } = execution;
  const metadata = { ...listRow(execution), ...describeRedrive(execution, situation.now) };
  if (request.includedData === 'METADATA_ONLY') return metadata;
  return {
    ...metadata,
    ...(input === undefined ? {} : { input, inputDetails: { included: true } }),
    ...(output === undefined ? {} : { output, outputDetails: { included: true } }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
  };
};

const EXECUTION_DATA = [
  'input',
  'inputDetails',
  'output',
  'outputDetails',
  'parameters',
  'assignedVariables',
  'assignedVariablesDetails',
];

function withoutData(event: HistoryEventOnWire): Answer {
  const members = Object.entries(event).map(([key, value]): [string, unknown] => {
    if (!key.endsWith('EventDetails') || typeof value !== 'object' || value === null) return [key, value];
    return [
      key,
      Object.fromEntries(Object.entries(value).filter(([name]) => !EXECUTION_DATA.includes(name))),
    ];
  });
  return Object.fromEntries(members);
}

export const getExecutionHistory: Operation = (request, situation) => {
  const { executionArn } = requiredExecution(request, situation);
  const { maxResults, nextToken, includeExecutionData, reverseOrder } = request;
  const history = situation.account.history(executionArn, situation.now);
  if (history === undefined) {
    throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
  }
  const write = (from: number, to: number) => {
    const events = history.page(from, to);
    return includeExecutionData === false ? events.map(withoutData) : events;
  };
  if (situation.ignoresPaging) return { events: write(0, history.length) };

  const size = readPageSize(maxResults, 'maxResults');
  const backwards = reverseOrder === true;
  const of = ['GetExecutionHistory', executionArn, backwards, includeExecutionData !== false];
  const start = readToken(nextToken, of, situation.now)?.[0];
  if (backwards) {
    const to = Number(start ?? history.length);
    const from = Math.max(0, to - size);
    const events = write(from, to).toReversed();
    return { events, ...(from > 0 ? { nextToken: writeToken(of, [from], situation.now) } : {}) };
  }
  const from = Number(start ?? 0);
  const to = Math.min(history.length, from + size);
  return {
    events: write(from, to),
    ...(to < history.length ? { nextToken: writeToken(of, [to], situation.now) } : {}),
  };
};
