import type { Event } from '@steptrail/history';
import { show } from './compare-json.ts';
import { isIteration, nameOf } from './event-fields.ts';
import { allOptions, type Frame, type Option, type Run } from './frame.ts';
import type { Prediction } from './prediction.ts';

/*
 * Which option of a frame an event may be, by type, state and iteration; what it holds is compared afterwards.
 */

const isSame = ({ name, index }: Prediction, event: Event): boolean => {
  if (name === undefined && index === undefined) return true;
  if (isIteration(event)) return index === undefined || event.index === undefined || event.index === index;
  // Branches may fail with the same previous event: the one before their first states.
  if (event.type === 'EvaluationFailed' && event.state !== undefined) return name === event.state;
  const recorded = nameOf(event);
  return name === undefined || recorded === undefined || name === recorded;
};

const fittingOf = (options: readonly Option[], event: Event): Option | undefined => {
  const { type } = event;
  for (const option of options) {
    if (option.prediction.type === type && isSame(option.prediction, event)) return option;
  }
  return undefined;
};

/** The option that the event may be. */
export const fitting = (run: Run, frame: Frame, event: Event): Option | undefined =>
  fittingOf(frame.options, event) ?? seldomFitting(run, frame, event);

const seldomFitting = (run: Run, frame: Frame, event: Event): Option | undefined => {
  const { others, doubts } = frame.stance;
  return (
    (others === undefined ? undefined : fittingOf(others, event)) ??
    (doubts === undefined ? undefined : fittingOf(doubts(run, frame), event))
  );
};

/** What a frame expects, in words. */
export const describeExpected = (frame: Frame): string => {
  const { missing } = frame.stance;
  if (missing !== undefined) return `a state ${missing.map(quoted).join(' or ')}`;
  return allOptions(frame).map(describe).join(' or ') || 'nothing more here';
};

const quoted = (name: string): string => JSON.stringify(name);

const describe = ({ prediction }: Option): string => {
  const name = prediction.name === undefined ? '' : ` ${quoted(prediction.name)}`;
  const index = prediction.index === undefined ? '' : ` ${prediction.index}`;
  const failure = prediction.failure === undefined ? '' : ` (${show(prediction.failure.error)})`;
  return `${prediction.type}${name}${index}${failure}`;
};

/** An event, in words. */
export const describeEvent = (event: Event): string => {
  const recorded = nameOf(event);
  const name = recorded === undefined ? '' : ` ${quoted(recorded)}`;
  const error = 'error' in event && event.error !== undefined ? ` (${event.error})` : '';
  return `${event.type === 'Unrecognised' ? event.recordedType : event.type}${name}${error}`;
};
