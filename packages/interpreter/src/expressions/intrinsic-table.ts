import { createHash } from 'node:crypto';
import type { Draws } from './draws.ts';
import { equal } from './equal.ts';
import { copyObject, isArray, isObject, type Json, type JsonObject, setKey } from './json.ts';
import { jsonText, parseJson } from './json-text.ts';
import { isUnknown } from './unknown.ts';

/** One intrinsic function. */
export interface Intrinsic {
  /** Least and greatest number of arguments. */
  readonly arity: readonly [number, number];
  /** How far arguments must be known for the result to be: wholly (the default), their outside only, not at all. */
  readonly needs?: 'all' | 'outside' | 'nothing';
  /** The result; undefined when the arguments are not acceptable. */
  readonly apply: (given: readonly Json[], draws: Draws) => Json | undefined;
}

const textLimit = 10_000;
const rangeLimit = 1_000;
const integerLimit = 2 ** 31 - 1;

const integer = (value: Json | undefined): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? Math.round(value) : undefined;

const boundedText = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && value.length <= textLimit ? value : undefined;

const list = (value: Json | undefined): readonly Json[] | undefined => (isArray(value) ? value : undefined);

const parse = (text: string): Json | undefined => {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
};

const partition = (items: readonly Json[], size: number): Json => {
  const parts: Json[] = [];
  for (let at = 0; at < items.length; at += size) parts.push(items.slice(at, at + size));
  return parts;
};

const range = (start: number, end: number, step: number): Json | undefined => {
  const count = Math.floor((end - start) / step) + 1;
  if (step === 0 || count > rangeLimit) return undefined;
  return Array.from({ length: Math.max(count, 0) }, (_, index) => start + index * step);
};

/** The same text for values that are equal, whatever the order of their keys. */
const identify = (value: Json): string => {
  if (isArray(value)) return `[${value.map(identify).join(',')}]`;
  if (!isObject(value)) return jsonText(value);
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${identify(value[key] ?? null)}`).join(',')}}`;
};

const unique = (items: readonly Json[]): Json => {
  const seen = new Set<Json>();
  return items.filter((item) => {
    const identity = typeof item === 'object' && item !== null ? identify(item) : item;
    const known = typeof item === 'string' ? `"${item}` : identity;
    if (seen.has(known)) return false;
    seen.add(known);
    return true;
  });
};

const merge = (under: JsonObject, over: JsonObject): Json => {
  const merged = copyObject(under);
  for (const key of Object.keys(over)) setKey(merged, key, over[key] ?? null);
  return merged;
};

const hashNames: ReadonlyMap<Json | undefined, string> = new Map([
  ['MD5', 'md5'],
  ['SHA-1', 'sha1'],
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
]);

/** Hexadecimal digest by one of AWS's algorithm names; undefined for another name. */
export const hash = (data: string, algorithm: Json | undefined): string | undefined => {
  const name = hashNames.get(algorithm);
  return name === undefined ? undefined : createHash(name).update(data, 'utf8').digest('hex');
};

const split = (text: string, delimiters: string): Json => {
  const parts: string[] = [];
  let part = '';
  for (const character of text) {
    if (!delimiters.includes(character)) part += character;
    else if (part !== '') {
      parts.push(part);
      part = '';
    }
  }
  if (part !== '' || (delimiters === '' && text === '')) parts.push(part);
  return parts;
};

/** Applies a function to a value unless there is none. */
const given = <T>(value: T | undefined, use: (value: T) => Json | undefined): Json | undefined =>
  value === undefined ? undefined : use(value);

/** A text as Java writes the value, which is how AWS puts objects into a format: `{a=1, b=[x, y]}`. */
export const javaText = (value: Json): string => {
  if (isArray(value)) return `[${value.map(javaText).join(', ')}]`;
  if (isObject(value))
    return `{${Object.entries(value)
      .map(([key, item]) => `${key}=${javaText(item)}`)
      .join(', ')}}`;
  return String(value);
};

