import { CODECS, eventIdOf } from '@steptrail/archive';
import {
  type Event,
  normaliseHistory,
  type Ordered,
  orderEvents,
  type Reading,
  type ReadingProblem,
} from '@steptrail/history';
import type { Sql } from '@steptrail/store';
import { addToArchive, readArchivedEvents, takeWholeBlocks } from './archive-chunks.ts';
import type { IngestContext } from './context.ts';
import { describeDisorder } from './describe-disorder.ts';
import { fetchHistory } from './fetch-history.ts';
import { isClosed, statusOf } from './history-end.ts';
import { createPayloadSharing } from './share-payloads.ts';

/** A history of more events than this is long: memory holds one such at a time. */
export const LONG_HISTORY = 2000;

/** What came of fetching. */
export interface Fetched {
  readonly added: number;
  readonly problem?: { readonly code: string; readonly message: string } | undefined;
  /** What was read, where that is all there is; undefined: the archive has more than came now. */
  readonly reading?: Reading | undefined;
  /** Whether the newest event that AWS has has come; without it nobody knows what goes on now. */
  readonly reachedNewest: boolean;
}

/** What the archive has of a history: fewer `events` than `lastEventId` says where some are missing. */
export interface ArchivedExtent {
  readonly events: number;
  readonly lastEventId: number;
}

/**
 * Fetches the events that come after the `known` ones, all of them where some of those are missing, and keeps them
 * verbatim, a block at a time where they come in order. `known` undefined: the archive has nothing of the execution.
 * @param whenLong waited for before more of a long history is read
 */
export async function keepNewEvents(
  sql: Sql,
  context: IngestContext,
  executionArn: string,
  executionId: string,
  known: ArchivedExtent | undefined,
  whenLong: () => Promise<void>,
): Promise<Fetched> {
  const isNew = known === undefined;
  const after = known === undefined || known.events < known.lastEventId ? 0 : known.lastEventId;
  const isAll = (known?.lastEventId ?? 0) === 0;
  let reachedNewest = true;
  let added = 0;
  let problem: Fetched['problem'];
  let buffered: unknown[] = [];
  let highest = 0;
  let ascending = after === 0;
  const share = createPayloadSharing();
  const events: Event[] = [];
  const problems: ReadingProblem[] = [];
  for await (const page of fetchHistory(context.clients, executionArn, after, context.signal)) {
    problem ??= page.problem;
    reachedNewest = page.reachedNewest;
    if (events.length > LONG_HISTORY) await whenLong();
    share(page.rawEvents);
    for (const raw of page.rawEvents) {
      const id = eventIdOf(raw) ?? highest;
      if (id < highest) ascending = false;
      highest = Math.max(highest, id);
      buffered.push(raw);
    }
    if (isAll) {
      const reading = normaliseHistory(page.rawEvents);
      for (const event of reading.events) events.push(event);
      problems.push(...reading.problems);
    }
    if (!ascending) continue;
    const { whole, rest } = takeWholeBlocks(buffered);
    if (whole.length > 0) added += await addToArchive(sql, executionId, whole, CODECS.historyEvents, isNew);
    buffered = [...rest];
  }
  added += await addToArchive(sql, executionId, buffered, CODECS.historyEvents, isNew && ascending);
  return { added, problem, reachedNewest, reading: isAll ? { events, problems } : undefined };
}

const MOST_NAMED = 3;

/** All events of the execution, and what is wrong with them, one sentence each. */
export async function readEvents(
  sql: Sql,
  executionId: string,
  fetched: Fetched,
): Promise<{
  readonly ordered: Ordered;
  readonly problems: readonly string[];
  readonly pageProblem: Fetched['problem'];
}> {
  const archived = fetched.reading === undefined ? await readArchivedEvents(sql, executionId) : undefined;
  const reading = fetched.reading ?? normaliseHistory(archived?.rawEvents ?? []);
  const ordered = orderEvents(reading.events);
  const pageProblem = isWholeAnyway(ordered, fetched.problem) ? undefined : fetched.problem;
  const problems = [
    ...(archived?.problems ?? []),
    ...(pageProblem === undefined ? [] : [pageProblem.message]),
    ...reading.problems.slice(0, MOST_NAMED).map((problem) => problem.message),
    ...describeDisorder(ordered),
  ];
  return { ordered, problems, pageProblem };
}

/** A server that gives the first page again and again has given everything when that page goes to the end. */
function isWholeAnyway({ events, gaps }: Ordered, problem: Fetched['problem']): boolean {
  return problem?.code === 'PagingDoesNotAdvance' && gaps.length === 0 && isClosed(statusOf(events));
}
