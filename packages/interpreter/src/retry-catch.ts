import { type Catcher, type Match, matchName, type Retrier } from '@steptrail/asl';
import type { EventType } from '@steptrail/history';
import { failureShows } from './alternatives.ts';
import { scopeOf } from './context.ts';
import { type AssignStep, compileAssignStep, compileResultPath, type Outcome } from './data-flow.ts';
import { compileJsonataTemplate, type Evaluation, type Expression, type Json } from './expressions/index.ts';
import { failEvaluation } from './fail-evaluation.ts';
import type { Frame, Run } from './frame.ts';
import type { PredictedFailure } from './prediction.ts';
import { fieldText } from './program.ts';
import { exitState, failFrame, type Leave, leaveTo } from './progress.ts';
import { jsonOf, jsonValue, noText, type Value } from './value.ts';
import type { Waiting } from './waiting.ts';

/** What Retry and Catch of a state do about a failure. @see step-functions.md section 5.2 */
export type Remedy =
  | {
      readonly kind: 'retry';
      readonly retrier: number;
      readonly delaySeconds: number;
      readonly jitter: boolean;
    }
  | { readonly kind: 'catch'; readonly catcher: CatcherNode; readonly index: number }
  | { readonly kind: 'none' };

export interface CatcherNode {
  readonly leave: Leave;
  readonly outcome: (run: Run, frame: Frame, errorOutput: Json) => Evaluation<Outcome>;
}

export interface FaultTolerance {
  /**
   * What may be done about a failure, likeliest first; mostly there is one. Looks only: a retry is counted by
   * `takeRetry`.
   */
  readonly remediesFor: (frame: Frame, failure: PredictedFailure) => readonly [Remedy, ...Remedy[]];
  /** Counts a retry whose failure is not recorded; of several retriers nobody knows which took it. */
  readonly takeUnseenRetry: (frame: Frame) => void;
}

const list = <T>(value: readonly T[] | undefined): readonly T[] => (Array.isArray(value) ? value : []);

const positive = (value: unknown, fallback: number): number =>
  typeof value === 'number' && value >= 0 ? value : fallback;

/** What failed: a Task's work, or something inside a Parallel or Map. */
export type FailureOf = 'work' | 'inside';

/** How surely one name of ErrorEquals matches a failure. @see step-functions.md section 5.3 */
const matchOf = (name: string, { error, alsoKnownAs, orError }: PredictedFailure, of: FailureOf): Match => {
  const match = matchName(name, typeof error === 'string' ? error : null);
  if (match !== true) return name === alsoKnownAs && error !== 'States.Runtime' ? 'likely' : match;
  // What AWS may call States.Runtime, it does not let be caught either.
  if (orError === 'States.Runtime') return 'likely';
  // A recording shows a task's being caught; of other work nothing is recorded.
  const isSettled = name === error || error !== 'States.DataLimitExceeded' || of === 'work';
  return isSettled ? true : 'likely';
};

const matchAny = (errorEquals: readonly string[], failure: PredictedFailure, of: FailureOf): Match => {
  let best: Match = false;
  for (const name of errorEquals) {
    const match = matchOf(name, failure, of);
    if (match === true) return true;
    if (match === 'likely' || best === false) best = match;
  }
  return best;
};

/** The delay before the n-th retry (n from 1) in seconds: IntervalSeconds × BackoffRate^(n−1), at most MaxDelaySeconds. */
export const delayOf = (retrier: Retrier, n: number): number => {
  const delay = positive(retrier.IntervalSeconds, 1) * positive(retrier.BackoffRate, 2) ** (n - 1);
  return Math.min(delay, positive(retrier.MaxDelaySeconds, Number.POSITIVE_INFINITY));
};

/**
 * What a Catch gets. Of an error or a cause that there is none of recordings show null in JSONPath; of JSONata there
 * is no recording.
 */
const errorOutputOf = (run: Run, frame: Frame, failure: PredictedFailure): Json => {
  const none = frame.state?.language === 'JSONata' && !run.facts.simulated ? noText : null;
  return { Error: failure.error ?? none, Cause: failure.cause ?? none };
};

const compileCatcher = (catcher: Catcher, jsonata: boolean): CatcherNode => {
  const assign: AssignStep = compileAssignStep(catcher.Assign, jsonata);
  const leave = leaveTo({ kind: 'state', name: fieldText(catcher.Next) });
  if (jsonata) {
    const output: Expression | undefined =
      catcher.Output === undefined ? undefined : compileJsonataTemplate(catcher.Output, 'Output');
    return {
      leave,
      outcome: (run, frame, errorOutput) => {
        const input = jsonOf(frame.input);
        const assigned = assign(run, frame, input, { errorOutput });
        if (!assigned.ok) return assigned;
        if (output === undefined) {
          return { ok: true, value: { output: jsonValue(errorOutput), assigned: assigned.value } };
        }
        const value = output(scopeOf(run, frame, input, { errorOutput }));
        return value.ok
          ? { ok: true, value: { output: jsonValue(value.value), assigned: assigned.value } }
          : value;
      },
    };
  }
  const place = compileResultPath(catcher.ResultPath);
  return {
    leave,
    outcome: (run, frame, errorOutput) => {
      const assigned = assign(run, frame, errorOutput);
      if (!assigned.ok) return assigned;
      const placed: Evaluation<Value> = place(frame.input, jsonValue(errorOutput));
      return placed.ok ? { ok: true, value: { output: placed.value, assigned: assigned.value } } : placed;
    },
  };
};

