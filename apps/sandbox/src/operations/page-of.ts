import type { Answer, Request, Situation } from '../operation.ts';
import { readPageSize, readToken, writeToken } from '../paging.ts';

/**
 * A page of rows that keep their places, under the member that the operation calls them.
 * @param of what the token is good for: the operation and its other arguments
 */
export function pageOf(
  member: string,
  rows: readonly Answer[],
  of: readonly (string | null)[],
  { maxResults, nextToken }: Request,
  { now, ignoresPaging }: Situation,
): Answer {
  if (ignoresPaging) return { [member]: rows };
  const size = readPageSize(maxResults, 'maxResults');
  const from = Number(readToken(nextToken, of, now)?.[0] ?? 0);
  const more = from + size < rows.length;
  return {
    [member]: rows.slice(from, from + size),
    ...(more ? { nextToken: writeToken(of, [from + size], now) } : {}),
  };
}
