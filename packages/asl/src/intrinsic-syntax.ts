import { pathFault } from './path-syntax.ts';

/** The intrinsic functions and how many arguments they take (ASL section 8.5). */
export const INTRINSIC_FUNCTIONS: ReadonlyMap<string, { readonly least: number; readonly most: number }> =
  new Map([
    ['States.Format', { least: 1, most: Number.POSITIVE_INFINITY }],
    ['States.StringToJson', { least: 1, most: 1 }],
    ['States.JsonToString', { least: 1, most: 1 }],
    ['States.Array', { least: 0, most: Number.POSITIVE_INFINITY }],
    ['States.ArrayPartition', { least: 2, most: 2 }],
    ['States.ArrayContains', { least: 2, most: 2 }],
    ['States.ArrayRange', { least: 3, most: 3 }],
    ['States.ArrayGetItem', { least: 2, most: 2 }],
    ['States.ArrayLength', { least: 1, most: 1 }],
    ['States.ArrayUnique', { least: 1, most: 1 }],
    ['States.Base64Encode', { least: 1, most: 1 }],
    ['States.Base64Decode', { least: 1, most: 1 }],
    ['States.Hash', { least: 2, most: 2 }],
    ['States.JsonMerge', { least: 3, most: 3 }],
    ['States.MathRandom', { least: 2, most: 3 }],
    ['States.MathAdd', { least: 2, most: 2 }],
    ['States.StringSplit', { least: 2, most: 2 }],
    ['States.UUID', { least: 0, most: 0 }],
  ]);

/** The functions that `ErrorPath` and `CausePath` of a Fail state may call (ASL section 8.7). */
export const FAIL_INTRINSIC_FUNCTIONS: ReadonlySet<string> = new Set([
  'States.Format',
  'States.JsonToString',
  'States.ArrayGetItem',
  'States.Base64Encode',
  'States.Base64Decode',
  'States.Hash',
  'States.UUID',
]);

/** Nested calls AWS allows at most. */
const DEEPEST = 10;

/** Whether a text wants to be a call of an intrinsic function. */
export function isIntrinsicCall(text: string): boolean {
  return text.startsWith('States.');
}

/** Why a text is no call of an intrinsic function, or undefined when it is one. */
export function intrinsicFault(text: string, allowed?: ReadonlySet<string>): string | undefined {
  const end = scanCall(text, 0, 1, allowed);
  if (typeof end === 'string') return end;
  return text.slice(end).trim() === '' ? undefined : `there is more text behind the closing parenthesis`;
}

const FUNCTION = /\s*([A-Za-z][A-Za-z0-9.]*)\s*\(\s*/y;
const BLANK = /\s*/y;
const QUOTED = /'((?:[^'\\]|\\.)*)'/sy;
const CONSTANT = /(?:true|false|null|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?=\s*[,)])/y;

/** The offset behind the match, or -1. */
function skip(pattern: RegExp, text: string, offset: number): number {
  pattern.lastIndex = offset;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

/** The offset behind the call that starts at `start`, or what is wrong with it. */
function scanCall(
  text: string,
  start: number,
  depth: number,
  allowed: ReadonlySet<string> | undefined,
): number | string {
  if (depth > DEEPEST) return `calls are nested deeper than ${DEEPEST}`;
  FUNCTION.lastIndex = start;
  const name = FUNCTION.exec(text)?.[1];
  if (name === undefined) return 'it is not a call such as States.Format(…)';
  const arity = INTRINSIC_FUNCTIONS.get(name);
  if (arity === undefined) return `there is no intrinsic function ${name}`;
  if (allowed !== undefined && !allowed.has(name)) return `${name} cannot be called in this field`;
  let offset = FUNCTION.lastIndex;
  let count = 0;
  if (text[offset] === ')') offset++;
  else
    for (;;) {
      const end = scanArgument(text, offset, depth, allowed);
      if (typeof end === 'string') return end;
      count++;
      offset = skip(BLANK, text, end);
      if (text[offset] === ')') break;
      if (text[offset] !== ',') return `a comma or a closing parenthesis is missing in ${name}`;
      offset = skip(BLANK, text, offset + 1);
    }
  if (count > 0) offset++;
  if (count < arity.least || count > arity.most)
    return `${name} takes ${arity.least === arity.most ? arity.least : `at least ${arity.least}`} argument(s), not ${count}`;
  return offset;
}

function scanArgument(
  text: string,
  start: number,
  depth: number,
  allowed: ReadonlySet<string> | undefined,
): number | string {
  const character = text[start];
  if (character === "'") return scanString(text, start);
  if (character === '$') return scanPathArgument(text, start);
  const constant = skip(CONSTANT, text, start);
  return constant >= 0 ? constant : scanCall(text, start, depth + 1, allowed);
}

function scanString(text: string, start: number): number | string {
  const end = skip(QUOTED, text, start);
  if (end < 0) return `the string at character ${start + 1} is not closed`;
  const illegal = /\\(?![\\'{}])./s.exec(text.slice(start, end).replaceAll('\\\\', ''));
  return illegal === null
    ? end
    : `'${illegal[0]}' is no escape, only \\', \\{, \\} and \\\\ are (and none is needed for double quotes)`;
}

function scanPathArgument(text: string, start: number): number | string {
  let depth = 0;
  let quote = '';
  let offset = start;
  for (; offset < text.length; offset++) {
    const character = text[offset];
    if (character === undefined) break;
    if (character === '\\') offset++;
    else if (quote !== '') quote = character === quote ? '' : quote;
    else if (depth > 0 && (character === "'" || character === '"')) quote = character;
    else if (character === '[' || character === '(') depth++;
    else if (depth > 0 && (character === ']' || character === ')')) depth--;
    else if (depth === 0 && (character === ',' || character === ')')) break;
  }
  const fault = pathFault(text.slice(start, offset).trimEnd());
  return fault === undefined ? offset : `in the path '${text.slice(start, offset).trimEnd()}', ${fault}`;
}
