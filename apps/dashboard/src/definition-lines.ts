/** A piece of a line with what it is, for colours. */
export interface Piece {
  readonly kind: 'key' | 'string' | 'number' | 'word' | 'mark';
  readonly text: string;
}

export interface DefinitionLine {
  readonly depth: number;
  readonly pieces: readonly Piece[];
  /** JSON pointer of the innermost value that begins or lies on this line. */
  readonly pointer: string;
}

/**
 * A JSON text as lines, each knowing the JSON pointer of what it shows. Undefined where the text is no JSON: then it
 * is shown as it is.
 */
export function layOutDefinition(text: string): readonly DefinitionLine[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const lines: DefinitionLine[] = [];
  layOut(value, '', 0, [], '', lines);
  return lines;
}

/** First and last line (0-based) of what a pointer names; undefined where the definition does not have it. */
export function linesOf(
  lines: readonly DefinitionLine[],
  pointer: string,
): readonly [number, number] | undefined {
  const isInside = (line: DefinitionLine) =>
    line.pointer === pointer || line.pointer.startsWith(`${pointer}/`);
  const first = lines.findIndex(isInside);
  return first < 0 ? undefined : [first, lines.findLastIndex(isInside)];
}

const mark = (text: string): Piece => ({ kind: 'mark', text });

function layOut(
  value: unknown,
  pointer: string,
  depth: number,
  before: readonly Piece[],
  after: string,
  lines: DefinitionLine[],
): void {
  const container = entriesOf(value);
  if (container === undefined || container.entries.length === 0) {
    const piece = container === undefined ? scalar(value) : mark(container.open + container.close);
    lines.push({ depth, pieces: [...before, piece, mark(after)], pointer });
    return;
  }
  lines.push({ depth, pieces: [...before, mark(container.open)], pointer });
  container.entries.forEach(([key, inner], index) => {
    const name: readonly Piece[] = container.named
      ? [{ kind: 'key', text: JSON.stringify(key) }, mark(': ')]
      : [];
    const comma = index < container.entries.length - 1 ? ',' : '';
    layOut(inner, `${pointer}/${escapePointer(key)}`, depth + 1, name, comma, lines);
  });
  lines.push({ depth, pieces: [mark(container.close + after)], pointer });
}

function entriesOf(value: unknown) {
  if (typeof value !== 'object' || value === null) return undefined;
  const entries: readonly (readonly [string, unknown])[] = Object.entries(value);
  return Array.isArray(value)
    ? { entries, named: false, open: '[', close: ']' }
    : { entries, named: true, open: '{', close: '}' };
}

function scalar(value: unknown): Piece {
  const text = JSON.stringify(value);
  if (typeof value === 'string') return { kind: 'string', text };
  return { kind: typeof value === 'number' ? 'number' : 'word', text };
}

function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
