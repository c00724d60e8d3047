import type { Scope } from './evaluation.ts';
import { isArray, type Json, type OpenObject, setKey } from './json.ts';
import { withoutBigints } from './json-text.ts';
import { type Closure, count, isTrue, type Loose, lookUp, unusual, unwrap } from './jsonata-closure.ts';
import { addedFunctions } from './jsonata-functions.ts';
import { ARITIES, NATIVES } from './jsonata-natives.ts';
import { negate, OPERATORS } from './jsonata-operators.ts';
import { compileFiltered, compilePath, type Filter, type Step } from './jsonata-path.ts';
import {
  type FilterTree,
  implementationOf,
  type PairTrees,
  type SyntaxTree,
} from './jsonata-sync.generated.js';

/** The variables that an expression binds itself: the place of each, from the innermost block outwards. */
interface Names {
  readonly places: Map<string, number>;
  readonly outer: Names | undefined;
  readonly whole: Whole;
}

/** What is known of the whole expression. */
interface Whole {
  /** Places taken. */
  places: number;
  /** Whether it only goes to a value, which then stays as it is; else it is evaluated with doubles. */
  readonly isWay: boolean;
}

const asRead = (value: Loose, { whole }: Names): Loose =>
  whole.isWay || value === undefined ? value : withoutBigints(value);

const bindName = ({ places, whole }: Names, name: string): number => {
  const place = whole.places;
  whole.places += 1;
  places.set(name, place);
  return place;
};

const inside = (outer: Names): Names => ({ places: new Map(), outer, whole: outer.whole });

const placeOf = (names: Names, name: string): number | undefined => {
  for (let scope: Names | undefined = names; scope !== undefined; scope = scope.outer) {
    const place = scope.places.get(name);
    if (place !== undefined) return place;
  }
  return undefined;
};

const isFunctionName = (name: string): boolean =>
  addedFunctions.has(name) || implementationOf(name) !== undefined;

const isPairs = (lhs: SyntaxTree | PairTrees | undefined): lhs is PairTrees => Array.isArray(lhs);

/** What no closure does: grouping, joins, parents, arrays that are kept. */
const UNKNOWN_MARKS = ['group', 'tuple', 'focus', 'index', 'ancestor', 'seekingParent', 'keepArray'] as const;

const child = (tree: SyntaxTree | undefined, names: Names): Closure =>
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

const isPlain = ({ stages, predicate }: SyntaxTree): boolean =>
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
  if (place !== undefined) return (_input, at) => at.locals[place];
  if (isFunctionName(name)) return unusual();
  return (_input, at) => asRead(at.scope.variables(name), names);
};

const compileArray = (items: readonly SyntaxTree[], names: Names): Closure => {
  const parts = items.map((item) => ({ isNested: item.value === '[', closure: compileNode(item, names) }));
  return (input, at) => {
    const list: Json[] = [];
    for (const { isNested, closure } of parts) {
      const value = closure(input, at);
      if (value === undefined) continue;
      if (!isNested && isArray(value)) {
        count(at, value.length);
        for (const each of value) list.push(each);
      } else list.push(value);
    }
    return list;
  };
};

const FORBIDDEN_KEYS = new Set(['_jsonata_lambda', '_jsonata_function']);

const compileObject = (pairs: PairTrees, names: Names): Closure => {
  const parts = pairs.map(([key, value]) => ({ key: child(key, names), value: child(value, names) }));
  const literal = pairs.every(([key]) => key.type === 'string' && key.predicate === undefined);
  const distinct = literal && new Set(pairs.map(([key]) => key.value)).size === pairs.length;
  return (input, at) => {
    if (isArray(input)) return unusual();
    const result: OpenObject = {};
    const seen = distinct ? undefined : new Set<string>();
    for (const { key, value } of parts) {
      const name = key(input, at);
      if (name === undefined) continue;
      if (typeof name !== 'string' || FORBIDDEN_KEYS.has(name) || seen?.has(name)) return unusual();
      seen?.add(name);
      const found = value(input, at);
      if (found !== undefined) setKey(result, name, found);
    }
    return result;
  };
};

const compileBinary = ({ value, lhs, rhs }: SyntaxTree, names: Names): Closure => {
  if (isPairs(lhs)) return unusual();
  const left = child(lhs, names);
  const right = child(rhs, names);
  if (value === 'and') return (input, at) => isTrue(left(input, at)) && isTrue(right(input, at));
  if (value === 'or') return (input, at) => isTrue(left(input, at)) || isTrue(right(input, at));
  const operator = OPERATORS.get(value) ?? unusual();
  return (input, at) => operator(left(input, at), right(input, at));
};

