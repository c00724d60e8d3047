import type { StateMachine, WorkflowType } from './machine.ts';

export type Severity = 'error' | 'warning';

/** One thing that is wrong, or doubtful, in a definition. */
export type Problem = {
  /** Stable, for scripts; where ValidateStateMachineDefinition of AWS has a code for it, that one. */
  readonly code: ProblemCode;
  /** Only errors make a definition invalid. */
  readonly severity: Severity;
  /** JSON pointer (RFC 6901) to the offending value, '' for the whole definition. */
  readonly pointer: string;
  /** One sentence: what is wrong, and how to mend it. */
  readonly message: string;
  /** Where in the text, counted from 1; only when parsed from text. */
  readonly line?: number;
  readonly column?: number;
};

export type ProblemCode = string;

export type ParseOptions = {
  /** Validity depends on it; without it a definition is judged as STANDARD. */
  readonly type?: WorkflowType | undefined;
  /** Accept template placeholders (`${X}`) wherever a string or a number is expected. */
  readonly placeholders?: boolean | undefined;
};

export type ParseResult =
  | { readonly ok: true; readonly machine: StateMachine; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };
