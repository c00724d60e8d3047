import type { Draws } from './draws.ts';
import { hash } from './intrinsic-table.ts';
import type { Json } from './json.ts';
import { defineFunction, fromMillis, type NativeFunction } from './jsonata-sync.generated.js';
import { isUnknown, unknown } from './unknown.ts';

/** A JSONata failure with a code and a text, as the evaluator throws them. */
const fail = (message: string): never => {
  throw { code: 'D3137', message };
};

/** What an evaluation that costs too much gives. */
export const tooMuch = unknown('a JSONata expression that takes more steps than are granted');

const partition = (items: readonly Json[] | undefined, size: number | undefined): unknown => {
  if (items === undefined || size === undefined) return undefined;
  const length = Math.trunc(size);
  if (length < 1) return fail('The second argument of the partition function must be greater than zero');
  const parts: Json[] = [];
  for (let at = 0; at < items.length; at += length) parts.push(items.slice(at, at + length));
  return parts;
};

/** AWS has given 200,000 elements, and has run out of memory before 500,000. */
const rangeLimit = 200_000;

const range = (start: number | undefined, end: number | undefined, by: number | undefined): unknown => {
  if (start === undefined || end === undefined || by === undefined) return undefined;
  // Towards zero, as measured: `$range(-1.7, 2, 1)` begins at -1.
  const [from, to, step] = [Math.trunc(start), Math.trunc(end), Math.trunc(by)];
  if (step === 0) return fail('The third argument of the range function must not be zero');
  const count = Math.max(Math.floor((to - from) / step) + 1, 0);
  if (count > rangeLimit) throw { unknown: tooMuch };
  // Counted, for adding 1 to 1e20 changes nothing.
  return Array.from({ length: count }, (_, index) => from + index * step);
};

const hashOf = (data: string | undefined, algorithm: string | undefined): unknown =>
  data === undefined
    ? undefined
    : (hash(data, algorithm ?? 'SHA-256') ??
      fail(`The hash function does not know the algorithm ${algorithm}`));

const parse = (text: string | undefined): unknown => {
  if (text === undefined) return undefined;
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return fail('The argument of the parse function is no JSON');
  }
};

/** The number that Java's Random draws first from a seed: AWS's `$random(42)` is 0.7275636800328681, bit for bit. */
const seededRandom = (seed: number): number => {
  let state = (BigInt(seed) ^ 0x5deece66dn) & 0xffffffffffffn;
  const next = (bits: number): number => {
    state = (state * 0x5deece66dn + 0xbn) & 0xffffffffffffn;
    return Number(state >> BigInt(48 - bits));
  };
  return (next(26) * 2 ** 27 + next(27)) / 2 ** 53;
};

/** The focus that the evaluator hands to its functions as `this`. */
interface Focus {
  readonly options: { readonly draws: Draws };
}

/** What AWS adds to JSONata, and what draws time or randomness, by name without `$`. */
export const addedFunctions: ReadonlyMap<string, NativeFunction> = new Map([
  ['partition', defineFunction(partition, '<a-n:a>')],
  ['range', defineFunction(range, '<nnn:a>')],
  ['hash', defineFunction(hashOf, '<s-s?:s>')],
  ['parse', defineFunction(parse, '<s-:x>')],
  [
    'uuid',
    defineFunction(function (this: Focus) {
      return this.options.draws.uuid();
    }, '<:s>'),
  ],
  [
    'random',
    defineFunction(function (this: Focus, seed?: number) {
      return Number.isSafeInteger(seed) && seed !== undefined
        ? seededRandom(seed)
        : this.options.draws.random();
    }, '<n?:n>'),
  ],
  [
    'millis',
    defineFunction(function (this: Focus) {
      return this.options.draws.now();
    }, '<:n>'),
  ],
  [
    'now',
    defineFunction(function (this: Focus, picture?: string, timezone?: string) {
      const now = this.options.draws.now();
      return isUnknown(now) ? now : fromMillis(now, picture, timezone);
    }, '<s?s?:s>'),
  ],
]);
