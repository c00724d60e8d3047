import { type ChoiceTest, findLoops, parseResource, type StateMachine, successors } from '@steptrail/asl';
import { type Place, placesOf } from './places.ts';
import { waitOf } from './task-waits.ts';

/** States that can follow one another for ever, with what a rule asks about the loop. */
export interface LoopFacts {
  /** The states of the loop, in the order of the definition. */
  readonly places: readonly Place[];
  /** A Choice of the loop leads out of it, or away from the turn, by a count or a time. */
  readonly counted: boolean;
  /** Events that one turn through all of its states records at most, inner states of Map and Parallel once. */
  readonly eventsPerTurn: number;
  /** Seconds that its Wait states take in one turn; undefined: they come from the input. */
  readonly waitSeconds: number | undefined;
  /** Nothing in it waits: no Wait, no job, no callback, no worker. */
  readonly spins: boolean;
}

export function loopsOf(machine: StateMachine, type: 'STANDARD' | 'EXPRESS'): LoopFacts[] {
  const places = placesOf(machine, type);
  return findLoops(machine).map(({ pointer, names, scope }) => {
    const inLoop = new Set(names);
    const own = places.filter(
      (place) => inLoop.has(place.name) && scope.States[place.name] === place.state && isIn(place, pointer),
    );
    const inner = places.filter((place) => place.enclosing.some((outer) => own.includes(outer)));
    return {
      places: own,
      counted: own.some((place) => countsOut(place, inLoop)),
      eventsPerTurn: [...own, ...inner].reduce((sum, place) => sum + eventsOf(place), 0),
      waitSeconds: waitSecondsOf(own),
      spins: ![...own, ...inner].some(waits),
    };
  });
}

function isIn(place: Place, scopePointer: string): boolean {
  return place.pointer.startsWith(`${scopePointer}/States/`);
}

/** A Choice with a way out of the loop, one of whose rules compares numbers or times. */
function countsOut({ state }: Place, loop: ReadonlySet<string>): boolean {
  if (state.Type !== 'Choice' || successors(state).every((target) => loop.has(target))) return false;
  return state.Choices.some((rule) =>
    typeof rule.Condition === 'string' ? /[<>]|\$count\(/.test(rule.Condition) : compares(rule),
  );
}

function compares(test: ChoiceTest): boolean {
  if (test.Not !== undefined && compares(test.Not)) return true;
  if ([...(test.And ?? []), ...(test.Or ?? [])].some(compares)) return true;
  return Object.keys(test).some((field) => /^(Numeric|Timestamp)/.test(field));
}

/** Events of one visit that goes well: step-functions.md, section 2. */
function eventsOf({ state }: Place): number {
  switch (state.Type) {
    case 'Task':
      switch (waitOf(parseResource(state.Resource))) {
        case 'job':
        case 'callback':
          return 6;
        case 'response':
        case 'activity':
          return 5;
      }
      break;
    case 'Parallel':
      return 4;
    case 'Map':
      return 6;
    case 'Fail':
      return 1;
    case 'Pass':
    case 'Choice':
    case 'Wait':
    case 'Succeed':
      return 2;
  }
}

function waits({ state }: Place): boolean {
  if (state.Type === 'Wait') return true;
  return state.Type === 'Task' && waitOf(parseResource(state.Resource)) !== 'response';
}

function waitSecondsOf(places: readonly Place[]): number | undefined {
  let sum = 0;
  for (const { state } of places) {
    if (state.Type !== 'Wait') continue;
    if (typeof state.Seconds !== 'number') return undefined;
    sum += state.Seconds;
  }
  return sum;
}
