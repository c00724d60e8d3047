import type { Catcher, Retrier } from '@steptrail/asl';
import type { Event, EventType } from '@steptrail/history';
import { unknown } from './expressions/index.ts';
import {
  type Container,
  endFrame,
  type Frame,
  type Option,
  type Run,
  settle,
  type Waiting,
} from './frame.ts';
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
import { breakVisit } from './visits.ts';

/*
 * How a Parallel or a Map fails: the failing branch or iteration, then a marker for everything that is cut, then
 * a retry of the whole state, a Catch, or the failure of whatever encloses it.
 */

/** A marker that a cut leaves in the history. */
export interface Cut {
  readonly type: EventType;
  /** Of MapIterationFailed and MapIterationAborted. */
  readonly name?: string | undefined;
  readonly index?: number | undefined;
  /** Every recording has it; others may be there. */
  readonly certain?: boolean | undefined;
}

const CUT_STATES: Readonly<Record<string, EventType>> = {
  Task: 'TaskStateAborted',
  Wait: 'WaitStateAborted',
  Parallel: 'ParallelStateAborted',
  Map: 'MapStateAborted',
};

/** Ends all branches or iterations of a container; gives the markers in the order in which AWS writes them. */
export const abortChildren = (run: Run, container: Container, failing: Frame | undefined): readonly Cut[] => {
  const cuts: Cut[] = [];
  if (failing !== undefined) cutFrame(run, failing, cuts, true);
  for (const child of container.children) {
    if (child === failing) continue;
    cutFrame(run, child, cuts, false);
    if (container.owner.state?.type === 'Map') {
      cuts.push({ type: 'MapIterationAborted', name: container.owner.state.name, index: child.index });
    }
  }
  container.children.clear();
  return cuts;
};

const cutFrame = (run: Run, frame: Frame, cuts: Cut[], failing: boolean): void => {
  if (frame.inner !== undefined) cuts.push(...abortChildren(run, frame.inner, undefined));
  const type = frame.visit === undefined ? undefined : CUT_STATES[frame.visit.stateType];
  // A Parallel or Map that failed by itself has its own Failed event already.
  if (type !== undefined && (!failing || frame.visit?.stateType === 'Task')) {
    const running = frame.visit?.stateType === 'Task' && frame.stance.waits?.work !== undefined;
    // Recorded of a failing Task in a Parallel whose work failed; of a failed evaluation there is no recording.
    const worked = frame.visit?.error !== 'States.QueryEvaluationError';
    const failed = worked && frame.within?.owner.state?.type === 'Parallel';
    cuts.push({ type, certain: failing ? failed : running });
  }
  breakVisit(frame, run.now, failing ? 'failed' : 'aborted');
  endFrame(run, frame);
};

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
    const outcome = remedy.catcher.outcome(run, frame, errorOutputOf(failure));
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

/** Expects the markers of a cut, in any order, and then the event that goes on. */
const expectCuts = (
  run: Run,
  frame: Frame,
  first: Cut | undefined,
  cuts: readonly Cut[],
  goOn: Option,
  waits: Waiting | undefined,
): void => {
  if (run.facts.simulated)
    return writeCuts(run, frame, first === undefined ? cuts : [first, ...cuts], 0, goOn, waits);
  const open = new Map<EventType, number>();
  const iterations = new Map<string, number>();
  let certain = cuts.filter((cut) => cut.certain === true).length;
  for (const cut of cuts) {
    open.set(cut.type, (open.get(cut.type) ?? 0) + 1);
    if (cut.type !== 'MapIterationAborted') continue;
    const key = `${cut.name}[${cut.index}]`;
    iterations.set(key, (iterations.get(key) ?? 0) + 1);
  }
  let firstOpen = first;
  const again = (): void => {
    const options: Option[] = [];
    if (firstOpen !== undefined) {
      options.push({
        prediction: { ...firstOpen, previous: frame.head },
        take: () => {
          firstOpen = undefined;
          again();
        },
      });
    }
    for (const [type, count] of open) {
      if (count === 0) continue;
      options.push({
        prediction: { type, previous: frame.head },
        take: (event) => {
          open.set(type, count - 1);
          if (type === 'TaskStateAborted') certain -= 1;
          if (
            event.type === 'MapIterationAborted' &&
            !isOpenIteration(iterations, `${event.name}[${event.index}]`)
          ) {
            run.disagree(
              event.id,
              frame,
              'setting',
              `one of the iterations that were running: ${[...iterations.keys()].slice(0, 10).join(', ')}`,
              `${event.name}[${event.index}]`,
              'An iteration is aborted that was not running.',
            );
          }
          again();
        },
      });
    }
    options.push({
      prediction: goOn.prediction,
      take: (event) => {
        if (firstOpen !== undefined) {
          run.disagree(
            event.id,
            frame,
            'event',
            `${firstOpen.type} of iteration ${firstOpen.index}`,
            event.type,
            'The failed iteration has no MapIterationFailed event.',
          );
        }
        if (certain > 0) {
          run.disagree(
            event.id,
            frame,
            'event',
            'TaskStateAborted of each Task that was running',
            event.type,
            `Of the Tasks that were cut, ${certain} ${certain === 1 ? 'is' : 'are'} not marked as aborted.`,
          );
        }
        goOn.take(event);
      },
    });
    settle(run, frame, { options, waits });
  };
  again();
};

/** Takes one iteration off those that were running; false where none of that name and index was. */
const isOpenIteration = (iterations: Map<string, number>, key: string): boolean => {
  const count = iterations.get(key) ?? 0;
  iterations.set(key, count - 1);
  return count > 0;
};

const writeCuts = (
  run: Run,
  frame: Frame,
  cuts: readonly Cut[],
  from: number,
  goOn: Option,
  waits: Waiting | undefined,
): void => {
  const cut = cuts[from];
  if (cut === undefined) return settle(run, frame, { options: [goOn], waits });
  settle(run, frame, {
    options: [
      {
        prediction: { ...cut, previous: frame.head },
        take: () => writeCuts(run, frame, cuts, from + 1, goOn, waits),
      },
    ],
  });
};
