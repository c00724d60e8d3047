import type { Scope } from './evaluation.ts';
import { isArray } from './json.ts';
import { compileCall, unlessAssigned } from './jsonata-calls.ts';
import { type Closure, count, countParts, isTrue, type Loose, lookUp, unusual } from './jsonata-closure.ts';
import { compileArray, compileObject } from './jsonata-constructors.ts';
import { addedFunctions } from './jsonata-functions.ts';
import { asRead, bindName, inside, type Names, placeOf } from './jsonata-names.ts';
import { negate, OPERATORS } from './jsonata-operators.ts';
import { compileFiltered, compilePath, type Filter, type Step } from './jsonata-path.ts';
import {
  type FilterTree,
  implementationOf,
  type PairTrees,
  type SyntaxTree,
} from './jsonata-sync.generated.js';
import { isUnknown } from './unknown.ts';

const isFunctionName = (name: string): boolean =>
  addedFunctions.has(name) || implementationOf(name) !== undefined;

const isPairs = (lhs: SyntaxTree | PairTrees | undefined): lhs is PairTrees => Array.isArray(lhs);

/** What no closure does: grouping, joins, parents, arrays that are kept. */
const UNKNOWN_MARKS = ['group', 'tuple', 'focus', 'index', 'ancestor', 'seekingParent', 'keepArray'] as const;

/** A node that must be there. */
export const child = (tree: SyntaxTree | undefined, names: Names): Closure =>
  tree === undefined ? unusual() : compileNode(tree, names);

const compileFilters = (filters: readonly FilterTree[] | undefined, names: Names): readonly Filter[] =>
  (filters ?? []).map(({ type, expr }) => {
    if (type !== 'filter') return unusual();
    if (expr.type === 'number' && typeof expr.value === 'number' && expr.predicate === undefined) {
      return { index: expr.value };
    }
    return { condition: compileNode(expr, names) };
  });

/** A field of `$states`, read without making the object. */
const FIELDS: ReadonlyMap<unknown, (scope: Scope) => Loose> = new Map([
  ['input', ({ input }: Scope) => input],
  ['result', ({ result }: Scope) => result],
  ['errorOutput', ({ errorOutput }: Scope) => errorOutput],
  ['context', ({ context }: Scope) => context()],
]);

/** Whether nothing in brackets stands behind a node. */
export const isPlain = ({ stages, predicate }: SyntaxTree): boolean =>
  stages === undefined && predicate === undefined;

const compileSteps = (trees: readonly SyntaxTree[], names: Names): Closure => {
  const [first, second] = trees;
  if (first === undefined) return unusual();
  if (trees.some(({ type, value }) => type === 'sort' || (type === 'unary' && value === '['))) unusual();
  const compileStep = (tree: SyntaxTree): Step => {
    if (tree.predicate !== undefined && tree.stages !== undefined) unusual();
    const name = tree.type === 'name' && typeof tree.value === 'string' ? tree.value : undefined;
    const filters = compileFilters(tree.stages, names);
    return { name, closure: compileNode(tree, names), filters };
  };
  const isStates = first.type === 'variable' && first.value === 'states' && isPlain(first);
  if (isStates && placeOf(names, 'states') === undefined && second?.type === 'name') {
    const read = FIELDS.get(second.value);
    if (read === undefined || second.predicate !== undefined) return unusual();
    const filters = compileFilters(second.stages, names);
    const field: Step = { name: undefined, closure: (_input, at) => asRead(read(at.scope), names), filters };
    return compilePath([field, ...trees.slice(2).map(compileStep)], true);
  }
  return compilePath(trees.map(compileStep), first.type === 'variable');
};

const compileVariable = (name: unknown, names: Names): Closure => {
  if (typeof name !== 'string' || name === '$' || name === 'states') return unusual();
  if (name === '') return (input) => input;
  const place = placeOf(names, name);
  if (place !== undefined) {
    names.whole.reads += 1;
    return (_input, at) => at.locals[place];
  }
  if (isFunctionName(name)) return unusual();
  return (_input, at) => asRead(at.scope.variables(name), names);
};

const compileBinary = ({ value, lhs, rhs }: SyntaxTree, names: Names): Closure => {
  if (isPairs(lhs)) return unusual();
  const left = child(lhs, names);
  const right = child(rhs, names);
  if (value === 'and') return (input, at) => isTrue(left(input, at)) && isTrue(right(input, at));
  if (value === 'or') return (input, at) => isTrue(left(input, at)) || isTrue(right(input, at));
  const operator = OPERATORS.get(value) ?? unusual();
  if (value === 'in') {
    return (input, at) => {
      const item = left(input, at);
      const list = right(input, at);
      if (isArray(list)) count(at, list.length / 8);
      return operator(item, list);
    };
  }
  return (input, at) => operator(left(input, at), right(input, at));
};

