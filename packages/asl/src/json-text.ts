import { at } from './problem.ts';

/** What a walk over JSON text looks for. */
export type JsonTextVisitor = {
  /** Pointers to report, with the pointers to all that holds them. */
  readonly wanted?: ReadonlySet<string>;
  readonly value?: (offset: number, pointer: string) => void;
  /** `pointer` is made only when called, for it costs more than the walk. */
  readonly duplicateKey?: (offset: number, key: string, pointer: () => string) => void;
};

type Frame = {
  /** Where it is wanted; undefined where nothing inside is. */
  readonly pointer: string | undefined;
  readonly keys: Set<string> | undefined;
  key: string;
  index: number;
};

const WHITE_SPACE = /[ \t\r\n]*/y;
// Control characters are not allowed in strings; written as a range of what is, for linters dislike naming them.
const STRING = /"[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[ !#-[\]-\uffff]*)*"/y;
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/**
 * Walks JSON text without recursion (depth costs no stack).
 * @returns the offset of the first character that is not JSON, undefined when all of it is
 */
export function walkJsonText(text: string, visitor: JsonTextVisitor): number | undefined {
  const frames: Frame[] = [];
  let offset = text.charCodeAt(0) === 0xfeff ? 1 : 0;

  const skip = (pattern: RegExp): number => {
    pattern.lastIndex = offset;
    const match = pattern.exec(text);
    if (match === null) return -1;
    const start = offset;
    offset = pattern.lastIndex;
    return start;
  };
  const step = (frame: Frame): string | number => (frame.keys === undefined ? frame.index : frame.key);
  const pointer = (): string => frames.reduce((path, frame) => at(path, step(frame)), '');
  const wantedPointer = (frame: Frame | undefined): string | undefined => {
    if (frame !== undefined && frame.pointer === undefined) return undefined;
    const found = frame?.pointer === undefined ? '' : at(frame.pointer, step(frame));
    return visitor.wanted?.has(found) ? found : undefined;
  };

  let expects: 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'commaOrEnd' = 'value';
  for (;;) {
    skip(WHITE_SPACE);
    const frame = frames[frames.length - 1];
    const character = text[offset];
    if (expects === 'commaOrEnd') {
      if (frame === undefined) return offset === text.length ? undefined : offset;
      if (character === ',') {
        offset++;
        frame.index++;
        expects = frame.keys === undefined ? 'value' : 'key';
      } else if (character === (frame.keys === undefined ? ']' : '}')) {
        offset++;
        frames.pop();
      } else return offset;
      continue;
    }
    if (expects === 'keyOrEnd' || expects === 'valueOrEnd') {
      if (character === (expects === 'keyOrEnd' ? '}' : ']')) {
        offset++;
        frames.pop();
        expects = 'commaOrEnd';
        continue;
      }
    }
    if ((expects === 'key' || expects === 'keyOrEnd') && frame?.keys !== undefined) {
      const start = skip(STRING);
      if (start < 0) return offset;
      frame.key = stringAt(text, start, offset);
      if (frame.keys.has(frame.key)) visitor.duplicateKey?.(start, frame.key, pointer);
      frame.keys.add(frame.key);
      skip(WHITE_SPACE);
      if (text[offset] !== ':') return offset;
      offset++;
      expects = 'value';
      continue;
    }
    const here = wantedPointer(frame);
    if (here !== undefined) visitor.value?.(offset, here);
    if (character === '{' || character === '[') {
      offset++;
      frames.push({ pointer: here, keys: character === '{' ? new Set() : undefined, key: '', index: 0 });
      expects = character === '{' ? 'keyOrEnd' : 'valueOrEnd';
    } else if (skip(character === '"' ? STRING : SCALAR) < 0) return offset;
    else expects = 'commaOrEnd';
  }
}

/** How many members the objects in JSON text have together, a key that is written twice counted twice. */
export function membersIn(text: string): number {
  let members = 0;
  for (let start = text.indexOf('"'); start >= 0; ) {
    let end = text.indexOf('"', start + 1);
    while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
    if (end < 0) break;
    let next = end + 1;
    while (text.charCodeAt(next) <= 0x20) next++;
    if (text[next] === ':') members++;
    start = text.indexOf('"', next);
  }
  return members;
}

function isEscaped(text: string, offset: number): boolean {
  let start = offset;
  while (start > 0 && text[start - 1] === '\\') start--;
  return (offset - start) % 2 === 1;
}

function stringAt(text: string, start: number, end: number): string {
  const inner = text.slice(start + 1, end - 1);
  if (!inner.includes('\\')) return inner;
  const value: unknown = JSON.parse(text.slice(start, end));
  return typeof value === 'string' ? value : inner;
}

export type Position = { readonly line: number; readonly column: number };

/** Gives line and column, counted from 1, of any offset into a text. */
export function positionsIn(text: string): (offset: number) => Position {
  const starts = [0];
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.push(i + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}

/**
 * Line and column, counted from 1, of the values in JSON text that the pointers (RFC 6901) point to; a pointer to
 * nothing takes its parent's place.
 */
export function positionsOf(text: string, pointers: readonly string[]): ReadonlyMap<string, Position> {
  const positionAt = positionsIn(text);
  return new Map([...locate(text, pointers)].map(([pointer, offset]) => [pointer, positionAt(offset)]));
}

/** Where the values stand that the pointers point to; a pointer to nothing takes its parent's place. */
export function locate(text: string, pointers: readonly string[]): ReadonlyMap<string, number> {
  const wanted = new Set<string>();
  for (const pointer of pointers)
    for (let each = pointer; !wanted.has(each); each = parentOf(each)) wanted.add(each);
  const found = new Map<string, number>();
  walkJsonText(text, { wanted, value: (offset, pointer) => found.set(pointer, offset) });
  for (const pointer of pointers) {
    let each = pointer;
    while (each !== '' && !found.has(each)) each = parentOf(each);
    found.set(pointer, found.get(each) ?? 0);
  }
  return found;
}

function parentOf(pointer: string): string {
  return pointer.slice(0, Math.max(0, pointer.lastIndexOf('/')));
}
