import { at } from './problem.ts';

/** What a walk over JSON text finds: where each value stands, and keys that are written twice. */
export type JsonTextVisitor = {
  /** `pointer` is made only when called, for it costs more than the walk. */
  readonly value?: (offset: number, pointer: () => string) => void;
  readonly duplicateKey?: (offset: number, key: string, pointer: () => string) => void;
};

type Frame = { readonly keys: Set<string> | undefined; key: string; index: number };

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
  const pointer = (): string =>
    frames.reduce((path, frame) => at(path, frame.keys === undefined ? frame.index : frame.key), '');

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
    visitor.value?.(offset, pointer);
    if (character === '{' || character === '[') {
      offset++;
      frames.push({ keys: character === '{' ? new Set() : undefined, key: '', index: 0 });
      expects = character === '{' ? 'keyOrEnd' : 'valueOrEnd';
    } else if (skip(character === '"' ? STRING : SCALAR) < 0) return offset;
    else expects = 'commaOrEnd';
  }
}

function stringAt(text: string, start: number, end: number): string {
  const inner = text.slice(start + 1, end - 1);
  if (!inner.includes('\\')) return inner;
  const value: unknown = JSON.parse(text.slice(start, end));
  return typeof value === 'string' ? value : inner;
}

/** Line and column, counted from 1, of an offset into a text. */
export function positionAt(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let start = 0;
  for (let i = text.indexOf('\n'); i >= 0 && i < offset; i = text.indexOf('\n', i + 1)) {
    line++;
    start = i + 1;
  }
  return { line, column: offset - start + 1 };
}

/** Where the values stand that the pointers point to; a pointer to nothing takes its parent's place. */
export function locate(text: string, pointers: Iterable<string>): Map<string, number> {
  const found = new Map<string, number>();
  walkJsonText(text, { value: (offset, pointer) => found.set(pointer(), offset) });
  const wanted = new Map<string, number>();
  for (const pointer of pointers) {
    for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
      const offset = found.get(at);
      if (offset !== undefined) wanted.set(pointer, offset);
      if (offset !== undefined || at === '') break;
    }
  }
  return wanted;
}
