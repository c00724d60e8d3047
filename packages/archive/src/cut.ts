import { isDeepStrictEqual } from 'node:util';
import { blockStart, eventIdOf } from './chunk.ts';

/** The raw events of one block of ids, ready for `encodeChunk`. */
export interface Block {
  readonly firstEventId: number;
  readonly rawEvents: readonly unknown[];
}

/**
 * Sorts raw events by id, drops equal doubles, and cuts them at ids 1, 1001, 2001 …, so that the archive of a closed
 * execution depends on its history alone, whatever the pages were. Two different events with one id are both kept; an
 * entry without an id stays behind the entry it followed.
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
  let lastId = -1;
  for (const { id, raw } of placed) {
    if (id !== lastId) sameId = [];
    else if (sameId.some((known) => isDeepStrictEqual(known, raw))) continue;
    sameId.push(raw);
    lastId = id;
    const firstEventId = blockStart(Math.max(id, 1));
    const block = blocks.at(-1);
    if (block?.firstEventId === firstEventId) block.rawEvents.push(raw);
    else blocks.push({ firstEventId, rawEvents: [raw] });
  }
  return blocks;
}
