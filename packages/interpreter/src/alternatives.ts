import type { Event, EventType } from '@steptrail/history';
import { fitting } from './fitting.ts';
import { type Frame, type Option, type Run, settle } from './frame.ts';
import type { PredictedFailure } from './prediction.ts';

/*
 * Where neither a reference nor a recording settles what AWS does: the likeliest is expected, and what else may come
 * is taken as unverifiable when it comes.
 */

/** Where a frame stood before it was decided how it goes on. */
export interface Place {
  readonly head: number;
  readonly retries: readonly number[];
  readonly attempt: number;
  readonly taskToken: Frame['taskToken'];
  readonly catcher: number | undefined;
}

export const placeOf = (frame: Frame): Place => ({
  head: frame.head,
  retries: frame.retries,
  attempt: frame.attempt,
  taskToken: frame.taskToken,
  catcher: frame.visit?.catcher,
});

const goBack = (frame: Frame, place: Place): void => {
  frame.head = place.head;
  frame.retries = place.retries;
  frame.attempt = place.attempt;
  frame.taskToken = place.taskToken;
  if (frame.visit !== undefined) frame.visit.catcher = place.catcher;
};

/** Another way to go on: the events that show it, and what leads to them. */
export interface Alternative {
  readonly types: readonly EventType[];
  readonly doubt: string;
  /** The failure that an ExecutionFailed or EvaluationFailed among them reports. */
  readonly failure: PredictedFailure;
  readonly go: () => void;
}

/** The first events that a failure may show as which nothing in its state takes. */
export const failureShows = (frame: Frame): readonly EventType[] =>
  frame.within === undefined
    ? ['ExecutionFailed']
    : [
        'ExecutionFailed',
        'TaskStateAborted',
        'WaitStateAborted',
        'ParallelStateAborted',
        'MapStateAborted',
        'MapIterationFailed',
        'MapIterationAborted',
        'ParallelStateFailed',
        'MapStateFailed',
        'ParallelStateStarted',
        'MapStateStarted',
      ];

/** The options that alternatives give: one that is taken puts the frame back first, and goes the other way. */
export const optionsOf = (
  run: Run,
  frame: Frame,
  place: Place,
  alternatives: readonly Alternative[],
): readonly Option[] =>
  alternatives.flatMap(({ types, doubt, failure, go }) =>
    types.map((type) => ({
      prediction: {
        type,
        previous: place.head,
        doubt,
        ...(type === 'ExecutionFailed' ? { failure } : {}),
        ...(type === 'EvaluationFailed' ? { name: frame.state?.name, location: failure.location } : {}),
      },
      take: (event: Event) => {
        const { payload, assigned } = run;
        goBack(frame, place);
        go();
        run.payload = payload;
        run.assigned = assigned;
        for (let at: Frame | undefined = frame; at !== undefined; at = at.within?.owner) {
          const option = fitting(run, at, event);
          if (option !== undefined) return option.take(event, run, at, option.prediction);
        }
      },
    })),
  );

/** Adds alternatives to what a frame expects. Only replay looks at them. */
export const orElse = (
  run: Run,
  frame: Frame,
  place: Place,
  alternatives: readonly Alternative[] | (() => readonly Alternative[]),
): void => {
  if (run.facts.simulated || !frame.live) return;
  const { options, stance } = frame;
  settle(run, frame, options, {
    ...stance,
    doubts: () => [
      ...(stance.doubts?.(run, frame) ?? []),
      ...optionsOf(run, frame, place, typeof alternatives === 'function' ? alternatives() : alternatives),
    ],
  });
};
