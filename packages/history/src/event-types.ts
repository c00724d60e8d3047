import type { HistoryEventType } from '@aws-sdk/client-sfn';

/** How much of an execution a log receives; `OFF` is no level. Each receives what those behind it do. */
export type LogLevel = 'ALL' | 'ERROR' | 'FATAL';

/**
 * The 62 types of history event that AWS Step Functions records: one row each.
 *
 * `details` is the member of a GetExecutionHistory event that holds the details (null where there is none),
 * `subject` what the event belongs to, `phase` what happened to it, `log` the least verbose log level at
 * which CloudWatch Logs still receives the record.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/cloudwatch-log-level.html
 */
export interface EventTypeRow {
  readonly details: string | null;
  readonly subject: EventSubject;
  readonly phase: EventPhase;
  readonly log: LogLevel;
}

export type StateType = 'Task' | 'Pass' | 'Choice' | 'Wait' | 'Succeed' | 'Fail' | 'Parallel' | 'Map';

/** What an event belongs to: the execution, a state, or the work that a state waits for. */
export type EventSubject =
  | 'Execution'
  | StateType
  | 'LambdaFunction'
  | 'ServiceTask'
  | 'Activity'
  | 'MapIteration'
  | 'MapRun'
  | 'Evaluation';

export type EventPhase =
  | 'Entered'
  | 'Exited'
  | 'Scheduled'
  | 'ScheduleFailed'
  | 'Started'
  | 'StartFailed'
  | 'Submitted'
  | 'SubmitFailed'
  | 'Succeeded'
  | 'Failed'
  | 'TimedOut'
  | 'Aborted'
  | 'Redriven';

const ENTERED = 'stateEnteredEventDetails';
const EXITED = 'stateExitedEventDetails';

function row<const S extends EventSubject, const P extends EventPhase>(
  subject: S,
  phase: P,
  details: string | null,
  log: EventTypeRow['log'] = 'ALL',
) {
  return { details, subject, phase, log } as const;
}

