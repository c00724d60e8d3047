import type { Payload, UnknownPayload } from './event.ts';

/** The details of a recorded event, whether from the API's `…EventDetails` member or a log record's `details`. */
export type Details = Readonly<Record<string, unknown>>;

const WITHHELD: UnknownPayload = { known: false, why: 'withheld' };
const TRUNCATED: UnknownPayload = { known: false, why: 'truncated' };

/** A text, or undefined for anything else. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Log records may hold numbers as strings: both are read. */
export function count(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value === '') return undefined;
  const parsed = Number(value);
  return Number.isFinite(parsed) ? parsed : undefined;
}

/** An own member of something that may be no object at all. */
export function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Details)[key]
    : undefined;
}

function isTruncated(details: unknown): boolean {
  return (
    typeof details === 'object' && details !== null && 'truncated' in details && details.truncated === true
  );
}

/** A payload; `details` is the member beside it that says whether it was truncated. */
export function payload(value: unknown, details: unknown): Payload {
  if (isTruncated(details)) return TRUNCATED;
  return typeof value === 'string' ? value : WITHHELD;
}

/** The variables that a state assigned, each as JSON text. */
export function assignedVariables(d: Details): Readonly<Record<string, string>> | UnknownPayload | undefined {
  const assigned = d.assignedVariables;
  if (isTruncated(d.assignedVariablesDetails)) return TRUNCATED;
  if (typeof assigned !== 'object' || assigned === null) return undefined;
  const entries = Object.entries(assigned).map(
    ([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const,
  );
  return Object.fromEntries(entries);
}
