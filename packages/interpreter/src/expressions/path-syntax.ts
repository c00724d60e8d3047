import {
  type Cursor,
  cursorAt,
  expectCharacter,
  readNested,
  readQuoted,
  skipBlanks,
  syntaxProblem,
} from './cursor.ts';
import { type Filter, readFilter } from './filter-syntax.ts';
import type { Json } from './json.ts';
import { pathFunctions } from './path-functions.ts';

/** One step of a Path. */
export type Selector =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'indices'; readonly indices: readonly number[] }
  | { readonly kind: 'slice'; readonly start?: number; readonly end?: number; readonly step: number }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'descend' }
  | { readonly kind: 'filter'; readonly filter: Filter }
  /** `[(@.length-1)]` */
  | { readonly kind: 'fromEnd'; readonly offset: number }
  /** `.length()` and its kin. */
  | { readonly kind: 'function'; readonly name: string; readonly arguments: readonly PathArgument[] };

/** An argument of a function in a Path: another Path, or a constant. */
export type PathArgument = { readonly path: PathSyntax } | { readonly constant: Json };

/** What a Path starts from: `$`, `$$`, `$variable`, or `@` inside a filter. */
export type Root =
  | { readonly kind: 'input' }
  | { readonly kind: 'context' }
  | { readonly kind: 'current' }
  | { readonly kind: 'variable'; readonly name: string };

/** A parsed Path. */
export interface PathSyntax {
  readonly text: string;
  readonly root: Root;
  readonly selectors: readonly Selector[];
}

const readInteger = (cursor: Cursor): number | undefined => {
  const found = /^-?\d+/.exec(cursor.text.slice(cursor.at, cursor.at + 16))?.[0];
  if (found === undefined) return undefined;
  cursor.at += found.length;
  return Number(found);
};

const readSliceOrIndices = (cursor: Cursor): Selector => {
  const start = readInteger(cursor);
  skipBlanks(cursor);
  if (cursor.text[cursor.at] === ':') {
    cursor.at += 1;
    skipBlanks(cursor);
    const end = readInteger(cursor);
    skipBlanks(cursor);
    let step = 1;
    if (cursor.text[cursor.at] === ':') {
      cursor.at += 1;
      skipBlanks(cursor);
      step = readInteger(cursor) ?? 1;
    }
    if (step === 0) throw syntaxProblem('The step of a slice must not be 0');
    return {
      kind: 'slice',
      ...(start === undefined ? {} : { start }),
      ...(end === undefined ? {} : { end }),
      step,
    };
  }
  if (start === undefined) throw syntaxProblem(`Could not parse token starting at position ${cursor.at}`);
  const indices = [start];
  while (cursor.text[cursor.at] === ',') {
    cursor.at += 1;
    skipBlanks(cursor);
    const next = readInteger(cursor);
    if (next === undefined) throw syntaxProblem(`Expected an index at position ${cursor.at}`);
    indices.push(next);
    skipBlanks(cursor);
  }
  return indices.length === 1 ? { kind: 'index', index: start } : { kind: 'indices', indices };
};

const readBracket = (cursor: Cursor): Selector => {
  cursor.at += 1;
  skipBlanks(cursor);
  const first = cursor.text[cursor.at];
  let selector: Selector;
  if (first === "'" || first === '"') {
    const names = [readQuoted(cursor)];
    skipBlanks(cursor);
    while (cursor.text[cursor.at] === ',') {
      cursor.at += 1;
      skipBlanks(cursor);
      names.push(readQuoted(cursor));
      skipBlanks(cursor);
    }
    selector = names.length === 1 ? { kind: 'name', name: names[0] ?? '' } : { kind: 'names', names };
  } else if (first === '*') {
    cursor.at += 1;
    selector = { kind: 'wildcard' };
  } else if (first === '?') {
    cursor.at += 1;
    selector = { kind: 'filter', filter: readNested(cursor, readFilter) };
  } else if (first === '(') {
    const found = /^\(\s*@\.length(?:\(\))?\s*-\s*(\d{1,9})\s*\)/.exec(
      cursor.text.slice(cursor.at, cursor.at + 60),
    );
    if (found === null) throw syntaxProblem('Only (@.length-n) is understood as a script');
    cursor.at += found[0].length;
    selector = { kind: 'fromEnd', offset: Number(found[1]) };
  } else {
    selector = readSliceOrIndices(cursor);
  }
  expectCharacter(cursor, ']');
  return selector;
};

const word = /^(?:true|false|null|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)(?![^\s,)])/;

const readPathArgument = (cursor: Cursor): PathArgument => {
  const character = cursor.text[cursor.at];
  if (character === "'" || character === '"') return { constant: readQuoted(cursor) };
  if (character === '$') {
    const start = cursor.at;
    const root = readRoot(cursor);
    const selectors = readSelectors(cursor, 'argument');
    return { path: { text: cursor.text.slice(start, cursor.at), root, selectors } };
  }
  const found = word.exec(cursor.text.slice(cursor.at, cursor.at + 40))?.[0];
  if (found === undefined) throw syntaxProblem(`Could not parse the argument at position ${cursor.at}`);
  cursor.at += found.length;
  const constant: Json = JSON.parse(found);
  return { constant };
};

