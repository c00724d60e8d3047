import type { Event } from '@steptrail/history';
import { type Json, unknown } from '../expressions/index.ts';
import type { Container, Frame, Option, Run, Stance } from '../frame.ts';
import { perhapsAbsent, type Value } from '../value.ts';

/** One attempt of an inline Map: which items it has and how far it is. */
export interface Iterations {
  readonly startedEventId: number;
  readonly items: readonly Json[] | undefined;
  readonly input: Value;
  readonly outputs: Json[];
  readonly limit: number;
  readonly begun: Set<number>;
  readonly container: Container;
  /** Last state events of iterations that ended: another iteration may start from each. */
  readonly freed: Set<number>;
  next: number;
  ended: number;
  /** What the Map expects of the next iteration, but for where it starts. */
  readonly begin: Option['take'];
  readonly stance: Stance;
}

const MOST_ITEMS = 100_000;

/** As many items as an event says there are. */
export const unknownItems = (length: number): readonly Json[] =>
  Array.from({ length: Math.min(Math.max(0, Math.floor(length)), MOST_ITEMS) }, () =>
    unknown('the items are not known'),
  );

/** Whether another iteration may start now. */
export const mayBegin = ({ container, limit, items, begun }: Iterations): boolean =>
  container.children.size < limit && (items === undefined || begun.size < items.length);

/**
 * So many iterations start with the Map, where its MaxConcurrency lets them. AWS runs no more than about 40 at once,
 * and of Maps inside Maps it is in no reference how they share these.
 */
const AT_ONCE = 10;

/** Whether the next iteration can only have been started by the Map's own start. */
export const startsWithMap = ({ begun, limit, container }: Iterations): boolean => {
  if (begun.size >= limit || limit > AT_ONCE) return false;
  let within = container.owner.within;
  while (within !== undefined && within.owner.state?.type !== 'Map') within = within.owner.within;
  return within === undefined;
};

/** The event that the next iteration follows: the Map's start, or the end of one that made room for it. */
export const beginsFrom = ({ freed, begun, limit, startedEventId }: Iterations): number => {
  if (begun.size < limit) return startedEventId;
  const [first] = freed;
  return first ?? startedEventId;
};

/** Counts an iteration that starts, and says where it may not; gives its index. */
export const countBegun = (run: Run, frame: Frame, at: Iterations, event: Event): number => {
  const index = ('index' in event ? event.index : undefined) ?? at.next;
  const outside = at.items !== undefined && (index < 0 || index >= at.items.length);
  if (at.begun.has(index) || outside || (at.limit === 1 && index !== at.next)) {
    run.disagree(
      event.id,
      frame,
      'setting',
      `index ${at.next}`,
      `index ${index}`,
      outside ? 'The Map has no such item.' : 'Iterations start in the order of the items, each once.',
    );
  }
  at.begun.add(index);
  at.next = Math.max(at.next, index + 1);
  if (!at.freed.delete(event.previousEventId) && at.freed.size > 0 && at.begun.size > at.limit) {
    const [first] = at.freed;
    if (first !== undefined) at.freed.delete(first);
  }
  return index;
};

/** Counts an iteration that succeeded; gives all outputs once it was the last. */
export const countEnded = (at: Iterations, child: Frame, output: Json): readonly Json[] | undefined => {
  at.outputs[child.index] = output;
  at.ended += 1;
  at.freed.add(child.head);
  at.container.children.delete(child);
  if (at.items === undefined || at.ended < at.items.length) return undefined;
  return at.items.map((_, index) => {
    const known = at.outputs[index];
    return known === undefined ? unknown('an iteration that is not recorded') : known;
  });
};

/** `$$.Map.Item`. Whether an inline Map has its Source is in no recording. */
export const itemOf = (run: Run, Index: number, Value: Json): Json =>
  run.facts.simulated ? { Index, Value } : { Index, Value, Source: perhapsAbsent };
