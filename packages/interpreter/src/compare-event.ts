import type { Event, Payload } from '@steptrail/history';
import { compareFailure } from './compare-failure.ts';
import { compareJson, type Findings, show } from './compare-json.ts';
import { agreesWithText, compare, isUnknown, type Json, reasonOf } from './expressions/index.ts';
import type { Prediction, Settings } from './prediction.ts';
import { jsonOf, recordedValue, textValue, type Value } from './value.ts';

const NO_PAYLOAD: Value = { text: 'null', json: null };

/** The input, output or parameters of an event; undefined where its type has none. */
export const payloadOf = (event: Event): Payload | undefined => {
  switch (event.type) {
    case 'PassStateEntered':
    case 'TaskStateEntered':
    case 'ChoiceStateEntered':
    case 'WaitStateEntered':
    case 'SucceedStateEntered':
    case 'FailStateEntered':
    case 'ParallelStateEntered':
    case 'MapStateEntered':
    case 'LambdaFunctionScheduled':
    case 'ActivityScheduled':
    case 'ExecutionStarted':
      return event.input;
    case 'PassStateExited':
    case 'TaskStateExited':
    case 'ChoiceStateExited':
    case 'WaitStateExited':
    case 'SucceedStateExited':
    case 'ParallelStateExited':
    case 'MapStateExited':
    case 'LambdaFunctionSucceeded':
    case 'ActivitySucceeded':
    case 'TaskSubmitted':
    case 'TaskSucceeded':
    case 'ExecutionSucceeded':
      return event.output;
    case 'TaskScheduled':
      return event.parameters;
    default:
      return undefined;
  }
};

const place = (at: string): string => (at === '' ? '' : ` at ${at}`);

const payloadWord = (type: string): string => {
  if (type === 'TaskScheduled') return 'parameters';
  return /(Entered|Scheduled|Started)$/.test(type) ? 'input' : 'output';
};

/**
 * Compares the payload; gives the value that the frame goes on with: the recorded one, or the predicted one
 * where nothing was recorded.
 */
export const comparePayload = (predicted: Value | undefined, event: Event, findings: Findings): Value => {
  const payload = payloadOf(event);
  if (payload === undefined) return NO_PAYLOAD;
  if (predicted === undefined) return recordedValue(payload);
  if (predicted.text !== undefined && predicted.text === payload) return predicted;
  if (typeof payload !== 'string') {
    const recorded = recordedValue(payload);
    const json = jsonOf(recorded);
    findings.doubt(isUnknown(json) ? reasonOf(json) : 'the payload is not recorded');
    return predicted;
  }
  if (predicted.json !== undefined && agreesWithText(predicted.json, payload)) {
    return { text: payload, json: predicted.json };
  }
  const recorded = textValue(payload);
  const verdict = compareJson(jsonOf(predicted), jsonOf(recorded));
  if (verdict.verdict === 'unverifiable') findings.doubt(verdict.reason);
  else if (verdict.verdict === 'diverges') {
    const word = payloadWord(event.type);
    findings.diverge(
      'payload',
      show(verdict.expected),
      show(verdict.recorded),
      `The recorded ${word}${place(verdict.at)} is not what the definition makes of the data before it.`,
    );
  }
  return recorded;
};

const compareAssigned = (
  predicted: ReadonlyMap<string, Json> | undefined,
  event: Event,
  findings: Findings,
): ReadonlyMap<string, Json> | undefined => {
  if (!('assignedVariables' in event)) return predicted;
  const recorded = event.assignedVariables;
  if (recorded === undefined && (predicted === undefined || predicted.size === 0)) return predicted;
  if (recorded !== undefined && recorded.known === false) {
    findings.doubt(`the assigned variables were ${recorded.why}`);
    return predicted;
  }
  if (recorded === undefined && typeof event.output !== 'string') {
    findings.doubt('the assigned variables were withheld');
    return predicted;
  }
  if (recorded === undefined) {
    const names = [...(predicted?.keys() ?? [])].map((name) => `$${name}`).join(', ');
    findings.diverge(
      'payload',
      `assignments of ${names}`,
      'none',
      'The state assigns variables; the record has none.',
    );
    return predicted;
  }
  const adopted = new Map<string, Json>();
  const texts = new Map(Object.entries(recorded));
  for (const [name, value] of predicted ?? []) {
    const text = texts.get(name);
    if (typeof text !== 'string') {
      adopted.set(name, value);
      findings.diverge(
        'payload',
        `$${name} = ${show(value)}`,
        'no such variable',
        `The state assigns $${name}; the record has no such assignment.`,
      );
      continue;
    }
    texts.delete(name);
    const json = jsonOf(textValue(text));
    adopted.set(name, json);
    const verdict = compareJson(value, json);
    if (verdict.verdict === 'unverifiable') findings.doubt(verdict.reason);
    else if (verdict.verdict === 'diverges') {
      findings.diverge(
        'payload',
        `$${name}${place(verdict.at)} = ${show(verdict.expected)}`,
        `$${name}${place(verdict.at)} = ${show(verdict.recorded)}`,
        `The variable $${name} was assigned another value than the definition gives it.`,
      );
    }
  }
  for (const [name, text] of texts) {
    adopted.set(name, jsonOf(textValue(String(text))));
    findings.diverge(
      'payload',
      `no variable $${name}`,
      `$${name} = ${String(text)}`,
      'The state assigns no such variable.',
    );
  }
  return adopted;
};

