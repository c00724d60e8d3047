/** What keeps a listing from being whole although every answer was well formed. */
export interface PagingProblem {
  readonly code: 'PagingDoesNotAdvance';
  readonly message: string;
}

/** One page of a listing. A problem comes with the last page that is read. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly problem?: PagingProblem | undefined;
}

interface Answer<T> {
  readonly items: readonly T[];
  readonly nextToken?: string | undefined;
}

/** AWS lets pages be empty where more follow; a server that only sends such pages is not worth following for ever. */
const EMPTY_PAGES = 500;

/**
 * Follows `nextToken` to the end. A server that ignores it, and gives the same page or the same token again, is
 * left with a problem instead of being asked for ever.
 * @param what the listing's name, for the problem's sentence
 * @param keyOf what makes an item itself
 */
export async function* readPages<T>(
  what: string,
  keyOf: (item: T) => string,
  ask: (nextToken: string | undefined) => Promise<Answer<T>>,
): AsyncGenerator<Page<T>> {
  const tokens = new Set<string>();
  let first: ReadonlySet<string> = new Set();
  let previous: ReadonlySet<string> = new Set();
  let token: string | undefined;
  let empty = 0;
  for (;;) {
    const { items, nextToken } = await ask(token);
    const keys = new Set(items.map(keyOf));
    const isNew = (key: string) => !first.has(key) && !previous.has(key);
    const fresh = [...keys].every(isNew) ? items : items.filter((item) => isNew(keyOf(item)));
    empty = items.length === 0 ? empty + 1 : 0;
    const stuck =
      nextToken !== undefined &&
      (tokens.has(nextToken) || (items.length > 0 && fresh.length === 0) || empty > EMPTY_PAGES);
    if (stuck) {
      yield {
        items: fresh,
        problem: {
          code: 'PagingDoesNotAdvance',
          message: `The server gives the same page of ${what} again and again: what follows its first pages cannot be read.`,
        },
      };
      return;
    }
    yield { items: fresh };
    if (nextToken === undefined || nextToken === '') return;
    tokens.add(nextToken);
    if (first.size === 0) first = keys;
    previous = keys;
    token = nextToken;
  }
}
