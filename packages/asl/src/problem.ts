import type { StateMachine, WorkflowType } from './machine.ts';

export type Severity = 'error' | 'warning';

/** The codes of AWS's ValidateStateMachineDefinition (step-functions.md 3.2). */
export type ProblemCode =
  | 'INVALID_JSON_DESCRIPTION'
  | 'MISSING_DESCRIPTION'
  | 'SCHEMA_VALIDATION_FAILED'
  | 'INVALID_RESOURCE'
  | 'MISSING_END_STATE'
  | 'MISSING_TRANSITION_TARGET'
  | 'DUPLICATE_STATE_NAME'
  | 'INVALID_STATE_NAME'
  | 'DUPLICATE_LABEL_NAME'
  | 'INVALID_LABEL_NAME'
  | 'TOO_DEEPLY_NESTED'
  | 'INVALID_JSONATA_EXPRESSION'
  | 'UNSUPPORTED_JSONATA_EXPRESSION';

const SCHEMA = { code: 'SCHEMA_VALIDATION_FAILED', severity: 'error' } as const;

/**
 * Every reason for a problem, finer than AWS's code, and stable too.
 * AWS answers most of these with SCHEMA_VALIDATION_FAILED.
 */
export const PROBLEM_REASONS = {
  NOT_JSON: { code: 'INVALID_JSON_DESCRIPTION', severity: 'error' },
  DUPLICATE_KEY: { code: 'INVALID_JSON_DESCRIPTION', severity: 'error' },
  EMPTY_DEFINITION: { code: 'MISSING_DESCRIPTION', severity: 'error' },
  DEFINITION_TOO_LARGE: SCHEMA,
  TOO_DEEPLY_NESTED: { code: 'TOO_DEEPLY_NESTED', severity: 'error' },
  WRONG_TYPE: SCHEMA,
  OUT_OF_RANGE: SCHEMA,
  UNKNOWN_VALUE: SCHEMA,
  REQUIRED_FIELD: SCHEMA,
  UNKNOWN_FIELD: SCHEMA,
  FIELD_OF_OTHER_LANGUAGE: SCHEMA,
  EXCLUSIVE_FIELDS: SCHEMA,
  LANGUAGE_DOWNGRADE: SCHEMA,
  INVALID_PATH: SCHEMA,
  INVALID_REFERENCE_PATH: SCHEMA,
  INVALID_TEMPLATE: SCHEMA,
  INVALID_INTRINSIC: SCHEMA,
  INVALID_EXPRESSION: { code: 'INVALID_JSONATA_EXPRESSION', severity: 'error' },
  UNSUPPORTED_EXPRESSION: { code: 'UNSUPPORTED_JSONATA_EXPRESSION', severity: 'error' },
  UNKNOWN_STATES_FIELD: { code: 'UNSUPPORTED_JSONATA_EXPRESSION', severity: 'warning' },
  INVALID_TIMESTAMP: SCHEMA,
  INVALID_VARIABLE: SCHEMA,
  INVALID_ERROR_NAME: SCHEMA,
  STATES_ALL_NOT_ALONE: SCHEMA,
  STATES_ALL_NOT_LAST: SCHEMA,
  HEARTBEAT_NOT_BELOW_TIMEOUT: SCHEMA,
  INVALID_CHOICE_RULE: SCHEMA,
  ONLY_IN_DISTRIBUTED: SCHEMA,
  NOT_IN_EXPRESS: SCHEMA,
  INVALID_RESOURCE: { code: 'INVALID_RESOURCE', severity: 'error' },
  UNKNOWN_INTEGRATION: { code: 'INVALID_RESOURCE', severity: 'warning' },
  NO_STATES: SCHEMA,
  NO_TERMINAL_STATE: { code: 'MISSING_END_STATE', severity: 'error' },
  MISSING_TRANSITION: { code: 'MISSING_END_STATE', severity: 'error' },
  MISSING_TARGET: { code: 'MISSING_TRANSITION_TARGET', severity: 'error' },
  UNREACHABLE_STATE: { code: 'MISSING_TRANSITION_TARGET', severity: 'warning' },
  NO_WAY_OUT: { code: 'MISSING_END_STATE', severity: 'warning' },
  DUPLICATE_STATE_NAME: { code: 'DUPLICATE_STATE_NAME', severity: 'error' },
  INVALID_STATE_NAME: { code: 'INVALID_STATE_NAME', severity: 'error' },
  DUPLICATE_LABEL: { code: 'DUPLICATE_LABEL_NAME', severity: 'error' },
  INVALID_LABEL: { code: 'INVALID_LABEL_NAME', severity: 'error' },
} as const satisfies Record<string, { code: ProblemCode; severity: Severity }>;

export type ProblemReason = keyof typeof PROBLEM_REASONS;

/** One thing that is wrong, or doubtful, in a definition. */
export type Problem = {
  /** Stable, for scripts: the code AWS's own validation gives. */
  readonly code: ProblemCode;
  /** Stable and finer than `code`. */
  readonly reason: ProblemReason;
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

export type ParseOptions = {
  /** Validity depends on it; without it a definition is judged as STANDARD. */
  readonly type?: WorkflowType | undefined;
  /** Accept template placeholders (`${X}`) wherever a string or a number is expected. */
  readonly placeholders?: boolean | undefined;
};

export type ParseResult =
  | { readonly ok: true; readonly machine: StateMachine; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export function problem(reason: ProblemReason, pointer: string, message: string): Problem {
  return { ...PROBLEM_REASONS[reason], reason, pointer, message };
}

/** The pointer to a member of what `pointer` points to. */
export function at(pointer: string, key: string | number): string {
  if (typeof key === 'number') return `${pointer}/${key}`;
  return `${pointer}/${/[~/]/.test(key) ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key}`;
}
