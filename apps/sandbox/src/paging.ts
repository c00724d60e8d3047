import { commonErrors, ServiceError } from './service-error.ts';

const TOKEN_LIFE = 24 * 60 * 60 * 1000;

/** What a page is a page of, and where the next one begins: everything that a stateless token has to say. */
interface Bookmark {
  readonly of: readonly unknown[];
  readonly at: readonly (number | string)[];
  readonly issued: number;
}

/** An opaque `nextToken`: valid for 24 hours, and only with the arguments (`of`) that it was given for. */
export function writeToken(of: readonly unknown[], at: readonly (number | string)[], now: number): string {
  const bookmark: Bookmark = { of, at, issued: now };
  return Buffer.from(JSON.stringify(bookmark)).toString('base64url');
}

/** The same token as it is when its time is over. */
export function expireToken(token: string): string {
  const bookmark = parseBookmark(token);
  return bookmark === undefined
    ? token
    : writeToken(bookmark.of, bookmark.at, bookmark.issued - 2 * TOKEN_LIFE);
}

function parseBookmark(token: string): Bookmark | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    const { of, at, issued } = parsed as Partial<Bookmark>;
    return Array.isArray(of) && Array.isArray(at) && typeof issued === 'number'
      ? { of, at, issued }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Where a token says that the page begins; undefined without a token. Throws InvalidToken. */
export function readToken(
  token: unknown,
  of: readonly unknown[],
  now: number,
  code = 'InvalidToken',
): readonly (number | string)[] | undefined {
  if (token === undefined || token === null || token === '') return undefined;
  const bookmark = typeof token === 'string' ? parseBookmark(token) : undefined;
  const fits = bookmark !== undefined && JSON.stringify(bookmark.of) === JSON.stringify(of);
  if (!fits) throw new ServiceError(code, "Invalid Token: 'Invalid token'");
  if (now - bookmark.issued > TOKEN_LIFE) throw new ServiceError(code, "Invalid Token: 'Token expired'");
  return bookmark.at;
}

/** The page size asked for: absent or 0 means the default. Throws ValidationException outside 0 to `most`. */
export function readPageSize(asked: unknown, member: string, most = 1000, fallback = 100): number {
  if (asked === undefined || asked === null || asked === 0) return fallback;
  const word =
    typeof asked === 'number' && asked < 0 ? 'greater than or equal to 0' : `less than or equal to ${most}`;
  if (typeof asked !== 'number' || !Number.isInteger(asked) || asked < 0 || asked > most) {
    throw commonErrors.validation(
      `1 validation error detected: Value '${String(asked)}' at '${member}' failed to satisfy constraint: Member must have value ${word}`,
    );
  }
  return asked;
}
