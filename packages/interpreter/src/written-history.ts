import { EVENT_TYPES, type Event, type EventType, normaliseHistory } from '@steptrail/history';

/** One event of a history written by hand for a test: type, previousEventId, details. */
export type WrittenEvent = readonly [EventType, number, Readonly<Record<string, unknown>>?];

const PAYLOADS: ReadonlySet<string> = new Set(['input', 'output', 'parameters']);

const START = Date.UTC(2026, 0, 1) / 1000;

/**
 * A history written by hand: ids count from 1, one second an event. Payloads are given as values, and
 * `assignedVariables` as an object of values, as tests read better that way.
 */
export const writtenHistory = (...written: readonly WrittenEvent[]): readonly Event[] =>
  normaliseHistory(
    written.map(([type, previousEventId, given = {}], index) => {
      const details: Record<string, unknown> = {};
      for (const [key, value] of Object.entries(given)) {
        if (PAYLOADS.has(key)) details[key] = JSON.stringify(value);
        else if (key === 'assignedVariables') {
          details[key] = Object.fromEntries(
            Object.entries(Object(value)).map(([name, assigned]) => [name, JSON.stringify(assigned)]),
          );
        } else details[key] = value;
      }
      const key = EVENT_TYPES[type].details;
      return {
        id: index + 1,
        type,
        previousEventId,
        timestamp: START + index,
        ...(key === null ? {} : { [key]: details }),
      };
    }),
  ).events;
