/** How surely a retrier or catcher takes an error: where the documentation and recordings differ, or neither settles it. */
export type Match = boolean | 'likely' | 'unlikely';

/** What takes an error that the States Language reserves. */
type KnownError = {
  /** A retrier or catcher that names it. */
  readonly byName: boolean;
  /** One that names States.ALL. */
  readonly byAll: boolean;
  /** One that names States.TaskFailed. */
  readonly byTaskFailed: Match;
  /** One that names States.Timeout. */
  readonly byTimeout: boolean;
};

const ORDINARY: KnownError = { byName: true, byAll: true, byTaskFailed: true, byTimeout: false };

/**
 * The errors the States Language reserves (step-functions.md 5.3). Names that begin with
 * States.Http.StatusCode. are known too, see `isKnownError`.
 */
const KNOWN_ERRORS: ReadonlyMap<string, KnownError> = new Map([
  ['States.ALL', ORDINARY],
  ['States.TaskFailed', ORDINARY],
  ['States.Timeout', { ...ORDINARY, byTaskFailed: false, byTimeout: true }],
  ['States.HeartbeatTimeout', { ...ORDINARY, byTaskFailed: 'unlikely', byTimeout: true }],
  // The documentation excepts it from both wildcards; a recording shows States.ALL catching a task's.
  ['States.DataLimitExceeded', { ...ORDINARY, byTaskFailed: 'likely' }],
  ['States.Runtime', { byName: false, byAll: false, byTaskFailed: false, byTimeout: false }],
  ['States.Permissions', ORDINARY],
  ['States.ParameterPathFailure', ORDINARY],
  ['States.ResultPathMatchFailure', ORDINARY],
  ['States.IntrinsicFailure', ORDINARY],
  ['States.NoChoiceMatched', ORDINARY],
  ['States.BranchFailed', ORDINARY],
  ['States.ExceedToleratedFailureThreshold', ORDINARY],
  ['States.ItemReaderFailed', ORDINARY],
  ['States.ResultWriterFailed', ORDINARY],
  ['States.QueryEvaluationError', ORDINARY],
  ['States.Http.Socket', ORDINARY],
]);

/** Whether a name with the reserved prefix `States.` is one that AWS gives. */
export function isKnownError(name: string): boolean {
  return KNOWN_ERRORS.has(name) || /^States\.Http\.StatusCode\.\d{3}$/.test(name);
}

/** How surely one name of ErrorEquals matches an error (step-functions.md 5.2, 5.3); null is a failure without a name. */
export function matchName(name: string, error: string | null): Match {
  const known = (error === null ? undefined : KNOWN_ERRORS.get(error)) ?? ORDINARY;
  if (name === error) return known.byName;
  switch (name) {
    case 'States.ALL':
      return known.byAll;
    case 'States.TaskFailed':
      return known.byTaskFailed;
    case 'States.Timeout':
      return known.byTimeout;
    default:
      return false;
  }
}

/**
 * Whether a retrier or catcher with these `ErrorEquals` takes a task's error, as far as is known. States.ALL leaves
 * out States.Runtime, which is matched by no name; States.TaskFailed leaves out time-outs; States.Timeout also matches
 * a missed heartbeat. A failure without a name is matched by the wildcards only.
 */
export function matchesError(errorEquals: readonly string[], error: string | null): boolean {
  return errorEquals.some((name) => {
    const match = matchName(name, error);
    return match === true || match === 'likely';
  });
}
