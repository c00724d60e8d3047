import type { StateMachine, WorkflowType } from './machine.ts';

/** `error`: AWS refuses to create the machine. `warning`: AWS takes it, but it cannot be what was meant. */
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
  | 'DUPLICATE_VARIABLE_NAME'
  | 'INVALID_JSONATA_EXPRESSION'
  | 'UNSUPPORTED_JSONATA_EXPRESSION';

const SCHEMA = { code: 'SCHEMA_VALIDATION_FAILED', severity: 'error' } as const;
const DOUBTFUL = { code: 'SCHEMA_VALIDATION_FAILED', severity: 'warning' } as const;

/**
 * Every reason for a problem, finer than AWS's code, and stable too.
 * AWS answers most of these with SCHEMA_VALIDATION_FAILED. Those that are mere warnings AWS was seen to accept, or
 * real machines that run at AWS have them.
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
  VARIABLE_OF_OUTER_SCOPE: { code: 'DUPLICATE_VARIABLE_NAME', severity: 'warning' },
  UNKNOWN_ERROR_NAME: DOUBTFUL,
  STATES_ALL_NOT_ALONE: SCHEMA,
  STATES_ALL_NOT_LAST: SCHEMA,
  HEARTBEAT_ABOVE_TIMEOUT: SCHEMA,
  HEARTBEAT_EQUALS_TIMEOUT: DOUBTFUL,
  INVALID_CHOICE_RULE: SCHEMA,
  ONLY_IN_DISTRIBUTED: DOUBTFUL,
  NOT_IN_EXPRESS: SCHEMA,
  INVALID_RESOURCE: { code: 'INVALID_RESOURCE', severity: 'error' },
  UNKNOWN_INTEGRATION: { code: 'INVALID_RESOURCE', severity: 'error' },
  NO_STATES: SCHEMA,
  NO_TERMINAL_STATE: { code: 'MISSING_END_STATE', severity: 'error' },
  MISSING_TRANSITION: { code: 'MISSING_END_STATE', severity: 'error' },
  MISSING_TARGET: { code: 'MISSING_TRANSITION_TARGET', severity: 'error' },
  UNREACHABLE_STATE: { code: 'MISSING_TRANSITION_TARGET', severity: 'error' },
  NO_WAY_OUT: { code: 'MISSING_END_STATE', severity: 'warning' },
  DUPLICATE_STATE_NAME: { code: 'DUPLICATE_STATE_NAME', severity: 'error' },
  INVALID_STATE_NAME: { code: 'INVALID_STATE_NAME', severity: 'error' },
  DUPLICATE_LABEL: { code: 'DUPLICATE_LABEL_NAME', severity: 'error' },
  INVALID_LABEL: { code: 'INVALID_LABEL_NAME', severity: 'error' },
} as const satisfies Record<string, { code: ProblemCode; severity: Severity }>;

export type ProblemReason = keyof typeof PROBLEM_REASONS;

/**
 * What AWS refuses today and the machine runs with all the same. In a definition that AWS has created, they mean
 * that AWS has changed, or knows more than we do.
 */
const RUNS_ALL_THE_SAME: ReadonlySet<ProblemReason> = new Set<ProblemReason>([
  'DEFINITION_TOO_LARGE',
  'DUPLICATE_LABEL',
  'DUPLICATE_STATE_NAME',
  'HEARTBEAT_ABOVE_TIMEOUT',
  'INVALID_LABEL',
  'INVALID_STATE_NAME',
  'NOT_IN_EXPRESS',
  'NO_TERMINAL_STATE',
  'STATES_ALL_NOT_ALONE',
  'STATES_ALL_NOT_LAST',
  'UNKNOWN_INTEGRATION',
  'UNREACHABLE_STATE',
  'UNSUPPORTED_EXPRESSION',
]);

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
  /** AWS has created a machine of it: what only AWS's refusal makes an error is a warning then. */
  readonly created?: boolean | undefined;
};

export type ParseResult =
  | { readonly ok: true; readonly machine: StateMachine; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export function problem(
  reason: ProblemReason,
  pointer: string,
  message: string,
  options: ParseOptions = {},
): Problem {
  return { ...PROBLEM_REASONS[reason], severity: severityOf(reason, options), reason, pointer, message };
}

function severityOf(reason: ProblemReason, { created = false }: ParseOptions): Severity {
  return created && RUNS_ALL_THE_SAME.has(reason) ? 'warning' : PROBLEM_REASONS[reason].severity;
}

/** The pointer to a member of what `pointer` points to. */
export function at(pointer: string, key: string | number): string {
  if (typeof key === 'number') return `${pointer}/${key}`;
  if (!key.includes('/') && !key.includes('~')) return `${pointer}/${key}`;
  return `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
