import type { z } from '@hono/zod-openapi';
import { CODECS, decodeChunk } from '@steptrail/archive';
import { type Event, normaliseHistory, normaliseLogRecords } from '@steptrail/history';
import { readChunks, type Sql } from '@steptrail/store';
import { type EventPage, presentEvent } from './resources/event.ts';

/** What a caller wants of a history: `limit` events from id `from` on. */
export interface EventSlice {
  readonly from: number;
  readonly limit: number;
  readonly withPayloads: boolean;
}

/**
 * A page of an execution's events, read from the chunks that hold them. A damaged chunk is named among the
 * problems, and the events of the others are still given.
 */
export async function readEvents(
  sql: Sql,
  execution: { readonly executionId: string; readonly lastEventId: number },
  { from, limit, withPayloads }: EventSlice,
): Promise<z.infer<typeof EventPage>> {
  const events: Event[] = [];
  const problems: string[] = [];
  const range = { fromEventId: from, toEventId: from + limit - 1 };
  for await (const chunk of await readChunks(sql, execution.executionId, range)) {
    const decoded = decodeChunk(chunk);
    if (!decoded.ok) {
      problems.push(decoded.problem.message);
      continue;
    }
    const reading = readRawEvents(decoded.rawEvents, chunk.codec);
    problems.push(...reading.problems.map((problem) => problem.message));
    events.push(...reading.events.filter((event) => event.id >= from && event.id <= range.toEventId));
  }
  events.sort((a, b) => a.id - b.id);
  const next = range.toEventId < execution.lastEventId ? range.toEventId + 1 : undefined;
  return {
    rows: events.map((event) => presentEvent(event, withPayloads)),
    from,
    ...(next === undefined ? {} : { next }),
    lastEventId: execution.lastEventId,
    problems,
  };
}

function readRawEvents(rawEvents: readonly unknown[], codec: number) {
  if (codec !== CODECS.logRecords) return normaliseHistory(rawEvents);
  const { records, problems } = normaliseLogRecords(rawEvents);
  return { events: records.map((record) => record.event), problems };
}
