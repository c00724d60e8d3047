import { type Event, orderEvents } from '@steptrail/history';
import type { Divergence } from './trace.ts';

/** Events by id, and what is wrong with the ids and times as they were given. */
export interface Sequence {
  readonly events: readonly Event[];
  readonly divergences: readonly Divergence[];
}

const order = (eventId: number, expected: string, recorded: string, why: string): Divergence => ({
  eventId,
  kind: 'order',
  expected,
  recorded,
  why,
});

const isRising = (events: readonly Event[]): boolean =>
  events.every((event, index) => index === 0 || event.id > (events[index - 1]?.id ?? 0));

/**
 * Brings events into the order of their ids. A whole history in reverse is fine (GetExecutionHistory offers it);
 * any other disorder, a doubled id and a missing one are divergences.
 */
export const orderForReplay = (given: readonly Event[], gapsAllowed: boolean): Sequence => {
  const divergences: Divergence[] = [];
  let events = given;
  if (!isRising(given)) {
    const reversed = given.toReversed();
    if (isRising(reversed)) events = reversed;
    else {
      const ordered = orderEvents(given);
      events = ordered.events;
      const seen = new Set<number>();
      let last = 0;
      for (const { id } of given) {
        if (seen.has(id)) {
          divergences.push(
            order(id, `event #${id} once`, `event #${id} again`, 'Two events have the same id.'),
          );
        } else if (id < last) {
          divergences.push(
            order(id, `an id above ${last}`, `event #${id}`, 'The events are not in the order of their ids.'),
          );
        }
        seen.add(id);
        last = Math.max(last, id);
      }
    }
  }
  let previous: Event | undefined;
  for (const event of events) {
    const expected = (previous?.id ?? 0) + 1;
    if (event.id !== expected && !gapsAllowed) {
      const missing =
        event.id - 1 === expected ? `event #${expected}` : `events #${expected} to #${event.id - 1}`;
      divergences.push(
        order(
          event.id,
          `event #${expected}`,
          `event #${event.id}`,
          `Of this history, ${missing} is missing.`,
        ),
      );
    }
    if (previous !== undefined && event.timestamp < previous.timestamp) {
      divergences.push(
        order(
          event.id,
          `a time not before ${new Date(previous.timestamp).toISOString()}`,
          new Date(event.timestamp).toISOString(),
          'Time goes back between two events.',
        ),
      );
    }
    previous = event;
  }
  return { events, divergences };
};
