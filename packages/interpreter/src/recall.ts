import type { Event, EventType } from '@steptrail/history';
import { compareEvent, compareVariables } from './compare-event.ts';
import type { Findings } from './compare-json.ts';
import { payloadOf } from './event-fields.ts';
import type { Answered } from './event-from-prediction.ts';
import { findUnknown, isUnknown, type Json } from './expressions/index.ts';
import { fillUnknown } from './fill-unknown.ts';
import { allOptions, type Frame, type Option, type Run, waitingOf } from './frame.ts';
import type { PredictedFailure, Prediction, Settings } from './prediction.ts';
import { jsonOf, jsonValue, recordedValue, textValue, type Value } from './value.ts';
import type { Recalled, Step } from './world.ts';

/*
 * A simulation that recalls a record: which of the events that may come did come, and what of it nobody can derive.
 */

/** What tells the steps of an execution apart, but for how often one has come already. */
export const stepKey = (type: EventType, state: string, path: string): string =>
  `${type} ${JSON.stringify(state)} ${path}`;

/** Markers of a cut: they belong to the state that fails, and do not wait for the back-off after them. */
const MARKER = /Aborted$|^MapIterationFailed$/;

/** Tells the steps of an execution apart as they come. */
export interface StepCounter {
  /** The step that a prediction would be if it came next. */
  readonly stepOf: (frame: Frame, prediction: Prediction) => Step;
  readonly count: (step: Step) => void;
}

export const createStepCounter = (): StepCounter => {
  const counts = new Map<string, number>();
  // A Map or Parallel that starts again has other iterations and branches than before.
  const pathOf = ({ within, index }: Frame): string => {
    if (within === undefined) return '';
    const { owner } = within;
    const outer = pathOf(owner);
    const name = owner.state?.name ?? '';
    const started = owner.state?.type === 'Map' ? 'MapStateStarted' : 'ParallelStateStarted';
    const starts = counts.get(stepKey(started, name, outer)) ?? 0;
    return `${outer === '' ? '' : `${outer}/`}${name}#${starts}[${index}]`;
  };
  return {
    stepOf: (frame, prediction) => {
      const { type } = prediction;
      const named = MARKER.test(type) ? undefined : prediction.name;
      const state = named ?? frame.state?.name ?? '';
      const path = pathOf(frame);
      return { type, state, path, occurrence: (counts.get(stepKey(type, state, path)) ?? 0) + 1 };
    },
    count: ({ type, state, path, occurrence }) => counts.set(stepKey(type, state, path), occurrence),
  };
};

/** Whether an event comes from outside or is a marker, so that it is due at once whatever the frame waits for. */
const isAnswer = (frame: Frame, { type }: Prediction): boolean =>
  MARKER.test(type) || (waitingOf(frame)?.work !== undefined && !type.endsWith('TimedOut'));

/** When an event is due: at the end of a wait, else with the event before it. */
export const dueTime = (frame: Frame, prediction: Prediction, previous: number): number =>
  isAnswer(frame, prediction) ? previous : (waitingOf(frame)?.until ?? previous);

export interface Chosen {
  readonly option: Option;
  readonly recalled: Recalled;
}

/** The option that the record has, of several the one it has first; undefined where it has none. */
export const chooseRecalled = (
  run: Run,
  frame: Frame,
  recall: (prediction: Prediction) => Recalled | undefined,
): Chosen | undefined => {
  let first: Chosen | undefined;
  for (const option of allOptions(frame)) {
    const recalled = recall(option.prediction);
    if (recalled === undefined || (first !== undefined && first.recalled.event.id < recalled.event.id))
      continue;
    first = { option, recalled };
  }
  if (first !== undefined) return first;
  for (const option of frame.stance.doubts?.(run, frame) ?? []) {
    const recalled = recall(option.prediction);
    if (recalled !== undefined && agrees(option.prediction, recalled.event)) return { option, recalled };
  }
  return undefined;
};

const agrees = (prediction: Prediction, event: Event): boolean => {
  let agreeing = true;
  const findings: Findings = {
    diverge: () => {
      agreeing = false;
    },
    doubt: () => {},
  };
  compareEvent(prediction, event, findings);
  compareVariables(prediction, event, findings);
  return agreeing;
};

