import type { Event } from '@steptrail/history';
import { type Json, jsonText } from './expressions/index.ts';
import type { Prediction, Settings } from './prediction.ts';
import { jsonOf, type Value } from './value.ts';

/** What the world adds to a prediction: the answers that no definition can tell. */
export interface Answered {
  readonly output?: Value | undefined;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
  readonly workerName?: string | undefined;
  readonly mapRunArn?: string | undefined;
}

/** A payload as the history writes it: its own text, or compact JSON. */
export const textOf = (value: Value): string => value.text ?? jsonText(jsonOf(value));

const NOTHING = {};

const optional = <K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } =>
  value === undefined ? NOTHING : ({ [key]: value } as { readonly [P in K]?: V });

const textOrNothing = (value: Json | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;
const numberOrNothing = (value: Json | undefined): number | undefined =>
  typeof value === 'number' ? value : undefined;

const settingsOf = (settings: Settings | undefined) => ({
  resourceType: settings?.resourceType ?? '',
  resource: settings?.resource ?? '',
});

const limitsOf = (settings: Settings | undefined) => {
  const timeoutInSeconds = numberOrNothing(settings?.timeoutInSeconds);
  const heartbeatInSeconds = numberOrNothing(settings?.heartbeatInSeconds);
  const taskCredentialsRoleArn = textOrNothing(settings?.taskCredentialsRoleArn);
  return {
    ...(timeoutInSeconds === undefined ? NOTHING : { timeoutInSeconds }),
    ...(heartbeatInSeconds === undefined ? NOTHING : { heartbeatInSeconds }),
    ...(taskCredentialsRoleArn === undefined ? NOTHING : { taskCredentialsRoleArn }),
  };
};

const failureOf = ({ failure }: Prediction, answered: Answered) => ({
  ...optional('error', answered.error ?? textOrNothing(failure?.error)),
  ...optional('cause', answered.cause ?? textOrNothing(failure?.cause)),
});

const assignedOf = (assigned: ReadonlyMap<string, Json> | undefined) =>
  assigned === undefined || assigned.size === 0
    ? {}
    : {
        assignedVariables: Object.fromEntries([...assigned].map(([name, value]) => [name, jsonText(value)])),
      };

/** The event that a prediction becomes once it has an id and a time. */
export const eventFromPrediction = (
  prediction: Prediction,
  previousEventId: number,
  id: number,
  timestamp: number,
  payload: Value | undefined,
  answered: Answered = {},
): Event => {
  const { type, settings } = prediction;
  // Written out, not spread: a literal that begins with a spread takes a hundred times as long (Node 20).
  const text = payload === undefined ? 'null' : textOf(payload);
  const name = prediction.name ?? '';
  switch (type) {
    case 'ExecutionStarted':
      return { id, previousEventId, timestamp, type, input: text };
    case 'ExecutionSucceeded':
      return { id, previousEventId, timestamp, type, output: text };
    case 'ExecutionFailed':
    case 'ExecutionTimedOut':
    case 'ExecutionAborted':
      return { id, previousEventId, timestamp, type, ...failureOf(prediction, answered) };
    case 'ExecutionRedriven':
      return { id, previousEventId, timestamp, type };
    case 'PassStateExited':
    case 'ChoiceStateExited':
    case 'WaitStateExited':
    case 'SucceedStateExited':
    case 'TaskStateExited':
    case 'ParallelStateExited':
    case 'MapStateExited':
      return { id, previousEventId, timestamp, type, name, output: text, ...assignedOf(prediction.assigned) };
    case 'LambdaFunctionScheduled':
      return {
        id,
        previousEventId,
        timestamp,
        type,
        resource: settings?.resource ?? '',
        input: text,
        ...limitsOf(settings),
      };
    case 'LambdaFunctionStarted':
      return { id, previousEventId, timestamp, type };
    case 'LambdaFunctionSucceeded':
    case 'ActivitySucceeded':
      return { id, previousEventId, timestamp, type, output: text };
    case 'LambdaFunctionScheduleFailed':
    case 'LambdaFunctionStartFailed':
    case 'LambdaFunctionFailed':
    case 'LambdaFunctionTimedOut':
      return { id, previousEventId, timestamp, type, ...failureOf(prediction, answered) };
    case 'TaskScheduled':
      return {
        id,
        previousEventId,
        timestamp,
        type,
        ...settingsOf(settings),
        ...optional('region', settings?.region),
        parameters: text,
        ...limitsOf(settings),
      };
    case 'TaskStarted':
      return { id, previousEventId, timestamp, type, ...settingsOf(settings) };
    case 'TaskSubmitted':
    case 'TaskSucceeded':
      return { id, previousEventId, timestamp, type, ...settingsOf(settings), output: text };
    case 'TaskStartFailed':
    case 'TaskSubmitFailed':
    case 'TaskFailed':
    case 'TaskTimedOut':
      return {
        id,
        previousEventId,
        timestamp,
        type,
        ...settingsOf(settings),
        ...failureOf(prediction, answered),
      };
    case 'ActivityScheduled':
      return {
        id,
        previousEventId,
        timestamp,
        type,
        resource: settings?.resource ?? '',
        input: text,
        ...limitsOf(settings),
      };
    case 'ActivityStarted':
      return { id, previousEventId, timestamp, type, ...optional('workerName', answered.workerName) };
    case 'ActivityScheduleFailed':
    case 'ActivityFailed':
    case 'ActivityTimedOut':
      return { id, previousEventId, timestamp, type, ...failureOf(prediction, answered) };
    case 'MapStateStarted':
      return {
        id,
        previousEventId,
        timestamp,
        type,
        ...optional('length', typeof prediction.length === 'number' ? prediction.length : undefined),
      };
    case 'MapRunStarted':
      return { id, previousEventId, timestamp, type, ...optional('mapRunArn', answered.mapRunArn) };
    case 'MapRunRedriven':
      return { id, previousEventId, timestamp, type, ...optional('mapRunArn', answered.mapRunArn) };
    case 'MapRunSucceeded':
    case 'MapRunFailed':
    case 'MapRunAborted':
      return { id, previousEventId, timestamp, type, ...failureOf(prediction, answered) };
    case 'EvaluationFailed':
      return {
        id,
        previousEventId,
        timestamp,
        type,
        state: name,
        ...failureOf(prediction, answered),
        ...optional('location', prediction.location),
      };
    case 'PassStateEntered':
    case 'ChoiceStateEntered':
    case 'WaitStateEntered':
    case 'SucceedStateEntered':
    case 'FailStateEntered':
    case 'TaskStateEntered':
    case 'ParallelStateEntered':
    case 'MapStateEntered':
      return { id, previousEventId, timestamp, type, name, input: text };
    case 'MapIterationStarted':
    case 'MapIterationSucceeded':
    case 'MapIterationFailed':
    case 'MapIterationAborted':
      return { id, previousEventId, timestamp, type, name, ...optional('index', prediction.index) };
    case 'WaitStateAborted':
    case 'TaskStateAborted':
    case 'ParallelStateAborted':
    case 'MapStateAborted':
    case 'ParallelStateSucceeded':
    case 'MapStateSucceeded':
    case 'ParallelStateFailed':
    case 'MapStateFailed':
    case 'ParallelStateStarted':
      return { id, previousEventId, timestamp, type };
  }
};
