import type { EvaluationFailed, Event, StateExited } from '@steptrail/history';
import { compareAssigned } from './compare-assigned.ts';
import { compareFailure } from './compare-failure.ts';
import { compareJson, type Findings, placeAt, show } from './compare-json.ts';
import { compareSettings } from './compare-settings.ts';
import { assignedOf, isIteration, payloadOf } from './event-fields.ts';
import { agreesWithText, isUnknown, type Json, reasonOf } from './expressions/index.ts';
import { createKnownPayloads, type KnownPayloads } from './known-payloads.ts';
import type { Prediction } from './prediction.ts';
import { compareWithTimes } from './stand-ins.ts';
import { jsonOf, recordedValue, textValue, type Value } from './value.ts';

const NO_PAYLOAD = textValue('null', null);

const payloadWord = (type: string): string => {
  if (type === 'TaskScheduled') return 'parameters';
  return /(Entered|Scheduled|Started)$/.test(type) ? 'input' : 'output';
};

/**
 * Compares the payload; gives the value that the frame goes on with: the recorded one, or the predicted one
 * where nothing was recorded.
 */
const comparePayload = (
  predicted: Value | undefined,
  event: Event,
  findings: Findings,
  known: KnownPayloads,
  orPayload: Value | undefined,
): Value => {
  const payload = payloadOf(event);
  if (payload === undefined) return NO_PAYLOAD;
  if (predicted === undefined) return known.valueOf(payload);
  if (predicted.text !== undefined && predicted.text === payload) return predicted;
  if (typeof payload !== 'string') {
    const recorded = recordedValue(payload);
    const json = jsonOf(recorded);
    findings.doubt(isUnknown(json) ? reasonOf(json) : 'the payload is not recorded');
    return predicted;
  }
  if (predicted.json !== undefined && agreesWithText(predicted.json, payload, known.texts)) {
    return textValue(payload, predicted.json);
  }
  const recorded = textValue(payload);
  const { timesUnder } = findings;
  const [expected, found] = [jsonOf(predicted), jsonOf(recorded)];
  const verdict =
    timesUnder === undefined ? compareJson(expected, found) : compareWithTimes(expected, found, timesUnder);
  if (verdict.verdict === 'unverifiable') findings.doubt(verdict.reason);
  else if (verdict.verdict === 'diverges') {
    if (orPayload !== undefined && compareJson(jsonOf(orPayload), jsonOf(recorded)).verdict !== 'diverges') {
      findings.doubt('which of two payloads AWS gives here is in no reference');
      return recorded;
    }
    const word = payloadWord(event.type);
    findings.diverge(
      'payload',
      show(verdict.expected),
      show(verdict.recorded),
      `The recorded ${word}${placeAt(verdict.at)} is not what the definition makes of the data before it.`,
    );
  }
  return recorded;
};

const isExit = (event: Event): event is StateExited => event.type.endsWith('StateExited');

/**
 * Compares a recorded event with the prediction it fits by type; the caller has dealt with previousEventId. Gives the
 * payload that the frame goes on with.
 */
export const compareEvent = (
  prediction: Prediction,
  event: Event,
  findings: Findings,
  known: KnownPayloads = createKnownPayloads(),
): Value => {
  if (prediction.doubt !== undefined) findings.doubt(prediction.doubt);
  if (prediction.index !== undefined || prediction.length !== undefined || isIteration(event)) {
    compareCounts(prediction, event, findings);
  }
  if (prediction.failure !== undefined) compareFailure(prediction.failure, event, findings);
  if (event.type === 'EvaluationFailed') compareEvaluation(prediction, event, findings);
  if (prediction.settings !== undefined) compareSettings(prediction.settings, event, findings);
  return comparePayload(prediction.payload, event, findings, known, prediction.orPayload);
};

/** Compares the variables that an event assigns, after the event itself; gives those that the frame goes on with. */
export const compareVariables = (
  { assigned }: Prediction,
  event: Event,
  findings: Findings,
): ReadonlyMap<string, Json> | undefined => {
  // Most states assign nothing, and their events say so.
  if (assigned === undefined && assignedOf(event) === undefined) return undefined;
  return isExit(event) ? compareAssigned(assigned, event, findings) : assigned;
};

/** Which iteration of which Map, and how many there are. */
const compareCounts = (prediction: Prediction, event: Event, findings: Findings): void => {
  if (prediction.index !== undefined && 'index' in event && event.index !== prediction.index) {
    findings.diverge(
      'setting',
      `index ${prediction.index}`,
      `index ${event.index}`,
      'The event belongs to another iteration.',
    );
  }
  if (
    isIteration(event) &&
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
};

const compareEvaluation = (prediction: Prediction, event: EvaluationFailed, findings: Findings): void => {
  // A catcher's own Assign and Output: whether AWS names them by their place in Catch is in no recording.
  const location = event.location?.replace(/^Catch\[\d+\]\//, '');
  if (prediction.location !== event.location && prediction.location === location) {
    findings.doubt("how AWS names the place of a catcher's field");
  } else if (prediction.location !== event.location) {
    findings.diverge(
      'failure',
      `location ${prediction.location}`,
      `location ${event.location}`,
      'Another field failed to evaluate.',
    );
  }
  if (prediction.name !== event.state) {
    findings.diverge(
      'failure',
      `state ${prediction.name}`,
      `state ${event.state}`,
      'Another state failed to evaluate.',
    );
  }
};
