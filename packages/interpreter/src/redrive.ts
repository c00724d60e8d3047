import { type Frame, NO_RETRIES, NOTHING, type Option, previousOf, type Run, settle } from './frame.ts';
import { takeEntered } from './progress.ts';
import { breakVisit } from './visits.ts';

/*
 * A redriven execution goes on where it stood: in every state that was entered and not exited. No recording shows a
 * redriven state run again, so each event may point to the state's Entered event or to the redrive, and the state may
 * be entered anew. @see step-functions.md section 2.11
 */

/** Brings a frame, and what runs inside it, back to the beginning of the state that it stood in. */
export const reopen = (run: Run, frame: Frame, redrivenId: number): void => {
  const { state, inner, fallen } = frame;
  frame.retries = NO_RETRIES;
  frame.attempt = 1;
  if (state === undefined) return widen(run, frame, redrivenId, []);
  reopenVisit(run, frame);
  // What ended from outside, or by a failure that nothing catches, was never cut.
  if (inner !== undefined && inner.children.size > 0) {
    for (const child of [...inner.children]) reopen(run, child, redrivenId);
    return;
  }
  if (fallen !== undefined) return raise(run, frame, fallen, redrivenId);
  frame.head = frame.enteredEventId;
  if (state.type === 'Fail') return failAgain(run, frame, redrivenId);
  const own = frame.resume?.(redrivenId) ?? [];
  state.logic.begin(run, frame);
  widen(run, frame, redrivenId, own);
};

/** Only the branches or iterations that failed or were aborted run again; the others keep their output. */
const raise = (
  run: Run,
  frame: Frame,
  { container, children }: NonNullable<Frame['fallen']>,
  redrivenId: number,
): void => {
  frame.fallen = undefined;
  frame.inner = container;
  settle(run, frame, NOTHING);
  for (const child of children) {
    container.children.add(child);
    run.frames.add(child);
    child.live = true;
    reopen(run, child, redrivenId);
  }
  container.resume?.();
};

/** A Fail state fails again; recorded: ExecutionFailed without error or cause, no state entered again. */
const failAgain = (run: Run, frame: Frame, redrivenId: number): void => {
  if (frame.within !== undefined) return widen(run, frame, redrivenId, [endsAgain(run, frame, redrivenId)]);
  frame.state?.logic.begin(run, frame);
  const [again] = frame.options;
  if (again === undefined || again.prediction.type !== 'ExecutionFailed') {
    return widen(run, frame, redrivenId, []);
  }
  const { failure, ...prediction } = again.prediction;
  const bare: Option = {
    prediction,
    take: (event, ...rest) => {
      const error = 'error' in event ? event.error : undefined;
      if (error !== undefined && failure !== undefined && error !== failure.error) {
        run.disagree(
          event.id,
          frame,
          'failure',
          `error ${String(failure.error)}, or none`,
          `error ${error}`,
          'A redriven Fail state fails as it did.',
        );
      }
      again.take(event, ...rest);
    },
  };
  settle(run, frame, [bare]);
  widen(run, frame, redrivenId, []);
};

/** Inside a Parallel or a Map: whether the execution ends at once as well is in no recording. */
const endsAgain = (run: Run, frame: Frame, previous: number): Option => ({
  prediction: {
    type: 'ExecutionFailed',
    previous,
    doubt: 'how AWS goes on after a redrive is in no recording',
  },
  take: (event) => {
    breakVisit(frame, event.timestamp, 'failed');
    run.ended = true;
  },
});

/** Whatever may come may also follow the redrive, and the state may be entered anew. */
const widen = (run: Run, frame: Frame, redrivenId: number, own: readonly Option[]): void => {
  const { state, input, stance } = frame;
  const anew: readonly Option[] =
    state === undefined
      ? []
      : [
          {
            prediction: {
              type: `${state.type}StateEntered`,
              name: state.name,
              payload: input,
            },
            take: (event) => takeEntered(run, frame, state, event, input),
          },
        ];
  const options = [...own, ...frame.options, ...anew];
  const all = new Set([
    redrivenId,
    frame.head,
    ...options.flatMap(({ prediction }) => [previousOf(frame, prediction), ...(prediction.orPrevious ?? [])]),
  ]);
  const widened = options.map((option) => ({
    ...option,
    prediction: { ...option.prediction, orPrevious: all },
  }));
  settle(run, frame, widened, stance);
};

const reopenVisit = (run: Run, frame: Frame): void => {
  if (frame.visit !== undefined) return;
  const visit = run.visits.findLast(({ enteredEventId }) => enteredEventId === frame.enteredEventId);
  if (visit === undefined) return;
  visit.outcome = 'open';
  visit.exited = undefined;
  frame.visit = visit;
};
