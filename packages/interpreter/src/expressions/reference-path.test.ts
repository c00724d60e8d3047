import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileReferencePath, type Json, type Scope, unknown, unknownDraws } from './index.ts';
import { isObject } from './json.ts';

const scope = (input: Json): Scope => ({
  input,
  context: () => ({}),
  variables: () => undefined,
  draws: unknownDraws(),
});

const anyJson = fc.jsonValue({ maxDepth: 3 }).map((value): Json => JSON.parse(JSON.stringify(value)));
const key = fc.oneof(
  fc.constantFrom('a', 'b', '__proto__', 'constructor', 'toString'),
  fc.string({ maxLength: 4 }),
);
const quote = (name: string): string => `['${name.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}']`;

describe('writing by a Reference Path', () => {
  const rows: readonly [string, Json, Json, unknown][] = [
    ['$', { a: 1 }, 2, { ok: true, value: 2 }],
    ['$.a', { b: 1 }, 2, { ok: true, value: { b: 1, a: 2 } }],
    ['$.a.b.c', {}, 2, { ok: true, value: { a: { b: { c: 2 } } } }],
    ['$.a[1]', { a: [1, 2] }, 9, { ok: true, value: { a: [1, 9] } }],
    ['$.a[1].x', { a: [1, {}] }, 9, { ok: true, value: { a: [1, { x: 9 }] } }],
    ['$.a', null, 9, { ok: true, value: { a: 9 } }],
    ['$.a', unknown('input'), 9, { ok: true, value: unknown('input') }],
  ];
  it.each(rows)('%s into %j', (path, raw, value, expected) => {
    expect(compileReferencePath(path).write(raw, value)).toEqual(expected);
  });

  it.each([
    ['$.a[2]', { a: [1, 2] }],
    ['$.a[0]', {}],
    ['$.a', [1]],
    ['$.a.b', { a: 'text' }],
  ] as const)('%s does not fit %j', (path, raw) => {
    expect(compileReferencePath(path).write(raw, 1)).toMatchObject({
      ok: false,
      error: 'States.ResultPathMatchFailure',
    });
  });

  it.each(['$.a[*]', '$..a', '$$.a', '$v.a', '$.a[-1]', '$.a[0:1]', 'a'])('%s is none', (path) => {
    expect(compileReferencePath(path).write({}, 1)).toMatchObject({ ok: false });
  });

  it('is read back, changes nothing else and leaves the raw input as it was', () => {
    fc.assert(
      fc.property(
        fc.dictionary(key, anyJson),
        fc.array(key, { minLength: 1, maxLength: 3 }),
        anyJson,
        (raw, keys, value) => {
          const path = compileReferencePath(`$${keys.map(quote).join('')}`);
          const before = JSON.stringify(raw);
          const written = path.write(raw, value);
          expect(JSON.stringify(raw)).toBe(before);
          if (!written.ok) return;
          const read = path.read(scope(written.value));
          expect(read.ok && JSON.stringify(read.value)).toBe(JSON.stringify(value));
          if (!isObject(written.value)) throw new Error('an object was written into');
          for (const name of Object.keys(raw)) {
            if (name !== keys[0])
              expect(Object.getOwnPropertyDescriptor(written.value, name)?.value).toBe(
                Object.getOwnPropertyDescriptor(raw, name)?.value,
              );
          }
          expect(Object.getPrototypeOf(written.value)).toBe(Object.prototype);
        },
      ),
    );
  });
});
