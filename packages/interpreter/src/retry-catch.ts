import type { Catcher, Retrier } from '@steptrail/asl';
import { scopeOf } from './context.ts';
import { type AssignStep, compileAssignStep, compileResultPath, type Outcome } from './data-flow.ts';
import { compileJsonataTemplate, type Evaluation, type Expression, type Json } from './expressions/index.ts';
import type { Frame, Run, Waiting } from './frame.ts';
import type { PredictedFailure } from './prediction.ts';
import { jsonOf, jsonValue, perhapsAbsent, type Value } from './value.ts';

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
  readonly next: string;
  readonly outcome: (run: Run, frame: Frame, errorOutput: Json) => Evaluation<Outcome>;
}

export interface FaultTolerance {
  /** Looks only; a retry is counted by `takeRetry`. */
  readonly remedyFor: (frame: Frame, failure: PredictedFailure) => Remedy;
  /** Counts a retry whose failure is not recorded; of several retriers nobody knows which took it. */
  readonly takeUnseenRetry: (frame: Frame) => void;
}

const list = <T>(value: readonly T[] | undefined): readonly T[] => (Array.isArray(value) ? value : []);

const positive = (value: unknown, fallback: number): number =>
  typeof value === 'number' && value >= 0 ? value : fallback;

/**
 * Whether an ErrorEquals list matches. States.ALL matches all but States.Runtime (the documentation excepts
 * States.DataLimitExceeded too; a recording shows a task's being caught), States.TaskFailed all but
 * States.Timeout besides; a failure without a name matches the wildcards only.
 */
export const matchesError = (errorEquals: readonly string[], error: Json): boolean => {
  for (const name of errorEquals) {
    if (name === error) return true;
    if (error === 'States.Runtime') continue;
    if (name === 'States.ALL') return true;
    if (name === 'States.TaskFailed' && error !== 'States.Timeout') return true;
  }
  return false;
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
export const errorOutputOf = (run: Run, frame: Frame, failure: PredictedFailure): Json => {
  const none = frame.state?.language === 'JSONata' && !run.facts.simulated ? perhapsAbsent : null;
  return { Error: failure.error ?? none, Cause: failure.cause ?? none };
};

const compileCatcher = (catcher: Catcher, jsonata: boolean): CatcherNode => {
  const assign: AssignStep = compileAssignStep(catcher.Assign, jsonata);
  const next = String(catcher.Next);
  if (jsonata) {
    const output: Expression | undefined =
      catcher.Output === undefined ? undefined : compileJsonataTemplate(catcher.Output, 'Output');
    return {
      next,
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
    next,
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
): FaultTolerance => {
  const retriers = list(fields.Retry).filter((retrier) => Array.isArray(retrier?.ErrorEquals));
  const catchers = list(fields.Catch)
    .filter((catcher) => Array.isArray(catcher?.ErrorEquals))
    .map((catcher) => ({ errorEquals: catcher.ErrorEquals, node: compileCatcher(catcher, jsonata) }));
  return {
    remedyFor: (frame, failure) => {
      // States.Runtime is never retried nor caught, not even by name.
      if (failure.error === 'States.Runtime') return { kind: 'none' };
      for (const [index, retrier] of retriers.entries()) {
        if (!matchesError(retrier.ErrorEquals, failure.error)) continue;
        const taken = frame.retries[index] ?? 0;
        if (taken >= positive(retrier.MaxAttempts, 3)) break;
        return {
          kind: 'retry',
          retrier: index,
          delaySeconds: delayOf(retrier, taken + 1),
          jitter: retrier.JitterStrategy === 'FULL',
        };
      }
      for (const [index, { errorEquals, node }] of catchers.entries()) {
        if (matchesError(errorEquals, failure.error)) return { kind: 'catch', catcher: node, index };
      }
      return { kind: 'none' };
    },
    takeUnseenRetry: (frame) => {
      if (retriers.length === 1) takeRetry(frame, 0);
      else frame.attempt += 1;
      if (frame.visit !== undefined) frame.visit.attempts = frame.attempt;
    },
  };
};

/** Decides on a retry: the next attempt has a RetryCount one higher. */
export const takeRetry = (frame: Frame, retrier: number): void => {
  frame.retries[retrier] = (frame.retries[retrier] ?? 0) + 1;
  frame.attempt += 1;
};

/** Writes a retry into the visit, once it shows in the history. */
export const noteRetry = (frame: Frame, retrier: number): void => {
  if (frame.visit === undefined) return;
  frame.visit.attempts = frame.attempt;
  frame.visit.retriers.push(retrier);
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