const compileCondition = (tree: SyntaxTree, names: Names): Closure => {
  const condition = child(tree.condition, names);
  const then = child(tree.then, names);
  const otherwise = tree.else === undefined ? () => undefined : compileNode(tree.else, names);
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

/** `$map` and `$filter` with a function written in place. */
const compileOverList = (
  name: 'map' | 'filter',
  list: Closure,
  lambda: SyntaxTree,
  outer: Names,
): Closure => {
  const parameters = Array.isArray(lambda.arguments) ? lambda.arguments : unusual();
  if (lambda.signature !== undefined || lambda.thunk === true || parameters.length > 3) unusual();
  const names = inside(outer);
  const places = parameters.map(({ value }) =>
    typeof value === 'string' ? bindName(names, value) : unusual(),
  );
  const body = child(lambda.body, names);
  return (input, at) => {
    const value = list(input, at);
    if (value === undefined) return undefined;
    if (!isArray(value)) return unusual();
    count(at, value.length);
    const found: Json[] = [];
    value.forEach((item, index) => {
      const given: readonly Json[] = [item, index, value];
      places.forEach((place, position) => {
        at.locals[place] = given[position];
      });
      const result = body(input, at);
      if (name === 'filter') {
        if (isTrue(result)) found.push(item);
      } else if (result !== undefined) found.push(result);
    });
    return unwrap(found);
  };
};

/** Their results are sequences, which a call at the end of a function's body does not unwrap. */
const GIVES_SEQUENCE = new Set(['keys', 'lookup', 'map', 'filter']);

const compileCall = (
  { procedure }: SyntaxTree,
  given: readonly SyntaxTree[],
  names: Names,
  atEnd = false,
): Closure => {
  const name = procedure?.value;
  if (procedure?.type !== 'variable' || typeof name !== 'string' || !isPlain(procedure)) return unusual();
  if (placeOf(names, name) !== undefined || (atEnd && GIVES_SEQUENCE.has(name))) return unusual();
  const [first, second] = given;
  if ((name === 'map' || name === 'filter') && second?.type === 'lambda' && given.length === 2) {
    return unlessAssigned(name, compileOverList(name, child(first, names), second, names));
  }
  const native = NATIVES.get(name) ?? unusual();
  if ((ARITIES.get(name) ?? given.length) !== given.length || given.length === 0) unusual();
  const closures = given.map((tree) => compileNode(tree, names));
  const [one = unusual(), two] = closures;
  const call: Closure =
    closures.length === 1
      ? (input, at) => native(one(input, at))
      : closures.length === 2 && two !== undefined
        ? (input, at) => native(one(input, at), two(input, at))
        : (input, at) => native(...closures.map((closure) => closure(input, at)));
  return unlessAssigned(name, call);
};

/** A variable of the state machine hides a function of the same name. */
const unlessAssigned =
  (name: string, call: Closure): Closure =>
  (input, at) =>
    at.scope.variables(name) === undefined ? call(input, at) : unusual();

const compileBare = (tree: SyntaxTree, names: Names): Closure => {
  const { type, value } = tree;
  switch (type) {
    case 'path':
      return compileSteps(tree.steps ?? [], names);
    case 'name':
      return typeof value === 'string' ? (input) => lookUp(input, value) : unusual();
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

const compileNode = (tree: SyntaxTree, names: Names): Closure => {
  if (UNKNOWN_MARKS.some((mark) => tree[mark] !== undefined) || tree.keepSingletonArray === true) unusual();
  const closure = compileBare(tree, names);
  return tree.predicate === undefined
    ? closure
    : compileFiltered(closure, compileFilters(tree.predicate, names));
};

/**
 * Compiles a syntax tree; undefined where it holds anything but what closures know. What it returns gives the value
 * that JSONata gives, or throws: then the derived evaluator must be asked, which alone words errors.
 */
export const compileClosure = (tree: SyntaxTree): ((scope: Scope) => Loose) | undefined => {
  try {
    const isWay = [tree, ...(tree.steps ?? [])].every(
      (each) => isPlain(each) && ['path', 'variable', 'name'].includes(each.type),
    );
    const whole = { places: 0, isWay };
    const closure = compileNode(tree, { places: new Map(), outer: undefined, whole });
    return (scope) => closure(undefined, { scope, locals: [], steps: 0 });
  } catch {
    return undefined;
  }
};
