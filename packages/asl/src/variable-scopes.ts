import { type Check, isArray, isObject, type UnknownObject } from './check.ts';
import { follow, graphOf } from './graph.ts';
import { at } from './problem.ts';

/** Variables that may have a value already when a nested scope begins (ASL section 8.12). */
export type OuterVariables = {
  /** By name, the place in the order of visits of the first state that assigns it. */
  readonly firstAssigned: ReadonlyMap<string, number>;
  /** The place of the state that holds the nested scope. */
  readonly before: number;
  readonly outer: OuterVariables | undefined;
};

/**
 * Reports each variable that an inner scope assigns although a scope around it has assigned it before.
 * @returns what the scopes nested in a state of this scope find around them
 */
export function checkVariableScope(
  check: Check,
  startAt: unknown,
  states: UnknownObject,
  pointer: string,
  outer: OuterVariables | undefined,
): (stateName: string) => OuterVariables | undefined {
  const assigned: (readonly [variable: string, stateName: string])[] = [];
  for (const name of Object.keys(states)) {
    const state = states[name];
    if (!isObject(state)) continue;
    const language = state.QueryLanguage ?? check.language;
    for (const { assign, place } of assignsOf(state, at(pointer, name)))
      for (const key of Object.keys(assign)) {
        const variable = language === 'JSONPath' && key.endsWith('.$') ? key.slice(0, -2) : key;
        assigned.push([variable, name]);
        if (isAssigned(outer, variable))
          check.report(
            'VARIABLE_OF_OUTER_SCOPE',
            at(place, key),
            `The variable '${variable}' belongs to a scope around this one, which cannot be assigned from here: rename it, and return the value as output.`,
          );
      }
  }
  if (assigned.length === 0) return () => outer;
  const start = typeof startAt === 'string' && Object.hasOwn(states, startAt) ? [startAt] : [];
  const order = new Map([...follow(graphOf(states), start)].map((name, place) => [name, place]));
  const firstAssigned = new Map<string, number>();
  for (const [variable, name] of assigned) {
    const place = order.get(name) ?? Number.POSITIVE_INFINITY;
    firstAssigned.set(variable, Math.min(place, firstAssigned.get(variable) ?? place));
  }
  return (name) => ({ firstAssigned, before: order.get(name) ?? 0, outer });
}

function isAssigned(outer: OuterVariables | undefined, name: string): boolean {
  for (let each = outer; each !== undefined; each = each.outer)
    if ((each.firstAssigned.get(name) ?? Number.POSITIVE_INFINITY) < each.before) return true;
  return false;
}

type Assign = { readonly assign: UnknownObject; readonly place: string };

function assignsOf(state: UnknownObject, pointer: string): readonly Assign[] {
  if (state.Assign === undefined && state.Choices === undefined && state.Catch === undefined) return [];
  const found: Assign[] = [];
  if (isObject(state.Assign)) found.push({ assign: state.Assign, place: at(pointer, 'Assign') });
  for (const field of ['Choices', 'Catch']) {
    const entries = state[field];
    if (!isArray(entries)) continue;
    for (const [i, entry] of entries.entries())
      if (isObject(entry) && isObject(entry.Assign))
        found.push({ assign: entry.Assign, place: at(at(at(pointer, field), i), 'Assign') });
  }
  return found;
}
