import { type Position, positionsOf } from '@steptrail/asl';
import { type Document, isMap, isScalar, isSeq, type LineCounter, type Node } from 'yaml';

/** Where in a file the values stand that JSON pointers point to; a pointer to nothing takes its parent's place. */
export type Locate = (pointers: readonly string[]) => ReadonlyMap<string, Position>;

/** A file that was read as a tree, and where its parts stand. */
export interface Source {
  readonly text: string;
  readonly locate: Locate;
  /** Set where the value is a block of text, `|`: its lines stand below that position. */
  readonly isBlock: (pointer: string) => boolean;
}

/** Positions in JSON. */
export function jsonSource(text: string): Source {
  return { text, locate: (pointers) => positionsOf(text, pointers), isBlock: () => false };
}

/** Positions in YAML. */
export function yamlSource(text: string, document: Document.Parsed, lines: LineCounter): Source {
  const positionOf = (pointer: string): Position => {
    const [start = 0] = nodeAt(document, pointer)?.range ?? [];
    const { line, col } = lines.linePos(start);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  return {
    text,
    locate: (pointers) => new Map(pointers.map((pointer) => [pointer, positionOf(pointer)])),
    isBlock: (pointer) => {
      const node = nodeAt(document, pointer);
      return isScalar(node) && node.type === 'BLOCK_LITERAL';
    },
  };
}

/** The node that a pointer points to, or the innermost one that holds its place. */
function nodeAt(document: Document.Parsed, pointer: string): Node | null | undefined {
  let node: unknown = document.contents;
  let found: Node | null | undefined = document.contents;
  for (const token of pointer.split('/').slice(1)) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (isMap(node)) {
      // The last of equal keys counts.
      const pair = node.items.findLast(
        (item) => String(isScalar(item.key) ? item.key.value : item.key) === key,
      );
      node = pair?.value;
    } else if (isSeq(node)) node = node.items[Number(key)];
    else return found;
    if (!isMap(node) && !isSeq(node) && !isScalar(node)) return found;
    found = node;
  }
  return found;
}

/** Positions of a part of the source, by pointers relative to it. */
export function locateWithin(source: Source, prefix: string): Locate {
  return (pointers) => {
    const found = source.locate(pointers.map((pointer) => prefix + pointer));
    return new Map(
      pointers.map((pointer) => [pointer, found.get(prefix + pointer) ?? { line: 1, column: 1 }]),
    );
  };
}

/**
 * Turns positions in a text that is a string of the source into positions in the source. A text whose lines are
 * not those of the source (joined or folded ones) stands where the string begins.
 */
export function embeddedText(source: Source, pointer: string, text: string): (inner: Position) => Position {
  const start = source.locate([pointer]).get(pointer) ?? { line: 1, column: 1 };
  const lines = source.text.split('\n');
  if (source.isBlock(pointer)) {
    const innerLines = text.split('\n');
    const first = innerLines.findIndex((line) => line.trim() !== '');
    const indent = indentOf(lines[start.line + first] ?? '') - indentOf(innerLines[first] ?? '');
    return ({ line, column }) => ({ line: start.line + line, column: column + Math.max(0, indent) });
  }
  const opening = offsetOf(lines, start);
  if (source.text[opening] !== '"') return () => start;
  return (inner) => {
    const line = source.text.slice(0, opening).split('\n').length;
    let at = opening + 1;
    for (let left = offsetOf(text.split('\n'), inner); left > 0; left--) at += escapeLength(source.text, at);
    const lineStart = source.text.lastIndexOf('\n', at - 1) + 1;
    return lineStart > opening ? start : { line, column: at - lineStart + 1 };
  };
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function offsetOf(lines: readonly string[], { line, column }: Position): number {
  return lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, column - 1);
}

/** How many characters of a quoted string stand for the one at that offset. */
function escapeLength(text: string, at: number): number {
  if (text[at] !== '\\') return 1;
  return text[at + 1] === 'u' ? 6 : 2;
}
