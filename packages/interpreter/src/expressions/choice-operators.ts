import type { Json } from './json.ts';
import { parseTimestamp } from './timestamps.ts';

/** Compares the value at Variable with the operand; a type that does not fit is false. */
export type Comparator = (value: Json, operand: Json) => boolean;

const isNumber = (value: Json): value is number | bigint =>
  typeof value === 'number' || typeof value === 'bigint';

// JavaScript orders a bigint and a number by their exact values.
const byNumber =
  (test: (left: number | bigint, right: number | bigint) => boolean): Comparator =>
  (value, operand) =>
    isNumber(value) && isNumber(operand) && test(value, operand);

const byText =
  (test: (left: string, right: string) => boolean): Comparator =>
  (value, operand) =>
    typeof value === 'string' && typeof operand === 'string' && test(value, operand);

const byInstant =
  (test: (left: number, right: number) => boolean): Comparator =>
  (value, operand) => {
    if (typeof value !== 'string' || typeof operand !== 'string') return false;
    const left = parseTimestamp(value);
    const right = parseTimestamp(operand);
    return left !== undefined && right !== undefined && test(left, right);
  };

const isTimestamp = (value: Json): boolean =>
  typeof value === 'string' && parseTimestamp(value) !== undefined;

const is =
  (test: (value: Json) => boolean): Comparator =>
  (value, operand) =>
    typeof operand === 'boolean' && test(value) === operand;

/** The comparisons that come with a `…Path` variant. Texts are ordered by UTF-16 code unit, as JavaScript does. */
export const pathComparators: ReadonlyMap<string, Comparator> = new Map([
  ['BooleanEquals', (value, operand) => typeof value === 'boolean' && value === operand],
  ['NumericEquals', byNumber((left, right) => left >= right && left <= right)],
  ['NumericGreaterThan', byNumber((left, right) => left > right)],
  ['NumericGreaterThanEquals', byNumber((left, right) => left >= right)],
  ['NumericLessThan', byNumber((left, right) => left < right)],
  ['NumericLessThanEquals', byNumber((left, right) => left <= right)],
  ['StringEquals', byText((left, right) => left === right)],
  ['StringGreaterThan', byText((left, right) => left > right)],
  ['StringGreaterThanEquals', byText((left, right) => left >= right)],
  ['StringLessThan', byText((left, right) => left < right)],
  ['StringLessThanEquals', byText((left, right) => left <= right)],
  ['TimestampEquals', byInstant((left, right) => left === right)],
  ['TimestampGreaterThan', byInstant((left, right) => left > right)],
  ['TimestampGreaterThanEquals', byInstant((left, right) => left >= right)],
  ['TimestampLessThan', byInstant((left, right) => left < right)],
  ['TimestampLessThanEquals', byInstant((left, right) => left <= right)],
]);

/** Tests of the value's own type, each against true or false. `IsPresent` is apart: it needs no value. */
export const typeComparators: ReadonlyMap<string, Comparator> = new Map([
  ['IsBoolean', is((value) => typeof value === 'boolean')],
  ['IsNull', is((value) => value === null)],
  ['IsNumeric', is(isNumber)],
  ['IsString', is((value) => typeof value === 'string')],
  ['IsTimestamp', is(isTimestamp)],
]);

/** The literal texts between the `*` of a StringMatches pattern; `\*` and `\\` stand for themselves. */
export const splitPattern = (pattern: string): readonly string[] => {
  const parts: string[] = [];
  let part = '';
  for (let at = 0; at < pattern.length; at += 1) {
    if (pattern[at] === '\\' && (pattern[at + 1] === '*' || pattern[at + 1] === '\\')) {
      at += 1;
      part += pattern[at];
    } else if (pattern[at] === '*') {
      parts.push(part);
      part = '';
    } else part += pattern[at];
  }
  parts.push(part);
  return parts;
};

/** Whether a whole text matches: first part at its start, last at its end, the others in order between. */
export const matchesParts = (text: string, parts: readonly string[]): boolean => {
  const first = parts[0] ?? '';
  if (parts.length === 1) return text === first;
  const last = parts.at(-1) ?? '';
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= end;
};
