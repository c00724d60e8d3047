import type { EventTypeOf, StateType } from './event-types.ts';

/**
 * A payload is AWS's exact JSON text, or unknown: `truncated` by CloudWatch Logs above 248 KiB, or `withheld`
 * because execution data was not asked for or not logged.
 */
export type Payload = string | UnknownPayload;

export interface UnknownPayload {
  readonly known: false;
  readonly why: 'truncated' | 'withheld';
}

export function isKnown(payload: Payload): payload is string {
  return typeof payload === 'string';
}

/** `id` counts from 1 without gaps, `previousEventId` 0 means none, `timestamp` is in epoch milliseconds. */
interface Recorded {
  readonly id: number;
  readonly previousEventId: number;
  readonly timestamp: number;
}

export interface Failure {
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

export interface ExecutionStarted extends Recorded {
  readonly type: 'ExecutionStarted';
  readonly input: Payload;
  readonly roleArn?: string | undefined;
  readonly stateMachineAliasArn?: string | undefined;
  readonly stateMachineVersionArn?: string | undefined;
}

export interface ExecutionSucceeded extends Recorded {
  readonly type: 'ExecutionSucceeded';
  readonly output: Payload;
}

export interface ExecutionEndedBadly extends Recorded, Failure {
  readonly type: EventTypeOf<'Execution', 'Failed' | 'TimedOut' | 'Aborted'>;
}

export interface ExecutionRedriven extends Recorded {
  readonly type: 'ExecutionRedriven';
  readonly redriveCount?: number | undefined;
}

export interface StateEntered extends Recorded {
  readonly type: EventTypeOf<StateType, 'Entered'>;
  readonly name: string;
  readonly input: Payload;
}

/** `assignedVariables` maps each variable that the state assigned to its value as JSON text. */
export interface StateExited extends Recorded {
  readonly type: EventTypeOf<StateType, 'Exited'>;
  readonly name: string;
  readonly output: Payload;
  readonly assignedVariables?: Readonly<Record<string, string>> | UnknownPayload | undefined;
}

/** Phases of a state that carry no details. */
export interface StatePhase extends Recorded {
  readonly type:
    | EventTypeOf<StateType, 'Aborted' | 'Succeeded' | 'Failed'>
    | EventTypeOf<'Parallel', 'Started'>;
}

export interface MapStateStarted extends Recorded {
  readonly type: 'MapStateStarted';
  readonly length?: number | undefined;
}

export interface LambdaFunctionScheduled extends Recorded {
  readonly type: 'LambdaFunctionScheduled';
  readonly resource: string;
  readonly input: Payload;
  readonly timeoutInSeconds?: number | undefined;
  readonly taskCredentialsRoleArn?: string | undefined;
}

export interface LambdaFunctionStarted extends Recorded {
  readonly type: 'LambdaFunctionStarted';
}

export interface LambdaFunctionSucceeded extends Recorded {
  readonly type: 'LambdaFunctionSucceeded';
  readonly output: Payload;
}

export interface LambdaFunctionFailure extends Recorded, Failure {
  readonly type: EventTypeOf<'LambdaFunction', 'ScheduleFailed' | 'StartFailed' | 'Failed' | 'TimedOut'>;
}

export interface TaskScheduled extends Recorded {
  readonly type: 'TaskScheduled';
  readonly resourceType: string;
  readonly resource: string;
  readonly region?: string | undefined;
  readonly parameters: Payload;
  readonly timeoutInSeconds?: number | undefined;
  readonly heartbeatInSeconds?: number | undefined;
  readonly taskCredentialsRoleArn?: string | undefined;
}

export interface TaskStarted extends Recorded {
  readonly type: 'TaskStarted';
  readonly resourceType: string;
  readonly resource: string;
}

export interface TaskAnswered extends Recorded {
  readonly type: 'TaskSubmitted' | 'TaskSucceeded';
  readonly resourceType: string;
  readonly resource: string;
  readonly output: Payload;
}

export interface TaskFailure extends Recorded, Failure {
  readonly type: EventTypeOf<'ServiceTask', 'StartFailed' | 'SubmitFailed' | 'Failed' | 'TimedOut'>;
  readonly resourceType: string;
  readonly resource: string;
}

export interface ActivityScheduled extends Recorded {
  readonly type: 'ActivityScheduled';
  readonly resource: string;
  readonly input: Payload;
  readonly timeoutInSeconds?: number | undefined;
  readonly heartbeatInSeconds?: number | undefined;
}

export interface ActivityStarted extends Recorded {
  readonly type: 'ActivityStarted';
  readonly workerName?: string | undefined;
}

export interface ActivitySucceeded extends Recorded {
  readonly type: 'ActivitySucceeded';
  readonly output: Payload;
}

export interface ActivityFailure extends Recorded, Failure {
  readonly type: EventTypeOf<'Activity', 'ScheduleFailed' | 'Failed' | 'TimedOut'>;
}

export interface MapIteration extends Recorded {
  readonly type: EventTypeOf<'MapIteration', 'Started' | 'Succeeded' | 'Failed' | 'Aborted'>;
  readonly name?: string | undefined;
  readonly index?: number | undefined;
}

export interface MapRunStarted extends Recorded {
  readonly type: 'MapRunStarted';
  readonly mapRunArn?: string | undefined;
}

export interface MapRunEnded extends Recorded, Failure {
  readonly type: EventTypeOf<'MapRun', 'Succeeded' | 'Failed' | 'Aborted'>;
}

export interface MapRunRedriven extends Recorded {
  readonly type: 'MapRunRedriven';
  readonly mapRunArn?: string | undefined;
  readonly redriveCount?: number | undefined;
}

/** `location` is a slash path from the field that failed, such as `Arguments/FunctionName`. */
export interface EvaluationFailed extends Recorded, Failure {
  readonly type: 'EvaluationFailed';
  readonly state: string;
  readonly location?: string | undefined;
}

/** An event of a type that this version does not know: kept, never dropped. */
export interface Unrecognised extends Recorded {
  readonly type: 'Unrecognised';
  readonly recordedType: string;
}

/** One event of an execution's history, the same shape whether it came from the API or from a log record. */
export type Event =
  | ExecutionStarted
  | ExecutionSucceeded
  | ExecutionEndedBadly
  | ExecutionRedriven
  | StateEntered
  | StateExited
  | StatePhase
  | MapStateStarted
  | LambdaFunctionScheduled
  | LambdaFunctionStarted
  | LambdaFunctionSucceeded
  | LambdaFunctionFailure
  | TaskScheduled
  | TaskStarted
  | TaskAnswered
  | TaskFailure
  | ActivityScheduled
  | ActivityStarted
  | ActivitySucceeded
  | ActivityFailure
  | MapIteration
  | MapRunStarted
  | MapRunEnded
  | MapRunRedriven
  | EvaluationFailed
  | Unrecognised;

/** The statuses of executions, as AWS spells them. */
export const EXECUTION_STATUSES = [
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'TIMED_OUT',
  'ABORTED',
  'PENDING_REDRIVE',
] as const;

export type ExecutionStatus = (typeof EXECUTION_STATUSES)[number];
