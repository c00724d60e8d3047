import { orElse, placeOf } from './alternatives.ts';
import { type Failure, stateCause } from './expressions/index.ts';
import { type Frame, type Option, type Run, settle } from './frame.ts';
import type { PredictedFailure, Prediction } from './prediction.ts';
import { failFatally } from './progress.ts';

/** What a failed evaluation looks like in the history. */
export const failureOf = (frame: Frame, failure: Failure): PredictedFailure => ({
  error: failure.error,
  cause: stateCause(frame.state?.name ?? '', frame.enteredEventId, failure.cause),
  wording: 'derived',
  quotesUnknown: failure.doubt !== undefined,
  location: failure.location,
  // The specification names it; no recording shows whether AWS does, or calls it what most failures of JSONPath are.
  orError: failure.error === 'States.IntrinsicFailure' ? 'States.Runtime' : undefined,
});

/**
 * An evaluation failed. JSONata: EvaluationFailed, which Retry and Catch see. JSONPath: States.Runtime ends the
 * execution; any other name is a failure of the state.
 */
export const failEvaluation = (
  run: Run,
  frame: Frame,
  failure: Failure,
  settleFailure: (failure: PredictedFailure) => void,
): void => {
  const predicted = failureOf(frame, failure);
  if (frame.state?.language !== 'JSONata') {
    if (failure.error === 'States.Runtime' || failure.error === 'States.DataLimitExceeded') {
      return failFatally(run, frame, predicted);
    }
    // The specification has names for these; AWS often calls them States.Runtime, which nothing catches.
    const named: PredictedFailure = { ...predicted, orError: 'States.Runtime' };
    const place = placeOf(frame);
    settleFailure(named);
    return orElse(run, frame, place, [
      {
        types: ['ExecutionFailed'],
        doubt: `whether ${failure.error} can be caught is in no recording`,
        failure: named,
        go: () => failFatally(run, frame, named),
      },
    ]);
  }
  if (failure.error === 'States.Runtime') {
    // Such as a wait that is too long. Whether AWS writes EvaluationFailed then is in no recording.
    const place = placeOf(frame);
    failFatally(run, frame, predicted);
    const evaluation: Failure = { ...failure, error: 'States.QueryEvaluationError' };
    return orElse(run, frame, place, [
      {
        types: ['EvaluationFailed'],
        doubt: 'whether AWS calls this a failed evaluation is in no recording',
        failure: predicted,
        go: () => failEvaluation(run, frame, evaluation, settleFailure),
      },
    ]);
  }
  const { beforeEntered, enteredEventId, head } = frame;
  const previous = head !== enteredEventId || frame.state.type === 'Wait' ? head : beforeEntered;
  const prediction: Prediction = {
    type: 'EvaluationFailed',
    previous,
    orPrevious: new Set([beforeEntered, enteredEventId, head]),
    name: frame.state.name,
    failure: predicted,
    location: failure.location,
  };
  const failed: Option = {
    prediction,
    take: (event) => {
      frame.head = event.id;
      if (event.type !== 'EvaluationFailed' || run.facts.foreseen !== undefined) {
        return settleFailure(predicted);
      }
      // From here on the recorded texts are the failure; the first comparison has judged them.
      settleFailure({
        ...predicted,
        error: event.error ?? null,
        cause: event.cause ?? null,
        wording: 'exact',
        perhapsOnce: true,
      });
    },
  };
  settle(run, frame, [failed]);
};
