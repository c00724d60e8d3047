import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';

/** How a chunk's body is made. 1: gzip of a JSON array of history events; 2: gzip of a JSON array of log records. */
export const CODECS = { historyEvents: 1, logRecords: 2 } as const;
export type Codec = (typeof CODECS)[keyof typeof CODECS];

/** At most so many event ids are covered by one chunk. */
export const CHUNK_EVENTS = 1000;

/** A block of `CHUNK_EVENTS` ids whose JSON has more bytes than this is cut into chunks of `PART_EVENTS` ids each. */
export const LONGEST_BLOCK = 4_194_304;
export const PART_EVENTS = 25;

/**
 * A piece of an archived history. `firstEventId` is the first id that the chunk covers (1, 1001, 2001 …; of a block
 * that is cut 1, 26, 51 …) whether or not that event is known, so that a chunk keeps its key while its execution is
 * still running; `lastEventId` is the greatest id in it. `sha256` is of the uncompressed bytes.
 */
export interface Chunk {
  readonly firstEventId: number;
  readonly lastEventId: number;
  readonly events: number;
  readonly codec: Codec;
  readonly rawBytes: number;
  readonly sha256: Buffer;
  readonly body: Buffer;
}

/** What can be wrong with a stored chunk: its bytes, not what they say. */
export interface ChunkProblem {
  readonly code: 'unknown codec' | 'not decompressible' | 'digest differs' | 'not JSON';
  /** One sentence naming the chunk. */
  readonly message: string;
}

export type DecodedChunk =
  | { readonly ok: true; readonly rawEvents: readonly unknown[] }
  | { readonly ok: false; readonly problem: ChunkProblem };

/** The id in the text of a log record that was cut on its way, and so is no JSON. */
const CUT_RECORD_ID = /"id"\s*:\s*"(\d+)"/;

/** The event id of a raw history event (a number) or log record (a text); undefined where there is none. */
export function eventIdOf(raw: unknown): number | undefined {
  if (typeof raw === 'string') return eventIdOf({ id: CUT_RECORD_ID.exec(raw)?.[1] });
  if (typeof raw !== 'object' || raw === null || !('id' in raw)) return undefined;
  const id = typeof raw.id === 'string' && raw.id !== '' ? Number(raw.id) : raw.id;
  return typeof id === 'number' && Number.isSafeInteger(id) && id > 0 ? id : undefined;
}

/**
 * Makes a chunk of raw events as AWS gave them. They must lie in one block of `CHUNK_EVENTS` ids, or with a
 * `firstEventId` of its own in one part of it: see `encodeBlock`.
 */
export function encodeChunk(rawEvents: readonly unknown[], codec: Codec, firstEventId?: number): Chunk {
  return chunkOf(rawEvents, Buffer.from(JSON.stringify(rawEvents)), codec, firstEventId);
}

/** The same where the JSON of the events is known. */
export function chunkOf(rawEvents: readonly unknown[], bytes: Buffer, codec: Codec, startId?: number): Chunk {
  const lastEventId = rawEvents.reduce<number>((last, raw) => Math.max(last, eventIdOf(raw) ?? 0), 0);
  const firstEventId = startId ?? blockStart(Math.max(lastEventId, 1));
  return {
    firstEventId,
    lastEventId: Math.max(lastEventId, firstEventId),
    events: rawEvents.length,
    codec,
    rawBytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest(),
    body: gzipSync(bytes, { level: 1 }),
  };
}

type StoredChunk = Pick<Chunk, 'firstEventId' | 'lastEventId' | 'sha256' | 'body'> & {
  readonly codec: number;
};

function failed(chunk: StoredChunk, code: ChunkProblem['code'], what: string) {
  const message = `The chunk of events ${chunk.firstEventId} to ${chunk.lastEventId} ${what}.`;
  return { ok: false, problem: { code, message } } as const;
}

/** The JSON text of a chunk, verbatim, after checking its digest. A damaged chunk is an answer, not an exception. */
export function readChunkText(
  chunk: StoredChunk,
): { readonly ok: true; readonly text: string } | { readonly ok: false; readonly problem: ChunkProblem } {
  if (chunk.codec !== CODECS.historyEvents && chunk.codec !== CODECS.logRecords) {
    const what = `has codec ${chunk.codec}, which this version of Steptrail does not know`;
    return failed(chunk, 'unknown codec', what);
  }
  let bytes: Buffer;
  try {
    bytes = gunzipSync(chunk.body);
  } catch {
    return failed(chunk, 'not decompressible', 'is damaged: it cannot be decompressed');
  }
  if (!createHash('sha256').update(bytes).digest().equals(chunk.sha256)) {
    return failed(chunk, 'digest differs', 'was changed after it was archived: its sha256 differs');
  }
  return { ok: true, text: bytes.toString() };
}

/** Opens a chunk after checking its digest. A damaged chunk is an answer, not an exception. */
export function decodeChunk(chunk: StoredChunk): DecodedChunk {
  const read = readChunkText(chunk);
  if (!read.ok) return read;
  try {
    const rawEvents: unknown = JSON.parse(read.text);
    if (Array.isArray(rawEvents)) return { ok: true, rawEvents };
  } catch {
    // Said below.
  }
  return failed(chunk, 'not JSON', 'holds no JSON array');
}

/** The first event id of the block of `CHUNK_EVENTS` ids that holds `eventId`. */
export function blockStart(eventId: number): number {
  return Math.floor((eventId - 1) / CHUNK_EVENTS) * CHUNK_EVENTS + 1;
}

/** The first event id of the part of `PART_EVENTS` ids that holds `eventId`. */
export function partStart(eventId: number): number {
  return Math.floor((eventId - 1) / PART_EVENTS) * PART_EVENTS + 1;
}
