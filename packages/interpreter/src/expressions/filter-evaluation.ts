import { equal } from './equal.ts';
import type { Filter, Operand, Operator } from './filter-syntax.ts';
import { isArray, isObject, type Json } from './json.ts';
import { type Search, selectPath, spend } from './path-evaluation.ts';
import { findUnknown, isUnknown, unknown } from './unknown.ts';

const operandValue = (operand: Operand, current: Json, search: Search): Json | undefined => {
  if (operand.kind === 'literal') return operand.value;
  return operand.kind === 'regex' ? undefined : selectPath(operand.path, current, search);
};

const numeric = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*$/;

/** A number, or a text that is one, as a number. */
const numberOf = (side: Json | undefined): number | bigint | undefined =>
  typeof side === 'number' || typeof side === 'bigint'
    ? side
    : typeof side === 'string' && numeric.test(side)
      ? Number(side)
      : undefined;

const isNumber = (side: Json | undefined): boolean => typeof side === 'number' || typeof side === 'bigint';

const order = (left: Json | undefined, right: Json | undefined): number | undefined => {
  const [a, b] =
    typeof left === 'string' && typeof right === 'string' ? [left, right] : [numberOf(left), numberOf(right)];
  if (a === undefined || b === undefined) return undefined;
  return a < b ? -1 : a > b ? 1 : 0;
};

/** Jayway takes a number and its text for the same. */
const same = (left: Json | undefined, right: Json | undefined): boolean => {
  if (left === undefined || right === undefined) return left === right;
  if (isNumber(left) || isNumber(right)) return order(left, right) === 0;
  const hidden = findUnknown(left) ?? findUnknown(right);
  if (hidden !== undefined) throw hidden;
  return equal(left, right);
};

const sizeOf = (value: Json | undefined): number | undefined =>
  typeof value === 'string' || isArray(value)
    ? value.length
    : isObject(value)
      ? Object.keys(value).length
      : undefined;

const listed = (list: Json | undefined, value: Json | undefined): boolean =>
  isArray(list) && list.some((item) => same(item, value));

const lengthOf = (value: Json | undefined): number => (isArray(value) ? value.length : 1);

const compareSides: Record<
  Exclude<Operator, '=~'>,
  (left: Json | undefined, right: Json | undefined) => boolean
> = {
  '==': same,
  '===': (left, right) => typeof left === typeof right && same(left, right),
  '!=': (left, right) => !same(left, right),
  '<>': (left, right) => !same(left, right),
  '!==': (left, right) => typeof left !== typeof right || !same(left, right),
  '<': (left, right) => (order(left, right) ?? 0) < 0,
  '>': (left, right) => (order(left, right) ?? 0) > 0,
  '<=': (left, right) => (order(left, right) ?? 1) <= 0,
  '>=': (left, right) => (order(left, right) ?? -1) >= 0,
  in: (left, right) => listed(right, left),
  nin: (left, right) => !listed(right, left),
  contains: (left, right) =>
    typeof left === 'string' ? typeof right === 'string' && left.includes(right) : listed(left, right),
  subsetof: (left, right) => isArray(left) && left.every((item) => listed(right, item)),
  anyof: (left, right) => isArray(left) && left.some((item) => listed(right, item)),
  noneof: (left, right) => isArray(left) && !left.some((item) => listed(right, item)),
  size: (left, right) => same(sizeOf(left), typeof right === 'number' ? right : sizeOf(right)),
  empty: (left, right) => sizeOf(left) !== undefined && (sizeOf(left) === 0) === (right === true),
};

const unsafeRegex = unknown('a regular expression that cannot be run safely');

/** Steps of a regular expression that take as long as visiting a node. */
const stepsPerNode = 60;

const matchRegex = (left: Operand, right: Operand, current: Json, search: Search): boolean => {
  const [pattern, subject] = left.kind === 'regex' ? [left, right] : [right, left];
  if (pattern.kind !== 'regex') return false;
  const value = operandValue(subject, current, search);
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return false;
  const text = String(value);
  const cost = pattern.regex.cost(text);
  if (cost === undefined) throw unsafeRegex;
  spend(search, Math.ceil(cost / stepsPerNode));
  return pattern.regex.matches(text);
};

/** Whether a candidate passes a filter. Throws an unknown leaf when the outcome rests on it. */
export const accepts = (filter: Filter, candidate: Json, search: Search): boolean => {
  if (isUnknown(candidate)) throw candidate;
  switch (filter.kind) {
    case 'or':
      return filter.parts.some((part) => accepts(part, candidate, search));
    case 'and':
      return filter.parts.every((part) => accepts(part, candidate, search));
    case 'not':
      return !accepts(filter.part, candidate, search);
    case 'exists': {
      const value = operandValue(filter.operand, candidate, search);
      return filter.operand.kind === 'literal' ? value === true : value !== undefined;
    }
    case 'compare': {
      if (filter.operator === '=~') return matchRegex(filter.left, filter.right, candidate, search);
      const left = operandValue(filter.left, candidate, search);
      const right = operandValue(filter.right, candidate, search);
      spend(search, lengthOf(left) * lengthOf(right));
      return compareSides[filter.operator](left, right);
    }
  }
};
