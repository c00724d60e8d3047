import { StoreError } from './store-error.ts';

/** One page of a list; `next` leads to the following one and is absent on the last. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly next?: string;
}

const LARGEST_PAGE = 1000;

/** A page's size as asked for, within 1 to 1000. */
export function pageSize(limit: number): number {
  return Number.isFinite(limit) ? Math.min(Math.max(Math.trunc(limit), 1), LARGEST_PAGE) : LARGEST_PAGE;
}

/** Makes a page of `limit` rows from up to `limit + 1` of them, with the key of the last as the cursor. */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => readonly (string | number)[],
): Page<Row> {
  const size = pageSize(limit);
  const last = rows[size - 1];
  if (rows.length <= size || last === undefined) return { rows: [...rows] };
  return { rows: rows.slice(0, size), next: cursorOf(keyOf(last)) };
}

/** The cursor of the page that follows this key. */
export function cursorOf(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

type Kind = 'text' | 'number' | 'uuid' | 'time';
type Key<Kinds extends readonly Kind[]> = {
  [At in keyof Kinds]: Kinds[At] extends 'number' ? number : string;
};

/**
 * Reads a cursor back into its key, undefined where none was given.
 * @throws StoreError ('cursor') when it is not one that this list gave
 */
export function readPageCursor<const Kinds extends readonly Kind[]>(
  cursor: string | undefined,
  kinds: Kinds,
): Key<Kinds> | undefined {
  if (cursor === undefined || cursor === '') return undefined;
  const key = parse(cursor);
  if (isKey(key, kinds)) return key;
  throw new StoreError('cursor', 'The cursor is not one that this list gave; start again without it.');
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

function isKey<Kinds extends readonly Kind[]>(key: unknown, kinds: Kinds): key is Key<Kinds> {
  return (
    Array.isArray(key) && key.length === kinds.length && kinds.every((kind, at) => isOfKind(key[at], kind))
  );
}

/** Of PostgreSQL's type `integer`. */
const LARGEST_INTEGER = 2_147_483_647;
/** As `toISOString` writes it, from the year 1 to 9999. */
const TIME = /^(?!0000)\d{4}-\d{2}-\d{2}T[\d:.]{12}Z$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function isOfKind(value: unknown, kind: Kind): boolean {
  switch (kind) {
    case 'number':
      return Number.isInteger(value) && Math.abs(Number(value)) <= LARGEST_INTEGER;
    case 'uuid':
      return typeof value === 'string' && UUID.test(value);
    case 'time':
      return typeof value === 'string' && TIME.test(value) && !Number.isNaN(Date.parse(value));
    case 'text':
      return typeof value === 'string' && !value.includes('\0');
  }
}
