import type { StandIns } from '@steptrail/history';
import { compareJson } from './compare-json.ts';
import {
  type Comparison,
  isUnknown,
  type Json,
  type JsonObject,
  parseTimestamp,
  unknown,
} from './expressions/index.ts';
import type { Divergence, Trace, Unverifiable } from './trace.ts';

/*
 * A recorded case whose author replaced what AWS had recorded, and says so. A disagreement that comes from a
 * replacement and from nothing else cannot be judged; every other one stands.
 */

const TIMES = 'its author replaced times in the payloads of this recording';
const SPELLING = 'it rests on the spelling of a name that the author of this recording replaced';
/** Replaced times in one payload. */
const MOST_TIMES = 200;
const SHORTEST_NAME = 6;

const isTime = (value: Json | undefined): boolean =>
  typeof value === 'number' || (typeof value === 'string' && parseTimestamp(value) !== undefined);

const keysOf = (pointer: string): readonly string[] =>
  pointer === ''
    ? []
    : pointer
        .slice(1)
        .split('/')
        .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));

const replaceAt = (json: Json, keys: readonly string[], leaf: Json): Json => {
  const [key, ...rest] = keys;
  if (key === undefined) return leaf;
  if (typeof json !== 'object' || json === null || isUnknown(json)) return json;
  if (Array.isArray(json)) {
    return json.map((item: Json, index) => (String(index) === key ? replaceAt(item, rest, leaf) : item));
  }
  return Object.fromEntries(
    Object.entries(json as JsonObject).map(([name, value]) => [
      name,
      name === key ? replaceAt(value, rest, leaf) : value,
    ]),
  );
};

/**
 * Compares a predicted value with a recorded one in which times were replaced: under one of these member names, one
 * time for another is no disagreement.
 */
export const compareWithTimes = (
  expected: Json,
  recorded: Json,
  timesUnder: ReadonlySet<string>,
  name?: string,
): Comparison => {
  let left = expected;
  for (let round = 0; ; round += 1) {
    const verdict = compareJson(left, recorded);
    if (verdict.verdict !== 'diverges' || round === MOST_TIMES) return verdict;
    const keys = keysOf(verdict.at);
    const member = keys.at(-1) ?? name;
    const named = member !== undefined && timesUnder.has(member);
    if (!named || !isTime(verdict.expected) || !isTime(verdict.recorded)) return verdict;
    left = replaceAt(left, keys, unknown(TIMES));
  }
};

/** Names that might as well have been spelled otherwise; ARNs and URLs are made of such, accounts and regions are not. */
const isName = (text: string): boolean =>
  text.length >= SHORTEST_NAME && !/[:/]|^\d+$|^[a-z]{2}(-[a-z]+)+-\d$/.test(text);

/** Another spelling of the same length, without what a definition may split a name at. */
const spellOtherwise = (name: string): string =>
  /[-_.]/.test(name)
    ? name.replaceAll(/[-_.]/g, 'x')
    : `${name.slice(0, -1)}${name.endsWith('x') ? 'y' : 'x'}`;

/** The same data with other texts for the replaced names, wherever they stand; longer names first. */
export type Respell = <T>(data: T) => T;

/** Undefined where no name was replaced. */
export const respellingOf = ({ texts }: StandIns): Respell | undefined => {
  const names = texts.filter(isName).sort((a, b) => b.length - a.length);
  if (names.length === 0) return undefined;
  const others = names.map(spellOtherwise);
  const swap = (text: string): string =>
    names.reduce((done, name, index) => done.replaceAll(name, others[index] ?? name), text);
  const respell = <T>(data: T): T => {
    if (typeof data === 'string') return swap(data) as T & string;
    if (Array.isArray(data)) return data.map((item: unknown) => respell(item)) as T & unknown[];
    if (typeof data !== 'object' || data === null) return data;
    return Object.fromEntries(Object.entries(data).map(([key, value]) => [swap(key), respell(value)])) as T &
      object;
  };
  return respell;
};

/**
 * A trace without the divergences that vanish when the replaced names are spelled otherwise: they are unverifiable.
 */
export const excuseSpelling = (trace: Trace, respelled: Trace): Trace => {
  const stands = ({ eventId, kind }: Divergence): boolean =>
    respelled.divergences.some((other) => other.eventId === eventId && other.kind === kind);
  const excused = trace.divergences.filter((divergence) => !stands(divergence));
  if (excused.length === 0) return trace;
  const doubts: readonly Unverifiable[] = excused.map(({ eventId, state }) => ({
    eventId,
    state,
    reason: SPELLING,
  }));
  return {
    ...trace,
    divergences: trace.divergences.filter(stands),
    unverifiable: [...trace.unverifiable, ...doubts].sort((a, b) => a.eventId - b.eventId),
  };
};
