/** Where a reader stands in a text. Throws SyntaxProblem at what it cannot read. */
export interface Cursor {
  readonly text: string;
  at: number;
}

/** What is wrong with the text of an expression. */
export interface SyntaxProblem {
  readonly problem: string;
}

export const syntaxProblem = (problem: string): SyntaxProblem => ({ problem });

export const isSyntaxProblem = (thrown: unknown): thrown is SyntaxProblem =>
  typeof thrown === 'object' && thrown !== null && 'problem' in thrown;

export const skipBlanks = (cursor: Cursor): void => {
  while (/\s/.test(cursor.text[cursor.at] ?? '')) cursor.at += 1;
};

/** Reads a quoted string whose opening quote is at the cursor; a backslash takes the next character as it is. */
export const readQuoted = (cursor: Cursor): string => {
  const quote = cursor.text[cursor.at];
  let value = '';
  for (cursor.at += 1; cursor.at < cursor.text.length; cursor.at += 1) {
    const character = cursor.text[cursor.at] ?? '';
    if (character === quote) {
      cursor.at += 1;
      return value;
    }
    if (character === '\\') {
      cursor.at += 1;
      value += cursor.text[cursor.at] ?? '';
    } else {
      value += character;
    }
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
