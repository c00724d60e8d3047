/** What states of several types have in common (ASL section 8.1). */

/** Any value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export type WorkflowType = 'STANDARD' | 'EXPRESS';
export type QueryLanguage = 'JSONPath' | 'JSONata';

/** A number, a JSONata expression (`{% … %}`) or, in placeholder mode, a template placeholder (`${X}`). */
export type NumberOrExpression = number | string;

export type StateBase = {
  readonly Comment?: string;
  readonly QueryLanguage?: QueryLanguage;
};

export type InputOutput = {
  /** JSONPath; null means an empty object. */
  readonly InputPath?: string | null;
  /** JSONPath; null means an empty object. */
  readonly OutputPath?: string | null;
  /** JSONata. */
  readonly Output?: Json;
};

/** `.$` keys (JSONPath) or `{% %}` strings (JSONata) in here are evaluated; name of a variable → template. */
export type Assign = JsonObject;

export type Transition = {
  readonly Next?: string;
  readonly End?: boolean;
};

export type Retrier = {
  readonly Comment?: string;
  readonly ErrorEquals: readonly string[];
  /** Seconds before the first retry; default 1. */
  readonly IntervalSeconds?: number;
  /** Retries, the first attempt not counted; default 3, 0 means never. */
  readonly MaxAttempts?: number;
  /** Default 2. */
  readonly BackoffRate?: number;
  /** Upper bound of the interval in seconds. */
  readonly MaxDelaySeconds?: number;
  /** Default NONE. */
  readonly JitterStrategy?: 'FULL' | 'NONE';
};

export type Catcher = {
  readonly Comment?: string;
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  /** JSONPath; null discards the error output. */
  readonly ResultPath?: string | null;
  /** JSONata. */
  readonly Output?: Json;
  readonly Assign?: Assign;
};

export type FaultTolerance = {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
};

export type Result = {
  /** JSONPath. */
  readonly ResultSelector?: JsonObject;
  /** JSONPath; null discards the result. */
  readonly ResultPath?: string | null;
};

export type Credentials = JsonObject;
