import {
  type Comparison,
  compare,
  isUnknown,
  type Json,
  type JsonObject,
  jsonText,
  reasonOf,
} from './expressions/index.ts';
import type { DivergenceKind } from './trace.ts';
import { jsonOf, noText, perhapsAbsent, textValue } from './value.ts';

/** What comparing one event with its prediction finds. */
export interface Findings {
  readonly diverge: (kind: DivergenceKind, expected: string, recorded: string, why: string) => void;
  readonly doubt: (reason: string) => void;
  /** Members of payloads whose times the author of the record replaced. */
  readonly timesUnder?: ReadonlySet<string> | undefined;
}

const SHOWN = 300;

/** A value as a person is shown it: JSON text, cut where it is long. */
export const show = (json: Json | undefined): string => {
  if (json === undefined) return 'nothing';
  if (isUnknown(json)) return `a value that is not known (${reasonOf(json)})`;
  const text = jsonText(json);
  return text.length <= SHOWN ? text : copyOf(`${text.slice(0, SHOWN)}…`);
};

/** A text of its own: a part of a longer one holds all of that in memory, for as long as a trace is kept. */
const copyOf = (text: string): string => JSON.parse(JSON.stringify(text));

/** Where inside a value, in words. */
export const placeAt = (at: string): string => (at === '' ? '' : ` at ${at}`);

const removeAt = (json: Json, keys: readonly string[]): Json => {
  const [key, ...rest] = keys;
  if (key === undefined || typeof json !== 'object' || json === null || isUnknown(json)) return json;
  if (Array.isArray(json)) {
    return json.map((item: Json, index: number) => (String(index) === key ? removeAt(item, rest) : item));
  }
  const copy: { [name: string]: Json } = {};
  for (const [name, value] of Object.entries(json as JsonObject)) {
    if (name !== key) copy[name] = value;
    else if (rest.length > 0) copy[name] = removeAt(value, rest);
  }
  return copy;
};

/**
 * Compares, blind to members that AWS may leave out: executions recorded before redrives existed (2023) have no
 * RedriveCount in their context object.
 */
export const compareJson = (expected: Json, recorded: Json): Comparison => {
  let left = expected;
  for (let round = 0; ; round += 1) {
    const verdict = compare(left, recorded);
    if (
      verdict.verdict !== 'diverges' ||
      round === 8 ||
      verdict.recorded !== undefined ||
      (verdict.expected !== perhapsAbsent &&
        verdict.expected !== noText &&
        !verdict.at.endsWith('/RedriveCount'))
    ) {
      return verdict;
    }
    const keys = verdict.at.slice(1).split('/');
    left = removeAt(
      left,
      keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~')),
    );
  }
};

/** Whether two texts hold the same JSON, whatever their white space. */
export const sameJsonText = (left: string, right: string): boolean => {
  if (!/^\s*[{[]/.test(left) || !/^\s*[{[]/.test(right)) return false;
  return compare(jsonOf(textValue(left)), jsonOf(textValue(right))).verdict === 'agrees';
};
