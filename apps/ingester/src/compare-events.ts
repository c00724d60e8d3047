import { isDeepStrictEqual } from 'node:util';
import { CODECS, eventIdOf } from '@steptrail/archive';
import { type Event, normaliseHistory, normaliseLogRecords } from '@steptrail/history';

/** How events from a file stand to those that are archived. */
export interface ComparedEvents {
  /** Their ids are not archived. */
  readonly fresh: readonly unknown[];
  /** Their ids are archived with other content. */
  readonly conflicting: readonly unknown[];
}

function eventOf(raw: unknown, codec: number): Event | undefined {
  return codec === CODECS.logRecords
    ? normaliseLogRecords([raw]).records[0]?.event
    : normaliseHistory([raw]).events[0];
}

/**
 * Compares raw events by id. Equal are also those that say the same in other forms: the AWS CLI writes times as text
 * where the API gives numbers.
 */
export function compareEvents(
  archived: readonly unknown[],
  given: readonly unknown[],
  codec: number,
): ComparedEvents {
  const byId = new Map<number | undefined, unknown[]>();
  for (const raw of archived) {
    const known = byId.get(eventIdOf(raw));
    if (known === undefined) byId.set(eventIdOf(raw), [raw]);
    else known.push(raw);
  }
  const fresh: unknown[] = [];
  const conflicting: unknown[] = [];
  for (const raw of given) {
    const known = byId.get(eventIdOf(raw));
    if (known === undefined) fresh.push(raw);
    else if (!known.some((one) => isSame(one, raw, codec))) conflicting.push(raw);
  }
  return { fresh, conflicting };
}

function isSame(a: unknown, b: unknown, codec: number): boolean {
  if (isDeepStrictEqual(a, b)) return true;
  const event = eventOf(a, codec);
  return event !== undefined && isDeepStrictEqual(event, eventOf(b, codec));
}
