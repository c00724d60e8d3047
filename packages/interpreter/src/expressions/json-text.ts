import { isArray, type Json, type OpenObject, setKey } from './json.ts';
import { isUnknown } from './unknown.ts';

const DOT = 46;
const isDigitOrDot = (code: number): boolean => (code >= 48 && code <= 57) || code === DOT;

/** Any integer with as many digits may be none that a double holds. */
const longRun = 16;

/** Whether a text holds a run of digits as long as that outside quotes; looks at every sixteenth character only. */
const hasLongNumber = (text: string): boolean => {
  for (let at = 0; at < text.length; at += longRun) {
    if (!isDigitOrDot(text.charCodeAt(at))) continue;
    // A run as long as that reaches eight characters to one side or the other.
    const before = isDigitOrDot(text.charCodeAt(at - 4)) && isDigitOrDot(text.charCodeAt(at - 8));
    if (!before && !(isDigitOrDot(text.charCodeAt(at + 4)) && isDigitOrDot(text.charCodeAt(at + 8))))
      continue;
    let start = at;
    while (start > 0 && isDigitOrDot(text.charCodeAt(start - 1))) start -= 1;
    let end = at + 1;
    while (end < text.length && isDigitOrDot(text.charCodeAt(end))) end += 1;
    if (end - start >= longRun && text[start - 1] !== '"' && text[end] !== '"') return true;
    at = end - (end % longRun);
  }
  return false;
};

/** Strings, which are passed over, and numbers. */
const token = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/gs;
const integer = /^-?\d{16,}$/;
/** Marks a number in the text that is parsed in its place. */
const sign = '\u0000steptrail:integer:';

const isRounded = (number: string): boolean => integer.test(number) && String(Number(number)) !== number;

/**
 * Parses JSON. An integer that no double holds, as large ids are, becomes a bigint, so that it is neither changed nor
 * taken for its neighbour. Throws SyntaxError as `JSON.parse` does.
 */
export const parseJson = (text: string): Json => {
  if (!hasLongNumber(text)) {
    const value: Json = JSON.parse(text);
    return value;
  }
  let found = false;
  const marked = text.replace(token, (part) => {
    if (part.startsWith('"') || !isRounded(part)) return part;
    found = true;
    return JSON.stringify(sign + part);
  });
  // A text that is no JSON must not become it by the marks.
  const plain: Json = JSON.parse(text);
  if (!found) return plain;
  foundAny = true;
  const value: Json = JSON.parse(marked, (_, item: Json) =>
    typeof item === 'string' && item.startsWith(sign) ? integerOf(item) : item,
  );
  return value;
};

/** Whether any text so far held such an integer; as long as none did, no value need be searched for them. */
let foundAny = false;

/** The value with its bigints rounded to doubles, as an engine that computes with doubles sees it. */
export const withoutBigints = (value: Json): Json => (foundAny ? rounded(value) : value);

const rounded = (value: Json): Json => {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null || isUnknown(value)) return value;
  if (isArray(value)) {
    const items = value.map(rounded);
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  const copy: OpenObject = {};
  let same = true;
  for (const [key, item] of Object.entries(value)) {
    const found = rounded(item);
    if (found !== item) same = false;
    setKey(copy, key, found);
  }
  return same ? value : copy;
};

const integerOf = (marked: string): Json => {
  const digits = marked.slice(sign.length);
  return integer.test(digits) ? BigInt(digits) : marked;
};

const marks = new RegExp(`"${JSON.stringify(sign).slice(1, -1).replace('\\', '\\\\')}(-?\\d+)"`, 'g');

/**
 * Compact JSON of a value; bigints are written as the integers they are. What is nested beyond the stack, as no payload
 * of AWS is, is written as a text that says so.
 */
export const jsonText = (value: Json): string => {
  try {
    return JSON.stringify(value);
  } catch (thrown) {
    if (thrown instanceof RangeError) return '"(nested too deeply to be written)"';
    if (!(thrown instanceof TypeError)) throw thrown;
    const text = JSON.stringify(value, (_, item: Json) =>
      typeof item === 'bigint' ? `${sign}${item}` : item,
    );
    return text.replace(marks, '$1');
  }
};
