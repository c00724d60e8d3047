import type { Event } from '@steptrail/history';
import { isClosed, statusAfter } from './history-end.ts';
import type { ListedFacts } from './listed.ts';

/** Lists and histories are eventually consistent: what one says, the other says within this time. Milliseconds. */
const CONSISTENT_AFTER = 10 * 60_000;

/** Where the list tells of more than a history that was read to its `last` event: what is missing, a sentence. */
export function describeMissingEnd(
  listed: ListedFacts,
  last: Event | undefined,
  now: Date,
): readonly string[] {
  const { status, startDate, stopDate = startDate, redriveDate = startDate } = listed;
  const ended = isClosed(status);
  const since = ended ? stopDate : redriveDate;
  if (isClosed(statusAfter(last)) || now.getTime() - since.getTime() < CONSISTENT_AFTER) return [];
  if (last === undefined) return [`AWS lists it as ${status}, but gives no event of its history.`];
  return ended ? [`AWS lists it as ${status}, but its history ends without that, at event ${last.id}.`] : [];
}