export const EVENT_TYPES = {
  ExecutionStarted: row('Execution', 'Started', 'executionStartedEventDetails'),
  ExecutionSucceeded: row('Execution', 'Succeeded', 'executionSucceededEventDetails'),
  ExecutionFailed: row('Execution', 'Failed', 'executionFailedEventDetails', 'FATAL'),
  ExecutionTimedOut: row('Execution', 'TimedOut', 'executionTimedOutEventDetails', 'FATAL'),
  ExecutionAborted: row('Execution', 'Aborted', 'executionAbortedEventDetails', 'FATAL'),
  ExecutionRedriven: row('Execution', 'Redriven', 'executionRedrivenEventDetails'),

  PassStateEntered: row('Pass', 'Entered', ENTERED),
  PassStateExited: row('Pass', 'Exited', EXITED),
  ChoiceStateEntered: row('Choice', 'Entered', ENTERED),
  ChoiceStateExited: row('Choice', 'Exited', EXITED),
  WaitStateEntered: row('Wait', 'Entered', ENTERED),
  WaitStateExited: row('Wait', 'Exited', EXITED),
  WaitStateAborted: row('Wait', 'Aborted', null, 'ERROR'),
  SucceedStateEntered: row('Succeed', 'Entered', ENTERED),
  SucceedStateExited: row('Succeed', 'Exited', EXITED),
  FailStateEntered: row('Fail', 'Entered', ENTERED, 'ERROR'),

  TaskStateEntered: row('Task', 'Entered', ENTERED),
  TaskStateExited: row('Task', 'Exited', EXITED),
  TaskStateAborted: row('Task', 'Aborted', null, 'ERROR'),

  LambdaFunctionScheduled: row('LambdaFunction', 'Scheduled', 'lambdaFunctionScheduledEventDetails'),
  LambdaFunctionScheduleFailed: row(
    'LambdaFunction',
    'ScheduleFailed',
    'lambdaFunctionScheduleFailedEventDetails',
    'ERROR',
  ),
  LambdaFunctionStarted: row('LambdaFunction', 'Started', null),
  LambdaFunctionStartFailed: row(
    'LambdaFunction',
    'StartFailed',
    'lambdaFunctionStartFailedEventDetails',
    'ERROR',
  ),
  LambdaFunctionSucceeded: row('LambdaFunction', 'Succeeded', 'lambdaFunctionSucceededEventDetails'),
  LambdaFunctionFailed: row('LambdaFunction', 'Failed', 'lambdaFunctionFailedEventDetails', 'ERROR'),
  LambdaFunctionTimedOut: row('LambdaFunction', 'TimedOut', 'lambdaFunctionTimedOutEventDetails', 'ERROR'),

  TaskScheduled: row('ServiceTask', 'Scheduled', 'taskScheduledEventDetails'),
  TaskStarted: row('ServiceTask', 'Started', 'taskStartedEventDetails'),
  TaskStartFailed: row('ServiceTask', 'StartFailed', 'taskStartFailedEventDetails', 'ERROR'),
  TaskSubmitted: row('ServiceTask', 'Submitted', 'taskSubmittedEventDetails'),
  TaskSubmitFailed: row('ServiceTask', 'SubmitFailed', 'taskSubmitFailedEventDetails', 'ERROR'),
  TaskSucceeded: row('ServiceTask', 'Succeeded', 'taskSucceededEventDetails'),
  TaskFailed: row('ServiceTask', 'Failed', 'taskFailedEventDetails', 'ERROR'),
  TaskTimedOut: row('ServiceTask', 'TimedOut', 'taskTimedOutEventDetails', 'ERROR'),

  ActivityScheduled: row('Activity', 'Scheduled', 'activityScheduledEventDetails'),
  ActivityScheduleFailed: row('Activity', 'ScheduleFailed', 'activityScheduleFailedEventDetails', 'ERROR'),
  ActivityStarted: row('Activity', 'Started', 'activityStartedEventDetails'),
  ActivitySucceeded: row('Activity', 'Succeeded', 'activitySucceededEventDetails'),
  ActivityFailed: row('Activity', 'Failed', 'activityFailedEventDetails', 'ERROR'),
  ActivityTimedOut: row('Activity', 'TimedOut', 'activityTimedOutEventDetails', 'ERROR'),

  ParallelStateEntered: row('Parallel', 'Entered', ENTERED),
  ParallelStateStarted: row('Parallel', 'Started', null),
  ParallelStateSucceeded: row('Parallel', 'Succeeded', null),
  ParallelStateFailed: row('Parallel', 'Failed', null, 'ERROR'),
  ParallelStateAborted: row('Parallel', 'Aborted', null, 'ERROR'),
  ParallelStateExited: row('Parallel', 'Exited', EXITED),

  MapStateEntered: row('Map', 'Entered', ENTERED),
  MapStateStarted: row('Map', 'Started', 'mapStateStartedEventDetails'),
  MapStateSucceeded: row('Map', 'Succeeded', null),
  MapStateFailed: row('Map', 'Failed', null, 'ERROR'),
  MapStateAborted: row('Map', 'Aborted', null, 'ERROR'),
  MapStateExited: row('Map', 'Exited', EXITED),

  MapIterationStarted: row('MapIteration', 'Started', 'mapIterationStartedEventDetails'),
  MapIterationSucceeded: row('MapIteration', 'Succeeded', 'mapIterationSucceededEventDetails'),
  MapIterationFailed: row('MapIteration', 'Failed', 'mapIterationFailedEventDetails', 'ERROR'),
  MapIterationAborted: row('MapIteration', 'Aborted', 'mapIterationAbortedEventDetails', 'ERROR'),

  MapRunStarted: row('MapRun', 'Started', 'mapRunStartedEventDetails'),
  MapRunSucceeded: row('MapRun', 'Succeeded', null),
  MapRunFailed: row('MapRun', 'Failed', 'mapRunFailedEventDetails', 'ERROR'),
  MapRunAborted: row('MapRun', 'Aborted', null, 'ERROR'),
  MapRunRedriven: row('MapRun', 'Redriven', 'mapRunRedrivenEventDetails'),

  EvaluationFailed: row('Evaluation', 'Failed', 'evaluationFailedEventDetails', 'ERROR'),
} as const satisfies Record<HistoryEventType, EventTypeRow>;

export type EventType = keyof typeof EVENT_TYPES;

/** The event types with the given subject and phase, for example every `*StateEntered`. */
export type EventTypeOf<S extends EventSubject, P extends EventPhase> = {
  [T in EventType]: (typeof EVENT_TYPES)[T] extends { subject: S; phase: P } ? T : never;
}[EventType];

export function isEventType(type: string): type is EventType {
  return Object.hasOwn(EVENT_TYPES, type);
}
