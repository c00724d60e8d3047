import { isArray, type Json } from './json.ts';
import { type Loose, textOf, unusual } from './jsonata-closure.ts';

type Operator = (left: Loose, right: Loose) => Loose;

const isScalar = (value: Loose): boolean => typeof value !== 'object' || value === null;

const numeric =
  (calculate: (left: number, right: number) => number): Operator =>
  (left, right) => {
    if (typeof left === 'number' && typeof right === 'number') {
      const result = calculate(left, right);
      return Number.isFinite(result) ? result : unusual();
    }
    const fits = (value: Loose) => value === undefined || typeof value === 'number';
    return fits(left) && fits(right) ? undefined : unusual();
  };

const comparison =
  (holds: (left: string | number, right: string | number) => boolean): Operator =>
  (left, right) => {
    if (typeof left === 'number' && typeof right === 'number') return holds(left, right);
    if (typeof left === 'string' && typeof right === 'string') return holds(left, right);
    const fits = (value: Loose) =>
      value === undefined || typeof value === 'number' || typeof value === 'string';
    return fits(left) && fits(right) && (left === undefined || right === undefined) ? undefined : unusual();
  };

const equality = (left: Loose, right: Loose): boolean => {
  if (left === undefined || right === undefined) {
    return isScalar(left) && isScalar(right) ? false : unusual();
  }
  return isScalar(left) && isScalar(right) ? left === right : unusual();
};

const isIn: Operator = (left, right) => {
  if (!isScalar(left)) return unusual();
  if (!isArray(right)) return equality(left, right);
  if (!right.every(isScalar)) return unusual();
  return left !== undefined && right.includes(left);
};

const RANGE_LIMIT = 100_000;

const range: Operator = (from, to) => {
  const fits = (value: Loose) => value === undefined || Number.isInteger(value);
  if (!fits(from) || !fits(to)) return unusual();
  if (typeof from !== 'number' || typeof to !== 'number' || from > to) return undefined;
  if (to - from >= RANGE_LIMIT) return unusual();
  const list: Json[] = [];
  for (let each = from; each <= to; each += 1) list.push(each);
  return list;
};

/** What the binary operators give that look at both sides; `and` and `or` do not. */
export const OPERATORS: ReadonlyMap<unknown, Operator> = new Map<unknown, Operator>([
  ['+', numeric((left, right) => left + right)],
  ['-', numeric((left, right) => left - right)],
  ['*', numeric((left, right) => left * right)],
  ['/', numeric((left, right) => left / right)],
  ['%', numeric((left, right) => left % right)],
  ['=', equality],
  [
    '!=',
    (left, right) => {
      const same = equality(left, right);
      return left !== undefined && right !== undefined && !same;
    },
  ],
  ['<', comparison((left, right) => left < right)],
  ['<=', comparison((left, right) => left <= right)],
  ['>', comparison((left, right) => left > right)],
  ['>=', comparison((left, right) => left >= right)],
  ['&', (left, right) => textOf(left) + textOf(right)],
  ['in', isIn],
  ['..', range],
]);

export const negate = (value: Loose): Loose =>
  value === undefined ? undefined : typeof value === 'number' ? -value : unusual();