/** The variables that an event says were assigned. */
export const recordedAssigned = (event: Event): ReadonlyMap<string, Json> | undefined => {
  const recorded = 'assignedVariables' in event ? event.assignedVariables : undefined;
  if (recorded === undefined || recorded.known === false) return undefined;
  return new Map(Object.entries(recorded).map(([name, text]) => [name, jsonOf(textValue(String(text)))]));
};

const SETTINGS = [
  'resourceType',
  'resource',
  'region',
  'timeoutInSeconds',
  'heartbeatInSeconds',
  'taskCredentialsRoleArn',
] as const satisfies readonly (keyof Settings)[];

const settingOf = (event: Event, field: (typeof SETTINGS)[number]): Json | undefined => {
  switch (field) {
    case 'resourceType':
      return 'resourceType' in event ? event.resourceType : undefined;
    case 'resource':
      return 'resource' in event ? event.resource : undefined;
    case 'region':
      return 'region' in event ? event.region : undefined;
    case 'timeoutInSeconds':
      return 'timeoutInSeconds' in event ? event.timeoutInSeconds : undefined;
    case 'heartbeatInSeconds':
      return 'heartbeatInSeconds' in event ? event.heartbeatInSeconds : undefined;
    case 'taskCredentialsRoleArn':
      return 'taskCredentialsRoleArn' in event ? event.taskCredentialsRoleArn : undefined;
  }
};

const compareSettings = (predicted: Settings, event: Event, findings: Findings): void => {
  for (const field of SETTINGS) {
    const expected = predicted[field];
    const found = settingOf(event, field);
    if (expected === found) continue;
    // What a record leaves out of these is not told, rather than different.
    if (field === 'region' && (expected === undefined || found === undefined)) continue;
    if (field === 'taskCredentialsRoleArn' && found === undefined) {
      findings.doubt('the role of the task was withheld');
      continue;
    }
    if (expected !== undefined && isUnknown(expected)) {
      findings.doubt(reasonOf(expected));
      continue;
    }
    if (expected !== undefined && found !== undefined && compare(expected, found).verdict === 'agrees')
      continue;
    findings.diverge(
      'setting',
      `${field} ${show(expected)}`,
      `${field} ${show(found)}`,
      `The recorded ${field} is not the one that the definition gives.`,
    );
  }
};

/** A prediction's outcome on a frame: what to go on with. */
export interface Compared {
  readonly payload: Value;
  readonly assigned: ReadonlyMap<string, Json> | undefined;
}

/** Compares a recorded event with the prediction it fits by type; the caller has dealt with previousEventId. */
export const compareEvent = (prediction: Prediction, event: Event, findings: Findings): Compared => {
  if (prediction.index !== undefined && 'index' in event && event.index !== prediction.index) {
    findings.diverge(
      'setting',
      `index ${prediction.index}`,
      `index ${event.index}`,
      'The event belongs to another iteration.',
    );
  }
  if (
    event.type.startsWith('MapIteration') &&
    'name' in event &&
    event.name !== undefined &&
    prediction.name !== undefined &&
    event.name !== prediction.name
  ) {
    findings.diverge(
      'setting',
      `name ${prediction.name}`,
      `name ${event.name}`,
      'The event names another Map state.',
    );
  }
  if (prediction.length !== undefined && 'length' in event && event.length !== prediction.length) {
    if (typeof prediction.length !== 'number') {
      if (event.length !== 0) findings.doubt(reasonOf(prediction.length));
    } else {
      findings.diverge(
        'setting',
        `length ${prediction.length}`,
        `length ${event.length}`,
        'The Map has another number of items.',
      );
    }
  }
  if (prediction.failure !== undefined) compareFailure(prediction.failure, event, findings);
  if (event.type === 'EvaluationFailed' && prediction.location !== event.location) {
    findings.diverge(
      'failure',
      `location ${prediction.location}`,
      `location ${event.location}`,
      'Another field failed to evaluate.',
    );
  }
  if (event.type === 'EvaluationFailed' && prediction.name !== event.state) {
    findings.diverge(
      'failure',
      `state ${prediction.name}`,
      `state ${event.state}`,
      'Another state failed to evaluate.',
    );
  }
  if (prediction.settings !== undefined) compareSettings(prediction.settings, event, findings);
  const payload = comparePayload(prediction.payload, event, findings);
  const assigned = compareAssigned(prediction.assigned, event, findings);
  return { payload, assigned };
};
