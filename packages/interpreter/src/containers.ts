import type { Catcher, Retrier } from '@steptrail/asl';
import type { Event, EventType } from '@steptrail/history';
import { abortChildren, type Cut, expectCuts } from './cuts.ts';
import { unknown } from './expressions/index.ts';
import type { Frame, Option, Run } from './frame.ts';
import type { PredictedFailure } from './prediction.ts';
import { exitState, failEvaluation, failFrame, noteFailure } from './progress.ts';
import {
  backOffOf,
  compileFaultTolerance,
  errorOutputOf,
  noteRetry,
  type Remedy,
  takeRetry,
} from './retry-catch.ts';

/*
 * How a Parallel or a Map fails: the failing branch or iteration, then a marker for everything that is cut, then
 * a retry of the whole state, a Catch, or the failure of whatever encloses it.
 */

export interface Failing {
  /** The state's own failure, such as an evaluation's. */
  readonly fail: (run: Run, frame: Frame, failure: PredictedFailure) => void;
  /** A branch or iteration failed; `first` is the marker that comes before all others. */
  readonly failInside: (
    run: Run,
    frame: Frame,
    failure: PredictedFailure,
    cuts: readonly Cut[],
    first?: Cut,
  ) => void;
  /** The record says that the state failed although nothing else says so. */
  readonly adoptFailed: (run: Run, frame: Frame, event: Event) => void;
  /** The record says that the branches or iterations start again although nothing else says so. */
  readonly adoptRestart: (run: Run, frame: Frame) => void;
}

/**
 * @param failedType the event that says so: ParallelStateFailed, MapStateFailed
 * @param restart the first event of another attempt; undefined where it settled the frame itself
 */
export const compileFailing = (
  fields: { readonly Retry?: readonly Retrier[]; readonly Catch?: readonly Catcher[] },
  jsonata: boolean,
  failedType: EventType,
  restart: (run: Run, frame: Frame) => Option | undefined,
): Failing => {
  const tolerance = compileFaultTolerance(fields, jsonata);

  const failInside: Failing['failInside'] = (run, frame, failure, cuts, first) => {
    noteFailure(frame, failure);
    const remedy = tolerance.remedyFor(frame, failure);
    if (remedy.kind === 'retry') {
      takeRetry(frame, remedy.retrier);
      const again = restart(run, frame);
      if (again === undefined) return;
      const option: Option = {
        prediction: again.prediction,
        take: (event) => {
          noteRetry(frame, remedy.retrier);
          again.take(event);
        },
      };
      return expectCuts(run, frame, first, cuts, option, backOffOf(run, frame, remedy));
    }
    const failed: Option = {
      prediction: { type: failedType, previous: frame.head },
      take: (event) => {
        frame.head = event.id;
        settleRemedy(run, frame, failure, remedy);
      },
    };
    expectCuts(run, frame, first, cuts, failed, undefined);
  };

  const settleRemedy = (run: Run, frame: Frame, failure: PredictedFailure, remedy: Remedy): void => {
    if (remedy.kind !== 'catch') return failFrame(run, frame, failure);
    const outcome = remedy.catcher.outcome(run, frame, errorOutputOf(run, frame, failure));
    if (!outcome.ok) {
      return failEvaluation(run, frame, outcome, (again) => failFrame(run, frame, again));
    }
    if (frame.visit !== undefined) frame.visit.catcher = remedy.index;
    exitState(run, frame, outcome.value, { kind: 'state', name: remedy.catcher.next });
  };

  return {
    fail: (run, frame, failure) => failInside(run, frame, failure, []),
    failInside,
    adoptRestart: (run, frame) => {
      if (frame.head !== frame.enteredEventId) tolerance.takeUnseenRetry(frame);
      if (frame.inner !== undefined) abortChildren(run, frame.inner, undefined);
    },
    adoptFailed: (run, frame, event) => {
      if (frame.inner !== undefined) abortChildren(run, frame.inner, undefined);
      frame.inner = undefined;
      // A failure from before the branches or iterations started has been dealt with.
      const last = run.failure !== undefined && run.failure.eventId >= frame.head ? run.failure : undefined;
      const failure: PredictedFailure = last?.failure ?? {
        error: unknown('what failed is not recorded'),
        cause: unknown('what failed is not recorded'),
        wording: 'derived',
      };
      frame.head = event.id;
      settleRemedy(run, frame, failure, tolerance.remedyFor(frame, failure));
    },
  };
};
