import type { Chain, EndTexts } from './chain.ts';
import type { Run } from './frame.ts';
import type { TerminalFailure } from './trace.ts';

/** At this event AWS ends an execution whatever it was doing. @see step-functions.md section 2.10 */
export const EVENT_LIMIT = 25_000;

/** Events that only pass on a failure that happened before them. */
const PASSING_ON: ReadonlySet<string> = new Set([
  'ParallelStateFailed',
  'MapStateFailed',
  'MapIterationFailed',
  'MapIterationAborted',
  'TaskStateAborted',
  'WaitStateAborted',
  'ParallelStateAborted',
  'MapStateAborted',
  'ExecutionRedriven',
  'ExecutionFailed',
  'ExecutionTimedOut',
  'ExecutionAborted',
]);

/**
 * The failure that ended the execution: from the event that reports it back along the chain to where it happened. A
 * failure that Retry or Catch took is on no such way.
 */
export const terminalFailureOf = (run: Run, chain: Chain, reportedEventId: number): TerminalFailure => {
  // The end of a redriven failure may have no error of its own.
  const texts = (way: readonly number[]): EndTexts =>
    way.map(chain.endOf).find((end) => end !== undefined && Object.keys(end).length > 0) ?? {};
  const known = run.failure;
  if (chain.typeOf(reportedEventId) !== 'ExecutionFailed' || reportedEventId >= EVENT_LIMIT) {
    return { eventId: reportedEventId, reportedEventId, ...texts([reportedEventId]) };
  }
  const way = [reportedEventId];
  let origin = chain.before(reportedEventId);
  while (origin !== undefined && PASSING_ON.has(chain.typeOf(origin) ?? '')) {
    way.push(origin);
    origin = chain.before(origin);
  }
  if (origin === undefined || !chain.has(origin)) {
    // Events before it are not logged, or missing.
    const at = known !== undefined && chain.has(known.eventId) ? known : undefined;
    return { eventId: at?.eventId ?? reportedEventId, reportedEventId, state: at?.state, ...texts(way) };
  }
  const state = known?.eventId === origin ? known.state : stateAt(run, chain, origin);
  return { eventId: origin, reportedEventId, state, ...texts(way) };
};

/** The state in which an event happened: along its chain to where that state was entered. */
const stateAt = (run: Run, chain: Chain, eventId: number): string | undefined => {
  let entered: number | undefined = eventId;
  while (entered !== undefined && chain.typeOf(entered)?.endsWith('Entered') === false) {
    entered = chain.before(entered);
  }
  return entered === undefined
    ? undefined
    : run.visits.find(({ enteredEventId }) => enteredEventId === entered)?.state;
};
