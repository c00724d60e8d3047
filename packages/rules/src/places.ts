import { isDistributed, itemProcessorOf, type State, type StateMachine, walk } from '@steptrail/asl';

/** A state with its place in the definition, as rules need it. */
export interface Place<S extends State = State> {
  readonly name: string;
  readonly state: S;
  /** JSON pointer into the definition. */
  readonly pointer: string;
  /** The Parallel and Map states around it, outermost first. */
  readonly enclosing: readonly Place[];
  /** Runs under Express semantics: the machine is EXPRESS, or a Distributed Map around it starts Express children. */
  readonly express: boolean;
}

type Places = { [type in 'STANDARD' | 'EXPRESS']?: readonly Place[] };

/** Each rule asks for the places of the same machine. */
const known = new WeakMap<StateMachine, Places>();

/** Every state of a machine, nested ones after the state that holds them. */
export function placesOf(machine: StateMachine, type: 'STANDARD' | 'EXPRESS'): readonly Place[] {
  const places = known.get(machine) ?? {};
  known.set(machine, places);
  places[type] ??= findPlaces(machine, type);
  return places[type];
}

function findPlaces(machine: StateMachine, type: 'STANDARD' | 'EXPRESS'): Place[] {
  const places: Place[] = [];
  let around: Place[] = [];
  for (const { name, state, pointer, path } of walk(machine)) {
    around = around.slice(0, path.length - 1);
    const express = type === 'EXPRESS' || around.some((outer) => startsExpressChildren(outer.state));
    const place = { name, state, pointer, enclosing: around, express };
    places.push(place);
    around = [...around, place];
  }
  return places;
}

function startsExpressChildren(state: State): boolean {
  if (state.Type !== 'Map' || !isDistributed(state)) return false;
  return itemProcessorOf(state).ProcessorConfig?.ExecutionType === 'EXPRESS';
}

type TaskPlace = Place<Extract<State, { Type: 'Task' }>>;

/** The places whose state is a Task. */
export function tasksOf(machine: StateMachine, type: 'STANDARD' | 'EXPRESS'): TaskPlace[] {
  return placesOf(machine, type).filter(isTask);
}

function isTask(place: Place): place is TaskPlace {
  return place.state.Type === 'Task';
}

/** Evidence that consists of places in the definition only. */
export function atPlaces(places: Iterable<Place>): { pointers: string[]; executions: [] } {
  return { pointers: Array.from(places, (place) => place.pointer), executions: [] };
}

/** Names for a message: the first few, and how many more. */
export function listNames(places: readonly Place[], most = 5): string {
  const names = [...new Set(places.map((place) => place.name))];
  const rest = names.length - most;
  const shown = names.slice(0, rest > 0 ? most : names.length).join(', ');
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}
