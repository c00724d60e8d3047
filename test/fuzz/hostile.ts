import fc from 'fast-check';
import { expect } from 'vitest';

/*
 * Bad input by construction. The seeds are fixed, so that a failure here is a failure for everyone; a longer search
 * is `FUZZ_RUNS=20000 FUZZ_SEED=7 npx vitest run test/fuzz`.
 */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const seed = Number(process.env.FUZZ_SEED ?? 20_261_122);
const factor = Number(process.env.FUZZ_RUNS ?? 0);

/** How often a property is tried: `usual` times, or as the environment says. */
export const tried = (usual: number): { readonly numRuns: number; readonly seed: number } => ({
  numRuns: factor > 0 ? factor : usual,
  seed,
});

/** Keys that mean something to JavaScript or to the language of state machines. */
export const hostileKey: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'valueOf',
    'toJSON',
    'hasOwnProperty',
    'length',
    'then',
    'sequence',
    '_jsonata_lambda',
    '',
    'a',
    'b',
    'a.$',
    '__proto__.$',
  ),
  fc.string({ maxLength: 3 }),
);

const number = fc.oneof(
  fc.constantFrom(0, -0, 1, -1, 0.5, 1e21, 1e308, -1e308, 5e-324, 2 ** 53, 2 ** 31, 4e9, 1e9),
  fc.integer({ min: -3, max: 12 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

const text = fc.oneof(
  fc.constantFrom(
    '',
    'a',
    '__proto__',
    '\ud800',
    '😀',
    '2024-01-01T00:00:00Z',
    '{"a":1}',
    '[',
    'null',
    '1e999',
  ),
  fc.string({ maxLength: 6 }),
);

const parse = (source: string): Json => JSON.parse(source);

/** An object with own keys of any name, `__proto__` included, as JSON.parse makes it. */
const objectOf = (entries: readonly (readonly [string, Json])[]): Json =>
  parse(`{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`);

/** JSON with keys, numbers and texts that trip programs. */
export const hostileJson: fc.Arbitrary<Json> = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<Json>(null, true, false),
    number,
    text,
    fc.array(tie('json'), { maxLength: 4 }),
    fc.array(fc.tuple(hostileKey, tie('json')), { maxLength: 4 }).map(objectOf),
    fc.constantFrom<Json>({ toString: 1, valueOf: null }, { length: -1 }, { length: 4e9 }, [[[[]]]]),
  ),
})).json;

/** One change somewhere inside a JSON value. */
type Change = { readonly at: number; readonly how: number; readonly value: Json; readonly key: string };

const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(),
  how: fc.nat(7),
  value: hostileJson,
  key: hostileKey,
});

const isList = (value: Json | undefined): value is Json[] => Array.isArray(value);
const isFields = (value: Json | undefined): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Applies a change to a copy; `at` selects one of all values inside, counted in document order. */
const applyChange = (whole: Json, { at, how, value, key }: Change): Json => {
  const root: Json = [structuredClone(whole)];
  const places: { readonly holder: Json[] | { [key: string]: Json }; readonly key: string | number }[] = [];
  const visit = (holder: Json): void => {
    if (isList(holder)) {
      holder.forEach((item, index) => {
        places.push({ holder, key: index });
        visit(item);
      });
    } else if (isFields(holder)) {
      for (const name of Object.keys(holder)) {
        places.push({ holder, key: name });
        visit(holder[name] ?? null);
      }
    }
  };
  visit(root);
  const place = places[at % places.length];
  const other = places[(at * 7 + 3) % places.length];
  if (place === undefined || other === undefined) return whole;
  const read = ({ holder, key: name }: typeof place): Json => Reflect.get(holder, name) ?? null;
  const write = ({ holder, key: name }: typeof place, json: Json): void => {
    Object.defineProperty(holder, name, {
      value: json,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  };
  const old = read(place);
  if (how === 0) write(place, value);
  else if (how === 1) Reflect.deleteProperty(place.holder, place.key);
  else if (how === 2) write(place, structuredClone(read(other)));
  else if (how === 3 && isFields(old)) write({ holder: old, key }, value);
  else if (how === 4 && isList(old) && old.length > 0)
    old.push(structuredClone(old[at % old.length] ?? null));
  else if (how === 5 && isList(old)) old.reverse();
  else if (how === 6 && typeof old === 'string')
    write(place, typeof value === 'string' ? value + old : old.slice(1));
  else if (typeof old === 'number') write(place, typeof value === 'number' ? value : old + 1);
  else write(place, isFields(place.holder) ? { [String(place.key)]: old } : [old]);
  const [changed] = root;
  // Holes and undefined that a deletion left are no JSON.
  return parse(JSON.stringify(changed ?? null));
};

/** A JSON value with up to `most` changes in it. */
export const changed = (value: Json, most = 4): fc.Arbitrary<Json> =>
  fc.array(change, { minLength: 1, maxLength: most }).map((changes) => changes.reduce(applyChange, value));

const prototypes = [Object, Array, String, Number, Boolean, Function, Map, Set, Error, RegExp, Promise].map(
  ({ prototype }) => prototype,
);
const namesOf = (): readonly string[] =>
  prototypes.map((prototype) => Reflect.ownKeys(prototype).map(String).join());
const before = namesOf();

/** Fails where anything has changed a prototype. */
export const expectPrototypesUntouched = (): void => {
  expect(namesOf()).toEqual(before);
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
};

const slow = Number(process.env.FUZZ_SLOW ?? 0);

/** Runs one case; a session that looks for slow ones (`FUZZ_SLOW=500`) is told of them. */
export const run = <T>(what: unknown, work: () => T): T => {
  if (slow === 0) return work();
  const began = performance.now();
  const result = work();
  const took = performance.now() - began;
  if (took > slow) console.warn(`${Math.round(took)} ms: ${JSON.stringify(what).slice(0, 2_000)}`);
  return result;
};
