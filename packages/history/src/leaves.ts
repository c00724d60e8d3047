/*
 * What of a payload can be searched: its scalar leaves, up to bounds that are part of the contract (docs, API).
 */

/** Leaves of one payload that are indexed: the first so many in the order of its text. */
export const MOST_LEAVES = 64;

/** Bytes (UTF-8) of a leaf's text and of its path; longer texts count with their beginning, longer paths not at all. */
export const LONGEST_LEAF = 256;

/** A string (as it is), number (as it is written) or boolean, with where it stands: `$.items[*].sku`. */
export interface Leaf {
  readonly path: string;
  readonly value: string;
}

interface Container {
  /** undefined: too long to be searched. */
  readonly path: string | undefined;
  readonly isArray: boolean;
}

const TOKEN = /\s*(?:("(?:[^"\\]+|\\.)*")|([{}[\],:])|([^\s"{}[\],:]+))/sy;
const UNCOMMON = /[\0\ud800-\udfff]/;
const PLAIN_NAME = /^[\p{L}_$][\p{L}\p{N}_$-]*$/u;

/**
 * The scalar leaves of a payload, each path and value once, in the order of the text: at most `MOST_LEAVES`. null and ''
 * are none. All positions of an array have one path (`[*]`). What is no JSON gives the leaves before it stops being it.
 */
export function leavesOf(payload: string): readonly Leaf[] {
  const leaves = new Map<string, Leaf>();
  const containers: Container[] = [];
  let path: string | undefined = '$';
  let isKey = false;
  TOKEN.lastIndex = 0;
  while (leaves.size < MOST_LEAVES) {
    const token = TOKEN.exec(payload);
    if (token === null) break;
    const [, quoted, mark, bare] = token;
    const inside = containers.at(-1);
    if (mark === '{' || mark === '[') {
      containers.push({ path, isArray: mark === '[' });
      isKey = mark === '{';
      if (mark === '[') path = joined(path, '[*]');
    } else if (mark === '}' || mark === ']') {
      containers.pop();
    } else if (mark === ',') {
      isKey = inside?.isArray === false;
      if (inside?.isArray === true) path = joined(inside.path, '[*]');
    } else if (mark === ':') {
      isKey = false;
    } else {
      const text = quoted === undefined ? bare : unquoted(quoted);
      if (text === undefined) break;
      if (isKey) path = joined(inside?.path, memberStep(text));
      else if (path !== undefined && text !== '' && (quoted !== undefined || text !== 'null')) {
        const value = leafText(text);
        leaves.set(`${path}\0${value}`, { path, value });
      }
    }
  }
  return [...leaves.values()];
}

function unquoted(token: string): string | undefined {
  if (!token.includes('\\')) return token.slice(1, -1);
  try {
    return String(JSON.parse(token));
  } catch {
    return undefined;
  }
}

function joined(path: string | undefined, step: string): string | undefined {
  if (path === undefined || step.length > LONGEST_LEAF) return undefined;
  const longer = path + step;
  return isShort(longer) || Buffer.byteLength(longer) <= LONGEST_LEAF ? longer : undefined;
}

function memberStep(name: string): string {
  if (PLAIN_NAME.test(name)) return `.${name}`;
  return `['${wellFormed(name).replace(/['\\]/g, '\\$&')}']`;
}

/** Whether a text is within the bound whatever its characters: none has more than three bytes a UTF-16 unit. */
function isShort(text: string): boolean {
  return text.length * 3 <= LONGEST_LEAF;
}

/** Lone surrogates and NUL, which no database text holds, as U+FFFD. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString().replaceAll('\0', '\ufffd');
}

/** A leaf's text as it is searched: its first `LONGEST_LEAF` bytes, cut between characters. */
export function leafText(text: string): string {
  if (isShort(text) && !UNCOMMON.test(text)) return text;
  // No character has less than one byte: what is cut here would be cut below.
  const bytes = Buffer.from(text.slice(0, LONGEST_LEAF));
  let end = Math.min(bytes.length, LONGEST_LEAF);
  while (end > 0 && end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end).toString().replaceAll('\0', '\ufffd');
}

const STEP = /\.([^.[\]'"\s]+)|\[(\d+|\*)\]|\[(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\]/sy;

/**
 * The path of leaves that someone wrote, as `leavesOf` writes it: `order.id`, `$.order.id`, `$.items[0].sku` (any
 * position: `[*]`), `$['my key']`. undefined where it is none.
 */
export function readLeafPath(text: string): string | undefined {
  const given = /^[$.[]/.test(text) ? text.replace(/^\$(?=[.[]|$)/, '') : `.${text}`;
  let path = '$';
  let at = 0;
  while (at < given.length) {
    STEP.lastIndex = at;
    const step = STEP.exec(given);
    if (step === null) return undefined;
    const [, name, position, single, double] = step;
    const quoted = (single ?? double)?.replace(/\\(.)/gs, '$1');
    const next = position === undefined ? memberStep(name ?? quoted ?? '') : '[*]';
    path += next;
    at = STEP.lastIndex;
  }
  return path;
}
