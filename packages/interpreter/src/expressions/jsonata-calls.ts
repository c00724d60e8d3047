import { isArray, type Json } from './json.ts';
import {
  type Closure,
  count,
  type Evaluating,
  isTrue,
  type Loose,
  unusual,
  unwrap,
} from './jsonata-closure.ts';
import { child, compileNode, isPlain } from './jsonata-compile.ts';
import { bindName, inside, type Names, placeOf } from './jsonata-names.ts';
import { ARITIES, NATIVES } from './jsonata-natives.ts';
import type { SyntaxTree } from './jsonata-sync.generated.js';

/** `$map` and `$filter` with a function written in place. */
const compileOverList = (
  name: 'map' | 'filter',
  list: Closure,
  lambda: SyntaxTree,
  outer: Names,
): Closure => {
  const parameters = Array.isArray(lambda.arguments) ? lambda.arguments : unusual();
  if (lambda.signature !== undefined || lambda.thunk === true || parameters.length > 3) unusual();
  const names = inside(outer);
  const places = parameters.map(({ value }) =>
    typeof value === 'string' ? bindName(names, value) : unusual(),
  );
  const body = child(lambda.body, names);
  return (input, at) => {
    const value = list(input, at);
    if (value === undefined) return undefined;
    if (!isArray(value)) return unusual();
    count(at, value.length);
    const found: Json[] = [];
    value.forEach((item, index) => {
      const given: readonly Json[] = [item, index, value];
      places.forEach((place, position) => {
        at.locals[place] = given[position];
      });
      const result = body(input, at);
      if (name === 'filter') {
        if (isTrue(result)) found.push(item);
      } else if (result !== undefined) found.push(result);
    });
    return unwrap(found);
  };
};

/** Their results are sequences, which a call at the end of a function's body does not unwrap. */
const GIVES_SEQUENCE = new Set(['keys', 'lookup', 'map', 'filter']);

/** A call of a function by its name: of `$map` and `$filter` with a function in place, or of a native one. */
export const compileCall = (
  { procedure }: SyntaxTree,
  given: readonly SyntaxTree[],
  names: Names,
  atEnd = false,
): Closure => {
  const name = procedure?.value;
  if (procedure?.type !== 'variable' || typeof name !== 'string' || !isPlain(procedure)) return unusual();
  if (placeOf(names, name) !== undefined || (atEnd && GIVES_SEQUENCE.has(name))) return unusual();
  const [first, second] = given;
  if ((name === 'map' || name === 'filter') && second?.type === 'lambda' && given.length === 2) {
    return unlessAssigned(name, compileOverList(name, child(first, names), second, names));
  }
  const native = NATIVES.get(name) ?? unusual();
  if ((ARITIES.get(name) ?? given.length) !== given.length || given.length === 0) unusual();
  const closures = given.map((tree) => compileNode(tree, names));
  const [one = unusual(), two] = closures;
  const call: Closure =
    closures.length === 1
      ? (input, at) => native(at, weighed(at, one(input, at)))
      : closures.length === 2 && two !== undefined
        ? (input, at) => native(at, weighed(at, one(input, at)), weighed(at, two(input, at)))
        : (input, at) => native(at, ...closures.map((closure) => weighed(at, closure(input, at))));
  return unlessAssigned(name, call);
};

/** Counts what a native function has to look through at least. */
const weighed = (at: Evaluating, value: Loose): Loose => {
  if (typeof value === 'string') count(at, value.length / 64);
  else if (isArray(value)) count(at, value.length / 8);
  return value;
};

/** The closure of a call. A variable of the state machine hides a function of the same name. */
export const unlessAssigned =
  (name: string, call: Closure): Closure =>
  (input, at) =>
    at.scope.variables(name) === undefined ? call(input, at) : unusual();
