import { isDeepStrictEqual } from 'node:util';
import { blockStart, eventIdOf } from './chunk.ts';

/** The raw events of one block of ids, ready for `encodeChunk`. */
export interface Block {
  readonly firstEventId: number;
  readonly rawEvents: readonly unknown[];
}

/**
 * Sorts raw events by id, drops equal doubles, and cuts them at ids 1, 1001, 2001 …, so that the archive of a closed
 * execution depends on its history alone, whatever the pages were. Different events with one id are all kept, the
 * earliest first; an entry without an id stays behind the entry it followed.
 */
export function cutIntoChunks(rawEvents: readonly unknown[]): readonly Block[] {
  let id = 0;
  const placed = rawEvents.map((raw) => {
    id = eventIdOf(raw) ?? id;
    return { id, raw };
  });
  placed.sort((a, b) => a.id - b.id);

  const blocks: { firstEventId: number; rawEvents: unknown[] }[] = [];
  let sameId: unknown[] = [];
  const close = (id: number) => {
    const firstEventId = blockStart(Math.max(id, 1));
    if (sameId.length > 1) sameId.sort(compareRaw);
    const block = blocks.at(-1);
    if (block?.firstEventId === firstEventId) block.rawEvents.push(...sameId);
    else blocks.push({ firstEventId, rawEvents: sameId });
    sameId = [];
  };
  placed.forEach(({ id, raw }, index) => {
    if (!sameId.some((known) => isDeepStrictEqual(known, raw))) sameId.push(raw);
    if (placed[index + 1]?.id !== id) close(id);
  });
  return blocks;
}

/** What has no time comes last. */
function timeOf(raw: unknown): number {
  if (typeof raw !== 'object' || raw === null) return Number.POSITIVE_INFINITY;
  const at =
    'event_timestamp' in raw ? Number(raw.event_timestamp) : 'timestamp' in raw ? raw.timestamp : undefined;
  return typeof at === 'number' && !Number.isNaN(at) ? at : Number.POSITIVE_INFINITY;
}

/** The order of different events that claim one id: by time, then by their text, so that it does not matter which came first. */
function compareRaw(one: unknown, other: unknown): number {
  const [a, b] = [timeOf(one), timeOf(other)];
  if (a !== b) return a < b ? -1 : 1;
  const [text, otherText] = [JSON.stringify(one), JSON.stringify(other)];
  return text < otherText ? -1 : 1;
}