const readPathArguments = (cursor: Cursor): readonly PathArgument[] => {
  cursor.at += 1;
  skipBlanks(cursor);
  const found: PathArgument[] = [];
  while (cursor.text[cursor.at] !== ')') {
    if (found.length > 0) {
      expectCharacter(cursor, ',');
      skipBlanks(cursor);
    }
    found.push(readPathArgument(cursor));
    skipBlanks(cursor);
  }
  cursor.at += 1;
  return found;
};

const readDotted = (cursor: Cursor, stops: RegExp): Selector => {
  if (cursor.text[cursor.at] === '*') {
    cursor.at += 1;
    return { kind: 'wildcard' };
  }
  let name = '';
  for (; cursor.at < cursor.text.length; cursor.at += 1) {
    let character = cursor.text[cursor.at] ?? '';
    if (stops.test(character)) break;
    // The specification's `$.foo\.bar`: what stands behind a backslash is part of the name.
    if (character === '\\' && cursor.at + 1 < cursor.text.length) {
      cursor.at += 1;
      character = cursor.text[cursor.at] ?? '';
    }
    name += character;
  }
  if (name === '') throw syntaxProblem("Path must not end with a '.' or '..'");
  if (cursor.text[cursor.at] === '(') {
    if (!pathFunctions.has(name)) throw syntaxProblem(`Function of name: ${name} cannot be created`);
    return { kind: 'function', name, arguments: readNested(cursor, readPathArguments) };
  }
  return { kind: 'name', name };
};

/** Names of a Path of its own end at a step or a blank; as an argument or in a filter at its signs too. */
const ends = { path: /[.[\s(]/, argument: /[.[\s(),]/, filter: /[.[\s()=!<>~&|,\]]/ } as const;

/** Reads the steps of a Path from the cursor on, as far as they go. */
export const readSelectors = (cursor: Cursor, place: keyof typeof ends): Selector[] => {
  const selectors: Selector[] = [];
  while (cursor.at < cursor.text.length) {
    const character = cursor.text[cursor.at];
    if (character === '[') {
      selectors.push(readBracket(cursor));
    } else if (character === '.') {
      cursor.at += 1;
      if (cursor.text[cursor.at] === '.') {
        cursor.at += 1;
        selectors.push({ kind: 'descend' });
      }
      selectors.push(cursor.text[cursor.at] === '[' ? readBracket(cursor) : readDotted(cursor, ends[place]));
    } else {
      break;
    }
  }
  return selectors;
};

/** Reads what a Path starts from. */
export const readRoot = (cursor: Cursor): Root => {
  if (cursor.text[cursor.at] === '@') {
    cursor.at += 1;
    return { kind: 'current' };
  }
  if (cursor.text[cursor.at] !== '$') throw syntaxProblem("Path must start with '$'");
  cursor.at += 1;
  if (cursor.text[cursor.at] === '$') {
    cursor.at += 1;
    return { kind: 'context' };
  }
  const name = /^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*/u.exec(
    cursor.text.slice(cursor.at, cursor.at + 200),
  )?.[0];
  if (name === undefined) return { kind: 'input' };
  cursor.at += name.length;
  return { kind: 'variable', name };
};

/** Parses a whole text as a Path, or throws a SyntaxProblem. */
export const parsePath = (text: string): PathSyntax => {
  const cursor = cursorAt(text.trim());
  const root = readRoot(cursor);
  const selectors = readSelectors(cursor, 'path');
  if (cursor.at < cursor.text.length)
    throw syntaxProblem(`Could not parse token starting at position ${cursor.at}`);
  return { text, root, selectors };
};

/** Whether a Path leads to one node at most, so that it gives a value and not a list. */
export const isDefinite = (selectors: readonly Selector[]): boolean =>
  selectors.every(
    ({ kind }, position) =>
      kind === 'name' ||
      kind === 'index' ||
      kind === 'fromEnd' ||
      kind === 'function' ||
      (kind === 'names' && position === selectors.length - 1),
  );

/** Whether a Path gives a value, not a list: it is definite, or a function makes one of its list. */
export const givesOne = (selectors: readonly Selector[]): boolean =>
  isDefinite(selectors) || selectors.at(-1)?.kind === 'function';

const spellSelector = (selector: Selector): string => {
  switch (selector.kind) {
    case 'name':
      return `['${selector.name}']`;
    case 'names':
      return `[${selector.names.map((name) => `'${name}'`).join(',')}]`;
    case 'index':
      return `[${selector.index}]`;
    case 'indices':
      return `[${selector.indices.join(',')}]`;
    case 'slice':
      return `[${selector.start ?? ''}:${selector.end ?? ''}]`;
    case 'wildcard':
      return '[*]';
    case 'descend':
      return '..';
    case 'filter':
      return '[?]';
    case 'fromEnd':
      return `[-${selector.offset}]`;
    case 'function':
      return `.${selector.name}()`;
  }
};

const starts = { input: '$', context: '$$', current: '@' } as const;

/** A Path the way AWS's messages write it: `$['a'][0]`. */
export const spellPath = (root: Root, selectors: readonly Selector[]): string =>
  (root.kind === 'variable' ? `$${root.name}` : starts[root.kind]) + selectors.map(spellSelector).join('');
