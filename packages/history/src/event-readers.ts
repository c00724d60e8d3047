import { EVENT_TYPES, type EventType } from './event-types.ts';
import {
  bare,
  entered,
  exited,
  failure,
  iteration,
  type Read,
  taskAnswered,
  taskFailure,
} from './read-details.ts';
import { count, member, payload, text } from './read-fields.ts';

/** How the details of each type are read: one entry a type, so that a type added by AWS does not compile without. */
const READERS: Readonly<Record<EventType, Read>> = {
  ExecutionStarted: (_, id, previousEventId, timestamp, d) => ({
    id,
    previousEventId,
    timestamp,
    type: 'ExecutionStarted',
    input: payload(d.input, d.inputDetails),
    roleArn: text(d.roleArn),
    stateMachineAliasArn: text(d.stateMachineAliasArn),
    stateMachineVersionArn: text(d.stateMachineVersionArn),
  }),
  ExecutionSucceeded: (_, id, previousEventId, timestamp, d) => ({
    id,
    previousEventId,
    timestamp,
    type: 'ExecutionSucceeded',
    output: payload(d.output, d.outputDetails),
  }),
  ExecutionFailed: failure,
  ExecutionTimedOut: failure,
  ExecutionAborted: failure,
  ExecutionRedriven: (_, id, previousEventId, timestamp, d) => ({
    id,
    previousEventId,
    timestamp,
    type: 'ExecutionRedriven',
    redriveCount: count(d.redriveCount),
  }),

  PassStateEntered: entered,
  PassStateExited: exited,
  ChoiceStateEntered: entered,
  ChoiceStateExited: exited,
  WaitStateEntered: entered,
  WaitStateExited: exited,
  WaitStateAborted: bare,
  SucceedStateEntered: entered,
  SucceedStateExited: exited,
  FailStateEntered: entered,
  TaskStateEntered: entered,
  TaskStateExited: exited,
  TaskStateAborted: bare,

  LambdaFunctionScheduled: (_, id, previousEventId, timestamp, d) => ({
    id,
    previousEventId,
    timestamp,
    type: 'LambdaFunctionScheduled',
    resource: text(d.resource) ?? '',
    input: payload(d.input, d.inputDetails),
    timeoutInSeconds: count(d.timeoutInSeconds),
    taskCredentialsRoleArn: text(member(d.taskCredentials, 'roleArn')),
  }),
  LambdaFunctionScheduleFailed: failure,
  LambdaFunctionStarted: bare,
  LambdaFunctionStartFailed: failure,
  LambdaFunctionSucceeded: (_, id, previousEventId, timestamp, d) => ({
    id,
    previousEventId,
    timestamp,
    type: 'LambdaFunctionSucceeded',
    output: payload(d.output, d.outputDetails),
  }),
  LambdaFunctionFailed: failure,
  LambdaFunctionTimedOut: failure,

  TaskScheduled: (_, id, previousEventId, timestamp, d) => ({
    id,
    previousEventId,
    timestamp,
    type: 'TaskScheduled',
    resourceType: text(d.resourceType) ?? '',
    resource: text(d.resource) ?? '',
    region: text(d.region),
    parameters: payload(d.parameters, undefined),
    timeoutInSeconds: count(d.timeoutInSeconds),
    heartbeatInSeconds: count(d.heartbeatInSeconds),
    taskCredentialsRoleArn: text(member(d.taskCredentials, 'roleArn')),
  }),
  TaskStarted: (_, id, previousEventId, timestamp, d) => ({
    id,
    previousEventId,
    timestamp,
    type: 'TaskStarted',
    resourceType: text(d.resourceType) ?? '',
    resource: text(d.resource) ?? '',
  }),
  TaskStartFailed: taskFailure,
  TaskSubmitted: taskAnswered,
  TaskSubmitFailed: taskFailure,
  TaskSucceeded: taskAnswered,
  TaskFailed: taskFailure,
  TaskTimedOut: taskFailure,

  ActivityScheduled: (_, id, previousEventId, timestamp, d) => ({
    id,
    previousEventId,
    timestamp,
    type: 'ActivityScheduled',
    resource: text(d.resource) ?? '',
    input: payload(d.input, d.inputDetails),
    timeoutInSeconds: count(d.timeoutInSeconds),
    heartbeatInSeconds: count(d.heartbeatInSeconds),
  }),
  ActivityScheduleFailed: failure,
  ActivityStarted: (_, id, previousEventId, timestamp, d) => ({
    id,
    previousEventId,
    timestamp,
    type: 'ActivityStarted',
    workerName: text(d.workerName),
  }),
  ActivitySucceeded: (_, id, previousEventId, timestamp, d) => ({
    id,
    previousEventId,
    timestamp,
    type: 'ActivitySucceeded',
    output: payload(d.output, d.outputDetails),
  }),
  ActivityFailed: failure,
  ActivityTimedOut: failure,

  ParallelStateEntered: entered,
  ParallelStateStarted: bare,
  ParallelStateSucceeded: bare,
  ParallelStateFailed: bare,
  ParallelStateAborted: bare,
  ParallelStateExited: exited,

  MapStateEntered: entered,
  MapStateStarted: (_, id, previousEventId, timestamp, d) => ({
    id,
    previousEventId,
    timestamp,
    type: 'MapStateStarted',
    length: count(d.length),
  }),
  MapStateSucceeded: bare,
  MapStateFailed: bare,
  MapStateAborted: bare,
  MapStateExited: exited,

  MapIterationStarted: iteration,
  MapIterationSucceeded: iteration,
  MapIterationFailed: iteration,
  MapIterationAborted: iteration,

  MapRunStarted: (_, id, previousEventId, timestamp, d) => ({
    id,
    previousEventId,
    timestamp,
    type: 'MapRunStarted',
    mapRunArn: text(d.mapRunArn),
  }),
  MapRunSucceeded: failure,
  MapRunFailed: failure,
  MapRunAborted: failure,
  MapRunRedriven: (_, id, previousEventId, timestamp, d) => ({
    id,
    previousEventId,
    timestamp,
    type: 'MapRunRedriven',
    mapRunArn: text(d.mapRunArn),
    redriveCount: count(d.redriveCount),
  }),

  EvaluationFailed: (_, id, previousEventId, timestamp, d) => ({
    id,
    previousEventId,
    timestamp,
    type: 'EvaluationFailed',
    state: text(d.state) ?? '',
    location: text(d.location),
    error: text(d.error),
    cause: text(d.cause),
  }),
};

/** How events of a type are read. */
export interface EventReader {
  /** The same text for every event, so that comparing types later compares addresses. */
  readonly type: EventType;
  /** The member of a GetExecutionHistory event that holds the details, or null. */
  readonly details: string | null;
  readonly read: Read;
}

const typesOf = (table: Readonly<Record<EventType, unknown>>) => Object.keys(table) as readonly EventType[];

const BY_TYPE: ReadonlyMap<string, EventReader> = new Map(
  typesOf(READERS).map((type) => [type, { type, details: EVENT_TYPES[type].details, read: READERS[type] }]),
);

/** The reader for a recorded type; undefined where this version does not know it. */
export function readerOf(type: string): EventReader | undefined {
  return BY_TYPE.get(type);
}