export const compileFaultTolerance = (
  fields: { readonly Retry?: readonly Retrier[]; readonly Catch?: readonly Catcher[] },
  jsonata: boolean,
  of: FailureOf,
): FaultTolerance => {
  const retriers = list(fields.Retry).filter((retrier) => Array.isArray(retrier?.ErrorEquals));
  const catchers = list(fields.Catch)
    .filter((catcher) => Array.isArray(catcher?.ErrorEquals))
    .map((catcher) => ({ errorEquals: catcher.ErrorEquals, node: compileCatcher(catcher, jsonata) }));
  return {
    remediesFor: (frame, failure) => {
      const likely: Remedy[] = [];
      const others: Remedy[] = [];
      /** True where no later retrier or catcher can come into question. */
      const found = (match: Match, remedy: Remedy | undefined): boolean => {
        if (remedy !== undefined) {
          if (match === 'unlikely' || likely.length > 0) others.push(remedy);
          else likely.push(remedy);
        }
        return match === true;
      };
      const retried = (): boolean => {
        for (const [index, retrier] of retriers.entries()) {
          const match = matchAny(retrier.ErrorEquals, failure, of);
          if (match === false) continue;
          const taken = frame.retries[index] ?? 0;
          const remedy: Remedy | undefined =
            taken < positive(retrier.MaxAttempts, 3)
              ? {
                  kind: 'retry',
                  retrier: index,
                  delaySeconds: delayOf(retrier, taken + 1),
                  jitter: retrier.JitterStrategy === 'FULL',
                }
              : undefined;
          // A retrier that is used up hands on to Catch, not to the next retrier.
          if (found(match, remedy)) return remedy !== undefined;
        }
        return false;
      };
      const caught = (): boolean =>
        catchers.some(({ errorEquals, node }, index) => {
          const match = matchAny(errorEquals, failure, of);
          return match !== false && found(match, { kind: 'catch', catcher: node, index });
        });
      // Whether every attempt at a failed evaluation leaves an event of its own is in no recording.
      const settled = retried() && failure.perhapsOnce !== true;
      if (!settled && !caught()) found(true, { kind: 'none' });
      const [first = { kind: 'none' }, ...more] = [...likely, ...others];
      return [first, ...more];
    },
    takeUnseenRetry: (frame) => {
      if (retriers.length === 1) takeRetry(frame, 0);
      else frame.attempt += 1;
      if (frame.visit !== undefined) frame.visit.attempts = frame.attempt;
    },
  };
};

export const UNSETTLED_REMEDY = 'whether Retry or Catch takes this error is in no reference';

/** The events that show which remedy was taken. */
export const showsOf = (
  frame: Frame,
  remedy: Remedy,
  again: EventType,
  exited: EventType,
): readonly EventType[] => {
  switch (remedy.kind) {
    case 'retry':
      return [again];
    case 'catch':
      return [exited];
    case 'none':
      return failureShows(frame);
  }
};

/** A catcher takes the failure: the state exits to the catcher's Next. */
export const takeCatch = (
  run: Run,
  frame: Frame,
  failure: PredictedFailure,
  remedy: Remedy & { kind: 'catch' },
): void => {
  const outcome = remedy.catcher.outcome(run, frame, errorOutputOf(run, frame, failure));
  if (!outcome.ok) return failEvaluation(run, frame, outcome, (again) => failFrame(run, frame, again));
  if (frame.visit !== undefined) frame.visit.catcher = remedy.index;
  exitState(run, frame, outcome.value, remedy.catcher.leave);
};

/** Decides on a retry: the next attempt has a RetryCount one higher. */
export const takeRetry = (frame: Frame, retrier: number): void => {
  const retries = [...frame.retries];
  retries[retrier] = (retries[retrier] ?? 0) + 1;
  frame.retries = retries;
  frame.attempt += 1;
};

/** Writes a retry into the visit, once it shows in the history. */
export const noteRetry = (frame: Frame, retrier: number): void => {
  const { visit, attempt } = frame;
  if (visit === undefined) return;
  visit.attempts = attempt;
  visit.retries = [...visit.retries, { retrier, error: visit.error }];
};

/** The wait before a retry. */
export const backOffOf = (run: Run, frame: Frame, remedy: Remedy & { kind: 'retry' }): Waiting => ({
  waitsFor: 'retry back-off',
  since: run.now,
  eventId: frame.head,
  until: run.now + remedy.delaySeconds * 1000,
  pointer: `${frame.state?.pointer ?? ''}/Retry/${remedy.retrier}`,
  jitter: remedy.jitter,
});
