import type { Event } from '@steptrail/history';
import { show } from './compare-json.ts';
import { allOptions, type Frame, type Option } from './frame.ts';

/*
 * Which option of a frame an event may be, by type, state and iteration; what it holds is compared afterwards.
 */

const fits = ({ prediction }: Option, event: Event): boolean => {
  if (prediction.type !== event.type) return false;
  if (prediction.name === undefined && prediction.index === undefined) return true;
  if (event.type.startsWith('MapIteration')) {
    const index = 'index' in event ? event.index : undefined;
    return prediction.index === undefined || index === undefined || index === prediction.index;
  }
  // Branches may fail with the same previous event: the one before their first states.
  if (event.type === 'EvaluationFailed' && event.state !== undefined) return prediction.name === event.state;
  return prediction.name === undefined || !('name' in event) || prediction.name === event.name;
};

/** The option that the event may be. */
export const fitting = ({ stance }: Frame, event: Event): Option | undefined => {
  for (const option of stance.options) if (fits(option, event)) return option;
  if (stance.others !== undefined)
    for (const option of stance.others()) if (fits(option, event)) return option;
  if (stance.doubts !== undefined)
    for (const option of stance.doubts()) if (fits(option, event)) return option;
  return undefined;
};

/** What a frame expects, in words. */
export const describeExpected = ({ stance }: Frame): string => {
  if (stance.missing !== undefined) return `a state ${stance.missing.map(quoted).join(' or ')}`;
  return allOptions(stance).map(describe).join(' or ') || 'nothing more here';
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
  const name = 'name' in event && event.name !== undefined ? ` ${quoted(event.name)}` : '';
  const error = 'error' in event && event.error !== undefined ? ` (${event.error})` : '';
  return `${event.type === 'Unrecognised' ? event.recordedType : event.type}${name}${error}`;
};
