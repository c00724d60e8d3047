/** Surface of the derived evaluator; see `scripts/derive-jsonata.mjs`. */

/** A condition or an index in brackets behind a node. */
export interface FilterTree {
  readonly type: string;
  readonly expr: SyntaxTree;
}

/** Keys and values of an object constructor. */
export type PairTrees = readonly (readonly [key: SyntaxTree, value: SyntaxTree])[];

/** A node of a syntax tree; which members it has depends on its type. */
export interface SyntaxTree {
  readonly type: string;
  readonly value?: unknown;
  readonly steps?: readonly SyntaxTree[];
  readonly stages?: readonly FilterTree[];
  readonly predicate?: readonly FilterTree[];
  /** Pairs in an object constructor. */
  readonly lhs?: SyntaxTree | PairTrees;
  readonly rhs?: SyntaxTree;
  readonly expression?: SyntaxTree;
  readonly expressions?: readonly SyntaxTree[];
  readonly condition?: SyntaxTree;
  readonly then?: SyntaxTree;
  readonly else?: SyntaxTree;
  readonly procedure?: SyntaxTree;
  readonly arguments?: readonly SyntaxTree[];
  readonly body?: SyntaxTree;
  readonly thunk?: boolean;
  readonly [more: string]: unknown;
}

/** A function that expressions can call; `this` is the focus, with the session as `options`. */
export interface NativeFunction {
  readonly _jsonata_function: true;
  readonly implementation: (...given: readonly unknown[]) => unknown;
}

/** What one evaluation takes from outside. */
export interface Session {
  /** Value of a variable or function by name without `$`; undefined where there is none. */
  lookup(name: string | symbol): unknown;
  /** A number 0 ≤ x < 1, or an unknown leaf. */
  random(): unknown;
  /** Called at every node with the depth of nesting; throws `{ unknown }` to end the evaluation. */
  step(depth: number): void;
  /** Called with the work of native code, in values walked through; throws `{ unknown }` to end the evaluation. */
  spend(work: number): void;
  /** Longest list that may be built in one go. */
  readonly sequence: number;
  /** What runs regular expressions: `new RegexEngine(regex)` with `lastIndex` and `exec`. */
  readonly RegexEngine: new (
    source: RegExp,
  ) => { lastIndex: number; exec(subject: string): RegExpExecArray | null };
}

/** Parses an expression; throws `{ code, message }`. */
export function parse(text: string): SyntaxTree;

/** The work of looking through a text, for `Session.spend`; without end where no payload could hold it. */
export function workOnText(text: string): number;

/** Evaluates; the result is loose (sequences, functions, undefined). Throws `{ code, message }` or `{ unknown }`. */
export function evaluate(ast: SyntaxTree, session: Session): unknown;

/** Makes a function callable from expressions, with a JSONata signature such as `<s-s?:s>`. */
export function defineFunction(
  implementation: (...given: never[]) => unknown,
  signature: string,
): NativeFunction;

/** What a function of the language does, by its name without `$`; it checks no arguments and must not need `this`. */
export function implementationOf(name: string): ((...given: readonly unknown[]) => unknown) | undefined;

/** `$fromMillis`. */
export function fromMillis(millis: number, picture?: string, timezone?: string): string;
