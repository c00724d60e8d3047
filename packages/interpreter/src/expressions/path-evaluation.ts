import type { Scope } from './evaluation.ts';
import { accepts } from './filter-evaluation.ts';
import { isArray, isObject, type Json, type OpenObject, ownValue, setKey } from './json.ts';
import { givesOne, isDefinite, type PathSyntax, type Selector, spellPath } from './path.ts';
import { pathFunctions } from './path-functions.ts';
import { isUnknown, unknown } from './unknown.ts';

const childrenOf = (node: Json): readonly Json[] =>
  isArray(node) ? node : isObject(node) ? Object.values(node) : [];

/** What a Path is evaluated in: the document that `$` means inside filters, and how far it may still go. */
export interface Search {
  readonly root: Json;
  readonly scope: Scope;
  /** Nodes that may still be visited. */
  left: number;
}

/** Far more than a payload of AWS's size holds, so that only paths like `$..*..*` on a deep document run out. */
const nodeLimit = 2_000_000;
const tooMany = unknown('a Path that leads to more nodes than are granted');

export const searchIn = (root: Json, scope: Scope): Search => ({ root, scope, left: nodeLimit });

/** Counts nodes as visited; throws an unknown leaf where they are too many. */
export const spend = (search: Search, nodes: number): void => {
  search.left -= nodes;
  if (search.left < 0) throw tooMany;
};

/** All objects and arrays inside a node, itself first, in document order. */
const descendantsOf = (node: Json, search: Search): readonly Json[] => {
  const found: Json[] = [];
  const open: Json[] = [node];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (isUnknown(next)) throw next;
    if (!isArray(next) && !isObject(next)) continue;
    found.push(next);
    const children = childrenOf(next);
    spend(search, children.length + 1);
    for (let index = children.length - 1; index >= 0; index -= 1) open.push(children[index] ?? null);
  }
  return found;
};

const sliceOf = (list: readonly Json[], selector: Selector & { kind: 'slice' }): readonly Json[] => {
  const { step, start: from, end: to } = selector;
  const { length } = list;
  if (step === 1) {
    // Jayway counts both bounds from the end or none: `[1:-1]` is empty.
    if (from !== undefined && to !== undefined && from >= 0 && to < 0) return [];
    return list.slice(from ?? 0, to);
  }
  const clamp = (at: number, low: number, high: number): number =>
    Math.min(Math.max(at < 0 ? at + length : at, low), high);
  const found: Json[] = [];
  const start = clamp(
    selector.start ?? (step > 0 ? 0 : length - 1),
    step > 0 ? 0 : -1,
    step > 0 ? length : length - 1,
  );
  const end =
    selector.end === undefined ? (step > 0 ? length : -1) : clamp(selector.end, step > 0 ? 0 : -1, length);
  for (let at = start; step > 0 ? at < end : at > end; at += step) {
    const item = list[at];
    if (item !== undefined) found.push(item);
  }
  return found;
};

const pick = (node: Json, names: readonly string[]): Json => {
  const picked: OpenObject = {};
  if (isObject(node)) {
    for (const name of names) {
      const value = ownValue(node, name);
      if (value !== undefined) setKey(picked, name, value);
    }
  }
  return picked;
};

/** The nodes one step leads to from one node, or undefined where the node has nothing there. */
const step = (
  selector: Selector,
  node: Json,
  last: boolean,
  search: Search,
): readonly (Json | undefined)[] | undefined => {
  if (isUnknown(node)) throw node;
  switch (selector.kind) {
    case 'name':
      return isObject(node) ? [ownValue(node, selector.name)] : undefined;
    case 'names':
      if (!isObject(node)) return undefined;
      return last ? [pick(node, selector.names)] : selector.names.map((name) => ownValue(node, name));
    case 'index':
      return isArray(node) ? [node.at(selector.index)] : undefined;
    case 'indices':
      return isArray(node) ? selector.indices.map((index) => node.at(index)) : undefined;
    case 'slice':
      return isArray(node) ? sliceOf(node, selector) : undefined;
    case 'fromEnd':
      return isArray(node) ? [node[node.length - selector.offset]] : undefined;
    case 'wildcard':
      return childrenOf(node);
    case 'descend':
      return descendantsOf(node, search);
    case 'filter': {
      const { filter } = selector;
      const list = isArray(node) ? node : isObject(node) ? [node] : [];
      return list.filter((candidate) => accepts(filter, candidate, search));
    }
    case 'function': {
      const given = selector.arguments.map((argument) =>
        'constant' in argument ? argument.constant : selectPath(argument.path, search.root, search),
      );
      return [
        pathFunctions.get(selector.name)?.(
          node,
          given.filter((value) => value !== undefined),
        ),
      ];
    }
  }
};

