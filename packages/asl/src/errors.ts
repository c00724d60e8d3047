/** What States.ALL, States.TaskFailed and a retrier or catcher that names the error do with it. */
export type KnownError = {
  readonly name: string;
  /** Stands for other errors in ErrorEquals. */
  readonly wildcard: boolean;
  /** A retrier that names it, or matches it by States.ALL, takes effect. */
  readonly retriable: boolean;
  /** A catcher that names it takes effect. */
  readonly catchable: boolean;
  /** States.ALL matches it. */
  readonly matchedByAll: boolean;
};

const known = (name: string, flags: Partial<KnownError> = {}): readonly [string, KnownError] => [
  name,
  { name, wildcard: false, retriable: true, catchable: true, matchedByAll: true, ...flags },
];

/**
 * The errors the States Language reserves (step-functions.md 5.3). Names that begin with
 * States.Http.StatusCode. are known too, see `isKnownError`.
 */
export const KNOWN_ERRORS: ReadonlyMap<string, KnownError> = new Map([
  known('States.ALL', { wildcard: true }),
  known('States.TaskFailed', { wildcard: true }),
  known('States.Timeout'),
  known('States.HeartbeatTimeout'),
  known('States.DataLimitExceeded', { matchedByAll: false }),
  known('States.Runtime', { retriable: false, catchable: false, matchedByAll: false }),
  known('States.Permissions'),
  known('States.ParameterPathFailure'),
  known('States.ResultPathMatchFailure'),
  known('States.IntrinsicFailure'),
  known('States.NoChoiceMatched'),
  known('States.BranchFailed'),
  known('States.ExceedToleratedFailureThreshold'),
  known('States.ItemReaderFailed'),
  known('States.ResultWriterFailed'),
  known('States.QueryEvaluationError'),
  known('States.Http.Socket'),
]);

/** Whether a name with the reserved prefix `States.` is one that AWS gives. */
export function isKnownError(name: string): boolean {
  return KNOWN_ERRORS.has(name) || /^States\.Http\.StatusCode\.\d{3}$/.test(name);
}

/** Errors that States.TaskFailed does not stand for: time-outs, and what no wildcard matches. */
function isTaskFailure(errorName: string): boolean {
  return (
    errorName !== 'States.Timeout' &&
    errorName !== 'States.HeartbeatTimeout' &&
    KNOWN_ERRORS.get(errorName)?.matchedByAll !== false
  );
}

/**
 * Whether a retrier or catcher with these `ErrorEquals` matches an error (step-functions.md 5.2, 5.3).
 * States.ALL leaves out States.Runtime and States.DataLimitExceeded; States.TaskFailed leaves out time-outs;
 * States.Timeout also matches a missed heartbeat. States.Runtime is matched by no entry.
 */
export function matchesError(errorEquals: readonly string[], errorName: string): boolean {
  const catchable = KNOWN_ERRORS.get(errorName)?.catchable !== false;
  return catchable && errorEquals.some((entry) => matchesEntry(entry, errorName));
}

function matchesEntry(entry: string, errorName: string): boolean {
  if (entry === errorName) return true;
  switch (entry) {
    case 'States.ALL':
      return KNOWN_ERRORS.get(errorName)?.matchedByAll !== false;
    case 'States.TaskFailed':
      return isTaskFailure(errorName);
    case 'States.Timeout':
      return errorName === 'States.HeartbeatTimeout';
    default:
      return false;
  }
}