/** A prediction with everything in place that only the record can tell; what it cannot tell either is null. */
export const completeFromRecord = (
  prediction: Prediction,
  event: Event | undefined,
): { readonly prediction: Prediction; readonly answered: Answered } => {
  const payload = payloadFrom(prediction.payload, event);
  const { failure, settings, length, assigned, orPrevious } = prediction;
  const previous =
    event !== undefined && orPrevious?.has(event.previousEventId) === true
      ? event.previousEventId
      : prediction.previous;
  return {
    prediction: {
      ...prediction,
      previous,
      payload,
      length: typeof length === 'object' && event !== undefined && 'length' in event ? event.length : length,
      assigned: assigned === undefined ? undefined : assignedFrom(assigned, event),
      failure: failure === undefined ? undefined : failureFrom(failure, event),
      settings: settings === undefined ? undefined : settingsFrom(settings, event),
    },
    answered:
      failure === undefined
        ? answeredBy(event)
        : { ...answeredBy(event), error: undefined, cause: undefined },
  };
};

const answeredBy = (event: Event | undefined): Answered => {
  if (event === undefined) return {};
  return {
    error: 'error' in event ? event.error : undefined,
    cause: 'cause' in event ? event.cause : undefined,
    workerName: event.type === 'ActivityStarted' ? event.workerName : undefined,
    mapRunArn: event.type === 'MapRunStarted' ? event.mapRunArn : undefined,
  };
};

const payloadFrom = (predicted: Value | undefined, event: Event | undefined): Value | undefined => {
  const payload = event === undefined ? undefined : payloadOf(event);
  const recorded = payload === undefined ? undefined : recordedValue(payload);
  if (predicted === undefined) return recorded;
  if (predicted.text !== undefined) return predicted;
  const json = jsonOf(predicted);
  if (findUnknown(json) === undefined) return predicted;
  return jsonValue(fillUnknown(json, recorded === undefined ? undefined : jsonOf(recorded)));
};

const assignedFrom = (
  assigned: ReadonlyMap<string, Json>,
  event: Event | undefined,
): ReadonlyMap<string, Json> => {
  const recorded = event !== undefined && 'assignedVariables' in event ? event.assignedVariables : undefined;
  const texts = new Map(recorded === undefined || recorded.known === false ? [] : Object.entries(recorded));
  return new Map(
    [...assigned].map(([name, value]) => {
      const text = texts.get(name);
      return [name, fillUnknown(value, typeof text === 'string' ? jsonOf(textValue(text)) : undefined)];
    }),
  );
};

const failureFrom = (failure: PredictedFailure, event: Event | undefined): PredictedFailure => {
  if (event === undefined) return failure;
  const error = 'error' in event ? event.error : undefined;
  const cause = 'cause' in event ? event.cause : undefined;
  // The words in which AWS tells why an evaluation failed are its own.
  const worded =
    failure.wording === 'derived' && agrees({ type: 'ExecutionFailed', previous: 0, failure }, event);
  return {
    ...failure,
    error:
      isUnknown(failure.error) || (error !== undefined && error === failure.orError)
        ? (error ?? null)
        : failure.error,
    cause: isUnknown(failure.cause) || worded ? (cause ?? null) : failure.cause,
  };
};

const settingsFrom = (settings: Settings, event: Event | undefined): Settings => {
  const fields = new Map<string, unknown>(event === undefined ? [] : Object.entries(event));
  const known = (field: keyof Settings): Json | undefined => {
    const value = settings[field];
    if (value === undefined || !isUnknown(value)) return value;
    const recorded = fields.get(field);
    return typeof recorded === 'string' || typeof recorded === 'number' ? recorded : undefined;
  };
  const region = fields.get('region');
  return {
    ...settings,
    region: settings.region ?? (typeof region === 'string' ? region : undefined),
    timeoutInSeconds: known('timeoutInSeconds'),
    heartbeatInSeconds: known('heartbeatInSeconds'),
    taskCredentialsRoleArn: known('taskCredentialsRoleArn'),
  };
};
