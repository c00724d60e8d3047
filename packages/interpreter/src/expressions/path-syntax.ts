import {
  type Cursor,
  cursorAt,
  expectCharacter,
  readNested,
  readQuoted,
  skipBlanks,
  syntaxProblem,
} from './cursor.ts';
import { readFilter } from './filter-syntax.ts';
import type { Json } from './json.ts';
import type { PathArgument, PathSyntax, Root, Selector } from './path.ts';
import { pathFunctions } from './path-functions.ts';

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
