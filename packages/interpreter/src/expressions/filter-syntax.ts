import { type BoundedRegex, boundedRegex } from './bounded-regex.ts';
import { type Cursor, readNested, readQuoted, skipBlanks, syntaxProblem } from './cursor.ts';
import type { Json } from './json.ts';
import type { PathSyntax } from './path.ts';
import { readRoot, readSelectors } from './path-syntax.ts';

/** One side of a comparison in a filter. */
export type Operand =
  | { readonly kind: 'path'; readonly path: PathSyntax }
  | { readonly kind: 'literal'; readonly value: Json }
  | { readonly kind: 'regex'; readonly regex: BoundedRegex };

/** Operators of comparisons in filters, longest spelling first. */
export const operators = [
  '===',
  '!==',
  '==',
  '!=',
  '<=',
  '>=',
  '=~',
  '<>',
  '<',
  '>',
  'subsetof',
  'noneof',
  'contains',
  'anyof',
  'empty',
  'size',
  'nin',
  'in',
] as const;

export type Operator = (typeof operators)[number];

/** A filter expression. */
export type Filter =
  | { readonly kind: 'or' | 'and'; readonly parts: readonly Filter[] }
  | { readonly kind: 'not'; readonly part: Filter }
  | { readonly kind: 'exists'; readonly operand: Operand }
  | {
      readonly kind: 'compare';
      readonly operator: Operator;
      readonly left: Operand;
      readonly right: Operand;
    };

const readArray = (cursor: Cursor): Operand => {
  cursor.at += 1;
  const values: Json[] = [];
  for (;;) {
    skipBlanks(cursor);
    const character = cursor.text[cursor.at];
    if (character === undefined) throw syntaxProblem('Could not find the end of an array in a filter');
    if (character === ']') {
      cursor.at += 1;
      return { kind: 'literal', value: values };
    }
    if (character === ',') {
      cursor.at += 1;
      continue;
    }
    const item = readOperand(cursor);
    if (item.kind !== 'literal') throw syntaxProblem('An array in a filter may only hold literals');
    values.push(item.value);
  }
};

const readRegex = (cursor: Cursor): Operand => {
  let source = '';
  for (cursor.at += 1; cursor.at < cursor.text.length; cursor.at += 1) {
    const character = cursor.text[cursor.at] ?? '';
    if (character === '/') {
      const flags = /^[a-zA-Z]*/.exec(cursor.text.slice(cursor.at + 1))?.[0] ?? '';
      cursor.at += 1 + flags.length;
      return { kind: 'regex', regex: boundedRegex(source, flags) };
    }
    if (character === '\\' && cursor.text[cursor.at + 1] === '/') cursor.at += 1;
    source += cursor.text[cursor.at] ?? '';
    if (character === '\\' && cursor.text[cursor.at] === '\\') {
      cursor.at += 1;
      source += cursor.text[cursor.at] ?? '';
    }
  }
  throw syntaxProblem('Could not find the end of a regular expression');
};

const words: ReadonlyMap<string, Json> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);

const readOperand = (cursor: Cursor): Operand => {
  skipBlanks(cursor);
  const character = cursor.text[cursor.at] ?? '';
  if (character === '@' || character === '$') {
    const start = cursor.at;
    const root = readRoot(cursor);
    const selectors = readSelectors(cursor, 'filter');
    return { kind: 'path', path: { text: cursor.text.slice(start, cursor.at), root, selectors } };
  }
  if (character === "'" || character === '"') return { kind: 'literal', value: readQuoted(cursor) };
  if (character === '[') return readNested(cursor, readArray);
  if (character === '/') return readRegex(cursor);
  const word = /^[^\s()=!<>~&|,\]]+/.exec(cursor.text.slice(cursor.at))?.[0];
  if (word === undefined) throw syntaxProblem(`Could not parse the filter at position ${cursor.at}`);
  cursor.at += word.length;
  const known = words.get(word);
  if (known !== undefined) return { kind: 'literal', value: known };
  // AWS lets a text stand without quotes, as many deployed definitions have it.
  return { kind: 'literal', value: /^-?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(word) ? Number(word) : word };
};

const readOperator = (cursor: Cursor): Operator | undefined => {
  skipBlanks(cursor);
  const rest = cursor.text.slice(cursor.at, cursor.at + 9).toLowerCase();
  const found = operators.find(
    (operator) =>
      rest.startsWith(operator) &&
      (!/^[a-z]/.test(operator) || /^[^a-z]/.test(`${rest.slice(operator.length)} `)),
  );
  if (found !== undefined) cursor.at += found.length;
  return found;
};

const readPart = (cursor: Cursor): Filter => {
  skipBlanks(cursor);
  const character = cursor.text[cursor.at];
  if (character === '!') {
    cursor.at += 1;
    return { kind: 'not', part: readNested(cursor, readPart) };
  }
  if (character === '(') return readNested(cursor, readGroup);
  const left = readOperand(cursor);
  const operator = readOperator(cursor);
  if (operator === undefined) return { kind: 'exists', operand: left };
  return { kind: 'compare', operator, left, right: readOperand(cursor) };
};

const readChain = (cursor: Cursor, kind: 'or' | 'and', mark: string): Filter => {
  const readNext = (): Filter => (kind === 'or' ? readChain(cursor, 'and', '&&') : readPart(cursor));
  const parts = [readNext()];
  for (;;) {
    skipBlanks(cursor);
    if (!cursor.text.startsWith(mark, cursor.at)) break;
    cursor.at += mark.length;
    parts.push(readNext());
  }
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind, parts };
};

const readGroup = (cursor: Cursor): Filter => {
  cursor.at += 1;
  const filter = readChain(cursor, 'or', '||');
  skipBlanks(cursor);
  if (cursor.text[cursor.at] !== ')')
    throw syntaxProblem(`Expected ')' in a filter at position ${cursor.at}`);
  cursor.at += 1;
  return filter;
};

/** Reads the filter behind `[?`, with or without its parentheses. */
export const readFilter = (cursor: Cursor): Filter => {
  skipBlanks(cursor);
  return readChain(cursor, 'or', '||');
};