const compileCondition = (tree: SyntaxTree, names: Names): Closure => {
  const then = child(tree.then, names);
  const otherwise = tree.else === undefined ? () => undefined : compileNode(tree.else, names);
  // Of ?: and ?? the operand is both test and value.
  if (tree.condition === tree.then) {
    return (input, at) => {
      const value = then(input, at);
      return isTrue(value) ? value : otherwise(input, at);
    };
  }
  if (tree.condition?.type === 'function' && tree.condition.arguments?.[0] === tree.then) {
    if (placeOf(names, 'exists') !== undefined) unusual();
    const test = unlessAssigned('exists', then);
    return (input, at) => {
      const value = test(input, at);
      if (value === undefined) return otherwise(input, at);
      return isUnknown(value) ? unusual() : value;
    };
  }
  const condition = child(tree.condition, names);
  return (input, at) => (isTrue(condition(input, at)) ? then(input, at) : otherwise(input, at));
};

const compileBlock = (trees: readonly SyntaxTree[], outer: Names): Closure => {
  const names = inside(outer);
  const parts = trees.map((tree): Closure => {
    if (tree.type !== 'bind') return compileNode(tree, names);
    if (isPairs(tree.lhs) || typeof tree.lhs?.value !== 'string' || !isPlain(tree)) return unusual();
    const value = child(tree.rhs, names);
    const place = bindName(names, tree.lhs.value);
    return (input, at) => {
      at.locals[place] = value(input, at);
      return at.locals[place];
    };
  });
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  return (input, at) => {
    let last: Loose;
    for (const part of parts) last = part(input, at);
    return last;
  };
};

const compileName =
  (name: string): Closure =>
  (input, at) => {
    if (isArray(input)) count(at, input.length);
    return lookUp(input, name);
  };

const compileBare = (tree: SyntaxTree, names: Names): Closure => {
  const { type, value } = tree;
  switch (type) {
    case 'path':
      return compileSteps(tree.steps ?? [], names);
    case 'name':
      return typeof value === 'string' ? compileName(value) : unusual();
    case 'variable':
      return compileVariable(value, names);
    case 'string':
    case 'number':
    case 'value':
      return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? () => value
        : value === null
          ? () => null
          : unusual();
    case 'binary':
      return compileBinary(tree, names);
    case 'condition':
      return compileCondition(tree, names);
    case 'block':
      return compileBlock(tree.expressions ?? [], names);
    case 'function':
      return compileCall(tree, tree.arguments ?? [], names);
    case 'apply':
      return tree.rhs?.type === 'function' &&
        tree.lhs !== undefined &&
        !isPairs(tree.lhs) &&
        isPlain(tree.rhs)
        ? compileCall(tree.rhs, [tree.lhs, ...(tree.rhs.arguments ?? [])], names)
        : unusual();
    case 'lambda': {
      // A call at the end of a function's body comes wrapped.
      const { body } = tree;
      if (tree.thunk !== true || body?.type !== 'function') return unusual();
      return compileCall(body, body.arguments ?? [], names, true);
    }
    case 'unary':
      if (value === '[') return compileArray(tree.expressions ?? [], names);
      if (value === '{' && isPairs(tree.lhs)) return compileObject(tree.lhs, names);
      if (value !== '-') return unusual();
      return negated(child(tree.expression, names));
    default:
      return unusual();
  }
};

const negated =
  (closure: Closure): Closure =>
  (input, at) =>
    negate(closure(input, at));

/** Nodes in one another: deeper ones are left to the evaluator, which counts as AWS does. */
const DEEPEST = 80;

/** The closure of a node; throws where there is none. */
export const compileNode = (tree: SyntaxTree, names: Names): Closure => {
  if (UNKNOWN_MARKS.some((mark) => tree[mark] !== undefined) || tree.keepSingletonArray === true) unusual();
  if (names.whole.depth >= DEEPEST) unusual();
  names.whole.depth += 1;
  const closure = compileBare(tree, names);
  names.whole.depth -= 1;
  return tree.predicate === undefined
    ? closure
    : compileFiltered(closure, compileFilters(tree.predicate, names));
};

/** A variable that is read twice into the next, and so on, doubles the value each time; so few do no harm. */
const FEW_READS = 12;

/**
 * Compiles a syntax tree; undefined where it holds anything but what closures know. What it returns gives the value
 * that JSONata gives, or throws: then the derived evaluator must be asked, which alone words errors.
 */
export const compileClosure = (tree: SyntaxTree): ((scope: Scope) => Loose) | undefined => {
  try {
    const isWay = [tree, ...(tree.steps ?? [])].every(
      (each) => isPlain(each) && ['path', 'variable', 'name'].includes(each.type),
    );
    const whole = { places: 0, depth: 0, reads: 0, isWay };
    const closure = compileNode(tree, { places: new Map(), outer: undefined, whole });
    const mayGrow = whole.reads > FEW_READS;
    return (scope) => {
      const at = { scope, locals: [], steps: 0 };
      const value = closure(undefined, at);
      if (mayGrow) countParts(at, value);
      return value;
    };
  } catch {
    return undefined;
  }
};
