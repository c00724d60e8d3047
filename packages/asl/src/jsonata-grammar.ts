import { readInfix } from './jsonata-infix.ts';
import {
  advance,
  expect,
  fail,
  inside,
  list,
  type Operand,
  OTHER,
  openReader,
  type Reader,
  shown,
} from './jsonata-reader.ts';
import { END, type JsonataToken } from './jsonata-tokens.ts';

/**
 * The grammar of JSONata, checked without building a tree: top-down operator precedence, in one pass, with bounded
 * depth. What the evaluator's own parser refuses is refused here, but for `%` that has no parent, signatures of
 * functions, and regular expressions that are not well formed.
 */

/** What an expression is, and what it reads that AWS may not offer. */
export type JsonataReading =
  | { readonly fault: string }
  /**
   * Names read from outside any step: `phone`, `$`, `$$`, and fields of `$states` as `$states.result`.
   * A name in a later step of a path, or in a predicate, reads what the step before it gave.
   */
  | { readonly references: readonly string[] };

/** Nobody writes more, and the stack has an end. */
const DEEPEST = 400;

/** How tightly each infix operator binds. */
const BINDING: ReadonlyMap<string, number> = new Map([
  ...['(', '[', '@', '#'].map((id) => [id, 80] as const),
  ['.', 75],
  ['{', 70],
  ...['*', '/', '%'].map((id) => [id, 60] as const),
  ...['+', '-', '&'].map((id) => [id, 50] as const),
  ...['=', '<', '>', '!=', '<=', '>=', 'in', '~>', '??', '?:', '^'].map((id) => [id, 40] as const),
  ['and', 30],
  ['or', 25],
  ['?', 20],
  [':=', 10],
]);

/** Reads the text between `{%` and `%}`. */
export function readJsonata(source: string): JsonataReading {
  const reader = openReader(source);
  readExpression(reader);
  if (reader.token !== END) fail(reader, `'${shown(reader.token)}' is not expected there`);
  return reader.fault === undefined
    ? { references: [...new Set(reader.references)] }
    : { fault: reader.fault };
}

/** How tightly an infix operator binds; 0 for what is none. */
export function bindingOf(id: string): number {
  return BINDING.get(id) ?? 0;
}

/** Reads an expression up to an operator that binds no tighter than `binding`. */
export function readExpression(reader: Reader, binding = 0): Operand {
  if (++reader.depth > DEEPEST) return fail(reader, `it is nested deeper than ${DEEPEST} levels`);
  const first = reader.token;
  advance(reader, true);
  let left = readPrefix(reader, first);
  while (binding < bindingOf(reader.token.id)) {
    const operator = reader.token.id;
    advance(reader);
    left = readInfix(reader, operator, left);
  }
  reader.depth--;
  return left;
}

function readPrefix(reader: Reader, first: JsonataToken): Operand {
  const { id, value } = first;
  switch (id) {
    case '(name)':
    case 'and':
    case 'or':
    case 'in':
      reader.references.push(value);
      return { kind: 'name', value, head: value };
    case '(variable)':
      if (value === '' || value === '$') reader.references.push(`$${value}`);
      return { kind: 'variable', value };
    case '(string)':
      return { kind: 'string', value, head: value };
    case '(number)':
      return { kind: 'number', value };
    case '(value)':
      return { kind: 'value', value };
    case '(regex)':
    case '*':
    case '**':
    case '%':
      return OTHER;
    case '-':
      return readExpression(reader, 70).kind === 'number' ? { kind: 'number', value: '' } : OTHER;
    case '(':
      return readBlock(reader);
    case '[':
      if (reader.token.id !== ']') list(reader, readRangeOrItem);
      expect(reader, ']', true);
      return OTHER;
    case '{':
      readPairs(reader);
      return OTHER;
    case '|':
      inside(reader, readTransform);
      expect(reader, '|');
      return OTHER;
    case '(end)':
      return fail(reader, 'it ends too early');
    default:
      return fail(reader, `'${shown(first)}' cannot stand there`);
  }
}

function readBlock(reader: Reader): Operand {
  while (reader.token.id !== ')') {
    readExpression(reader);
    if (reader.token.id !== ';') break;
    advance(reader);
  }
  expect(reader, ')', true);
  return OTHER;
}

function readRangeOrItem(reader: Reader): void {
  readExpression(reader);
  if (reader.token.id !== '..') return;
  advance(reader);
  readExpression(reader);
}

/** Keys and values, up to the brace that closes them. */
export function readPairs(reader: Reader): void {
  if (reader.token.id !== '}') list(reader, readPair);
  expect(reader, '}', true);
}

function readPair(reader: Reader): void {
  readExpression(reader);
  expect(reader, ':');
  readExpression(reader);
}

function readTransform(reader: Reader): void {
  readExpression(reader);
  expect(reader, '|');
  readExpression(reader);
  if (reader.token.id !== ',') return;
  advance(reader);
  readExpression(reader);
}
