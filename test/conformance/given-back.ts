import type { Event } from '@steptrail/history';

/*
 * Whether a simulated history is the recorded one: the same events in the same order with the same contents. Texts that hold JSON
 * are compared as JSON; times are not compared.
 */

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** A value with its keys in order and the JSON texts in it read. */
const canonical = (value: unknown): Json => {
  if (typeof value === 'string') {
    const inner = /^\s*[{["]/.test(value) ? parsed(value) : value;
    return typeof inner === 'string' ? inner : canonical(inner);
  }
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'object' || value === null) return null;
  if (Array.isArray(value)) return value.map(canonical);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, canonical(member)]),
  );
};

/** All that an event says, as one text; not when it was. */
export const contentsOf = (event: Event): string => {
  const { timestamp: _time, ...contents } = event;
  return JSON.stringify(canonical(contents));
};

/** Payloads that the record withholds say nothing about what they were. */
const withoutWithheld = (event: Event, recorded: Event): Event => {
  const fields = new Map<string, unknown>(Object.entries(recorded));
  const withheld = PAYLOADS.filter((field) => {
    const value = fields.get(field);
    return typeof value === 'object' && value !== null && 'known' in value && value.known === false;
  });
  return withheld.length === 0
    ? event
    : { ...event, ...Object.fromEntries(withheld.map((field) => [field, ''])) };
};

const PAYLOADS = ['input', 'output', 'parameters'] as const;

export const isSameEvent = (recorded: Event, simulated: Event): boolean =>
  contentsOf(withoutWithheld(recorded, recorded)) === contentsOf(withoutWithheld(simulated, recorded));

/** The index of the first event that differs; undefined where both histories are the same. */
export const firstDifference = (
  recorded: readonly Event[],
  simulated: readonly Event[],
): number | undefined => {
  const length = Math.max(recorded.length, simulated.length);
  for (let index = 0; index < length; index += 1) {
    const [one, other] = [recorded[index], simulated[index]];
    if (one === undefined || other === undefined || !isSameEvent(one, other)) return index;
  }
  return undefined;
};
