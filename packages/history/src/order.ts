import { isDeepStrictEqual } from 'node:util';
import type { Event } from './event.ts';
import type { LogRecord } from './normalise.ts';

/** Two different events that claim the same id: evidence of a conflict, of which the first is kept in place. */
export interface Conflict {
  readonly id: number;
  readonly kept: Event;
  readonly other: Event;
}

/** Events by id, each once, with the ids that are missing between 1 and the last. */
export interface Ordered {
  readonly events: readonly Event[];
  readonly conflicts: readonly Conflict[];
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
}

/** Sorts events by id (the total order inside an execution), drops equal doubles, and names conflicts and gaps. */
export function orderEvents(given: readonly Event[]): Ordered {
  const events: Event[] = [];
  const conflicts: Conflict[] = [];
  const gaps: { from: number; to: number }[] = [];
  for (const event of given.toSorted((a, b) => a.id - b.id)) {
    const last = events.at(-1);
    if (last !== undefined && last.id === event.id) {
      if (!isDeepStrictEqual(last, event)) conflicts.push({ id: event.id, kept: last, other: event });
      continue;
    }
    const expected = (last?.id ?? 0) + 1;
    if (event.id > expected) gaps.push({ from: expected, to: event.id - 1 });
    events.push(event);
  }
  return { events, conflicts, gaps };
}

/** Log records sorted out by execution: Map from execution ARN to its records. */
export function groupLogRecords(records: readonly LogRecord[]): ReadonlyMap<string, readonly LogRecord[]> {
  const groups = new Map<string, LogRecord[]>();
  for (const record of records) {
    const group = groups.get(record.executionArn);
    if (group === undefined) groups.set(record.executionArn, [record]);
    else group.push(record);
  }
  return groups;
}
