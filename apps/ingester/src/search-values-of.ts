import { type Event, isKnown, leavesOf, type Payload } from '@steptrail/history';
import type { NewSearchValue } from '@steptrail/store';

/** The values by which an execution is found: scalar leaves of its input and of its output, as far as they are known. */
export function searchValuesOf(events: readonly Event[]): readonly NewSearchValue[] {
  const started = events.find((event) => event.type === 'ExecutionStarted');
  const succeeded = events.findLast((event) => event.type === 'ExecutionSucceeded');
  return [...valuesOf('input', started?.input), ...valuesOf('output', succeeded?.output)];
}

function valuesOf(side: NewSearchValue['side'], payload: Payload | undefined): readonly NewSearchValue[] {
  if (payload === undefined || !isKnown(payload)) return [];
  return leavesOf(payload).map((leaf) => ({ side, ...leaf }));
}
