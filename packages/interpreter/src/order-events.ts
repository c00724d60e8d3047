import { type Event, orderEvents } from '@steptrail/history';
import type { Divergence } from './trace.ts';

/** Events in the order in which they are replayed, and what is wrong with the order in which they were given. */
export interface Sequence {
  readonly events: Iterable<Event>;
  readonly divergences: readonly Divergence[];
  /** How many of the events given are left out, for another has the same id. */
  readonly doubles: number;
}

const order = (eventId: number, expected: string, recorded: string, why: string): Divergence => ({
  eventId,
  kind: 'order',
  expected,
  recorded,
  why,
});

const isRising = (events: readonly Event[]): boolean => {
  let last = Number.NEGATIVE_INFINITY;
  for (const { id } of events) {
    if (!(id > last)) return false;
    last = id;
  }
  return true;
};

const isList = (events: Iterable<Event>): events is readonly Event[] => Array.isArray(events);

const outOfOrder = (id: number, last: number): Divergence =>
  order(id, `an id above ${last}`, `event #${id}`, 'The events are not in the order of their ids.');

const doubled = (id: number): Divergence =>
  order(id, `event #${id} once`, `event #${id} again`, 'Two events have the same id.');

/**
 * Brings a list of events into the order of their ids. A whole history in reverse is fine (GetExecutionHistory
 * offers it); any other disorder and a doubled id are divergences. Log records come in any order and may come twice:
 * of them only two different events with one id are a divergence. Events that are no list are taken as they come.
 */
export const orderForReplay = (given: Iterable<Event>, logged: boolean): Sequence => {
  if (!isList(given) || isRising(given)) return { events: given, divergences: [], doubles: 0 };
  const reversed = given.toReversed();
  if (isRising(reversed)) return { events: reversed, divergences: [], doubles: 0 };
  if (logged) {
    const { events, conflicts } = orderEvents(given);
    const divergences = conflicts.map(({ id }) => doubled(id));
    return { events, divergences, doubles: given.length - events.length };
  }
  const divergences: Divergence[] = [];
  const seen = new Set<number>();
  let last = 0;
  for (const { id } of given) {
    if (seen.has(id)) divergences.push(doubled(id));
    else if (id < last) divergences.push(outOfOrder(id, last));
    seen.add(id);
    last = Math.max(last, id);
  }
  const { events } = orderEvents(given);
  return { events, divergences, doubles: given.length - events.length };
};

/** Latest time that a Date can hold, in epoch milliseconds. */
const LATEST = 8.64e15;

const timeText = (time: number): string =>
  Math.abs(time) <= LATEST ? new Date(time).toISOString() : `${time} ms after 1970`;

const WELL_PLACED: readonly Divergence[] = [];

/** What is wrong with an event's id and time, given those of the event before it. */
export const misplacement = (
  id: number,
  time: number,
  last: number,
  lastTime: number,
  gapsAllowed: boolean,
): readonly Divergence[] => {
  const back = time < lastTime;
  const expected = last + 1;
  if (id === expected && !back) return WELL_PLACED;
  if (id <= last) return [id === last ? doubled(id) : outOfOrder(id, last)];
  const divergences: Divergence[] = [];
  if (id !== expected && !gapsAllowed) {
    const missing = id - 1 === expected ? `event #${expected}` : `events #${expected} to #${id - 1}`;
    divergences.push(
      order(id, `event #${expected}`, `event #${id}`, `Of this history, ${missing} is missing.`),
    );
  }
  if (back) {
    divergences.push(
      order(
        id,
        `a time not before ${timeText(lastTime)}`,
        timeText(time),
        'Time goes back between two events.',
      ),
    );
  }
  return divergences;
};
