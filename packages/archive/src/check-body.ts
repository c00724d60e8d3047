import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { eventIdOf } from './chunk.ts';
import { type Damage, describeRange } from './damage.ts';
import type { SealedChunk } from './statement.ts';

/** At most so many bytes are searched for the one event that was put in or put elsewhere. */
const SEARCHED_BYTES = 2_000_000;

function sha256(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Compares the bytes of a chunk with its seal. Where they differ it says what became of them, as far as the digests
 * can tell: moved here from another chunk, one event added, events put in another order, or changed.
 * @param others all sealed chunks of the execution
 */
export function checkBody(
  sealed: SealedChunk,
  body: Buffer,
  others: readonly SealedChunk[],
): readonly Damage[] {
  const { firstEventId, lastEventId } = sealed;
  const range = describeRange(firstEventId, lastEventId);
  const damage = (kind: Damage['kind'], what: string, message: string, found?: string): readonly Damage[] => [
    { kind, what, firstEventId, lastEventId, sealed: sealed.sha256, found, message },
  ];
  let bytes: Buffer;
  try {
    bytes = gunzipSync(body);
  } catch {
    return damage('changed', 'body', `The bytes of ${range} were changed: they cannot be decompressed.`);
  }
  const found = sha256(bytes);
  if (found === sealed.sha256) return [];
  const origin = others.find((other) => other.sha256 === found);
  if (origin !== undefined) {
    const there = describeRange(origin.firstEventId, origin.lastEventId);
    return damage('reordered', 'body', `In the place of ${range} are the bytes of ${there}.`, found);
  }
  const events = readEvents(bytes);
  if (events === undefined) {
    return damage('changed', 'body', `The bytes of ${range} were changed: they hold no JSON array.`, found);
  }
  return explain(sealed, events, bytes.length).map((one) => ({ ...one, sealed: sealed.sha256, found }));
}

function readEvents(bytes: Buffer): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function explain(sealed: SealedChunk, events: readonly unknown[], length: number): readonly Damage[] {
  const { firstEventId, lastEventId } = sealed;
  const range = describeRange(firstEventId, lastEventId);
  const isSealed = (given: readonly unknown[]) => sha256(JSON.stringify(given)) === sealed.sha256;
  const sorted = events.toSorted((a, b) => (eventIdOf(a) ?? 0) - (eventIdOf(b) ?? 0));
  if (isSealed(sorted)) {
    const message = `The events of ${range} were put in another order.`;
    return [{ kind: 'reordered', what: 'events', firstEventId, lastEventId, message }];
  }
  if (events.length > sealed.events && events.length * length < SEARCHED_BYTES * 100) {
    const extra = events.findIndex((_, index) => isSealed(events.filter((_other, at) => at !== index)));
    if (extra >= 0) {
      const id = eventIdOf(events[extra]);
      const message = `Event ${id ?? 'without an id'} was added to ${range}.`;
      return [{ kind: 'added', what: 'event', firstEventId: id, lastEventId: id, message }];
    }
  }
  const known = new Set(events.map(eventIdOf));
  const missing: number[] = [];
  for (let id = firstEventId; id <= lastEventId; id++) if (!known.has(id)) missing.push(id);
  if (missing.length > 0 && events.length < sealed.events) {
    const [first = firstEventId] = missing;
    const last = missing.at(-1) ?? lastEventId;
    const message = `Of ${range}, ${describeRange(first, last)} is missing, ${missing.length} in all.`;
    return [{ kind: 'missing', what: 'events', firstEventId: first, lastEventId: last, message }];
  }
  const message = `The bytes of ${range} were changed: their sha256 is another than the sealed one.`;
  return [{ kind: 'changed', what: 'body', firstEventId, lastEventId, message }];
}

/**
 * Whether the events of a chunk that has grown since an earlier seal still begin with what that seal covered.
 * Histories only grow at their end; of log records, which come late and out of order, nobody can tell.
 */
export function checkGrowth(earlier: SealedChunk, rawEvents: readonly unknown[]): readonly Damage[] {
  const covered = rawEvents.filter((raw) => (eventIdOf(raw) ?? 0) <= earlier.lastEventId);
  const found = sha256(JSON.stringify(covered));
  if (found === earlier.sha256) return [];
  const { firstEventId, lastEventId } = earlier;
  return [
    {
      kind: 'changed',
      what: 'events',
      firstEventId,
      lastEventId,
      sealed: earlier.sha256,
      found,
      message: `${describeRange(firstEventId, lastEventId)} are not what an earlier seal covered.`,
    },
  ];
}
