/** Where a reader stands in a text. Throws SyntaxProblem at what it cannot read. */
export interface Cursor {
  readonly text: string;
  at: number;
  /** How many brackets, filters and calls are open around it. */
  depth: number;
}

/** Where reading a text begins. */
export const cursorAt = (text: string): Cursor => ({ text, at: 0, depth: 0 });

/** What is wrong with the text of an expression. */
export interface SyntaxProblem {
  readonly problem: string;
}

export const syntaxProblem = (problem: string): SyntaxProblem => ({ problem });

export const isSyntaxProblem = (thrown: unknown): thrown is SyntaxProblem =>
  typeof thrown === 'object' && thrown !== null && 'problem' in thrown;

const depthLimit = 40;

/** Reads what is nested, unless too much is already open around it. */
export const readNested = <T>(cursor: Cursor, read: (cursor: Cursor) => T): T => {
  if (cursor.depth >= depthLimit) throw syntaxProblem('It is nested too deeply');
  cursor.depth += 1;
  const found = read(cursor);
  cursor.depth -= 1;
  return found;
};

export const skipBlanks = (cursor: Cursor): void => {
  while (/\s/.test(cursor.text[cursor.at] ?? '')) cursor.at += 1;
};

const escapes: ReadonlyMap<string, string> = new Map([
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/** Reads what stands behind a backslash, which is at the cursor, and leaves the cursor on its last character. */
const readEscape = (cursor: Cursor): string => {
  cursor.at += 1;
  const character = cursor.text[cursor.at] ?? '';
  if (character !== 'u') return escapes.get(character) ?? character;
  const digits = /^[0-9a-fA-F]{4}/.exec(cursor.text.slice(cursor.at + 1, cursor.at + 5))?.[0];
  if (digits === undefined) return character;
  cursor.at += 4;
  return String.fromCharCode(Number.parseInt(digits, 16));
};

/** Reads a quoted string whose opening quote is at the cursor, with the escapes of JSON; any other is the character. */
export const readQuoted = (cursor: Cursor): string => {
  const quote = cursor.text[cursor.at];
  let value = '';
  for (cursor.at += 1; cursor.at < cursor.text.length; cursor.at += 1) {
    const character = cursor.text[cursor.at] ?? '';
    if (character === quote) {
      cursor.at += 1;
      return value;
    }
    value += character === '\\' ? readEscape(cursor) : character;
  }
  throw syntaxProblem('Could not find the end of a quoted property');
};

/** Passes one expected character, after blanks. */
export const expectCharacter = (cursor: Cursor, character: string): void => {
  skipBlanks(cursor);
  if (cursor.text[cursor.at] !== character)
    throw syntaxProblem(`Expected '${character}' at position ${cursor.at}`);
  cursor.at += 1;
};
