import {
  blockStart,
  type Codec,
  cutIntoChunks,
  decodeChunk,
  encodeChunk,
  eventIdOf,
} from '@steptrail/archive';
import { readChunks, type Sql, saveChunks } from '@steptrail/store';
import { createPayloadSharing } from './share-payloads.ts';

/** Raw events of an archived execution, and what of them could not be opened. */
export interface ArchivedEvents {
  readonly rawEvents: readonly unknown[];
  readonly problems: readonly string[];
}

/** All raw events of an execution, or those of the blocks that hold a range of ids. */
export async function readArchivedEvents(
  sql: Sql,
  executionId: string,
  range: { readonly fromEventId?: number; readonly toEventId?: number } = {},
): Promise<ArchivedEvents> {
  const rawEvents: unknown[] = [];
  const problems: string[] = [];
  const share = createPayloadSharing();
  for await (const chunk of readChunks(sql, executionId, range)) {
    const decoded = decodeChunk(chunk);
    if (decoded.ok) {
      share(decoded.rawEvents);
      for (const raw of decoded.rawEvents) rawEvents.push(raw);
    } else problems.push(decoded.problem.message);
  }
  return { rawEvents, problems };
}

/**
 * Adds raw events to an execution's chunks, block by block; a block that is there already is merged with what it
 * holds. Adding the same again changes nothing. Gives how many events are new.
 * @param isNew nothing is there yet, so nothing is looked for
 */
export async function addToArchive(
  sql: Sql,
  executionId: string,
  rawEvents: readonly unknown[],
  codec: Codec,
  isNew = false,
): Promise<number> {
  let added = 0;
  for (const block of cutIntoChunks(rawEvents)) {
    if (isNew) {
      added += block.rawEvents.length;
      await saveChunks(sql, executionId, [encodeChunk(block.rawEvents, codec)]);
      continue;
    }
    const range = { fromEventId: block.firstEventId, toEventId: block.firstEventId };
    const stored = await readArchivedEvents(sql, executionId, range);
    const [merged = block] =
      stored.rawEvents.length === 0 ? [] : cutIntoChunks([...stored.rawEvents, ...block.rawEvents]);
    const fresh = merged.rawEvents.length - stored.rawEvents.length;
    if (fresh <= 0) continue;
    added += fresh;
    await saveChunks(sql, executionId, [encodeChunk(merged.rawEvents, codec)]);
  }
  return added;
}

/** The raw events of the blocks that are whole for certain: all but the last, when ids come in ascending order. */
export function takeWholeBlocks(buffered: readonly unknown[]): {
  readonly whole: readonly unknown[];
  readonly rest: readonly unknown[];
} {
  const last = buffered.reduce<number>((max, raw) => Math.max(max, eventIdOf(raw) ?? 0), 0);
  const start = blockStart(Math.max(last, 1));
  const cut = buffered.findIndex((raw) => (eventIdOf(raw) ?? 0) >= start);
  return cut <= 0
    ? { whole: [], rest: buffered }
    : { whole: buffered.slice(0, cut), rest: buffered.slice(cut) };
}
