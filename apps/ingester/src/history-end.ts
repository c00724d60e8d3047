import { EVENT_TYPES, type Event, type ExecutionStatus } from '@steptrail/history';
import type { NewFailure } from '@steptrail/store';

const STATUS_OF_END = {
  ExecutionSucceeded: 'SUCCEEDED',
  ExecutionFailed: 'FAILED',
  ExecutionTimedOut: 'TIMED_OUT',
  ExecutionAborted: 'ABORTED',
} as const satisfies Partial<Record<Event['type'], ExecutionStatus>>;

/** How a history ends: RUNNING while its last event ends nothing. After a redrive the last end counts. */
export function statusOf(events: readonly Event[]): ExecutionStatus {
  const last = events.at(-1);
  switch (last?.type) {
    case 'ExecutionSucceeded':
    case 'ExecutionFailed':
    case 'ExecutionTimedOut':
    case 'ExecutionAborted':
      return STATUS_OF_END[last.type];
    default:
      return 'RUNNING';
  }
}

export function isClosed(status: string): boolean {
  return status !== 'RUNNING' && status !== 'PENDING_REDRIVE';
}

/** Whether events are not all of a history: there is none, or no end although the execution is `status`. */
export function breaksOff(events: readonly Event[], status: string): boolean {
  return events.length === 0 || (isClosed(status) && !isClosed(statusOf(events)));
}

const WORK = new Set(['LambdaFunction', 'ServiceTask', 'Activity', 'MapRun', 'Evaluation']);

/** Every failed piece of work, and an execution's end that no failed work explains. Events are in order of id. */
export function failuresOf(events: readonly Event[]): readonly NewFailure[] {
  const stateOf = new Map<number, string>();
  const failures: NewFailure[] = [];
  const failedWork = new Set<number>();
  for (const event of events) {
    if (event.type === 'Unrecognised') continue;
    const { subject, phase } = EVENT_TYPES[event.type];
    const entered = phase === 'Entered' && 'name' in event ? event.name : undefined;
    const state = entered ?? stateOf.get(event.previousEventId);
    if (state !== undefined) stateOf.set(event.id, state);
    if (!/Failed|TimedOut|Aborted/.test(phase) || phase === 'Aborted') continue;
    const isWork = WORK.has(subject);
    if (!isWork && subject !== 'Execution') continue;
    if (isWork) failedWork.add(event.id);
    else if (failedWork.has(event.previousEventId)) continue;
    failures.push({
      eventId: event.id,
      state,
      error: 'error' in event ? event.error : undefined,
      cause: 'cause' in event ? event.cause : undefined,
      failed: event.timestamp,
    });
  }
  return failures;
}
