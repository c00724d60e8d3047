import { EVENT_TYPES, type Event, type EventType, isEventType } from '@steptrail/history';
import { eventFromPrediction } from './event-from-prediction.ts';
import { unknown } from './expressions/index.ts';
import { fitting } from './fitting.ts';
import { allOptions, type Frame, type Option, previousOf, type Run } from './frame.ts';
import { possibleNext } from './resync.ts';
import { jsonValue } from './value.ts';

/*
 * Where events are missing from a history: a frame is led over what it expects next, as if that had come, until
 * it expects the event that did come. Looks before it leaps: a step is taken only where the event may follow it.
 */

const STEPS = 4;

const answered = (type: EventType): boolean => /(Succeeded|Failed|TimedOut|Submitted)$/.test(type);

const isWork = (type: EventType): boolean => {
  const { subject } = EVENT_TYPES[type];
  return subject === 'LambdaFunction' || subject === 'ServiceTask' || subject === 'Activity';
};

/** Whether an event may come soon after what a frame expects now. */
const leadsTo = (frame: Frame, option: Option, event: Event, run: Run): boolean => {
  if (!isEventType(event.type)) return false;
  const { type: skipped, name } = option.prediction;
  const from = EVENT_TYPES[skipped];
  const to = EVENT_TYPES[event.type];
  const work = isWork(event.type);
  if (from.phase === 'Entered') {
    if (to.phase === 'Exited' && 'name' in event) return event.name === name;
    if (event.type === 'EvaluationFailed') return event.state === name;
    if (from.subject === 'Task') return work && to.phase === 'Scheduled';
    if (from.subject === 'Fail') return /Failed$/.test(event.type);
    return to.subject === from.subject && to.phase === 'Started';
  }
  if (from.phase === 'Exited') {
    const node = frame.state;
    if (to.phase === 'Entered' && 'name' in event && node !== undefined) {
      const next = possibleNext(node);
      if (next.kind === 'end') return false;
      return next.kind === 'state' ? next.name === event.name : next.names.includes(event.name ?? '');
    }
    if (node === undefined || possibleNext(node).kind !== 'end') return false;
    return /^(MapIterationSucceeded|ParallelStateSucceeded|ExecutionSucceeded)$/.test(event.type);
  }
  if (from.subject === to.subject && work) return from.phase === 'Scheduled' || answered(event.type);
  if (from.phase === 'Succeeded' && from.subject !== 'Execution' && event.type === 'TaskStateExited')
    return true;
  if (from.phase === 'Started' && to.phase === 'Entered' && 'name' in event) {
    // Of a Parallel or a Map: the first states of its branches.
    return run.program.states.get(event.name ?? '')?.scope.within !== undefined;
  }
  if (skipped === 'MapStateStarted')
    return event.type === 'MapIterationStarted' || event.type === 'MapRunStarted';
  if (skipped === 'MapIterationSucceeded') return to.subject === 'MapIteration' || to.subject === 'Map';
  if (skipped === 'MapRunSucceeded' || skipped === 'MapStateSucceeded') return to.subject === 'Map';
  if (skipped === 'ParallelStateSucceeded') return to.subject === 'Parallel';
  if (skipped === 'ParallelStateFailed')
    return event.type === 'ParallelStateExited' || event.type === 'ExecutionFailed';
  if (skipped === 'MapStateFailed')
    return event.type === 'MapStateExited' || event.type === 'ExecutionFailed';
  return false;
};

/** The frame and option that an event fits after a few missing ones, and what was missing. */
export interface Skipped {
  readonly frame: Frame;
  readonly option: Option;
  readonly missing: readonly EventType[];
}

export const skipAhead = (
  run: Run,
  start: Frame,
  event: Event,
  /** Where the first missing event stands: where the event says that its predecessor stands, so that the chain holds. */
  standsAt: number,
  /** Whether an event of an unknown type stands there: what work answered cannot be told then. */
  unrecognised: boolean,
): Skipped | undefined => {
  const missing: EventType[] = [];
  let frame: Frame | undefined = start;
  while (frame !== undefined && missing.length < STEPS) {
    const at: Frame = frame;
    const option: Option | undefined = allOptions(at).find((each) => leadsTo(at, each, event, run));
    if (option === undefined) return undefined;
    const { prediction } = option;
    if (unrecognised && (missing.length === 1 || (answered(prediction.type) && isWork(prediction.type)))) {
      return undefined;
    }
    missing.push(prediction.type);
    run.payload = prediction.payload ?? jsonValue(unknown('an event before it is missing'));
    run.assigned = prediction.assigned;
    const owner: Frame | undefined = at.within?.owner;
    const previous = previousOf(at, prediction);
    const skipped = eventFromPrediction(prediction, previous, standsAt, event.timestamp, undefined);
    option.take(skipped, run, at, prediction);
    const inside: readonly Frame[] = at.inner === undefined ? [] : [...at.inner.children].slice(0, 50);
    for (const next of [at, ...inside, ...(owner === undefined ? [] : [owner])]) {
      const fits = fitting(run, next, event);
      if (fits !== undefined) return { frame: next, option: fits, missing };
    }
    frame = at.live ? at : owner;
  }
  return undefined;
};
