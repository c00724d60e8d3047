import { safeLength } from './bounded-regex.ts';
import { type Evaluate, failure, quotingFailure, type Scope } from './evaluation.ts';
import { isArray, type Json, type JsonObject, type OpenObject, setKey } from './json.ts';
import { jsonText, withoutBigints } from './json-text.ts';
import { compileClosure } from './jsonata-compile.ts';
import { addedFunctions } from './jsonata-functions.ts';
import { evaluate, parse, type Session, type SyntaxTree } from './jsonata-sync.generated.js';
import { isUnknown, reasonOf, type Unknown, unknown } from './unknown.ts';

/** What kinds of value a field takes, in AWS's words. */
export type JsonType = 'array' | 'boolean' | 'null' | 'number' | 'object' | 'string';

const stepLimit = 2_000_000;
const depthLimit = 1_500;
const sequenceLimit = 1_000_000;
const sequencesLimit = 30_000_000;
const tooMuch = unknown('a JSONata expression that takes more steps than are granted');
const unsafeRegex = unknown('a regular expression that cannot be run safely');

/** Runs a regular expression of an expression, unless it could take too long. */
class BoundedRegex {
  lastIndex = 0;
  readonly #regex: RegExp;
  readonly #limit: number;

  constructor(source: RegExp) {
    this.#regex = new RegExp(source);
    this.#limit = safeLength(source.source);
  }

  exec(subject: string): RegExpExecArray | null {
    if (subject.length > this.#limit) throw { unknown: unsafeRegex };
    this.#regex.lastIndex = this.lastIndex;
    const found = this.#regex.exec(subject);
    this.lastIndex = this.#regex.lastIndex;
    return found;
  }
}

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

const unsupported = Symbol('a function in a result');

/** The JSON of a loose result, sharing whatever is JSON already. */
const toJson = (value: unknown): Json | typeof unsupported | undefined => {
  if (value === undefined || value === null || typeof value === 'boolean' || typeof value === 'string')
    return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : unsupported;
  if (typeof value === 'bigint') return value;
  if (typeof value !== 'object' || '_jsonata_lambda' in value || '_jsonata_function' in value)
    return unsupported;
  if (isUnknown(value)) return value;
  if (Array.isArray(value)) {
    const list: readonly unknown[] = value;
    const copy: Json[] = [];
    let same = !('sequence' in value);
    for (const item of list) {
      const json = toJson(item);
      if (json === unsupported) return unsupported;
      if (json !== item) same = false;
      if (json !== undefined) copy.push(json);
    }
    return same && isWalkedList(value) ? value : copy;
  }
  const copy: OpenObject = {};
  let same = true;
  for (const [key, item] of Object.entries(value)) {
    const json = toJson(item);
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

/** `$states` as an expression sees it; the context object is built only for expressions that can name it. */
const statesOf = (scope: Scope, withContext: boolean): Json => {
  const states: OpenObject = { input: scope.input };
  if (withContext) states.context = scope.context();
  if (scope.result !== undefined) states.result = scope.result;
  if (scope.errorOutput !== undefined) states.errorOutput = scope.errorOutput;
  return states;
};

const runTree = (tree: SyntaxTree, scope: Scope, withContext: boolean): unknown => {
  let states: Json | undefined;
  let steps = 0;
  let sequences = 0;
  const session: Session & { readonly draws: Scope['draws'] } = {
    draws: scope.draws,
    // Asked for at each range and each append: the more of them, the shorter each may be, so that their sum is bounded.
    get sequence() {
      sequences += 1;
      return Math.min(sequenceLimit, sequencesLimit / sequences);
    },
    RegexEngine: BoundedRegex,
    random: () => scope.draws.random(),
    lookup: (name) => {
      if (typeof name === 'symbol') return undefined;
      if (name === 'states') {
        states ??= withoutBigints(statesOf(scope, withContext));
        return states;
      }
      const variable = scope.variables(name);
      return variable === undefined ? addedFunctions.get(name) : withoutBigints(variable);
    },
    step: (depth) => {
      steps += 1;
      if (steps > stepLimit || depth > depthLimit) throw { unknown: tooMuch };
    },
  };
  return evaluate(tree, session);
};

const unknownOf = (thrown: unknown): Unknown | undefined => {
  if (thrown instanceof RangeError) return tooMuch;
  if (typeof thrown !== 'object' || thrown === null) return undefined;
  if ('unknown' in thrown && isUnknown(thrown.unknown)) return thrown.unknown;
  return 'code' in thrown && thrown.code === 'D2015' ? tooMuch : undefined;
};

const wrapped = (text: string, location: string): string =>
  `The JSONata expression '${text}' specified for the field '${location}'`;

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
  const withContext = /context|\$states(?!\s*\.)/.test(text);
  const evaluateTree = (scope: Scope): Json | undefined => {
    let loose: unknown;
    try {
      loose = runTree(tree, scope, withContext);
    } catch (thrown) {
      const hidden = unknownOf(thrown);
      if (hidden === undefined) throw evaluationFailure(textOf(thrown));
      return giveUp(scope, hidden);
    }
    const value = toJson(loose);
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
