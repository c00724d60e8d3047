import type { Catcher, Retrier } from '@steptrail/asl';
import type { Event, EventType } from '@steptrail/history';
import { type Alternative, optionsOf, orElse, placeOf } from './alternatives.ts';
import { abortChildren, type Cut, expectCuts } from './cuts.ts';
import { unknown } from './expressions/index.ts';
import { type Frame, type Option, type Run, settle } from './frame.ts';
import type { PredictedFailure } from './prediction.ts';
import { failFatally, failFrame, noteFailure } from './progress.ts';
import {
  backOffOf,
  compileFaultTolerance,
  noteRetry,
  type Remedy,
  showsOf,
  takeCatch,
  takeRetry,
  UNSETTLED_REMEDY,
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
 * Where a Parallel or Map inside this one failed first, whose Failed event is the head now: whether what follows points
 * to that event or to the failure itself is in no recording.
 */
const originOf = (run: Run, frame: Frame): ReadonlySet<number> | undefined => {
  const first = run.failure?.eventId ?? 0;
  return first > frame.enteredEventId && first < frame.head ? new Set([first]) : undefined;
};

/** Of a state by its Failed event: the event of another attempt, and of its end. */
const WORDS: Readonly<Record<'ParallelStateFailed' | 'MapStateFailed', readonly [EventType, EventType]>> = {
  ParallelStateFailed: ['ParallelStateStarted', 'ParallelStateExited'],
  MapStateFailed: ['MapStateStarted', 'MapStateExited'],
};

/**
 * @param failedType the event that says so: ParallelStateFailed, MapStateFailed
 * @param restart the first event of another attempt; undefined where it settled the frame itself
 */
export const compileFailing = (
  fields: { readonly Retry?: readonly Retrier[]; readonly Catch?: readonly Catcher[] },
  jsonata: boolean,
  failedType: 'ParallelStateFailed' | 'MapStateFailed',
  restart: (run: Run, frame: Frame) => Option | undefined,
): Failing => {
  const tolerance = compileFaultTolerance(fields, jsonata, 'inside');
  const [startedType, exitedType] = WORDS[failedType];

  const failInside: Failing['failInside'] = (run, frame, given, cuts, first) => {
    const failure =
      failedType === 'ParallelStateFailed' ? { ...given, alsoKnownAs: 'States.BranchFailed' } : given;
    noteFailure(frame, failure);
    const remedies = tolerance.remediesFor(frame, failure);
    const [likeliest] = remedies;
    const place = placeOf(frame);
    const alternatives: Alternative[] = [];
    const ends = remedies.filter((remedy) => remedy.kind !== 'retry');
    const expectFailed = (): Option => ({
      prediction: { type: failedType },
      take: (event) => {
        frame.head = event.id;
        settleRemedies(run, frame, failure, ends);
      },
    });
    for (const remedy of remedies.slice(1)) {
      if (remedy.kind === 'retry') {
        alternatives.push({
          types: [startedType],
          doubt: UNSETTLED_REMEDY,
          failure,
          go: () => startAgain(run, frame, remedy),
        });
      }
    }
    if (likeliest.kind === 'retry' && ends.length > 0) {
      alternatives.push({
        types: [failedType],
        doubt: UNSETTLED_REMEDY,
        failure,
        go: () => settle(run, frame, [expectFailed()]),
      });
    }
    if (failure.error === 'States.Runtime' || failure.orError === 'States.Runtime') {
      // Nothing catches it then, and the execution ends at once.
      alternatives.push({
        types: ['ExecutionFailed'],
        doubt: 'whether this error ends the execution at once is in no reference',
        failure,
        go: () => failFatally(run, frame, failure),
      });
    }
    const instead = (): readonly Option[] => optionsOf(run, frame, place, alternatives);
    const origin = originOf(run, frame);
    if (likeliest.kind !== 'retry')
      return expectCuts(run, frame, first, cuts, expectFailed(), undefined, instead, origin);
    takeRetry(frame, likeliest.retrier);
    const again = restart(run, frame);
    if (again === undefined) return;
    const option = noted(frame, likeliest.retrier, again);
    const waiting = backOffOf(run, frame, likeliest);
    expectCuts(run, frame, first, cuts, option, () => waiting, instead, origin);
  };

  const startAgain = (run: Run, frame: Frame, remedy: Remedy & { kind: 'retry' }): void => {
    takeRetry(frame, remedy.retrier);
    const again = restart(run, frame);
    if (again !== undefined) settle(run, frame, [noted(frame, remedy.retrier, again)]);
  };

  const noted = (frame: Frame, retrier: number, again: Option): Option => ({
    prediction: again.prediction,
    take: (...taken) => {
      noteRetry(frame, retrier);
      again.take(...taken);
    },
  });

  const settleRemedies = (
    run: Run,
    frame: Frame,
    failure: PredictedFailure,
    remedies: readonly Remedy[],
  ): void => {
    const [first, ...others] = remedies;
    const place = placeOf(frame);
    settleRemedy(run, frame, failure, first);
    orElse(
      run,
      frame,
      place,
      others.map((other) => ({
        types: showsOf(frame, other, startedType, exitedType),
        doubt: UNSETTLED_REMEDY,
        failure,
        go: () => settleRemedy(run, frame, failure, other),
      })),
    );
  };

  const settleRemedy = (
    run: Run,
    frame: Frame,
    failure: PredictedFailure,
    remedy: Remedy | undefined,
  ): void =>
    remedy?.kind === 'catch' ? takeCatch(run, frame, failure, remedy) : failFrame(run, frame, failure);

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
      settleRemedies(
        run,
        frame,
        failure,
        tolerance.remediesFor(frame, failure).filter((remedy) => remedy.kind !== 'retry'),
      );
    },
  };
};
