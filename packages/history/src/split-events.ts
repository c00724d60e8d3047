/*
 * JSON that is longer than anybody wants to hold: the events in it are parsed one by one as its bytes go by.
 */

/** What is left of a JSON text when its events are taken out: in the place of each is null. */
export type SplitEnd =
  | { readonly ok: true; readonly rest: unknown }
  /** It breaks off, or is no JSON. */
  | { readonly ok: false };

export interface EventSplitter {
  /** The next bytes, UTF-8. Gives the events that end in them. */
  readonly take: (bytes: Uint8Array) => readonly unknown[];
  readonly end: () => SplitEnd;
}

/** Where events stand: in the answer of GetExecutionHistory, in a bare array, and in a recorded case. */
const EVENT_ARRAYS: ReadonlySet<string> = new Set(['', '.events', '.history', '.history.events']);

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const BYTE_ORDER_MARK = 0xfeff;
/** Longer names of members are of no interest. */
const LONGEST_KEY = 16;

interface Level {
  readonly path: string;
  readonly isArray: boolean;
}

function latin1(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
}

/**
 * Where a text ends, at its quote. Where it goes on behind these bytes: their length, or one more where the byte that
 * follows them is escaped.
 */
function endOfText(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === QUOTE) return at;
    at += byte === BACKSLASH ? 2 : 1;
  }
  return at;
}

/** Begins to split a JSON text. Memory is that of its largest event, and of what is no event. */
export function createEventSplitter(): EventSplitter {
  const levels: Level[] = [];
  /** What is no event, a character a byte; parsed at the end. Views of the bytes would hold all of them. */
  let rest = '';
  /** The event under way, and how deep in it the last byte was. */
  let pieces: Uint8Array[] = [];
  let depth = 0;
  /** Whether the last byte was in a text, and how many of the next are escaped. */
  let isText = false;
  let escaped = 0;
  let key = '';
  let isBroken = false;

  const isEventArray = (): boolean => {
    const level = levels.at(-1);
    return level?.isArray === true && EVENT_ARRAYS.has(level.path);
  };

  /** A byte that belongs to no event and to no text. */
  const step = (byte: number): void => {
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      const outer = levels.at(-1);
      const path = outer === undefined ? '' : outer.isArray ? `${outer.path}[]` : `${outer.path}.${key}`;
      levels.push({ path, isArray: byte === OPEN_BRACKET });
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      if (levels.pop() === undefined) isBroken = true;
    }
  };

  /** Goes on in a text from a position, and gives the one at its end; notes where it goes on behind these bytes. */
  const passText = (bytes: Uint8Array, from: number): number => {
    const at = endOfText(bytes, from);
    isText = at >= bytes.length;
    escaped = isText ? at - bytes.length : 0;
    if (depth === 0) key += Buffer.from(bytes.subarray(from, Math.min(at, from + LONGEST_KEY))).toString();
    return at;
  };

  const take = (bytes: Uint8Array): readonly unknown[] => {
    const events: unknown[] = [];
    let from = 0;
    for (let at = isText ? passText(bytes, escaped) + 1 : 0; at < bytes.length && !isBroken; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === QUOTE) {
        if (depth === 0) key = '';
        at = passText(bytes, at + 1);
      } else if (depth > 0) {
        if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
        else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
          depth -= 1;
          if (depth > 0) continue;
          pieces.push(bytes.subarray(from, at + 1));
          from = at + 1;
          const event = parse(pieces);
          pieces = [];
          if (event === undefined) isBroken = true;
          else events.push(event.value);
        }
      } else if (byte === OPEN_BRACE && isEventArray()) {
        rest += `${latin1(bytes, from, at)}null`;
        from = at;
        depth = 1;
      } else step(byte);
    }
    if (depth > 0) pieces.push(bytes.subarray(from));
    else rest += latin1(bytes, from, bytes.length);
    return events;
  };

  return {
    take,
    end: () => {
      const parsed = isBroken || depth > 0 ? undefined : parse([Buffer.from(rest, 'latin1')]);
      return parsed === undefined ? { ok: false } : { ok: true, rest: parsed.value };
    },
  };
}

function parse(pieces: readonly Uint8Array[]): { readonly value: unknown } | undefined {
  const text = Buffer.concat(pieces).toString();
  try {
    return { value: JSON.parse(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text) };
  } catch {
    return undefined;
  }
}
