/**
 * A light check of JSONata expressions (ASL section 8.11): delimiters, balance of brackets, quotes and comments.
 * The grammar itself is the interpreter's business, which has a JSONata parser.
 */

/** Whether a string is an expression: `{%` to `%}` with nothing outside. */
export function isJsonataExpression(text: string): boolean {
  return text.length >= 4 && text.startsWith('{%') && text.endsWith('%}');
}

/** The text between `{%` and `%}`. */
export function jsonataSource(text: string): string {
  return text.slice(2, -2);
}

const CLOSING: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
]);

/** Why a string cannot be the value of a JSONata field, or undefined when it can. */
export function jsonataFault(text: string): string | undefined {
  if (isJsonataExpression(text)) return sourceFault(jsonataSource(text));
  if (text.startsWith('{%')) return "the closing '%}' is missing";
  if (text.endsWith('%}')) return "the opening '{%' is missing";
  return undefined;
}

function sourceFault(source: string): string | undefined {
  if (source.trim() === '') return 'the expression is empty';
  const open: string[] = [];
  let last = '';
  for (let i = 0; i < source.length; i++) {
    const character = source[i] ?? '';
    if (/\s/.test(character)) continue;
    if (character === '/' && source[i + 1] === '*') {
      const end = source.indexOf('*/', i + 2);
      if (end < 0) return 'a comment is not closed';
      i = end + 1;
      continue;
    }
    if (character === '"' || character === "'" || character === '`' || startsRegex(character, last)) {
      const end = closingQuote(source, i, character);
      if (end < 0) return `the ${character} at character ${i + 1} of the expression is not closed`;
      i = end;
      last = character === '/' ? ')' : character;
      continue;
    }
    const closing = CLOSING.get(character);
    if (closing !== undefined) open.push(closing);
    else if (character === ')' || character === ']' || character === '}') {
      if (open.pop() !== character)
        return `'${character}' at character ${i + 1} of the expression is not opened`;
    }
    last = character;
  }
  const missing = open.pop();
  return missing === undefined ? undefined : `'${missing}' is missing at the end of the expression`;
}

/** A slash is a division behind an operand, else it starts a regular expression. */
function startsRegex(character: string, last: string): boolean {
  return character === '/' && !/[\w)\]}'"`$%*]/.test(last);
}

function closingQuote(source: string, start: number, quote: string): number {
  for (let i = start + 1; i < source.length; i++) {
    if (source[i] === '\\' && quote !== '`') i++;
    else if (source[i] === quote) return i;
  }
  return -1;
}
