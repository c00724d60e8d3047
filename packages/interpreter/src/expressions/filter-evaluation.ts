import { equal } from './equal.ts';
import type { Scope } from './evaluation.ts';
import type { Filter, Operand, Operator } from './filter-syntax.ts';
import { isArray, isObject, type Json } from './json.ts';
import { selectNodes } from './path-evaluation.ts';
import { isDefinite } from './path-syntax.ts';
import { findUnknown, isUnknown, unknown } from './unknown.ts';

const operandValue = (operand: Operand, current: Json, root: Json, scope: Scope): Json | undefined => {
  if (operand.kind === 'literal') return operand.value;
  if (operand.kind === 'regex') return undefined;
  const { path } = operand;
  const start =
    path.root.kind === 'current'
      ? current
      : path.root.kind === 'context'
        ? scope.context()
        : path.root.kind === 'variable'
          ? scope.variables(path.root.name)
          : root;
  if (start === undefined) return undefined;
  const nodes = selectNodes(path.selectors, start, root, scope);
  const value = isDefinite(path.selectors) ? nodes[0] : nodes;
  if (value !== undefined && isUnknown(value)) throw value;
  return value;
};

/** Jayway takes a number and its text for the same. */
const same = (left: Json | undefined, right: Json | undefined): boolean => {
  if (left === undefined || right === undefined) return left === right;
  if (typeof left === 'number' && typeof right === 'string')
    return right.trim() !== '' && left === Number(right);
  if (typeof left === 'string' && typeof right === 'number') return same(right, left);
  const hidden = findUnknown(left) ?? findUnknown(right);
  if (hidden !== undefined) throw hidden;
  return equal(left, right);
};

const order = (left: Json | undefined, right: Json | undefined): number | undefined => {
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0;
  const [a, b] = [left, right].map((side) => (typeof side === 'string' ? Number(side) : side));
  return typeof a === 'number' && typeof b === 'number' ? a - b : undefined;
};

const sizeOf = (value: Json | undefined): number | undefined =>
  typeof value === 'string' || isArray(value)
    ? value.length
    : isObject(value)
      ? Object.keys(value).length
      : undefined;

const listed = (list: Json | undefined, value: Json | undefined): boolean =>
  isArray(list) && list.some((item) => same(item, value));

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
  empty: (left, right) => (sizeOf(left) === 0) === (right === true),
};

const matchRegex = (left: Operand, right: Operand, current: Json, root: Json, scope: Scope): boolean => {
  const [pattern, subject] = left.kind === 'regex' ? [left, right] : [right, left];
  if (pattern.kind !== 'regex') return false;
  const value = operandValue(subject, current, root, scope);
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  const matched = pattern.matches(String(value));
  if (matched === undefined) throw unknown('a regular expression that cannot be run safely');
  return matched;
};

const accepts = (filter: Filter, current: Json, root: Json, scope: Scope): boolean => {
  switch (filter.kind) {
    case 'or':
      return filter.parts.some((part) => accepts(part, current, root, scope));
    case 'and':
      return filter.parts.every((part) => accepts(part, current, root, scope));
    case 'not':
      return !accepts(filter.part, current, root, scope);
    case 'exists': {
      const value = operandValue(filter.operand, current, root, scope);
      return filter.operand.kind === 'literal' ? value === true : value !== undefined;
    }
    case 'compare':
      if (filter.operator === '=~') return matchRegex(filter.left, filter.right, current, root, scope);
      return compareSides[filter.operator](
        operandValue(filter.left, current, root, scope),
        operandValue(filter.right, current, root, scope),
      );
  }
};

/** The test of one filter on one document. It throws an unknown leaf when the outcome rests on it. */
export const compileFilter =
  (filter: Filter, root: Json, scope: Scope): ((candidate: Json) => boolean) =>
  (candidate) => {
    if (isUnknown(candidate)) throw candidate;
    return accepts(filter, candidate, root, scope);
  };
