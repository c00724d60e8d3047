import { isArray, isObject, type Json, type OpenObject, setKey } from './json.ts';
import {
  count,
  countParts,
  type Evaluating,
  isTrue,
  type Loose,
  lookUp,
  textOf,
  unusual,
  unwrap,
} from './jsonata-closure.ts';
import { addedFunctions } from './jsonata-functions.ts';
import { implementationOf } from './jsonata-sync.generated.js';
import { findUnknown, isUnknown } from './unknown.ts';

/** A function of the language for the usual kinds of arguments. */
export type Native = (at: Evaluating, ...given: readonly Loose[]) => Loose;

const isText = (value: unknown): value is string => typeof value === 'string';
const isFiniteNumber = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value);

const letterOf = (value: Loose): string => (typeof value === 'object' ? '' : (typeof value).slice(0, 1));

/** The result of a function on scalars. */
const scalarResult = (result: unknown): Loose => {
  if (isText(result) || isFiniteNumber(result) || typeof result === 'boolean') return result;
  return Array.isArray(result) && result.every(isText) ? result : unusual();
};

/** A function that takes scalars of these kinds only, each by its first letter: `sn` is a string and a number. */
const onScalars = (name: string, ...kinds: readonly string[]): readonly [string, Native] => {
  const implementation = implementationOf(name) ?? unusual();
  return [
    name,
    (_at, ...given) => {
      let letters = '';
      for (const value of given) letters += letterOf(value);
      return kinds.includes(letters) && letters.length === given.length
        ? scalarResult(implementation(...given))
        : unusual();
    },
  ];
};

const onNumbers = (name: string): readonly [string, Native] => {
  const implementation = implementationOf(name) ?? unusual();
  return [
    name,
    (_at, list, ...more) =>
      more.length === 0 && isArray(list) && list.length > 0 && list.every(isFiniteNumber)
        ? scalarResult(implementation(list))
        : unusual(),
  ];
};

const known = (value: Loose): Loose => (isUnknown(value) ? unusual() : value);

const merge: Native = (at, list, ...more) => {
  if (more.length > 0 || !isArray(list)) return unusual();
  const merged: OpenObject = {};
  for (const part of list) {
    if (!isObject(part) || isUnknown(part)) return unusual();
    const keys = Object.keys(part);
    count(at, keys.length / 4);
    for (const key of keys) setKey(merged, key, part[key] ?? null);
  }
  return merged;
};

const string: Native = (at, value, ...more) => {
  if (more.length > 0) return unusual();
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null) return textOf(value);
  countParts(at, value, true);
  return scalarResult(implementationOf('string')?.(value));
};

const [, padText] = onScalars('pad', 'sn', 'sns');

const pad: Native = (at, text, width, ...more) => {
  count(at, typeof width === 'number' ? Math.abs(width) / 8 : 1);
  return padText(at, text, width, ...more);
};

const LIST_LIMIT = 100_000;

const append = (first: Loose, second: Loose): Loose => {
  if (first === undefined) return second;
  if (second === undefined) return first;
  const list: Json[] = isArray(first) ? [...first] : [first];
  if (isArray(second)) for (const each of second) list.push(each);
  else list.push(second);
  return list.length > LIST_LIMIT ? unusual() : list;
};

const typeOf = (value: Loose): Loose => {
  if (value === undefined) return undefined;
  if (value === null) return 'null';
  if (isArray(value)) return 'array';
  return typeof value;
};

/** What AWS adds, for arguments that are wholly known; its results are JSON. */
const added = (name: string, fits: (...given: readonly Loose[]) => boolean): readonly [string, Native] => {
  const implementation = addedFunctions.get(name)?.implementation ?? unusual;
  return [
    name,
    (_at, ...given) => {
      if (!fits(...given)) return unusual();
      const result = implementation(...given);
      return isJson(result) ? result : unusual();
    },
  ];
};

const isJson = (value: unknown): value is Json => value !== undefined && typeof value !== 'function';

/** Functions that draw nothing and call no function, by name without `$`. */
export const NATIVES: ReadonlyMap<string, Native> = new Map([
  ['merge', merge],
  ['string', string],
  ['exists', (_at, value) => known(value) !== undefined],
  ['boolean', (_at, value) => (value === undefined ? undefined : isTrue(value))],
  ['not', (_at, value) => (value === undefined ? undefined : !isTrue(value))],
  ['type', (_at, value) => typeOf(known(value))],
  [
    'count',
    (_at, list) =>
      list === undefined ? 0 : isArray(list) ? list.length : known(list) === list ? 1 : unusual(),
  ],
  ['append', (_at, first, second) => append(first, second)],
  [
    'lookup',
    (_at, value, key) => (isText(key) && value !== undefined ? lookUp(known(value), key) : unusual()),
  ],
  [
    'keys',
    (at, value) => {
      if (!isObject(value) || isUnknown(value)) return unusual();
      const keys = Object.keys(value);
      count(at, keys.length / 4);
      return unwrap(keys);
    },
  ],
  [
    'join',
    (_at, list, separator, ...more) =>
      isArray(list) &&
      list.every(isText) &&
      more.length === 0 &&
      (separator === undefined || isText(separator))
        ? list.join(separator ?? '')
        : unusual(),
  ],
  ['reverse', (_at, list) => (isArray(list) ? list.toReversed() : unusual())],
  ...['sum', 'max', 'min', 'average'].map(onNumbers),
  ...['uppercase', 'lowercase', 'length', 'trim'].map((name) => onScalars(name, 's')),
  ...['substringBefore', 'substringAfter', 'contains', 'split'].map((name) => onScalars(name, 'ss')),
  ...['floor', 'ceil', 'abs', 'sqrt'].map((name) => onScalars(name, 'n')),
  ...['base64encode', 'base64decode', 'encodeUrlComponent', 'decodeUrlComponent'].map((name) =>
    onScalars(name, 's'),
  ),
  onScalars('substring', 'sn', 'snn'),
  ['pad', pad],
  onScalars('number', 's', 'n', 'b'),
  onScalars('round', 'n', 'nn'),
  onScalars('power', 'nn'),
  onScalars('toMillis', 's'),
  onScalars('fromMillis', 'n', 'ns'),
  onScalars('formatNumber', 'ns'),
  onScalars('replace', 'sss'),
  added('parse', (text, ...more) => isText(text) && more.length === 0),
  added(
    'partition',
    (list, size, ...more) =>
      isArray(list) && findUnknown(list) === undefined && isFiniteNumber(size) && more.length === 0,
  ),
  added('range', (...given) => given.length === 3 && given.every(isFiniteNumber)),
  added('hash', (...given) => given.length === 2 && given.every(isText)),
]);

/** How many arguments those take whose closures do not look. */
export const ARITIES: ReadonlyMap<string, number> = new Map([
  ['exists', 1],
  ['boolean', 1],
  ['not', 1],
  ['type', 1],
  ['count', 1],
  ['append', 2],
  ['lookup', 2],
  ['keys', 1],
  ['reverse', 1],
]);
