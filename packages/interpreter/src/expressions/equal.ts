import { isArray, isObject, type Json, type JsonObject, ownValue } from './json.ts';
import { parseJson } from './json-text.ts';
import { mayBeMasked } from './masked.ts';
import { admits, isUnknown, reasonOf } from './unknown.ts';

/** What comparing an expected with a recorded value says; `at` is a JSON pointer (RFC 6901). */
export type Comparison =
  | { readonly verdict: 'agrees' }
  | { readonly verdict: 'unverifiable'; readonly at: string; readonly reason: string }
  | {
      readonly verdict: 'diverges';
      readonly at: string;
      /** The differing part, or undefined where that side has nothing at this place. */
      readonly expected: Json | undefined;
      readonly recorded: Json | undefined;
    };

const sameKeys = (left: JsonObject, right: JsonObject): boolean => {
  let count = 0;
  for (const key in left) {
    const a = left[key];
    const b = right[key];
    if (a !== b && (a === undefined || b === undefined || !equal(a, b))) return false;
    // Every object seems to have this one; other inherited names are functions, which equal no JSON.
    if (key === '__proto__' && !Object.hasOwn(right, key)) return false;
    count += 1;
  }
  for (const _ in right) count -= 1;
  return count === 0;
};

/** Deep equality of JSON values, blind to key order; an unknown leaf equals only itself. */
export const equal = (left: Json, right: Json): boolean => {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (isArray(left)) {
    if (!isArray(right) || left.length !== right.length) return false;
    for (let index = 0; index < left.length; index += 1) {
      const a = left[index];
      const b = right[index];
      if (a !== b && (a === undefined || b === undefined || !equal(a, b))) return false;
    }
    return true;
  }
  if (isArray(right) || isUnknown(left) || isUnknown(right)) return false;
  return isObject(left) && isObject(right) && sameKeys(left, right);
};

const agrees: Comparison = { verdict: 'agrees' };

const pointer = (at: string, key: string | number): string =>
  `${at}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;

const compareAt = (expected: Json, recorded: Json, at: string): Comparison => {
  if (expected === recorded) return agrees;
  if (isUnknown(expected) && (isUnknown(recorded) || admits(expected, recorded)))
    return { verdict: 'unverifiable', at, reason: reasonOf(expected) };
  if (isUnknown(recorded)) return { verdict: 'unverifiable', at, reason: reasonOf(recorded) };
  let doubtful: Comparison | undefined;
  if (isArray(expected) && isArray(recorded)) {
    const length = Math.max(expected.length, recorded.length);
    for (let index = 0; index < length; index += 1) {
      const verdict = compareParts(expected[index], recorded[index], at, index);
      if (verdict.verdict === 'diverges') return verdict;
      if (verdict.verdict === 'unverifiable') doubtful ??= verdict;
    }
    return doubtful ?? agrees;
  }
  if (isObject(expected) && isObject(recorded)) {
    for (const key in expected) {
      const verdict = compareParts(expected[key], ownValue(recorded, key), at, key);
      if (verdict.verdict === 'diverges') return verdict;
      if (verdict.verdict === 'unverifiable') doubtful ??= verdict;
    }
    for (const key in recorded) {
      if (!Object.hasOwn(expected, key))
        return { verdict: 'diverges', at: pointer(at, key), expected: undefined, recorded: recorded[key] };
    }
    return doubtful ?? agrees;
  }
  if (typeof expected === 'bigint' || typeof recorded === 'bigint') {
    // One of the two went through a double, which AWS's JSONata computes with.
    if (isRounding(expected, recorded)) return { verdict: 'unverifiable', at, reason: rounding };
  }
  if (typeof expected === 'string' && typeof recorded === 'string') {
    const [left, right] = [parseJsonText(expected), parseJsonText(recorded)];
    // AWS neither keeps nor promises an order of keys, so neither does the JSON text it makes of an object.
    if (left !== undefined && right !== undefined && equal(left, right)) return agrees;
    if (differInNumberForm(expected, recorded)) return agrees;
    if (mayBeMasked(expected, recorded)) return { verdict: 'unverifiable', at, reason: masked };
  }
  return { verdict: 'diverges', at, expected, recorded };
};

const masked = 'a part that a data protection policy has masked';

const rounding = 'an integer that a double cannot hold';

const isRounding = (expected: Json, recorded: Json): boolean => {
  const [left, right] = [expected, recorded];
  if (typeof left === 'bigint' && typeof right === 'bigint') {
    return BigInt(Number(left)) === right || String(Number(left)) === String(right);
  }
  return (typeof left === 'number' || typeof right === 'number') && Number(left) === Number(right);
};

const numbers = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/g;

/**
 * Whether two texts differ only in how numbers are written: AWS writes a number as it stood in the payload (`1.0`) or
 * as Java does (`1.0E7`), and neither form outlives parsing. The expected form must be the one of JavaScript.
 */
const differInNumberForm = (expected: string, recorded: string): boolean => {
  if (expected.replace(numbers, '#') !== recorded.replace(numbers, '#')) return false;
  const written = recorded.match(numbers) ?? [];
  const own = expected.match(numbers) ?? [];
  return own.every((number, index) => {
    const other = written[index];
    return number === other || number === String(Number(other));
  });
};

const parseJsonText = (text: string): Json | undefined => {
  if (!text.startsWith('{') && !text.startsWith('[')) return undefined;
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
};

const compareParts = (
  expected: Json | undefined,
  recorded: Json | undefined,
  at: string,
  key: string | number,
): Comparison => {
  if (expected === recorded) return agrees;
  if (expected === undefined || recorded === undefined)
    return { verdict: 'diverges', at: pointer(at, key), expected, recorded };
  // The pointer is worked out only where something may differ, so equal payloads build no strings.
  if (typeof expected === 'object' && typeof recorded === 'object' && equal(expected, recorded))
    return agrees;
  return compareAt(expected, recorded, pointer(at, key));
};

/**
 * Compares what a definition explains with what was recorded. A difference anywhere outranks an unknown
 * leaf; with neither, both agree. Texts that hold the same JSON object or array agree. `at` is the first such place.
 */
export const compare = (expected: Json, recorded: Json): Comparison => {
  try {
    return equal(expected, recorded) ? agrees : compareAt(expected, recorded, '');
  } catch (thrown) {
    // Only a payload nested tens of thousands deep exhausts the stack.
    if (thrown instanceof RangeError) return { verdict: 'unverifiable', at: '', reason: 'nested too deeply' };
    throw thrown;
  }
};
