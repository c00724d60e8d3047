import type { Scope } from './evaluation.ts';
import { isArray, type Json } from './json.ts';
import { isUnknown, restingOn } from './unknown.ts';

/*
 * JSONata compiled to closures, for what most expressions are made of. A closure knows the usual case only, and with
 * it JSONata's exact result. At anything else (an error, an unknown leaf, a value of an unusual type) it gives up by
 * throwing UNUSUAL, and the derived evaluator evaluates the whole expression anew. So no error has to be worded here.
 */

/** A value of an evaluation; undefined is JSONata's nothing. */
export type Loose = Json | undefined;

/** One evaluation under way. */
export interface Evaluating {
  readonly scope: Scope;
  /** Variables that the expression binds itself. */
  readonly locals: Loose[];
  steps: number;
}

export type Closure = (input: Loose, at: Evaluating) => Loose;

/** Thrown by a closure that meets what it does not know. */
const UNUSUAL = Symbol('an unusual case');

/** Turns of loops that a closure may take; beyond, the derived evaluator decides. */
const STEPS = 1_000_000;

export const unusual = (): never => {
  throw UNUSUAL;
};

/** Counts turns of a loop. */
export const count = (at: Evaluating, turns: number): void => {
  at.steps += turns;
  if (at.steps > STEPS) throw UNUSUAL;
};

/** Counts all that a value holds; it must not hold an unknown leaf where that is asked for. */
export const countParts = (at: Evaluating, value: Loose, mustBeKnown = false): void => {
  count(at, typeof value === 'string' ? value.length / 64 : 1);
  if (typeof value !== 'object' || value === null) return;
  if (isUnknown(value)) {
    if (mustBeKnown) unusual();
  } else if (isArray(value)) for (const item of value) countParts(at, item, mustBeKnown);
  else for (const key of Object.keys(value)) countParts(at, value[key], mustBeKnown);
};

/** What a sequence is outside of an evaluation step: nothing, its only value, or a list. */
export const unwrap = (sequence: readonly Json[]): Loose =>
  sequence.length === 0 ? undefined : sequence.length === 1 ? sequence[0] : sequence;

/** The field of an object, or those of all objects in a list. */
export const lookUp = (input: Loose, key: string): Loose => {
  if (typeof input !== 'object' || input === null) return undefined;
  if (isArray(input)) return unwrap(lookUpAll(input, key, []));
  if (Object.hasOwn(input, key)) return input[key];
  return isUnknown(input) ? restingOn(input) : undefined;
};

const lookUpAll = (list: readonly Json[], key: string, found: Json[]): Json[] => {
  for (const item of list) {
    // Lists that hold one another could be long ways.
    const value = isArray(item) ? unusual() : lookUp(item, key);
    if (value === undefined) continue;
    if (isArray(value)) for (const each of value) found.push(each);
    else found.push(value);
  }
  return found;
};

/** JSONata's effective boolean value; nothing is false. */
export const isTrue = (value: Loose): boolean => {
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'undefined':
      return false;
    case 'string':
      return value !== '';
    case 'number':
      return value !== 0;
    default:
      if (value === null) return false;
      if (isArray(value) || isUnknown(value)) return unusual();
      return Object.keys(value).length > 0;
  }
};

/** A scalar as text. */
export const textOf = (value: Loose): string => {
  switch (typeof value) {
    case 'string':
      return value;
    case 'undefined':
      return '';
    case 'number':
      return String(Number.isInteger(value) ? value : Number(value.toPrecision(15)));
    case 'boolean':
      return String(value);
    default:
      return value === null ? 'null' : unusual();
  }
};
