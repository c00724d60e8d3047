import { type QueryLanguage, queryLanguageOf, type Scope, type State, type StateMachine } from './machine.ts';
import { at } from './problem.ts';

/** One state of a machine, and where it lives. */
export type StatePlace = {
  readonly name: string;
  readonly state: State;
  /** JSON pointer to the state. */
  readonly pointer: string;
  /** The machine, branch or item processor whose `States` holds it. */
  readonly scope: Scope;
  readonly scopePointer: string;
  /** From the machine inwards, the last is `scope`. */
  readonly scopes: readonly Scope[];
  /** Names of the states around it, from the outermost, and its own last. */
  readonly path: readonly string[];
  /** The query language it is evaluated in. */
  readonly language: QueryLanguage;
};

/** Scopes nested in a state, as the field table names them, with their pointer relative to the state. */
export function scopesIn(state: State): { readonly pointer: string; readonly scope: Scope }[] {
  if (state.Type === 'Parallel')
    return state.Branches.map((scope, i) => ({ pointer: `/Branches/${i}`, scope }));
  if (state.Type !== 'Map') return [];
  if (state.ItemProcessor !== undefined) return [{ pointer: '/ItemProcessor', scope: state.ItemProcessor }];
  return state.Iterator === undefined ? [] : [{ pointer: '/Iterator', scope: state.Iterator }];
}

/** A machine and the scopes nested in it, each behind the one that holds it, with its JSON pointer. */
export function scopesOf(machine: StateMachine): { readonly pointer: string; readonly scope: Scope }[] {
  const found: { readonly pointer: string; readonly scope: Scope }[] = [{ pointer: '', scope: machine }];
  for (const { pointer, scope } of found)
    for (const name of Object.keys(scope.States)) {
      const state = scope.States[name];
      if (state === undefined) continue;
      for (const inner of scopesIn(state))
        found.push({ pointer: at(`${pointer}/States`, name) + inner.pointer, scope: inner.scope });
    }
  return found;
}

/** Every state of a parsed machine, nested ones behind the state that holds them, in the order of the definition. */
export function* walk(machine: StateMachine): Generator<StatePlace> {
  yield* walkScope(machine, machine, '', [machine], []);
}

function* walkScope(
  machine: StateMachine,
  scope: Scope,
  scopePointer: string,
  scopes: readonly Scope[],
  outer: readonly string[],
): Generator<StatePlace> {
  for (const [name, state] of Object.entries(scope.States)) {
    const pointer = at(`${scopePointer}/States`, name);
    const path = [...outer, name];
    yield {
      name,
      state,
      pointer,
      scope,
      scopePointer,
      scopes,
      path,
      language: queryLanguageOf(machine, state),
    };
    for (const inner of scopesIn(state))
      yield* walkScope(machine, inner.scope, pointer + inner.pointer, [...scopes, inner.scope], path);
  }
}
