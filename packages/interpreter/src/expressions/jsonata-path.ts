import { isArray, type Json } from './json.ts';
import {
  type Closure,
  count,
  type Evaluating,
  isTrue,
  type Loose,
  lookUp,
  unusual,
  unwrap,
} from './jsonata-closure.ts';

/** What stands in brackets behind a node. */
export type Filter = { readonly index: number } | { readonly condition: Closure };

/** One step of a path: a name, or anything else that is evaluated for each value of the step before. */
export interface Step {
  readonly name: string | undefined;
  readonly closure: Closure;
  readonly filters: readonly Filter[];
}

/** What filters leave of a value; an item that is a list itself, taken by its index, stands for itself. */
interface Filtered {
  readonly items: readonly Json[];
  readonly isItem: boolean;
}

const filterOnce = (filter: Filter, value: Loose, at: Evaluating): Filtered => {
  const list: readonly Loose[] = isArray(value) ? value : [value];
  count(at, list.length);
  if ('index' in filter) {
    const floor = Math.floor(filter.index);
    const item = list[floor < 0 ? list.length + floor : floor];
    if (isArray(item)) return { items: item, isItem: true };
    return { items: item === undefined ? [] : [item], isItem: false };
  }
  const items: Json[] = [];
  list.forEach((item, position) => {
    const holds = filter.condition(item, at);
    if (typeof holds === 'number') {
      const floor = Math.floor(holds);
      if ((floor < 0 ? list.length + floor : floor) !== position) return;
    } else if (!isTrue(holds)) return;
    items.push(item === undefined ? unusual() : item);
  });
  return { items, isItem: false };
};

const filterAll = (filters: readonly Filter[], value: Loose, at: Evaluating): Filtered => {
  let filtered: Filtered = { items: [], isItem: false };
  let left = value;
  for (const filter of filters) {
    filtered = filterOnce(filter, left, at);
    left = filtered.items;
  }
  return filtered;
};

/** A node with filters behind it that is no part of a path. */
export const compileFiltered =
  (closure: Closure, filters: readonly Filter[]): Closure =>
  (input, at) => {
    const { items, isItem } = filterAll(filters, closure(input, at), at);
    return isItem ? items : unwrap(items);
  };

/** Takes every value of a sequence through the steps, from the given one on. */
const walk = (steps: readonly Step[], from: number, start: readonly Loose[], at: Evaluating): Loose => {
  let sequence = start;
  for (let index = from; index < steps.length; index += 1) {
    const step = steps[index];
    if (step === undefined) break;
    count(at, sequence.length);
    const flat: Json[] = [];
    let values = 0;
    let only: Loose;
    for (const item of sequence) {
      const value = step.closure(item, at);
      if (step.filters.length > 0) {
        const { items, isItem } = filterAll(step.filters, value, at);
        values += isItem ? 1 : 2; // a sequence is never the only value that stands for itself
        only = items;
        for (const each of items) flat.push(each);
      } else if (value !== undefined) {
        values += 1;
        only = value;
        if (isArray(value)) for (const each of value) flat.push(each);
        else flat.push(value);
      }
    }
    count(at, flat.length / 8);
    const isLast = index === steps.length - 1;
    if (isLast && values === 1 && isArray(only)) return only;
    if (flat.length === 0) return undefined;
    sequence = flat;
  }
  const [first] = sequence;
  return sequence.length === 1 ? first : sequence.map((each) => (each === undefined ? unusual() : each));
};

/**
 * A path. Where its first step is a variable it starts there, else at each value of a list. Steps that are names are
 * followed from object to object, for as long as no list is on the way.
 */
export const compilePath = (steps: readonly Step[], isAbsolute: boolean): Closure => {
  const [head] = steps;
  if (head === undefined) return () => undefined;
  const straight = steps.findIndex(
    ({ name, filters }, index) => filters.length > 0 || (index > 0 && name === undefined),
  );
  const names = steps.slice(0, straight < 0 ? undefined : straight).map(({ name }) => name ?? '');
  const { closure } = head;
  return (input, at) => {
    if (!isAbsolute && isArray(input)) return walk(steps, 0, input, at);
    if (names.length === 0) return walk(steps, 0, [input], at);
    let value = closure(input, at);
    for (let index = 1; index < names.length; index += 1) {
      if (value === undefined) return undefined;
      if (isArray(value)) return value.length === 0 ? undefined : walk(steps, index, value, at);
      value = lookUp(value, names[index] ?? '');
    }
    if (names.length === steps.length || value === undefined) return value;
    return walk(steps, names.length, isArray(value) ? value : [value], at);
  };
};
