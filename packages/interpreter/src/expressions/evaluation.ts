import type { Draws } from './draws.ts';
import type { Json } from './json.ts';
import { findUnknown, reasonOf } from './unknown.ts';

/** An evaluation that fails as it would on AWS. */
export interface Failure {
  readonly ok: false;
  /** The error name, such as `States.Runtime`, `States.QueryEvaluationError`. */
  readonly error: string;
  /** AWS's text without its opening "An error occurred while executing the state …": see `stateCause`. */
  readonly cause: string;
  /** The place of a JSONata expression as the event EvaluationFailed names it, such as `Output/a/b`. */
  readonly location?: string;
  /** Why the text of the cause cannot be checked: it quotes something unknown. The error can. */
  readonly doubt?: string;
}

/** What an evaluation yields. The value may hold unknown leaves (`unknown.ts`). */
export type Evaluation<T = Json> = { readonly ok: true; readonly value: T } | Failure;

/** What an expression may look at while it is evaluated. */
export interface Scope {
  /** `$` in JSONPath (the point of the data flow decides which value that is), `$states.input` in JSONata. */
  readonly input: Json;
  /** The context object, `$$` or `$states.context`; built only when asked for. May hold unknown leaves. */
  readonly context: () => Json;
  /** Value of a variable (without its `$`), or undefined when it was never assigned. */
  readonly variables: (name: string) => Json | undefined;
  /** Source of randomness and time. */
  readonly draws: Draws;
  /** `$states.result`, JSONata only. */
  readonly result?: Json | undefined;
  /** `$states.errorOutput`, JSONata in a Catch only. */
  readonly errorOutput?: Json | undefined;
}

/** A compiled expression. Never throws: whatever goes wrong, at compile time too, is a Failure. */
export type Expression<T = Json> = (scope: Scope) => Evaluation<T>;

/** A compiled expression inside this folder: gives the bare value and throws a Failure. */
export type Evaluate<T = Json> = (scope: Scope) => T;

/** A Failure as data. */
export const failure = (error: string, cause: string, location?: string): Failure =>
  location === undefined ? { ok: false, error, cause } : { ok: false, error, cause, location };

/** A Failure of the name that AWS gives nearly every JSONPath failure. */
export const runtimeFailure = (cause: string): Failure => failure('States.Runtime', cause);

/** A Failure whose cause ends by quoting a value; it carries a doubt where that value is not wholly known. */
export const quotingFailure = (error: string, cause: string, quoted: Json, location?: string): Failure => {
  const hidden = findUnknown(quoted);
  const base = failure(error, cause, location);
  return hidden === undefined ? base : { ...base, doubt: reasonOf(hidden) };
};

/** Whether something thrown is a Failure rather than a defect of ours. */
export const isFailure = (thrown: unknown): thrown is Failure =>
  typeof thrown === 'object' && thrown !== null && 'ok' in thrown && thrown.ok === false && 'cause' in thrown;

/** Makes a throwing closure one that returns data. */
export const toExpression =
  <T>(evaluate: Evaluate<T>): Expression<T> =>
  (scope) => {
    try {
      return { ok: true, value: evaluate(scope) };
    } catch (thrown) {
      if (isFailure(thrown)) return thrown;
      if (thrown instanceof RangeError) return runtimeFailure('The payload is nested too deeply');
      throw thrown;
    }
  };

/** The cause as the history has it: AWS's opening, then the failure's own text. */
export const stateCause = (state: string, enteredEventId: number, cause: string): string =>
  `An error occurred while executing the state '${state}' (entered at the event id #${enteredEventId}). ${cause}`;
