import type { Event } from '@steptrail/history';

/**
 * Keeps the histories that were asked for last, up to a number of events in all: who pages through a long history
 * asks for it again and again, and making it takes longer than handing it out.
 */
export function createRecentHistories(
  budget: number,
): (executionArn: string, make: () => readonly Event[]) => readonly Event[] {
  const kept = new Map<string, readonly Event[]>();
  let total = 0;
  return (executionArn, make) => {
    const known = kept.get(executionArn);
    const events = known ?? make();
    if (known === undefined) total += events.length;
    kept.delete(executionArn);
    kept.set(executionArn, events);
    for (const [oldest, { length }] of kept) {
      if (total <= budget || oldest === executionArn) break;
      kept.delete(oldest);
      total -= length;
    }
    return events;
  };
}
