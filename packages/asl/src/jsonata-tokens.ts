/** One token of JSONata. `id` is what the grammar looks at: an operator itself, or the kind of what else there is. */
export type JsonataToken = {
  readonly id: string;
  /** A name, a variable without its `$`, or the operator. */
  readonly value: string;
};

/** How far an expression is read. */
export type Scanner = {
  readonly source: string;
  offset: number;
  /** Why it cannot be one; the first reason counts. */
  fault: string | undefined;
};

export const END: JsonataToken = { id: '(end)', value: '' };

const WHITE_SPACE = /[ \t\n\r\v]*/y;
const OPERATOR = /\.\.|:=|!=|>=|<=|\*\*|~>|\?:|\?\?|[.[\]{}(),@#;:?+\-*/%|=<>^&!~]/y;
const NUMBER = /(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[Ee][-+]?[0-9]+)?/y;
const WORD = /[^ \t\n\r\v.[\]{}(),@#;:?+\-*/%|=<>^&!~]+/y;
/** What only words begin with. */
const LETTER = /[a-zA-Z$_]/;
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*'/sy;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}|(.))/gs;

/** Ends the reading, with the reason. */
export function stop(scanner: Scanner, reason: string): JsonataToken {
  scanner.fault ??= reason;
  scanner.offset = scanner.source.length;
  return END;
}

function take(scanner: Scanner, pattern: RegExp): string | undefined {
  pattern.lastIndex = scanner.offset;
  const text = pattern.exec(scanner.source)?.[0];
  if (text !== undefined) scanner.offset += text.length;
  return text;
}

/** Whether all comments are closed. */
function skipBlanks(scanner: Scanner): boolean {
  const { source } = scanner;
  if (source.charCodeAt(scanner.offset) > 0x2f) return true;
  take(scanner, WHITE_SPACE);
  while (source.startsWith('/*', scanner.offset)) {
    const end = source.indexOf('*/', scanner.offset + 2);
    if (end < 0) return false;
    scanner.offset = end + 2;
    take(scanner, WHITE_SPACE);
  }
  return true;
}

/**
 * The next token; `(end)` behind the last one and behind a fault. A slash divides behind an operand only.
 * All tokens together take the time of one pass.
 */
export function nextToken(scanner: Scanner, behindOperand: boolean): JsonataToken {
  if (!skipBlanks(scanner)) return stop(scanner, 'a comment is not closed');
  const { source } = scanner;
  const character = source[scanner.offset];
  if (character === undefined) return END;
  if (LETTER.test(character)) return wordToken(take(scanner, WORD) ?? '');
  if (character === '/' && !behindOperand) return patternToken(scanner);
  const operator = take(scanner, OPERATOR);
  if (operator !== undefined)
    return operator === '!' || operator === '~'
      ? stop(scanner, `'${operator}' is no operator`)
      : operatorToken(operator);
  if (character === '"' || character === "'") return stringToken(scanner, character);
  const number = take(scanner, NUMBER);
  if (number !== undefined)
    return Number.isFinite(Number(number))
      ? { id: '(number)', value: number }
      : stop(scanner, `the number ${number.slice(0, 20)} is out of range`);
  return character === '`' ? quotedName(scanner) : wordToken(take(scanner, WORD) ?? '');
}

const OPERATORS = new Map<string, JsonataToken>();

function operatorToken(id: string): JsonataToken {
  const known = OPERATORS.get(id);
  if (known !== undefined) return known;
  const token = { id, value: id };
  OPERATORS.set(id, token);
  return token;
}

function stringToken(scanner: Scanner, quote: string): JsonataToken {
  const text = take(scanner, STRING);
  if (text === undefined) return stop(scanner, `the string that begins with ${quote} is not closed`);
  if (text.includes('\\'))
    for (const [sequence, illegal] of text.matchAll(ESCAPE))
      if (illegal !== undefined) return stop(scanner, `'${sequence}' is no escape in a string`);
  return { id: '(string)', value: text.slice(1, -1) };
}

function patternToken(scanner: Scanner): JsonataToken {
  const { source, offset } = scanner;
  const end = endOfPattern(source, offset + 1);
  if (end < 0) return stop(scanner, 'a regular expression is not closed by /');
  if (end === offset + 1) return stop(scanner, 'a regular expression is empty');
  scanner.offset = end + 1;
  while (source[scanner.offset] === 'i' || source[scanner.offset] === 'm') scanner.offset++;
  return { id: '(regex)', value: '' };
}

function quotedName(scanner: Scanner): JsonataToken {
  const { source, offset } = scanner;
  const end = source.indexOf('`', offset + 1);
  if (end < 0) return stop(scanner, 'a quoted name is not closed by `');
  scanner.offset = end + 1;
  return { id: '(name)', value: source.slice(offset + 1, end) };
}

function wordToken(word: string): JsonataToken {
  if (word.startsWith('$')) return { id: '(variable)', value: word.slice(1) };
  if (word === 'and' || word === 'or' || word === 'in') return { id: word, value: word };
  if (word === 'true' || word === 'false' || word === 'null') return { id: '(value)', value: word };
  return { id: '(name)', value: word };
}

/** The offset of the slash that closes a regular expression: outside of brackets and not escaped; -1 if none does. */
function endOfPattern(source: string, start: number): number {
  let depth = 0;
  let backslashes = 0;
  for (let i = start; i < source.length; i++) {
    const character = source[i] ?? '';
    if (character === '/' && depth === 0 && backslashes % 2 === 0) return i;
    if (backslashes === 0) {
      if ('([{'.includes(character)) depth++;
      else if (')]}'.includes(character)) depth--;
    }
    backslashes = character === '\\' ? backslashes + 1 : 0;
  }
  return -1;
}
