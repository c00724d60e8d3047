import { isArray, isObject, member } from './check.ts';
import type { Scope, State, StateMachine } from './machine.ts';
import { at } from './problem.ts';
import { scopesOf } from './walk.ts';

/** One way out of a state. */
export type TransitionTo = {
  readonly target: string;
  /** Where the target is named, relative to the state: `/Next`, `/Catch/0/Next` … */
  readonly pointer: string;
  readonly kind: 'Next' | 'Default' | 'Choice' | 'Catch';
};

/** Every way out of a state that its definition names, in the order of the definition. Takes unchecked states too. */
function transitionsOf(state: object): TransitionTo[] {
  const found: TransitionTo[] = [];
  const add = (from: object, pointer: string, field: string, kind: TransitionTo['kind']): void => {
    const target = member(from, field);
    if (typeof target === 'string') found.push({ target, pointer: at(pointer, field), kind });
  };
  const type = member(state, 'Type');
  if (type === 'Choice') {
    const rules = member(state, 'Choices');
    if (isArray(rules))
      for (const [i, rule] of rules.entries())
        if (isObject(rule)) add(rule, at('/Choices', i), 'Next', 'Choice');
    add(state, '', 'Default', 'Default');
  } else if (type !== 'Succeed' && type !== 'Fail') add(state, '', 'Next', 'Next');
  const catchers = member(state, 'Catch');
  if (isArray(catchers))
    for (const [i, catcher] of catchers.entries())
      if (isObject(catcher)) add(catcher, at('/Catch', i), 'Next', 'Catch');
  return found;
}

/** Whether an execution or a branch can end in this state. */
export function isTerminal(state: object): boolean {
  const type = member(state, 'Type');
  return type === 'Succeed' || type === 'Fail' || member(state, 'End') === true;
}

/** The names of the states that can follow, each once, by Next, rules, Default or a catcher. */
export function successors(state: State): string[] {
  return [...new Set(transitionsOf(state).map(({ target }) => target))];
}

/** The state with this name in a scope; safe for names such as `__proto__` and `constructor`. */
export function stateOf(scope: Scope, name: string): State | undefined {
  return Object.hasOwn(scope.States, name) ? scope.States[name] : undefined;
}

/** The names reachable from `from` (default: the scope's StartAt), itself among them; missing targets left out. */
export function reachable(scope: Scope, from: string = scope.StartAt): Set<string> {
  const graph = graphOf(scope.States);
  return follow(graph, graph.has(from) ? [from] : []);
}

/** Successors by name, for the states of one scope; missing targets left out. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/** The ways out of each state of a scope's `States`, checked or not. */
export type Transitions = ReadonlyMap<string, readonly TransitionTo[]>;

export function transitionsIn(states: object): Transitions {
  const found = new Map<string, readonly TransitionTo[]>();
  for (const name of Object.keys(states)) {
    const state = member(states, name);
    found.set(name, isObject(state) ? transitionsOf(state) : []);
  }
  return found;
}

/** The graph of a scope's `States`, checked or not. */
export function graphOf(states: object): Graph {
  return graphFrom(transitionsIn(states));
}

export function graphFrom(transitions: Transitions): Graph {
  const graph = new Map<string, string[]>();
  for (const [name, ways] of transitions) {
    const targets: string[] = [];
    for (const { target } of ways) if (transitions.has(target)) targets.push(target);
    graph.set(name, targets);
  }
  return graph;
}

/** All that can be reached from some nodes, these among them. */
export function follow(graph: Graph, from: Iterable<string>): Set<string> {
  const seen = new Set(from);
  for (const name of seen) for (const next of graph.get(name) ?? []) seen.add(next);
  return seen;
}

/** The graph with every arrow turned round. */
export function reverse(graph: Graph): Graph {
  const reversed = new Map<string, string[]>([...graph.keys()].map((name) => [name, []]));
  for (const [name, targets] of graph) for (const target of targets) reversed.get(target)?.push(name);
  return reversed;
}

/** States of one scope that can follow one another for ever. */
export type Loop = {
  readonly scope: Scope;
  /** JSON pointer to the scope. */
  readonly pointer: string;
  /** In the order of the definition. */
  readonly names: readonly string[];
};

/** Every loop of a machine: per scope, the strongly connected components that hold an arrow. */
export function findLoops(machine: StateMachine): Loop[] {
  const loops: Loop[] = [];
  for (const { scope, pointer } of scopesOf(machine))
    for (const names of components(graphOf(scope.States))) loops.push({ scope, pointer, names });
  return loops;
}

/** Kosaraju's algorithm without recursion; components of a single state count when it follows itself. */
function components(graph: Graph): string[][] {
  const order = finishingOrder(graph);
  const backwards = reverse(graph);
  const done = new Set<string>();
  const found: string[][] = [];
  for (const root of order.reverse()) {
    if (done.has(root)) continue;
    const members = new Set([root]);
    done.add(root);
    for (const name of members)
      for (const previous of backwards.get(name) ?? []) {
        if (done.has(previous)) continue;
        done.add(previous);
        members.add(previous);
      }
    if (members.size > 1 || graph.get(root)?.includes(root))
      found.push([...graph.keys()].filter((name) => members.has(name)));
  }
  return found;
}

function finishingOrder(graph: Graph): string[] {
  const seen = new Set<string>();
  const order: string[] = [];
  for (const root of graph.keys()) {
    const stack = [{ name: root, next: 0 }];
    if (seen.has(root)) continue;
    seen.add(root);
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      const target = graph.get(frame.name)?.[frame.next++];
      if (target === undefined) {
        order.push(frame.name);
        stack.pop();
      } else if (!seen.has(target)) {
        seen.add(target);
        stack.push({ name: target, next: 0 });
      }
    }
  }
  return order;
}
