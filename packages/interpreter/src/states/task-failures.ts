import type { TaskState } from '@steptrail/asl';
import type { Event, EventType } from '@steptrail/history';
import { unknown } from '../expressions/index.ts';
import type { Run } from '../frame.ts';
import type { PredictedFailure, Prediction, Settings } from '../prediction.ts';
import { noText } from '../value.ts';

/** How the work of a Task fails, as far as its definition tells. */
export interface TaskFailures {
  /** What a failing event must say. */
  readonly predict: (type: EventType) => Prediction;
  /** The failure that Retry and Catch see. */
  readonly failureIn: (run: Run, event: Event) => PredictedFailure;
}

const isTimeOut = (type: string): boolean => type.endsWith('TimedOut');

export const compileTaskFailures = (state: TaskState, settings: Settings | undefined): TaskFailures => {
  const beats = state.HeartbeatSeconds !== undefined || state.HeartbeatSecondsPath !== undefined;
  const bounded = beats || state.TimeoutSeconds !== undefined || state.TimeoutSecondsPath !== undefined;
  const timeOut: PredictedFailure = {
    error: 'States.Timeout',
    // Documented, but in no recording.
    ...(beats ? { orError: 'States.HeartbeatTimeout' } : {}),
    cause: unknown('the text of a time-out'),
    wording: 'exact',
  };
  return {
    predict: (type) => ({
      type,
      settings,
      failure: isTimeOut(type) ? timeOut : undefined,
      doubt: isTimeOut(type) && !bounded ? 'the definition gives the task no bound' : undefined,
    }),
    failureIn: (run, event) => {
      const cause = 'cause' in event ? event.cause : undefined;
      // No recording shows what a Catch gets as the Cause of a time-out that has none.
      const none = isTimeOut(event.type) && run.facts.recorded ? noText : null;
      const unseen =
        run.facts.foreseen === undefined ? undefined : unknown('how a task failed is not recorded');
      const error = 'error' in event ? event.error : undefined;
      return {
        error: error ?? unseen ?? null,
        cause: cause ?? unseen ?? none,
        wording: 'exact',
        ...(isTimeOut(event.type) && beats ? { alsoKnownAs: 'States.HeartbeatTimeout' } : {}),
      };
    },
  };
};
