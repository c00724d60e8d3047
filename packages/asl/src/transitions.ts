import { type Check, isObject, isPlaceholder, member, type UnknownObject } from './check.ts';
import {
  follow,
  type Graph,
  graphFrom,
  isTerminal,
  reverse,
  type Transitions,
  type TransitionTo,
  transitionsIn,
} from './graph.ts';
import { at } from './problem.ts';

/** That every target exists in its scope, every state can be reached, and an end exists. */
export function checkTransitions(
  check: Check,
  startAt: unknown,
  states: UnknownObject,
  pointer: string,
): void {
  const place = at(pointer, 'States');
  const transitions = transitionsIn(states);
  const missing = (target: string): boolean => !transitions.has(target) && !isPlaceholder(check, target);
  let complete = true;
  if (typeof startAt === 'string' && missing(startAt)) {
    complete = false;
    check.report(
      'MISSING_TARGET',
      at(pointer, 'StartAt'),
      `Missing 'StartAt' target '${startAt}': name one of the states beside it.`,
    );
  }
  for (const [name, ways] of transitions) {
    const state = states[name];
    if (!isObject(state)) continue;
    checkHasTransition(check, name, state, place);
    for (const { target, pointer: inner } of ways) {
      if (isPlaceholder(check, target)) complete = false;
      if (!missing(target)) continue;
      check.report(
        'MISSING_TARGET',
        at(place, name) + inner,
        `Missing '${inner.slice(inner.lastIndexOf('/') + 1)}' target '${target}': name a state of the same scope (transitions cannot cross into or out of a branch or a Map).`,
      );
    }
  }
  checkEnds(check, startAt, states, transitions, pointer, complete && !isPlaceholder(check, startAt));
}

const NEEDS_TRANSITION: ReadonlySet<unknown> = new Set(['Task', 'Pass', 'Wait', 'Parallel', 'Map']);

function checkHasTransition(check: Check, name: string, state: UnknownObject, place: string): void {
  if (!NEEDS_TRANSITION.has(state.Type)) return;
  const end = member(state, 'End');
  if (Object.hasOwn(state, 'Next')) return;
  if (end === undefined || end === false)
    check.report(
      'MISSING_TRANSITION',
      at(place, name),
      `The state '${name}' needs 'Next' with the name of another state, or "End": true.`,
    );
}

/** Only where all targets exist: else every state behind the missing one would be reported too. */
function checkEnds(
  check: Check,
  startAt: unknown,
  states: UnknownObject,
  transitions: Transitions,
  pointer: string,
  complete: boolean,
): void {
  const place = at(pointer, 'States');
  const names = [...transitions.keys()];
  const ends = new Set(
    names.filter((name) => {
      const state = states[name];
      return isObject(state) && isTerminal(state);
    }),
  );
  if (ends.size === 0) {
    // AWS looks for an end in the machine itself, and not in the machines nested in it.
    check.report(
      pointer === '' ? 'NO_TERMINAL_STATE' : 'NO_WAY_OUT',
      place,
      `No state ends ${pointer === '' ? 'the machine' : 'this scope'}: give one of them "End": true, or add a Succeed or Fail state.`,
    );
    if (pointer === '') return;
  }
  const graph = graphFrom(transitions);
  if (!complete || typeof startAt !== 'string' || !graph.has(startAt)) return;
  const reached = follow(graph, [startAt]);
  const unsure = names.filter((name) => !ends.has(name) && leadsNowhere(transitions.get(name) ?? [], graph));
  const ending = follow(reverse(graph), [...ends, ...unsure]);
  for (const name of names) {
    if (!reached.has(name))
      check.report(
        'UNREACHABLE_STATE',
        at(place, name),
        `State "${name}" is not reachable: name it as a target of another state, or remove it.`,
      );
    else if (ends.size > 0 && !ending.has(name))
      check.report(
        'NO_WAY_OUT',
        at(place, name),
        `From state "${name}" no end can be reached: give the loop a way out.`,
      );
  }
}

/** Whether a transition of a state is missing or has no target, which is reported already. */
function leadsNowhere(ways: readonly TransitionTo[], graph: Graph): boolean {
  return ways.length === 0 || ways.some(({ target }) => !graph.has(target));
}
