import { isSyntaxProblem } from './cursor.ts';
import {
  type Evaluate,
  type Expression,
  quotingFailure,
  runtimeFailure,
  type Scope,
  toExpression,
} from './evaluation.ts';
import { isObject, type Json } from './json.ts';
import { jsonText } from './json-text.ts';
import { givesOne, type PathSyntax, type Root, type Selector } from './path.ts';
import { explainMissing, searchIn, selectNodes } from './path-evaluation.ts';
import { parsePath } from './path-syntax.ts';
import { isUnknown, reasonOf, restingOn } from './unknown.ts';

/** A closure that gives a Path's value, or undefined where it leads nowhere. */
export type Selection = Evaluate<Json | undefined>;

const readStart = (root: Root): Selection => {
  switch (root.kind) {
    case 'input':
    case 'current':
      return (scope) => scope.input;
    case 'context':
      return (scope) => scope.context();
    case 'variable': {
      const { name } = root;
      return (scope) => scope.variables(name);
    }
  }
};

const inherited = new Set(Object.getOwnPropertyNames(Object.prototype));

/** The keys of a Path made of names and indices only, which needs no lists; undefined for any other. */
const plainKeys = (selectors: readonly Selector[]): readonly (string | number)[] | undefined => {
  const keys: (string | number)[] = [];
  for (const selector of selectors) {
    if (selector.kind === 'name' && !inherited.has(selector.name)) keys.push(selector.name);
    else if (selector.kind === 'index' && selector.index >= 0) keys.push(selector.index);
    else return undefined;
  }
  return keys;
};

/** Follows names and indices; undefined where the way ends. An unknown leaf on the way is the result. */
const follow = (start: Json, keys: readonly (string | number)[]): Json | undefined => {
  let node: Json | undefined = start;
  for (let position = 0; position < keys.length; position += 1) {
    const key = keys[position];
    if (typeof key === 'string') {
      if (!isObject(node)) return undefined;
      const next: Json | undefined = node[key];
      if (next === undefined) return isUnknown(node) ? restingOn(node) : undefined;
      node = next;
    } else {
      if (!Array.isArray(node)) return isUnknown(node) ? restingOn(node) : undefined;
      node = node[key ?? -1];
    }
  }
  return node;
};

/** Compiles a parsed Path to a closure. */
export const compileSelection = (path: PathSyntax): Selection => {
  const start = readStart(path.root);
  const keys = plainKeys(path.selectors);
  if (keys !== undefined) {
    if (keys.length === 0) return start;
    return (scope) => {
      const root = start(scope);
      return root === undefined ? undefined : follow(root, keys);
    };
  }
  const single = givesOne(path.selectors);
  return (scope) => {
    const root = start(scope);
    if (root === undefined) return undefined;
    try {
      const nodes = selectNodes(path.selectors, root, searchIn(root, scope));
      return single ? nodes[0] : nodes;
    } catch (thrown) {
      if (!isUnknown(thrown)) throw thrown;
      scope.draws.touchUnknown(reasonOf(thrown));
      return restingOn(thrown);
    }
  };
};

const notFound = (text: string, field: string, scope: Scope): string =>
  `The JSONPath '${text}' specified for the field '${field}' could not be found in the input '${jsonText(scope.input)}'`;

/** Compiles the text of a Path to a throwing closure; see `compilePath`. */
export const compilePathEvaluate = (text: string, field?: string): Evaluate => {
  let path: PathSyntax;
  try {
    path = parsePath(text);
  } catch (thrown) {
    if (!isSyntaxProblem(thrown)) throw thrown;
    const problem = runtimeFailure(`Invalid path '${text}' : ${thrown.problem}`);
    return () => {
      throw problem;
    };
  }
  const select = compileSelection(path);
  const start = readStart(path.root);
  return (scope) => {
    const value = select(scope);
    if (value !== undefined) return value;
    if (field === undefined)
      throw runtimeFailure(`Invalid path '${text}' : ${explainMissing(path, start(scope))}`);
    throw quotingFailure('States.Runtime', notFound(text, field, scope), scope.input);
  };
};

/**
 * Compiles a Path: `$…`, `$$…` or `$variable…`, in the JSONPath dialect that AWS accepts (Jayway's). A definite
 * Path gives its node and fails where there is none, an indefinite one gives a list. `field` names the field for
 * the text that AWS uses in payload templates and ErrorPath ("… specified for the field 'x.$' …"); without it
 * the text is that of InputPath, OutputPath and the `…Path` fields ("Invalid path '…' : …").
 */
export const compilePath = (text: string, field?: string): Expression =>
  toExpression(compilePathEvaluate(text, field));
