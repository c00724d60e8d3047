import { isDeepStrictEqual } from 'node:util';
import {
  blockStart,
  type Chunk,
  type Codec,
  chunkOf,
  encodeChunk,
  eventIdOf,
  LONGEST_BLOCK,
  partStart,
} from './chunk.ts';

/** The raw events of one block of ids, sorted. */
export interface Block {
  readonly firstEventId: number;
  readonly rawEvents: readonly unknown[];
}

/**
 * Sorts raw events by id, drops equal doubles, and cuts them at ids 1, 1001, 2001 …, so that the archive of a closed
 * execution depends on its history alone, whatever the pages were. Different events with one id are all kept, the
 * earliest first; an entry without an id stays behind the entry it followed.
 */
export function cutIntoBlocks(rawEvents: readonly unknown[]): readonly Block[] {
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

/** The same of one block, cut into parts. */
export function cutIntoParts({ firstEventId, rawEvents }: Block): readonly Block[] {
  const parts: { firstEventId: number; rawEvents: unknown[] }[] = [];
  let id = firstEventId;
  for (const raw of rawEvents) {
    id = eventIdOf(raw) ?? id;
    const start = partStart(id);
    const part = parts.at(-1);
    if (part?.firstEventId === start) part.rawEvents.push(raw);
    else parts.push({ firstEventId: start, rawEvents: [raw] });
  }
  return parts;
}

/**
 * The chunks of a block: one, or one for each part where the JSON of the block is longer than `LONGEST_BLOCK`, so that
 * whoever opens a chunk holds little, however large the payloads are.
 * @param isLong the block is known to be that long, with events that are not given
 */
export function* encodeBlock(block: Block, codec: Codec, isLong = false): Generator<Chunk> {
  const { rawEvents } = block;
  if (!isLong && textLengthOf(rawEvents) <= LONGEST_BLOCK) {
    const bytes = Buffer.from(JSON.stringify(rawEvents));
    if (bytes.length <= LONGEST_BLOCK) {
      yield chunkOf(rawEvents, bytes, codec);
      return;
    }
  }
  for (const part of cutIntoParts(block)) yield encodeChunk(part.rawEvents, codec, part.firstEventId);
}

/** How long the texts in raw events are together: their JSON has as many bytes at the least. */
export function textLengthOf(rawEvents: readonly unknown[]): number {
  let length = 0;
  for (const raw of rawEvents) {
    if (typeof raw === 'string') length += raw.length;
    else if (typeof raw === 'object' && raw !== null) {
      for (const value of Object.values(raw)) length += textLength(value);
    }
  }
  return length;
}

function textLength(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  let length = 0;
  for (const text of Object.values(value)) if (typeof text === 'string') length += text.length;
  return length;
}
