import { type Cursor, cursorAt, expectCharacter, skipBlanks, syntaxProblem } from './cursor.ts';
import type { PathSyntax } from './path.ts';
import { readRoot, readSelectors } from './path-syntax.ts';

/** An argument of an intrinsic function. */
export type Argument =
  /** `raw` keeps the backslashes: States.Format tells `{}` from `\{\}` by them. */
  | { readonly kind: 'string'; readonly value: string; readonly raw: string }
  | { readonly kind: 'literal'; readonly value: number | boolean | null }
  | { readonly kind: 'path'; readonly path: PathSyntax }
  | { readonly kind: 'call'; readonly call: Call };

/** A call of an intrinsic function. */
export interface Call {
  readonly text: string;
  readonly name: string;
  readonly arguments: readonly Argument[];
}

const depthLimit = 10;

/** Takes the escapes `\'`, `\{`, `\}` and `\\` out of a text; any other backslash stands for itself. */
export const unescapeText = (raw: string): string => raw.replace(/\\(['{}\\])/g, '$1');

const readText = (cursor: Cursor): Argument => {
  const start = cursor.at + 1;
  for (cursor.at = start; cursor.at < cursor.text.length; cursor.at += 1) {
    const character = cursor.text[cursor.at];
    if (character === '\\') cursor.at += 1;
    else if (character === "'") {
      const raw = cursor.text.slice(start, cursor.at);
      cursor.at += 1;
      return { kind: 'string', value: unescapeText(raw), raw };
    }
  }
  throw syntaxProblem('a text has no closing quote');
};

const literals: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);

const readArgument = (cursor: Cursor, depth: number): Argument => {
  const character = cursor.text[cursor.at];
  if (character === "'") return readText(cursor);
  if (character === '$') {
    const start = cursor.at;
    const root = readRoot(cursor);
    const selectors = readSelectors(cursor, 'argument');
    return { kind: 'path', path: { text: cursor.text.slice(start, cursor.at), root, selectors } };
  }
  if (cursor.text.startsWith('States.', cursor.at))
    return { kind: 'call', call: readCall(cursor, depth + 1) };
  const word = /^[^\s,()]+/.exec(cursor.text.slice(cursor.at))?.[0] ?? '';
  const value = literals.get(word);
  if (value === undefined && !/^[-+]?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(word))
    throw syntaxProblem(`'${word}' is no argument`);
  cursor.at += word.length;
  return { kind: 'literal', value: value === undefined ? Number(word) : value };
};

const readCall = (cursor: Cursor, depth: number): Call => {
  if (depth > depthLimit) throw syntaxProblem(`functions are nested more than ${depthLimit} deep`);
  const start = cursor.at;
  const name = /^States\.[A-Za-z0-9]+/.exec(cursor.text.slice(start, start + 60))?.[0];
  if (name === undefined) throw syntaxProblem('it is no intrinsic function');
  cursor.at += name.length;
  expectCharacter(cursor, '(');
  const found: Argument[] = [];
  skipBlanks(cursor);
  while (cursor.text[cursor.at] !== ')') {
    if (found.length > 0) {
      expectCharacter(cursor, ',');
      skipBlanks(cursor);
    }
    found.push(readArgument(cursor, depth));
    skipBlanks(cursor);
  }
  cursor.at += 1;
  return { text: cursor.text.slice(start, cursor.at), name, arguments: found };
};

/** Parses a whole text as a call of an intrinsic function, or throws a SyntaxProblem. */
export const parseCall = (text: string): Call => {
  const cursor = cursorAt(text);
  skipBlanks(cursor);
  const call = readCall(cursor, 1);
  skipBlanks(cursor);
  if (cursor.at < text.length) throw syntaxProblem(`it goes on after position ${cursor.at}`);
  return call;
};
