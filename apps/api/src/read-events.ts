import type { z } from '@hono/zod-openapi';
import { CODECS, decodeChunk } from '@steptrail/archive';
import { normaliseHistory, normaliseLogRecords } from '@steptrail/history';
import { readChunks, type Sql } from '@steptrail/store';
import { type EventPage, type HistoryEvent, presentEvent } from './resources/event.ts';

/** What a caller wants of a history: `limit` events from id `from` on. */
export interface EventSlice {
  readonly from: number;
  readonly limit: number;
  readonly withPayloads: boolean;
}

/** Characters of payloads after which a page ends, with the chunk that holds the last of them. */
const LONGEST_PAGE = 8_000_000;

/**
 * A page of an execution's events, read from the chunks that hold them. A damaged chunk is named among the
 * problems, and the events of the others are still given. Where payloads are large a page may hold fewer events than
 * were asked for.
 */
export async function readEvents(
  sql: Sql,
  execution: { readonly executionId: string; readonly lastEventId: number },
  { from, limit, withPayloads }: EventSlice,
): Promise<z.infer<typeof EventPage>> {
  const rows: z.infer<typeof HistoryEvent>[] = [];
  const problems: string[] = [];
  const range = { fromEventId: from, toEventId: from + limit - 1 };
  let to = range.toEventId;
  let length = 0;
  for await (const chunk of await readChunks(sql, execution.executionId, range)) {
    const decoded = decodeChunk(chunk);
    if (!decoded.ok) {
      problems.push(decoded.problem.message);
      continue;
    }
    const reading = readRawEvents(decoded.rawEvents, chunk.codec);
    problems.push(...reading.problems.map((problem) => problem.message));
    const events = reading.events.filter((event) => event.id >= from && event.id <= range.toEventId);
    for (const event of events.toSorted((a, b) => a.id - b.id)) {
      const row = presentEvent(event, withPayloads);
      for (const { text } of row.payloads) length += text?.length ?? 0;
      rows.push(row);
    }
    if (length > LONGEST_PAGE) {
      to = rows.at(-1)?.id ?? to;
      break;
    }
  }
  const next = to < execution.lastEventId ? to + 1 : undefined;
  return {
    rows,
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
