/** The longest text that goes into an indexed column; AWS's own limits (80, 256) lie far below. */
const LONGEST_KEY = 600;

/** PostgreSQL's text holds every character but NUL, which becomes U+FFFD. The chunk keeps the original. */
export function storedText(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text;
}

/** `storedText` for an indexed column (state, error): cut where no index entry could hold it. */
export function storedKey(text: string): string {
  return storedText(text.length > LONGEST_KEY ? `${text.slice(0, LONGEST_KEY - 1)}…` : text);
}

/** `storedKey`, and null for what is not there. */
export function storedKeyOrNull(text: string | null | undefined): string | null {
  return text === null || text === undefined ? null : storedKey(text);
}

/** `storedText`, and null for what is not there. */
export function storedTextOrNull(text: string | null | undefined): string | null {
  return text === null || text === undefined ? null : storedText(text);
}

/**
 * JSON text for a `jsonb` column, to be written as `${storedJson(value)}::text::jsonb`. NUL and lone surrogates, which
 * jsonb refuses, become U+FFFD; undefined becomes null.
 */
export function storedJson(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.replace(/\\\\|\\u0000|\\ud[89a-f][0-9a-f]{2}/g, (sequence) =>
    sequence === '\\\\' ? sequence : '\ufffd',
  );
}

/** `storedJson`, and SQL's null for what is not there. */
export function storedJsonOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : storedJson(value);
}
