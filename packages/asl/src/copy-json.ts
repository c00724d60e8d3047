import { isArray } from './check.ts';
import type { Json } from './machine.ts';
import { at, type Problem, problem } from './problem.ts';

/** As deep as AWS's JSON reader goes. */
export const DEEPEST_JSON = 1000;
/** More values than a definition of the greatest size can hold. */
const MOST_VALUES = 1_048_576;

export type JsonCopy =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly problem: Problem };

/** A copy of a value that holds nothing but JSON; refuses cycles, absurd depth, and what JSON cannot hold. */
export function copyJson(value: unknown): JsonCopy {
  const budget = { values: MOST_VALUES };
  try {
    return { ok: true, value: copy(value, '', 0, budget) };
  } catch (error) {
    if (error instanceof NotJson) return { ok: false, problem: error.problem };
    // A getter or a proxy of the caller's object threw, or the stack was nearly full already.
    return {
      ok: false,
      problem: problem('NOT_JSON', '', 'The definition cannot be read: give a plain JSON object.'),
    };
  }
}

class NotJson extends Error {
  readonly problem: Problem;
  constructor(found: Problem) {
    super(found.message);
    this.problem = found;
  }
}

function copy(value: unknown, pointer: string, depth: number, budget: { values: number }): Json {
  if (depth > DEEPEST_JSON)
    throw new NotJson(
      problem(
        'TOO_DEEPLY_NESTED',
        '',
        `The definition is nested deeper than ${DEEPEST_JSON} levels: flatten it.`,
      ),
    );
  if (--budget.values < 0)
    throw new NotJson(
      problem('DEFINITION_TOO_LARGE', '', `The definition holds more than ${MOST_VALUES} values: split it.`),
    );
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (isArray(value)) return Array.from(value, (item, i) => copy(item, at(pointer, i), depth + 1, budget));
  if (typeof value !== 'object')
    throw new NotJson(problem('NOT_JSON', pointer, `A ${typeof value} is no JSON: remove it.`));
  const members: { [key: string]: Json } = {};
  for (const [key, item] of Object.entries(value)) {
    const copied = copy(item, at(pointer, key), depth + 1, budget);
    // Assignment to this one key would set the prototype.
    if (key === '__proto__')
      Object.defineProperty(members, key, {
        value: copied,
        enumerable: true,
        writable: true,
        configurable: true,
      });
    else members[key] = copied;
  }
  return members;
}
