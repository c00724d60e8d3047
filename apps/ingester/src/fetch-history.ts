import { eventIdOf } from '@steptrail/archive';
import { type AwsClients, AwsError, readHistory } from '@steptrail/aws';

/** Raw events of a history in the order of their coming; the last of them may say why there are no more. */
export interface FetchedPage {
  /** Gone when the next page is asked for. */
  readonly rawEvents: readonly unknown[];
  readonly problem?: { readonly code: string; readonly message: string } | undefined;
  /** Whether the newest event has come, with this page or an earlier one; with a problem it may have or not. */
  readonly reachedNewest: boolean;
}

/**
 * The events of a history that come after `known`: for a new execution page by page from the first, for a known one
 * from the newest back to those that are known. A page that fails after others have come is a problem, not an
 * exception: what was fetched is kept.
 */
export async function* fetchHistory(
  clients: AwsClients,
  executionArn: string,
  known: number,
  signal?: AbortSignal,
): AsyncGenerator<FetchedPage> {
  const reverse = known > 0;
  let came = false;
  let newestFirst = false;
  try {
    for await (const { events, problem } of readHistory(clients, executionArn, { reverse, signal })) {
      came ||= events.length > 0;
      newestFirst ||= reverse && descends(events);
      const rawEvents = events.filter((raw) => (eventIdOf(raw) ?? known + 1) > known);
      const isLast = newestFirst && events.length > 0 && (eventIdOf(events.at(-1)) ?? 0) <= known;
      yield { rawEvents, problem, reachedNewest: newestFirst || problem === undefined };
      if (isLast) return;
      rawEvents.length = 0;
    }
  } catch (error) {
    if (!(error instanceof AwsError) || error.fatal || !came) throw error;
    const problem = { code: error.code, message: error.message };
    yield { rawEvents: [], problem, reachedNewest: newestFirst };
  }
}

/** Whether a page is newest first, as asked for. A server that ignores the order begins with the first event. */
function descends(events: readonly unknown[]): boolean {
  const first = eventIdOf(events[0]) ?? 0;
  const last = eventIdOf(events.at(-1)) ?? 0;
  return first > last || (first === last && first > 1);
}
