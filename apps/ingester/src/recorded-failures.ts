import { EVENT_TYPES, type Event } from '@steptrail/history';
import type { NewFailure } from '@steptrail/store';

const WORK = new Set(['LambdaFunction', 'ServiceTask', 'Activity', 'MapRun', 'Evaluation']);

/** Every failed piece of work, and an execution's end that no failed work explains. */
export interface RecordedFailures {
  /** The next event, in order of id, with the state that it belongs to. */
  readonly note: (event: Event, state: string | undefined) => void;
  /** Those noted since they were taken last. */
  readonly take: () => readonly NewFailure[];
  /** Characters of those that were not taken. */
  readonly size: () => number;
}

export function createRecordedFailures(): RecordedFailures {
  const failedWork = new Set<number>();
  let failures: NewFailure[] = [];
  let size = 0;
  return {
    note: (event, state) => {
      if (event.type === 'Unrecognised') return;
      const { subject, phase } = EVENT_TYPES[event.type];
      if (!/Failed|TimedOut/.test(phase)) return;
      const isWork = WORK.has(subject);
      if (!isWork && subject !== 'Execution') return;
      if (isWork) failedWork.add(event.id);
      else if (failedWork.has(event.previousEventId)) return;
      const error = 'error' in event ? event.error : undefined;
      const cause = 'cause' in event ? event.cause : undefined;
      failures.push({ eventId: event.id, state, error, cause, failed: event.timestamp });
      size += (error?.length ?? 0) + (cause?.length ?? 0);
    },
    take: () => {
      const taken = failures;
      failures = [];
      size = 0;
      return taken;
    },
    size: () => size,
  };
}
