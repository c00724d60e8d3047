import type { Event } from '@steptrail/history';

/**
 * Where a history cannot be judged: behind an event of a type that this version does not know. Such an event may
 * stand in the place of one that is expected, or be one that AWS added to the chain; what follows it shows which,
 * and brings the chain back to known ground. The same holds behind an event that rests on withheld data and that no
 * frame could place.
 */
export interface UnknownGround {
  /** An event that leads there, and why what follows it cannot be judged. */
  readonly enter: (event: Event, reason: string) => void;
  /**
   * Why an event cannot be judged, because it follows such an event, or follows the same event as one that nothing
   * has followed yet. Undefined where it can.
   */
  readonly reasonFor: (event: Event) => string | undefined;
  /** An event was placed: what it follows is explained. */
  readonly leave: (event: Event) => void;
  /** Events of unknown ground that nothing has followed yet. */
  readonly open: () => Iterable<Event>;
}

export const createUnknownGround = (): UnknownGround => {
  interface Entry {
    readonly event: Event;
    readonly reason: string;
  }
  const entries = new Map<number, Entry>();
  /** Those that nothing has followed yet, by the id of the event that they follow themselves. */
  const open = new Map<number, Entry>();
  return {
    enter: (event, reason) => {
      const entry = { event, reason };
      entries.set(event.id, entry);
      open.set(event.previousEventId, entry);
    },
    reasonFor: (event) => {
      if (entries.size === 0) return undefined;
      const { previousEventId } = event;
      return (entries.get(previousEventId) ?? open.get(previousEventId))?.reason;
    },
    leave: ({ previousEventId }) => {
      open.delete(previousEventId);
      const left = entries.get(previousEventId);
      if (left !== undefined && open.get(left.event.previousEventId) === left) {
        open.delete(left.event.previousEventId);
      }
    },
    open: function* () {
      for (const { event } of open.values()) yield event;
    },
  };
};
