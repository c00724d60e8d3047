import { isDeepStrictEqual } from 'node:util';
import {
  blockStart,
  CHUNK_EVENTS,
  type Codec,
  cutIntoBlocks,
  eventIdOf,
  LONGEST_BLOCK,
  PART_EVENTS,
  partStart,
  textLengthOf,
} from '@steptrail/archive';
import type { Sql } from '@steptrail/store';
import { addBlock } from './archive-chunks.ts';

/** Keeps raw events of one execution as they come. */
export interface EventArchiver {
  /** What cannot be written yet is held: less than a block, of `LONGEST_BLOCK` bytes at most and a part. */
  readonly add: (rawEvents: readonly unknown[]) => Promise<void>;
  /** Writes what is held. Gives how many events were new. */
  readonly end: () => Promise<number>;
}

/**
 * Adds raw events to an execution's chunks, merging them with what is there; adding the same again changes nothing.
 * Whatever the order in which they come, the archive is the same in the end; in the order of their ids, either way,
 * each block is written once.
 * @param isNew nothing is there of the execution, so nothing is looked for
 */
export function createEventArchiver(
  sql: Sql,
  executionId: string,
  codec: Codec,
  isNew = false,
): EventArchiver {
  let held: unknown[] = [];
  let length = 0;
  let added = 0;
  let lastId: number | undefined;
  let rises = true;
  let falls = true;
  const written = new Set<number>();
  const long = new Set<number>();

  const write = async (rawEvents: readonly unknown[], isLong = false) => {
    for (const block of cutIntoBlocks(rawEvents)) {
      const { firstEventId } = block;
      if (isLong) long.add(firstEventId);
      const nothingThere = isNew && !written.has(firstEventId);
      written.add(firstEventId);
      added += await addBlock(sql, executionId, block, {
        codec,
        isNew: nothingThere,
        isLong: long.has(firstEventId),
      });
    }
  };

  /** Writes what lies on the far side of a stretch of ids that is not whole yet. */
  const writeBeyond = async (start: number, size: number, isLong = false) => {
    const isWithin = (raw: unknown) => {
      const id = eventIdOf(raw);
      return id !== undefined && (rises ? id >= start : id < start + size);
    };
    const cut = held.findIndex(isWithin);
    if (cut <= 0) return;
    const done = held.slice(0, cut);
    held = held.slice(cut);
    length = textLengthOf(held);
    await write(done, isLong);
  };

  return {
    add: async (rawEvents) => {
      for (const raw of rawEvents) {
        const id = eventIdOf(raw) ?? lastId;
        if (id === undefined || lastId === undefined) lastId = id;
        else {
          if (id < lastId) rises = false;
          if (id > lastId) falls = false;
          lastId = id;
        }
        held.push(raw);
      }
      length += textLengthOf(rawEvents);
      if (lastId === undefined) return;
      if (rises || falls) {
        await writeBeyond(blockStart(lastId), CHUNK_EVENTS);
        if (length <= LONGEST_BLOCK) return;
        held = withoutDoubles(held);
        length = textLengthOf(held);
        if (length > LONGEST_BLOCK) await writeBeyond(partStart(lastId), PART_EVENTS, true);
      } else if (length > LONGEST_BLOCK) {
        const all = held;
        held = [];
        length = 0;
        await write(all);
      }
    },
    end: async () => {
      await write(held);
      held = [];
      return added;
    },
  };
}

/** What comes twice makes no block longer. */
function withoutDoubles(rawEvents: readonly unknown[]): unknown[] {
  const byId = new Map<number, unknown[]>();
  return rawEvents.filter((raw) => {
    const id = eventIdOf(raw) ?? 0;
    const known = byId.get(id);
    if (known?.some((other) => isDeepStrictEqual(other, raw))) return id === 0;
    if (known === undefined) byId.set(id, [raw]);
    else known.push(raw);
    return true;
  });
}

/** Adds raw events to an execution's chunks: see `createEventArchiver`. Gives how many are new. */
export async function addToArchive(
  sql: Sql,
  executionId: string,
  rawEvents: readonly unknown[],
  codec: Codec,
  isNew = false,
): Promise<number> {
  const archiver = createEventArchiver(sql, executionId, codec, isNew);
  await archiver.add(rawEvents);
  return archiver.end();
}
