import { CODECS, decodeChunk } from '@steptrail/archive';
import { type Event, normaliseHistory, normaliseLogRecords } from '@steptrail/history';
import { readChunks, type Sql } from '@steptrail/store';
import type { HistoryReader, ReadHistory } from './read-through.ts';
import { createPayloadSharing } from './share-payloads.ts';

/** An archived history, read through. */
export interface ReadArchived {
  readonly read: ReadHistory;
  /** What could not be opened or read, one sentence each: the first few. */
  readonly problems: readonly string[];
  /** The latest redrive that log records tell of. */
  readonly redriveCount: number;
}

const MOST_NAMED = 3;

/** Reads all archived events of an execution, a chunk at a time. */
export async function readArchived(
  sql: Sql,
  executionId: string,
  reader: HistoryReader,
): Promise<ReadArchived> {
  const damaged: string[] = [];
  const unreadable: string[] = [];
  const share = createPayloadSharing();
  let redriveCount = 0;
  for await (const chunk of readChunks(sql, executionId)) {
    const decoded = decodeChunk(chunk);
    if (!decoded.ok) {
      damaged.push(decoded.problem.message);
      continue;
    }
    share(decoded.rawEvents);
    const reading = readRawEvents(decoded.rawEvents, chunk.codec);
    for (const { message } of reading.problems) if (unreadable.length < MOST_NAMED) unreadable.push(message);
    redriveCount = Math.max(redriveCount, reading.redriveCount);
    // Chunks are written in order; one that was tampered with need not be.
    await reader.take(reading.events.toSorted((a, b) => a.id - b.id));
  }
  return { read: reader.end(), problems: [...damaged, ...unreadable], redriveCount };
}

function readRawEvents(rawEvents: readonly unknown[], codec: number) {
  if (codec !== CODECS.logRecords) return { ...normaliseHistory(rawEvents), redriveCount: 0 };
  const { records, problems } = normaliseLogRecords(rawEvents);
  const events: Event[] = [];
  let redriveCount = 0;
  for (const record of records) {
    events.push(record.event);
    redriveCount = Math.max(redriveCount, record.redriveCount);
  }
  return { events, problems, redriveCount };
}
