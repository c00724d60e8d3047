import type { Evidence } from './rule.ts';

/** Enough to look at: a Map may have ten thousand iterations that all show the same. */
const MOST_EVENTS = 100;

/** Evidence in one execution: its events, oldest first, each once, and the place of their state in the definition. */
export function atEvents(executionArn: string, eventIds: Iterable<number>, pointer?: string): Evidence {
  const ids = [...new Set(eventIds)].sort((a, b) => a - b).slice(0, MOST_EVENTS);
  return {
    pointers: pointer === undefined ? [] : [pointer],
    executions: [{ executionArn, eventIds: ids }],
  };
}
