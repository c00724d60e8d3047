/** What a check of the archive found to be other than it was sealed. */
export interface Damage {
  readonly kind: 'changed' | 'missing' | 'added' | 'reordered';
  /** What is damaged: a column, a chunk's bytes, an event, an entry of the log. */
  readonly what: string;
  readonly firstEventId?: number | undefined;
  readonly lastEventId?: number | undefined;
  /** As sealed, and as found; for bytes their sha256. */
  readonly sealed?: string | undefined;
  readonly found?: string | undefined;
  /** One sentence. */
  readonly message: string;
}

/** How a value is shown in a message: payloads never come here. */
export function shown(value: unknown): string {
  return value === null || value === undefined ? 'nothing' : String(value);
}

/** "events 1 to 1000", "event 7". */
export function describeRange(firstEventId: number, lastEventId: number): string {
  return firstEventId === lastEventId ? `event ${firstEventId}` : `events ${firstEventId} to ${lastEventId}`;
}
