import { type Evaluate, failure, quotingFailure, type Scope } from './evaluation.ts';
import { isArray, type Json, type JsonObject, type OpenObject, setKey } from './json.ts';
import { jsonText } from './json-text.ts';
import { compileClosure } from './jsonata-compile.ts';
import { tooMuch } from './jsonata-functions.ts';
import { openSession } from './jsonata-session.ts';
import { evaluate, parse, type Session, type SyntaxTree, workOnText } from './jsonata-sync.generated.js';
import { isUnknown, reasonOf, restingOn, type Unknown, unknown } from './unknown.ts';

/** What kinds of value a field takes, in AWS's words. */
export type JsonType = 'array' | 'boolean' | 'null' | 'number' | 'object' | 'string';

const cacheLimit = 2_000;

/** An expression parsed: how it is evaluated, or what keeps it from being an expression. */
type Parsed =
  | { readonly problem: string | Unknown }
  | { readonly tree: SyntaxTree; readonly closure: ReturnType<typeof compileClosure> };

const parsed = new Map<string, Parsed>();

const textOf = (thrown: unknown): string => {
  if (typeof thrown !== 'object' || thrown === null) return String(thrown);
  const message = 'message' in thrown ? String(thrown.message) : 'unknown error';
  return 'code' in thrown ? `${String(thrown.code)}: ${message}` : message;
};

const parseNew = (text: string): Parsed => {
  try {
    const tree = parse(text);
    return { tree, closure: compileClosure(tree) };
  } catch (thrown) {
    return { problem: thrown instanceof RangeError ? tooMuch : textOf(thrown) };
  }
};

/** An expression, parsed once. */
const parseOnce = (text: string): Parsed => {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const outcome = parseNew(text);
  if (parsed.size >= cacheLimit) parsed.clear();
  parsed.set(text, outcome);
  return outcome;
};

/** AWS goes on with what is no number of JSON: `1/0` is a text there. */
const outOfRange = unknown('a number out of range');

const unsupported = Symbol('a function in a result');

/**
 * The JSON of a loose result, sharing whatever is JSON already. What is known of a value that is unknown holds only where
 * the expression names the value; functions and operators hand such a leaf on in place of their result.
 */
const toJson = (
  value: unknown,
  names: boolean,
  spend: Session['spend'],
): Json | typeof unsupported | undefined => {
  spend(typeof value === 'string' ? workOnText(value) : typeof value === 'object' ? 16 : 1);
  if (value === undefined || value === null || typeof value === 'boolean' || typeof value === 'string')
    return value;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw { unknown: outOfRange };
    return value;
  }
  if (typeof value === 'bigint') return value;
  if (typeof value !== 'object' || '_jsonata_lambda' in value || '_jsonata_function' in value)
    return unsupported;
  if (isUnknown(value)) return names ? value : restingOn(value);
  if (Array.isArray(value)) {
    const list: readonly unknown[] = value;
    const copy: Json[] = [];
    let same = !('sequence' in value);
    for (const item of list) {
      const json = toJson(item, names, spend);
      if (json === unsupported) return unsupported;
      if (json !== item) same = false;
      if (json !== undefined) copy.push(json);
    }
    return same && isWalkedList(value) ? value : copy;
  }
  const copy: OpenObject = {};
  let same = true;
  for (const [key, item] of Object.entries(value)) {
    const json = toJson(item, names, spend);
    if (json === unsupported) return unsupported;
    if (json !== item) same = false;
    if (json !== undefined) setKey(copy, key, json);
  }
  return same && isWalkedObject(value) ? value : copy;
};

// What toJson has walked through and found to be JSON already.
const isWalkedList = (value: unknown): value is readonly Json[] => Array.isArray(value);
const isWalkedObject = (value: object): value is JsonObject => !Array.isArray(value);

const typeOf = (value: Json): JsonType => {
  if (value === null) return 'null';
  if (isArray(value)) return 'array';
  const type = typeof value === 'bigint' ? 'number' : typeof value;
  return type === 'boolean' || type === 'number' || type === 'string' ? type : 'object';
};

const unknownOf = (thrown: unknown): Unknown | undefined => {
  if (thrown instanceof RangeError) return tooMuch;
  if (typeof thrown !== 'object' || thrown === null) return undefined;
  if ('unknown' in thrown && isUnknown(thrown.unknown)) return restingOn(thrown.unknown);
  if (!('code' in thrown)) return undefined;
  return thrown.code === 'D2015' ? tooMuch : thrown.code === 'D1001' ? outOfRange : undefined;
};

const wrapped = (text: string, location: string): string =>
  `The JSONata expression '${text}' specified for the field '${location}'`;

/** An expression that does nothing but name a value. */
const NAME = /^\$\w+(\.\w+)*$/;

const compileTree = (text: string, location: string): Evaluate => {
  const outcome = parseOnce(text);
  const failed = (what: string) =>
    failure('States.QueryEvaluationError', `${wrapped(text, location)} ${what}`, location);
  const evaluationFailure = (what: string) => failed(`threw an error during evaluation. ${what}`);
  const giveUp = (scope: Scope, reason: Unknown): Unknown => {
    scope.draws.touchUnknown(reasonOf(reason));
    return reason;
  };
  if ('problem' in outcome) {
    const { problem } = outcome;
    return (scope) => {
      if (typeof problem === 'string') throw evaluationFailure(problem);
      return giveUp(scope, problem);
    };
  }
  const { tree, closure } = outcome;
  const names = NAME.test(text);
  const withContext = /context|\$states(?!\s*\.)/.test(text);
  const evaluateTree = (scope: Scope): Json | undefined => {
    const session = openSession(scope, withContext);
    let value: ReturnType<typeof toJson>;
    try {
      value = toJson(evaluate(tree, session), names, session.spend);
    } catch (thrown) {
      const hidden = unknownOf(thrown);
      if (hidden === undefined) throw evaluationFailure(textOf(thrown));
      return giveUp(scope, hidden);
    }
    if (value === unsupported) throw failed('returned an unsupported result type.');
    return value;
  };
  const evaluateClosure = (scope: Scope): Json | undefined => {
    if (closure === undefined) return evaluateTree(scope);
    try {
      return closure(scope);
    } catch {
      return evaluateTree(scope);
    }
  };
  return (scope) => {
    const value = evaluateClosure(scope);
    if (value === undefined) throw failed('returned nothing (undefined).');
    return value;
  };
};

const checkType = (value: Json, expected: readonly JsonType[], text: string, location: string): Json => {
  if (isUnknown(value) || expected.includes(typeOf(value))) return value;
  throw quotingFailure(
    'States.QueryEvaluationError',
    `${wrapped(text, location)} returned an unexpected result type. Expected '${expected[0]}', but was '${typeOf(value)}' for value: ${jsonText(value)}`,
    value,
    location,
  );
};

/**
 * Compiles the inside of a `{% … %}` to a throwing closure. `location` is the field's place as AWS names it, such as
 * `Output/a[0]`; `expected` the kinds of value that the field takes, the first of them named in the failure.
 */
export const compileJsonataEvaluate = (
  source: string,
  location: string,
  expected?: readonly JsonType[],
): Evaluate => {
  const text = source.trim();
  const run = compileTree(text, location);
  return expected === undefined ? run : (scope) => checkType(run(scope), expected, text, location);
};
