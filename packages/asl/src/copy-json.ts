import { isArray } from './check.ts';
import type { Json } from './machine.ts';
import { at, type Problem, problem } from './problem.ts';

/** As deep as AWS's JSON reader goes. */
const DEEPEST_JSON = 1000;
/** More values than a definition of the greatest size can hold. */
const MOST_VALUES = 1_048_576;

export type JsonCopy =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly problem: Problem };

/** A copy of a value that holds nothing but JSON; refuses cycles, absurd depth, and what JSON cannot hold. */
export function copyJson(value: unknown): JsonCopy {
  const place: Place = { path: [], values: 0 };
  try {
    return { ok: true, value: copy(value, place) };
  } catch (error) {
    if (error instanceof NotJson) return { ok: false, problem: error.problem };
    // A getter or a proxy of the caller's object threw, or the stack was nearly full already.
    return {
      ok: false,
      problem: problem('NOT_JSON', '', 'The definition cannot be read: give a plain JSON object.'),
    };
  }
}

type JsonSurvey =
  | {
      readonly ok: true;
      readonly value: Json;
      /** Members of all its objects together. */
      readonly members: number;
    }
  | { readonly ok: false; readonly problem: Problem };

/** What JSON.parse has given, whose depth alone can be absurd. */
export function surveyJson(parsed: Json): JsonSurvey {
  try {
    return { ok: true, value: parsed, members: countMembers(parsed, 0) };
  } catch (error) {
    if (error instanceof NotJson) return { ok: false, problem: error.problem };
    throw error;
  }
}

function countMembers(value: Json, depth: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (depth >= DEEPEST_JSON) throw tooDeep();
  let members = 0;
  if (Array.isArray(value)) for (const item of value) members += countMembers(item, depth + 1);
  else for (const item of Object.values(value)) members += 1 + countMembers(item, depth + 1);
  return members;
}

function tooDeep(): NotJson {
  return new NotJson(
    problem(
      'TOO_DEEPLY_NESTED',
      '',
      `The definition is nested deeper than ${DEEPEST_JSON} levels: flatten it.`,
    ),
  );
}

class NotJson extends Error {
  readonly problem: Problem;
  constructor(found: Problem) {
    super(found.message);
    this.problem = found;
  }
}

/** Where a copy has come to, and how many values it holds so far. */
type Place = { readonly path: (string | number)[]; values: number };

function copy(value: unknown, place: Place): Json {
  place.values++;
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value !== 'object')
    throw new NotJson(
      problem('NOT_JSON', place.path.reduce<string>(at, ''), `A ${typeof value} is no JSON: remove it.`),
    );
  if (place.path.length >= DEEPEST_JSON) throw tooDeep();
  if (place.values > MOST_VALUES)
    throw new NotJson(
      problem('DEFINITION_TOO_LARGE', '', `The definition holds more than ${MOST_VALUES} values: split it.`),
    );
  return isArray(value) ? copyArray(value, place) : copyObject(value, place);
}

function copyArray(items: readonly unknown[], place: Place): Json {
  const copied: Json[] = [];
  for (let i = 0; i < items.length; i++) {
    place.path.push(i);
    copied.push(copy(items[i], place));
    place.path.pop();
  }
  return copied;
}

function copyObject(object: object, place: Place): Json {
  const copied: { [key: string]: Json } = {};
  for (const [key, item] of Object.entries(object)) {
    place.path.push(key);
    const value = copy(item, place);
    place.path.pop();
    // Assignment to this one key would set the prototype.
    if (key === '__proto__')
      Object.defineProperty(copied, key, { value, enumerable: true, writable: true, configurable: true });
    else copied[key] = value;
  }
  return copied;
}
