import type { Event, StateExited } from '@steptrail/history';
import { compareJson, type Findings, placeAt, show } from './compare-json.ts';
import { UNSURE_ASSIGNED } from './data-flow.ts';
import { assignedOf } from './event-fields.ts';
import type { Json } from './expressions/index.ts';
import { compareWithTimes } from './stand-ins.ts';
import { jsonOf, textValue } from './value.ts';

/** Compares the variables that a state assigns; gives those that the frame goes on with. */
export const compareAssigned = (
  predicted: ReadonlyMap<string, Json> | undefined,
  event: StateExited,
  findings: Findings,
): ReadonlyMap<string, Json> | undefined => {
  const recorded = event.assignedVariables;
  if (predicted === UNSURE_ASSIGNED) {
    if (recorded !== undefined)
      findings.doubt('which variables are assigned rests on data that is not recorded');
    return recordedAssigned(event);
  }
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
    const { timesUnder } = findings;
    const verdict =
      timesUnder === undefined
        ? compareJson(value, json)
        : compareWithTimes(value, json, timesUnder, timesUnder.has('value') ? 'value' : name);
    if (verdict.verdict === 'unverifiable') findings.doubt(verdict.reason);
    else if (verdict.verdict === 'diverges') {
      findings.diverge(
        'payload',
        `$${name}${placeAt(verdict.at)} = ${show(verdict.expected)}`,
        `$${name}${placeAt(verdict.at)} = ${show(verdict.recorded)}`,
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
  const recorded = assignedOf(event);
  if (recorded === undefined || recorded.known === false) return undefined;
  return new Map(Object.entries(recorded).map(([name, text]) => [name, jsonOf(textValue(String(text)))]));
};
