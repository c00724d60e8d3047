import type { Event } from '@steptrail/history';
import type { Frame, OpenVisit, Run } from './frame.ts';
import { bytesOf } from './value.ts';

/** Shared: most visits have none. */
const NO_RETRIES: OpenVisit['retries'] = [];

/** A visit begins with the state's Entered event. */
export const openVisit = (run: Run, frame: Frame, event: Event): void => {
  const { state } = frame;
  if (state === undefined) return;
  const visit: OpenVisit = {
    state: state.name,
    stateType: state.type,
    pointer: state.pointer,
    path: frame.path,
    within: frame.place,
    enteredEventId: event.id,
    exitedEventId: undefined,
    entered: event.timestamp,
    exited: undefined,
    attempts: 1,
    outcome: 'open',
    error: undefined,
    inputBytes: bytesOf(run.payload),
    outputBytes: undefined,
    events: 1,
    retries: NO_RETRIES,
    catcher: undefined,
    choice: undefined,
  };
  frame.visit = visit;
  run.visits.push(visit);
};

/** A visit ends with Exited: it succeeded, or a Catch took its failure. */
export const closeVisit = (run: Run, frame: Frame, event: Event): void => {
  const { visit } = frame;
  if (visit === undefined) return;
  visit.exitedEventId = event.id;
  visit.exited = event.timestamp;
  visit.outputBytes = bytesOf(run.payload);
  visit.outcome = visit.catcher === undefined ? 'succeeded' : 'caught';
  frame.visit = undefined;
};

/** A visit that ends without Exited. */
export const breakVisit = (frame: Frame, at: number, outcome: 'failed' | 'aborted', error?: string): void => {
  const { visit } = frame;
  if (visit === undefined) return;
  visit.outcome = outcome;
  visit.exited = at;
  if (error !== undefined) visit.error = error;
  frame.visit = undefined;
};
