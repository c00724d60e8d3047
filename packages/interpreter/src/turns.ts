import { type Counting, countIn, type Spread, spreadOf, startCounting } from './spread.ts';
import type { Loop, MapItems, Visit, VisitPlace } from './trace.ts';

/*
 * What turns of loops and items of maps cost in events: one pass over the visits, in the order in which they were
 * entered, so that all that a turn holds has been counted when the next one begins.
 */

/** The machine, a branch or an iteration. */
interface Place {
  readonly path: string;
  readonly outer: Place | undefined;
  readonly within: VisitPlace | undefined;
  readonly firstEventId: number;
  /** Events so far, those of inner places too. */
  events: number;
  /** The way from the start without its loops: a state that is entered again cuts off what came since. */
  way: Step[];
  /** Where in a long way each state is. */
  steps: Map<string, number> | undefined;
  /** The loops that turned here. */
  turning: Map<OpenLoop, number> | undefined;
}

interface Step {
  readonly visit: Visit;
  /** Of its place, before it was entered. */
  readonly eventsBefore: number;
}

interface OpenLoop {
  readonly head: Visit;
  readonly states: Set<string>;
  readonly places: Set<Place>;
  readonly turns: Counting;
  milliseconds: number;
  last: Visit;
  most: { place: Place; turns: number } | undefined;
}

interface OpenItems {
  readonly map: Visit;
  readonly visits: Set<number>;
  readonly items: Counting;
}

export interface Turns {
  readonly loops: readonly Loop[];
  readonly mapItems: readonly MapItems[];
}

/** The events of an iteration that are its Map's: MapIterationStarted and its end. */
const MARKERS = 2;

/** What loops and maps cost, by the state at which turns begin and by Map. */
export const turnsOf = (visits: readonly Visit[], running: boolean): Turns => {
  const root = openPlace('', undefined, undefined, 1);
  const places = new Map<VisitPlace, Place>();
  const containers = new Map<number, { readonly visit: Visit; readonly place: Place }>();
  const loops = new Map<string, OpenLoop>();

  const placeOf = (visit: Visit): Place => {
    const { within } = visit;
    if (within === undefined) return root;
    const known = places.get(within);
    if (known !== undefined) return known;
    const outer = containers.get(within.enteredEventId)?.place ?? root;
    const place = openPlace(visit.path, outer, within, visit.enteredEventId);
    places.set(within, place);
    return place;
  };

  const loopAt = (visit: Visit): OpenLoop => {
    const key = keyOf(visit);
    const known = loops.get(key);
    if (known !== undefined) return known;
    const loop: OpenLoop = {
      head: visit,
      states: new Set(),
      places: new Set(),
      turns: startCounting(),
      milliseconds: 0,
      last: visit,
      most: undefined,
    };
    loops.set(key, loop);
    return loop;
  };

  for (const visit of visits) {
    const place = placeOf(visit);
    const turn = cutTurn(place, visit.state);
    const head = turn?.[0];
    if (turn !== undefined && head !== undefined) takeTurn(loopAt(head.visit), place, head, turn, visit);
    place.steps?.set(visit.state, place.way.length);
    const step = { visit, eventsBefore: place.events };
    // Most places hold one state.
    if (place.way.length === 0) place.way = [step];
    else place.way.push(step);
    for (let each: Place | undefined = place; each !== undefined; each = each.outer) {
      each.events += visit.events;
    }
    if (visit.stateType === 'Map' || visit.stateType === 'Parallel') {
      containers.set(visit.enteredEventId, { visit, place });
    }
  }

  const items = new Map<string, OpenItems>();
  for (const { within, events, firstEventId } of places.values()) {
    if (within?.ended !== true) continue;
    const map = containers.get(within.enteredEventId)?.visit;
    if (map?.stateType !== 'Map') continue;
    const key = keyOf(map);
    const of = items.get(key) ?? { map, visits: new Set(), items: startCounting() };
    items.set(key, of);
    of.visits.add(map.enteredEventId);
    countIn(of.items, events + MARKERS, firstEventId);
  }
  return {
    loops: [...loops.values()].map((loop) => loopOf(loop, running)),
    mapItems: [...items.values()].map(({ map, visits: all, items: counting }) => ({
      state: map.state,
      pointer: map.pointer,
      enteredEventId: map.enteredEventId,
      visits: all.size,
      items: counting.count,
      events: spreadOf(counting),
    })),
  };
};

const keyOf = ({ pointer, path, state }: Visit): string => pointer ?? `${path} ${state}`;

const NO_STEPS: Step[] = [];

const openPlace = (
  path: string,
  outer: Place | undefined,
  within: VisitPlace | undefined,
  firstEventId: number,
): Place => ({
  path,
  outer,
  within,
  firstEventId,
  events: 0,
  way: NO_STEPS,
  steps: undefined,
  turning: undefined,
});

/** A way as long as that is not searched step by step. */
const LONG_WAY = 16;

/** Takes off the way what came since a state was entered before; undefined where it never was. */
const cutTurn = (place: Place, state: string): readonly Step[] | undefined => {
  const { way } = place;
  if (way.length === LONG_WAY) {
    place.steps ??= new Map(way.map(({ visit }, index) => [visit.state, index]));
  }
  const at =
    place.steps === undefined
      ? way.findIndex(({ visit }) => visit.state === state)
      : (place.steps.get(state) ?? -1);
  if (at < 0) return undefined;
  const turn = way.splice(at);
  for (const { visit } of turn) place.steps?.delete(visit.state);
  return turn;
};

const takeTurn = (loop: OpenLoop, place: Place, head: Step, turn: readonly Step[], next: Visit): void => {
  for (const { visit } of turn) loop.states.add(visit.state);
  loop.places.add(place);
  countIn(loop.turns, place.events - head.eventsBefore, head.visit.enteredEventId);
  loop.milliseconds += Math.max(0, next.entered - head.visit.entered);
  loop.last = next;
  place.turning ??= new Map();
  const turns = (place.turning.get(loop) ?? 0) + 1;
  place.turning.set(loop, turns);
  if (loop.most === undefined || turns > loop.most.turns) loop.most = { place, turns };
};

const loopOf = (loop: OpenLoop, running: boolean): Loop => {
  const { head, states, places, turns, milliseconds, last, most } = loop;
  // It may turn again: the way ends inside it.
  const end = most?.place.way.at(-1)?.visit;
  const events: Spread = spreadOf(turns);
  return {
    state: head.state,
    pointer: head.pointer,
    path: most?.place.path ?? head.path,
    states: [...states],
    places: places.size,
    turns: turns.count,
    mostTurns: most?.turns ?? 0,
    events,
    meanMilliseconds: Math.round(milliseconds / Math.max(1, turns.count)),
    open: running && end !== undefined && most?.place.within?.ended !== true && states.has(end.state),
    firstEventId: head.enteredEventId,
    lastEventId: last.enteredEventId,
  };
};
