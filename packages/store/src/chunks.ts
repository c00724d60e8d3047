import type { Chunk } from '@steptrail/archive';
import type { Sql } from './sql.ts';

/** A piece of a history as `encodeChunk` made it; of another version of Steptrail, perhaps with a codec of its own. */
export interface ChunkRow extends Omit<Chunk, 'codec'> {
  readonly codec: number;
}

/**
 * Keeps chunks; one row for each execution and first event id. A chunk that reaches further replaces its
 * predecessor, any other leaves it alone, so that doing it twice, or late, does no harm.
 */
export async function saveChunks(sql: Sql, executionId: string, chunks: readonly ChunkRow[]): Promise<void> {
  for (const chunk of chunks) {
    await sql`
      insert into history_chunks as kept
        (execution_id, first_event_id, last_event_id, events, codec, raw_bytes, sha256, body)
      values (${executionId}, ${chunk.firstEventId}, ${chunk.lastEventId}, ${chunk.events}, ${chunk.codec},
              ${chunk.rawBytes}, ${chunk.sha256}, ${chunk.body})
      on conflict (execution_id, first_event_id) do update set
        last_event_id = excluded.last_event_id, events = excluded.events, codec = excluded.codec,
        raw_bytes = excluded.raw_bytes, sha256 = excluded.sha256, body = excluded.body
      where (excluded.last_event_id, excluded.events) > (kept.last_event_id, kept.events)`;
  }
}

/** All chunks of several executions, in order. Only for executions that are known to be short. */
export async function readChunksOf(
  sql: Sql,
  executionIds: readonly string[],
): Promise<readonly (ChunkRow & { readonly executionId: string })[]> {
  return sql<(ChunkRow & { executionId: string })[]>`
    select execution_id, first_event_id, last_event_id, events, codec, raw_bytes, sha256, body
    from history_chunks where execution_id = any(${[...executionIds]}::uuid[])
    order by execution_id, first_event_id`;
}

/** The codec of an execution's chunks, which all have the same; undefined where it has none. */
export async function readCodec(sql: Sql, executionId: string): Promise<number | undefined> {
  const [chunk] = await sql<{ codec: number }[]>`
    select codec from history_chunks where execution_id = ${executionId} order by first_event_id limit 1`;
  return chunk?.codec;
}

/** What is stored between two event ids, without the bodies, in order. */
export async function listChunks(
  sql: Sql,
  executionId: string,
  range: { readonly fromEventId: number; readonly toEventId: number },
): Promise<readonly Omit<ChunkRow, 'body'>[]> {
  return sql`
    select first_event_id, last_event_id, events, codec, raw_bytes, sha256
    from history_chunks
    where execution_id = ${executionId}
      and first_event_id >= ${range.fromEventId} and first_event_id <= ${range.toEventId}
    order by first_event_id`;
}

/** Takes the chunks that begin between two event ids away, to be replaced. Pass a transaction. */
export async function removeChunks(
  sql: Sql,
  executionId: string,
  range: { readonly fromEventId: number; readonly toEventId: number },
): Promise<void> {
  await sql`
    delete from history_chunks
    where execution_id = ${executionId}
      and first_event_id >= ${range.fromEventId} and first_event_id <= ${range.toEventId}`;
}

const CHUNKS_AT_ONCE = 4;

/**
 * The chunks of an execution in order, a few in memory at a time. With a range, those that hold any event of it,
 * both ends included.
 */
export async function* readChunks(
  sql: Sql,
  executionId: string,
  range: { readonly fromEventId?: number | undefined; readonly toEventId?: number | undefined } = {},
): AsyncGenerator<ChunkRow, void, undefined> {
  let after = 0;
  for (;;) {
    const rows = await sql<ChunkRow[]>`
      select first_event_id, last_event_id, events, codec, raw_bytes, sha256, body
      from history_chunks
      where execution_id = ${executionId} and first_event_id > ${after}
        and last_event_id >= ${range.fromEventId ?? 0} and first_event_id <= ${range.toEventId ?? 2_147_483_647}
      order by first_event_id limit ${CHUNKS_AT_ONCE}`;
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < CHUNKS_AT_ONCE) return;
    after = last.firstEventId;
  }
}
