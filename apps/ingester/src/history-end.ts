import type { Event, ExecutionStatus } from '@steptrail/history';

const STATUS_OF_END = {
  ExecutionSucceeded: 'SUCCEEDED',
  ExecutionFailed: 'FAILED',
  ExecutionTimedOut: 'TIMED_OUT',
  ExecutionAborted: 'ABORTED',
} as const satisfies Partial<Record<Event['type'], ExecutionStatus>>;

/** What an execution is after the last event of its history: RUNNING while that ends nothing. */
export function statusAfter(last: Event | undefined): ExecutionStatus {
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

/** Whether events up to `last` are not all of a history: there is none, or no end although the execution is `status`. */
export function breaksOff(last: Event | undefined, status: string): boolean {
  return last === undefined || (isClosed(status) && !isClosed(statusAfter(last)));
}
