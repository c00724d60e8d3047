import {
  type Block,
  blockStart,
  CHUNK_EVENTS,
  type Codec,
  cutIntoBlocks,
  cutIntoParts,
  decodeChunk,
  encodeBlock,
  LONGEST_BLOCK,
  PART_EVENTS,
  partStart,
} from '@steptrail/archive';
import { listChunks, readChunks, removeChunks, type Sql, saveChunks } from '@steptrail/store';
import { createPayloadSharing } from './share-payloads.ts';

/** Raw events of an archived execution, and what of them could not be opened. */
export interface ArchivedEvents {
  readonly rawEvents: readonly unknown[];
  readonly problems: readonly string[];
}

/** Both ends included. */
export interface EventRange {
  readonly fromEventId: number;
  readonly toEventId: number;
}

/**
 * The raw events of the chunks that hold a range of ids. Without a range it is all that the execution has: only for
 * those that must be held, see `readArchived`.
 */
export async function readArchivedEvents(
  sql: Sql,
  executionId: string,
  range?: EventRange,
): Promise<ArchivedEvents> {
  const rawEvents: unknown[] = [];
  const problems: string[] = [];
  const share = createPayloadSharing();
  for await (const chunk of readChunks(sql, executionId, range)) {
    const decoded = decodeChunk(chunk);
    if (!decoded.ok) {
      problems.push(decoded.problem.message);
      continue;
    }
    share(decoded.rawEvents);
    for (const raw of decoded.rawEvents) rawEvents.push(raw);
  }
  return { rawEvents, problems };
}

/** How a block's events are added. */
interface Adding {
  readonly codec: Codec;
  /** Nothing of the block is there, so nothing is looked for. */
  readonly isNew?: boolean | undefined;
  /** The block is known to be too long for one chunk. */
  readonly isLong?: boolean | undefined;
}

/** Adds raw events of one block, merging them with what is there of it. Gives how many are new. */
export async function addBlock(
  sql: Sql,
  executionId: string,
  block: Block,
  { codec, isNew = false, isLong = false }: Adding,
): Promise<number> {
  const range = blockRange(block.firstEventId);
  const stored = isNew ? [] : await listChunks(sql, executionId, range);
  const save = async (given: Block, long: boolean) => {
    for (const chunk of encodeBlock(given, codec, long)) await saveChunks(sql, executionId, [chunk]);
  };
  if (stored.length === 0) {
    await save(block, isLong);
    return block.rawEvents.length;
  }
  const bytes = stored.reduce((sum, { rawBytes }) => sum + rawBytes - 1, 1);
  const isWhole = stored.some((chunk) => chunk.lastEventId >= partStart(chunk.firstEventId) + PART_EVENTS);
  if (!isWhole && (isLong || bytes > LONGEST_BLOCK)) {
    let added = 0;
    for (const part of cutIntoParts(block)) {
      const { fresh, merged } = await merge(sql, executionId, part, partRange(part.firstEventId));
      if (fresh > 0) await save(merged, true);
      added += Math.max(fresh, 0);
    }
    return added;
  }
  const { fresh, merged, isReadable } = await merge(sql, executionId, block, range);
  if (fresh <= 0) return 0;
  // What is there may have to be cut now.
  if (isReadable) await removeChunks(sql, executionId, range);
  await save(merged, isLong);
  return fresh;
}

/** What a block or part holds with the given events in it, and how many of these are new. */
async function merge(sql: Sql, executionId: string, given: Block, range: EventRange) {
  const { rawEvents, problems } = await readArchivedEvents(sql, executionId, range);
  const [merged = given] = rawEvents.length === 0 ? [] : cutIntoBlocks([...rawEvents, ...given.rawEvents]);
  return { merged, fresh: merged.rawEvents.length - rawEvents.length, isReadable: problems.length === 0 };
}

function blockRange(firstEventId: number): EventRange {
  const fromEventId = blockStart(firstEventId);
  return { fromEventId, toEventId: fromEventId + CHUNK_EVENTS - 1 };
}

function partRange(firstEventId: number): EventRange {
  const fromEventId = partStart(firstEventId);
  return { fromEventId, toEventId: fromEventId + PART_EVENTS - 1 };
}
