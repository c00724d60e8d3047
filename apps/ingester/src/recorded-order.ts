import { isDeepStrictEqual } from 'node:util';
import type { Event } from '@steptrail/history';

/** How many there are, and the first of them: the others need not be held. */
export interface Counted<T> {
  readonly count: number;
  readonly first?: T | undefined;
}

/** What is strange about the order and kind of a history's events. */
export interface Disorder {
  /** Ids that are missing between 1 and the last, in stretches. */
  readonly gaps: Counted<{ readonly from: number; readonly to: number }>;
  /** Ids that two different events claim. */
  readonly conflicts: Counted<{ readonly id: number }>;
  /** Types that this version does not know. */
  readonly unrecognised: Counted<{ readonly id: number; readonly recordedType: string }>;
}

/** What an event is after those before it. */
export type Placed = 'next' | 'double' | 'disorder';

export interface RecordedOrder {
  /** The next event; a double and one whose id is lower than the last are not counted. */
  readonly note: (event: Event) => Placed;
  /** Events, each id once. */
  readonly events: () => number;
  readonly last: () => Event | undefined;
  readonly disorder: () => Disorder;
}

/** Watches the order of events that come one after the other; holds the last of them alone. */
export function createRecordedOrder(): RecordedOrder {
  let last: Event | undefined;
  let events = 0;
  let gaps: Disorder['gaps'] = { count: 0 };
  let conflicts: Disorder['conflicts'] = { count: 0 };
  let unrecognised: Disorder['unrecognised'] = { count: 0 };
  return {
    note: (event) => {
      const { id } = event;
      if (last?.id === id) {
        if (!isDeepStrictEqual(last, event)) conflicts = counted(conflicts, { id });
        return 'double';
      }
      const expected = (last?.id ?? 0) + 1;
      if (id < expected) return 'disorder';
      if (id > expected) gaps = counted(gaps, { from: expected, to: id - 1 });
      if (event.type === 'Unrecognised') {
        unrecognised = counted(unrecognised, { id, recordedType: event.recordedType });
      }
      last = event;
      events += 1;
      return 'next';
    },
    events: () => events,
    last: () => last,
    disorder: () => ({ gaps, conflicts, unrecognised }),
  };
}

function counted<T>({ count, first }: Counted<T>, one: T): Counted<T> {
  return { count: count + 1, first: first ?? one };
}