const randomInteger = (start: number, end: number, draws: Draws): Json | undefined => {
  if (end <= start) return undefined;
  const drawn = draws.random();
  return isUnknown(drawn) ? drawn : start + Math.floor(drawn * (end - start));
};

/** The 18 intrinsic functions but States.Format, which reads its template when compiled. */
export const intrinsics: ReadonlyMap<string, Intrinsic> = new Map<string, Intrinsic>([
  ['States.Array', { arity: [0, 1000], needs: 'nothing', apply: (items) => items }],
  [
    'States.ArrayPartition',
    {
      arity: [2, 2],
      needs: 'outside',
      apply: ([items, size]) =>
        given(list(items), (array) =>
          given(integer(size), (n) => (n >= 1 ? partition(array, n) : undefined)),
        ),
    },
  ],
  [
    'States.ArrayContains',
    {
      arity: [2, 2],
      apply: ([items, wanted]) =>
        given(list(items), (array) => array.some((item) => equal(item, wanted ?? null))),
    },
  ],
  [
    'States.ArrayRange',
    {
      arity: [3, 3],
      apply: ([start, end, step]) =>
        given(integer(start), (from) =>
          given(integer(end), (to) => given(integer(step), (by) => range(from, to, by))),
        ),
    },
  ],
  [
    'States.ArrayGetItem',
    {
      arity: [2, 2],
      needs: 'outside',
      apply: ([items, index]) =>
        given(list(items), (array) => given(integer(index), (at) => (at >= 0 ? array[at] : undefined))),
    },
  ],
  [
    'States.ArrayLength',
    { arity: [1, 1], needs: 'outside', apply: ([items]) => given(list(items), (array) => array.length) },
  ],
  ['States.ArrayUnique', { arity: [1, 1], apply: ([items]) => given(list(items), unique) }],
  [
    'States.Base64Encode',
    {
      arity: [1, 1],
      apply: ([text]) => given(boundedText(text), (plain) => Buffer.from(plain, 'utf8').toString('base64')),
    },
  ],
  [
    'States.Base64Decode',
    {
      arity: [1, 1],
      apply: ([text]) =>
        given(boundedText(text), (coded) =>
          /^[A-Za-z0-9+/]*={0,2}$/.test(coded) && coded.replace(/=+$/, '').length % 4 !== 1
            ? Buffer.from(coded, 'base64').toString('utf8')
            : undefined,
        ),
    },
  ],
  [
    'States.Hash',
    {
      arity: [2, 2],
      apply: ([data, algorithm]) =>
        given(boundedText(typeof data === 'string' ? data : jsonText(data ?? null)), (text) =>
          hash(text, algorithm),
        ),
    },
  ],
  [
    'States.JsonMerge',
    {
      arity: [3, 3],
      needs: 'outside',
      apply: ([under, over, deep]) =>
        deep === false && isObject(under) && isObject(over) ? merge(under, over) : undefined,
    },
  ],
  [
    'States.StringToJson',
    { arity: [1, 1], apply: ([text]) => (typeof text === 'string' ? parse(text) : undefined) },
  ],
  ['States.JsonToString', { arity: [1, 1], apply: ([value]) => jsonText(value ?? null) }],
  [
    'States.MathRandom',
    {
      arity: [2, 3],
      apply: ([start, end], draws) =>
        given(integer(start), (from) => given(integer(end), (to) => randomInteger(from, to, draws))),
    },
  ],
  [
    'States.MathAdd',
    {
      arity: [2, 2],
      apply: ([left, right]) =>
        given(integer(left), (a) =>
          given(integer(right), (b) =>
            Math.max(Math.abs(a), Math.abs(b)) <= integerLimit + 1 ? a + b : undefined,
          ),
        ),
    },
  ],
  [
    'States.StringSplit',
    {
      arity: [2, 2],
      apply: ([text, delimiters]) =>
        typeof text === 'string' && typeof delimiters === 'string' ? split(text, delimiters) : undefined,
    },
  ],
  ['States.UUID', { arity: [0, 0], apply: (_, draws) => draws.uuid() }],
]);
