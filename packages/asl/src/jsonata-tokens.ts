/** One token of JSONata. `id` is what the grammar looks at: an operator itself, or the kind of what else there is. */
export type JsonataToken = {
  readonly id: string;
  /** A name, a variable without its `$`, or the operator. */
  readonly value: string;
};

export type Tokens = {
  /** The next token; `(end)` behind the last one and behind a fault. A slash divides behind an operand only. */
  readonly next: (behindOperand: boolean) => JsonataToken;
  /** Ends the reading, with the reason; the first reason counts. */
  readonly fail: (fault: string) => JsonataToken;
  readonly fault: () => string | undefined;
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

/** Cuts an expression into tokens, in the time of one pass. */
export function tokensOf(source: string): Tokens {
  let offset = 0;
  let fault: string | undefined;

  const fail = (reason: string): JsonataToken => {
    fault ??= reason;
    offset = source.length;
    return END;
  };
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = offset;
    const text = pattern.exec(source)?.[0];
    if (text !== undefined) offset += text.length;
    return text;
  };
  const skipBlanks = (): boolean => {
    if (source.charCodeAt(offset) > 0x2f) return true;
    take(WHITE_SPACE);
    while (source.startsWith('/*', offset)) {
      const end = source.indexOf('*/', offset + 2);
      if (end < 0) return false;
      offset = end + 2;
      take(WHITE_SPACE);
    }
    return true;
  };
  const quoted = (): JsonataToken => {
    const quote = source[offset];
    const text = take(STRING);
    if (text === undefined) return fail(`the string that begins with ${quote} is not closed`);
    for (const [sequence, illegal] of text.matchAll(ESCAPE))
      if (illegal !== undefined) return fail(`'${sequence}' is no escape in a string`);
    return { id: '(string)', value: text.slice(1, -1) };
  };

  const next = (behindOperand: boolean): JsonataToken => {
    if (!skipBlanks()) return fail('a comment is not closed');
    const character = source[offset];
    if (character === undefined) return END;
    if (LETTER.test(character)) return wordToken(take(WORD) ?? '');
    if (character === '/' && !behindOperand) {
      const end = endOfPattern(source, offset + 1);
      if (end < 0) return fail('a regular expression is not closed by /');
      if (end === offset + 1) return fail('a regular expression is empty');
      offset = end + 1;
      while (source[offset] === 'i' || source[offset] === 'm') offset++;
      return { id: '(regex)', value: '' };
    }
    const operator = take(OPERATOR);
    if (operator !== undefined)
      return operator === '!' || operator === '~'
        ? fail(`'${operator}' is no operator`)
        : { id: operator, value: operator };
    if (character === '"' || character === "'") return quoted();
    const number = take(NUMBER);
    if (number !== undefined)
      return Number.isFinite(Number(number))
        ? { id: '(number)', value: number }
        : fail(`the number ${number.slice(0, 20)} is out of range`);
    if (character === '`') {
      const end = source.indexOf('`', offset + 1);
      if (end < 0) return fail('a quoted name is not closed by `');
      const value = source.slice(offset + 1, end);
      offset = end + 1;
      return { id: '(name)', value };
    }
    return wordToken(take(WORD) ?? '');
  };

  return { next, fail, fault: () => fault };
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
