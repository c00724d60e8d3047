import { CODECS } from '@steptrail/archive';
import { normaliseHistory } from '@steptrail/history';
import type { Sql } from '@steptrail/store';
import type { IngestContext } from './context.ts';
import { describeDisorder } from './describe-disorder.ts';
import { createEventArchiver } from './event-archiver.ts';
import { fetchHistory } from './fetch-history.ts';
import { isClosed, statusAfter } from './history-end.ts';
import { readArchived } from './read-archived.ts';
import type { HistoryReader, ReadHistory } from './read-through.ts';
import { createPayloadSharing } from './share-payloads.ts';

/** A history of more events than this is long: memory holds pages of one such at a time. */
export const LONG_HISTORY = 2000;

/** What came of fetching. */
export interface Fetched {
  readonly added: number;
  readonly problem?: { readonly code: string; readonly message: string } | undefined;
  /** What was read while it came, where that is all there is; undefined: the archive has more than came now. */
  readonly came?: CameHistory | undefined;
  /** Whether the newest event that AWS has has come; without it nobody knows what goes on now. */
  readonly reachedNewest: boolean;
}

interface CameHistory {
  readonly read: ReadHistory;
  readonly problems: readonly string[];
}

/** What the archive has of a history: fewer `events` than `lastEventId` says where some are missing. */
export interface ArchivedExtent {
  readonly events: number;
  readonly lastEventId: number;
}

/** What fetching a history needs of others. */
export interface FetchingHelp {
  /** Waited for before more of a long history is fetched. */
  readonly whenLong: () => Promise<void>;
  /** Begins to read the history, from its first event. */
  readonly startReading: () => Promise<HistoryReader>;
}

/** So many entries that are no events are named. */
const MOST_NAMED = 3;

/**
 * Fetches the events that come after the `known` ones, all of them where some of those are missing, and keeps them
 * verbatim, a chunk at a time where they come in order. `known` undefined: the archive has nothing of the execution.
 */
export async function keepNewEvents(
  sql: Sql,
  context: IngestContext,
  executionArn: string,
  executionId: string,
  known: ArchivedExtent | undefined,
  help: FetchingHelp,
): Promise<Fetched> {
  const after = known === undefined || known.events < known.lastEventId ? 0 : known.lastEventId;
  const archiver = createEventArchiver(sql, executionId, CODECS.historyEvents, known === undefined);
  const share = createPayloadSharing();
  let reachedNewest = true;
  let problem: Fetched['problem'];
  let isAll = (known?.lastEventId ?? 0) === 0;
  let reader: HistoryReader | undefined;
  let events = 0;
  const problems: string[] = [];
  const keepPage = async (rawEvents: readonly unknown[]) => {
    share(rawEvents);
    if (isAll) {
      reader ??= await help.startReading();
      const reading = normaliseHistory(rawEvents);
      for (const { message } of reading.problems) if (problems.length < MOST_NAMED) problems.push(message);
      isAll = await reader.take(reading.events);
    }
    await archiver.add(rawEvents);
    events += rawEvents.length;
  };
  for await (const page of fetchHistory(context.clients, executionArn, after, context.signal)) {
    problem ??= page.problem;
    reachedNewest = page.reachedNewest;
    await keepPage(page.rawEvents);
    if (events > LONG_HISTORY) await help.whenLong();
  }
  const added = await archiver.end();
  reader ??= isAll ? await help.startReading() : undefined;
  const came = isAll && reader !== undefined ? { read: reader.end(), problems } : undefined;
  return { added, problem, reachedNewest, came };
}

/** All that the execution's events say, and what is wrong with them, one sentence each. */
export async function readEvents(
  sql: Sql,
  executionId: string,
  fetched: Fetched,
  startReading: FetchingHelp['startReading'],
): Promise<{
  readonly read: ReadHistory;
  readonly problems: readonly string[];
  readonly pageProblem: Fetched['problem'];
}> {
  const { read, problems } = fetched.came ?? (await readArchived(sql, executionId, await startReading()));
  const pageProblem = isWholeAnyway(read, fetched.problem) ? undefined : fetched.problem;
  const sentences = [
    ...(pageProblem === undefined ? [] : [pageProblem.message]),
    ...problems,
    ...describeDisorder(read.disorder),
  ];
  return { read, problems: sentences, pageProblem };
}

/** A server that gives the first page again and again has given everything when that page goes to the end. */
function isWholeAnyway({ disorder, last }: ReadHistory, problem: Fetched['problem']): boolean {
  return problem?.code === 'PagingDoesNotAdvance' && disorder.gaps.count === 0 && isClosed(statusAfter(last));
}
