import type { Scope } from './evaluation.ts';
import { compileFilter } from './filter-evaluation.ts';
import { isArray, isObject, type Json, type OpenObject, ownValue, setKey } from './json.ts';
import { isDefinite, type PathSyntax, type Selector, spellPath } from './path-syntax.ts';
import { isUnknown } from './unknown.ts';

const childrenOf = (node: Json): readonly Json[] =>
  isArray(node) ? node : isObject(node) ? Object.values(node) : [];

const pushDescendants = (node: Json, found: Json[]): void => {
  if (isUnknown(node)) throw node;
  if (!isArray(node) && !isObject(node)) return;
  found.push(node);
  for (const child of childrenOf(node)) pushDescendants(child, found);
};

const sliceOf = (list: readonly Json[], selector: Selector & { kind: 'slice' }): readonly Json[] => {
  const { step } = selector;
  if (step === 1) return list.slice(selector.start ?? 0, selector.end);
  const { length } = list;
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

const numbersOf = (node: Json): readonly number[] =>
  isArray(node) ? node.filter((item) => typeof item === 'number') : [];

const applyFunction = (name: string, node: Json): Json | undefined => {
  switch (name) {
    case 'length':
    case 'size':
      return typeof node === 'string' || isArray(node)
        ? node.length
        : isObject(node)
          ? Object.keys(node).length
          : undefined;
    case 'keys':
      return isObject(node) ? Object.keys(node) : undefined;
    case 'first':
      return isArray(node) ? node[0] : undefined;
    case 'last':
      return isArray(node) ? node.at(-1) : undefined;
    default: {
      const numbers = numbersOf(node);
      if (numbers.length === 0) return undefined;
      if (name === 'min') return numbers.reduce((a, b) => Math.min(a, b));
      if (name === 'max') return numbers.reduce((a, b) => Math.max(a, b));
      const sum = numbers.reduce((a, b) => a + b);
      return name === 'avg' ? sum / numbers.length : sum;
    }
  }
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
  accept: ((candidate: Json) => boolean) | undefined,
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
    case 'descend': {
      const found: Json[] = [];
      pushDescendants(node, found);
      return found;
    }
    case 'filter':
      if (accept === undefined) return undefined;
      if (isArray(node)) return node.filter(accept);
      return isObject(node) ? [node].filter(accept) : undefined;
    case 'function':
      return [applyFunction(selector.name, node)];
  }
};

/**
 * The nodes that the steps lead to, in document order. A step that finds nothing ends its way silently: AWS gives an
 * empty list for an indefinite Path even where its beginning is missing. Throws an unknown leaf when the choice of
 * nodes rests on it.
 */
export const selectNodes = (
  selectors: readonly Selector[],
  start: Json,
  root: Json,
  scope: Scope,
): readonly Json[] => {
  let nodes: readonly Json[] = [start];
  let listed = false;
  for (const [position, selector] of selectors.entries()) {
    const accept = selector.kind === 'filter' ? compileFilter(selector.filter, root, scope) : undefined;
    const last = position === selectors.length - 1;
    const next: Json[] = [];
    // A function takes the whole list that an indefinite Path has found so far.
    const sources = selector.kind === 'function' && listed ? [nodes] : nodes;
    const searching = selector.kind === 'filter' && selectors[position - 1]?.kind === 'descend';
    for (const node of sources) {
      // Behind `..` a filter tests each object itself, so elements must not be tested again through their array.
      if (searching && isArray(node)) continue;
      for (const item of step(selector, node, last, accept) ?? []) if (item !== undefined) next.push(item);
    }
    if (!isDefinite([selector])) listed = true;
    nodes = next;
  }
  return nodes;
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