/**
 * Whether `..` stops at a node for the step behind it: a filter tests each object itself, so that elements are not
 * tested again through their array, and several last names must all be there.
 */
const isFound = (selector: Selector, node: Json, last: boolean): boolean => {
  if (selector.kind === 'filter') return !isArray(node);
  if (selector.kind !== 'names' || !last) return true;
  return isObject(node) && selector.names.every((name) => ownValue(node, name) !== undefined);
};

/**
 * The nodes that the steps lead to, in document order. A step that finds nothing ends its way silently: AWS gives an
 * empty list for an indefinite Path even where its beginning is missing. Throws an unknown leaf when the choice of
 * nodes rests on it, or takes more steps than are granted.
 */
export const selectNodes = (selectors: readonly Selector[], start: Json, search: Search): readonly Json[] => {
  let nodes: readonly Json[] = [start];
  let listed = false;
  for (const [position, selector] of selectors.entries()) {
    const last = position === selectors.length - 1;
    const next: Json[] = [];
    // A function takes the whole list that an indefinite Path has found so far.
    const sources = selector.kind === 'function' && listed ? [nodes] : nodes;
    const searching = selectors[position - 1]?.kind === 'descend';
    for (const node of sources) {
      if (searching && !isFound(selector, node, last)) continue;
      const found = step(selector, node, last, search) ?? [];
      spend(search, found.length + 1);
      for (const item of found) if (item !== undefined) next.push(item);
    }
    if (!isDefinite([selector])) listed = true;
    nodes = next;
  }
  return nodes;
};

/** The value of a Path inside a filter or an argument; undefined where it leads nowhere. Throws as `selectNodes`. */
export const selectPath = (path: PathSyntax, current: Json, search: Search): Json | undefined => {
  const { root, scope } = search;
  const start =
    path.root.kind === 'current'
      ? current
      : path.root.kind === 'context'
        ? scope.context()
        : path.root.kind === 'variable'
          ? scope.variables(path.root.name)
          : root;
  if (start === undefined) return undefined;
  const nodes = selectNodes(path.selectors, start, search);
  const value = givesOne(path.selectors) ? nodes[0] : nodes;
  if (value !== undefined && isUnknown(value)) throw value;
  return value;
};

/** Why a definite Path leads nowhere, in the words of the JSONPath library that AWS uses. */
export const explainMissing = (path: PathSyntax, start: Json | undefined): string => {
  const whole = spellPath(path.root, path.selectors);
  let node = start;
  for (let position = 0; position < path.selectors.length; position += 1) {
    const selector = path.selectors[position];
    if (selector === undefined || node === undefined) break;
    const here = spellPath(path.root, path.selectors.slice(0, position));
    const next = spellPath(path.root, path.selectors.slice(0, position + 1));
    const last = position === path.selectors.length - 1;
    if (selector.kind === 'name') {
      if (!isObject(node))
        return `Expected to find an object with property ['${selector.name}'] in path ${here} but found '${kindOf(node)}'`;
      node = ownValue(node, selector.name);
      if (node === undefined)
        return last ? `No results for path: ${whole}` : `Missing property in path ${next}`;
    } else if (selector.kind === 'index' || selector.kind === 'fromEnd') {
      if (!isArray(node))
        return `Filter: ${next.slice(here.length)} can only be applied to arrays. Current context is: ${here}`;
      node = selector.kind === 'index' ? node.at(selector.index) : node[node.length - selector.offset];
      if (node === undefined) return `Index out of bounds when evaluating path ${next}`;
    } else {
      return `Filter: ${next.slice(here.length)} can only be applied to arrays. Current context is: ${here}`;
    }
  }
  return `No results for path: ${whole}`;
};

const kindOf = (node: Json): string => (node === null ? 'null' : isArray(node) ? 'array' : typeof node);
