/**
 * A light check of JSONPath syntax (ASL section 8.3). It refuses what AWS refuses at creation without doubt,
 * and leaves the looseness that AWS accepts (`$.[0]`, `$.list.length()`, filters) to the interpreter.
 */

/** Why a path cannot be one, or undefined when it can. Variables (`$name`) and `$$` paths are paths. */
export function pathFault(path: string): string | undefined {
  return scanPath(path.trimEnd(), false);
}

/** As `pathFault`, for a reference path: one that points to a single node. */
export function referencePathFault(path: string): string | undefined {
  return scanPath(path, true);
}

/** Whether a text is the context object, or a path into it. */
export function isContextPath(path: string): boolean {
  return path.startsWith('$$');
}

/** Whether a path starts at a variable (`$name`) instead of the input. */
export function isVariablePath(path: string): boolean {
  return /^\$[^$.[]/.test(path);
}

const ROOT = /^\$(?:\$|[\p{ID_Start}_][\p{ID_Continue}]*)?/u;
const NAME = /[^.[(\s]+/y;
const CALL = /\([^()]*\)/y;

function scanPath(path: string, reference: boolean): string | undefined {
  const root = ROOT.exec(path)?.[0];
  if (root === undefined) return "it does not start with '$'";
  let offset = root.length;
  while (offset < path.length) {
    const step = scanStep(path, offset, reference);
    if (typeof step === 'string') return step;
    offset = step;
  }
  return undefined;
}

/** The offset behind one step of a path, or what is wrong with it. */
function scanStep(path: string, start: number, reference: boolean): number | string {
  let offset = start;
  if (path[offset] === '[') return scanBrackets(path, offset, reference);
  if (path[offset] !== '.')
    return `'${path.slice(offset, offset + 10)}' at character ${offset + 1} is no step`;
  offset++;
  if (path[offset] === '.') {
    if (reference) return "a reference path cannot hold '..'";
    offset++;
  }
  if (path[offset] === '[') return scanBrackets(path, offset, reference);
  NAME.lastIndex = offset;
  const name = NAME.exec(path)?.[0];
  if (name === undefined) return `a name is missing at character ${offset + 1}`;
  if (reference && /[@,:?*]/.test(name)) return `a reference path cannot hold '${name}'`;
  offset += name.length;
  CALL.lastIndex = offset;
  const call = CALL.exec(path)?.[0];
  if (call === undefined) return offset;
  return reference ? 'a reference path cannot call a function' : offset + call.length;
}

const SINGLE_NODE = /^\s*(?:\d+|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\s*$/;

function scanBrackets(path: string, start: number, reference: boolean): number | string {
  const end = closingBracket(path, start);
  if (end < 0) return `the bracket at character ${start + 1} is not closed`;
  const inner = path.slice(start + 1, end);
  if (inner.trim() === '') return `the brackets at character ${start + 1} are empty`;
  if (reference && !SINGLE_NODE.test(inner)) return `a reference path cannot hold '[${inner}]'`;
  return end + 1;
}

/** The offset of the bracket that closes the one at `start`, strings left out; -1 when there is none. */
function closingBracket(text: string, start: number): number {
  let depth = 0;
  let quote = '';
  for (let i = start; i < text.length; i++) {
    const character = text[i];
    if (character === '\\') i++;
    else if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === "'" || character === '"') quote = character;
    else if (character === '[' || character === '(') depth++;
    else if (character === ']' || character === ')') {
      depth--;
      if (depth === 0) return i;
    }
  }
  return -1;
}
