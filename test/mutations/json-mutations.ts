/*
 * One change to a JSON value: a leaf, a type, a key, an item.
 */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a change is and the value with it. */
export interface Changed {
  readonly what: string;
  readonly value: Json;
}

const otherValue = (leaf: Json): Json => {
  if (typeof leaf === 'number') return leaf + 1;
  if (typeof leaf === 'string') return `${leaf}~`;
  if (typeof leaf === 'boolean') return !leaf;
  return 'not null';
};

const otherType = (leaf: Json): Json => {
  if (typeof leaf === 'number') return String(leaf);
  if (typeof leaf === 'string') return [leaf];
  return leaf === null ? 0 : null;
};

/** Every value with one change in it. Empty objects and lists count as leaves. */
export function* changedValues(value: Json): Generator<Changed> {
  if (Array.isArray(value)) {
    yield { what: 'an item added', value: [...value, 'added'] };
    for (const [index, item] of value.entries()) {
      yield { what: 'an item dropped', value: value.toSpliced(index, 1) };
      for (const { what, value: inner } of changedValues(item))
        yield { what, value: value.with(index, inner) };
    }
    return;
  }
  if (isObject(value)) {
    yield { what: 'a key added', value: { ...value, added: 1 } };
    for (const [key, member] of Object.entries(value)) {
      const { [key]: _gone, ...rest } = value;
      yield { what: 'a key dropped', value: rest };
      yield { what: 'a key renamed', value: { ...rest, [`${key}~`]: member } };
      for (const { what, value: inner } of changedValues(member)) {
        yield { what, value: { ...value, [key]: inner } };
      }
    }
    return;
  }
  yield { what: 'another value', value: otherValue(value) };
  yield { what: 'another type', value: otherType(value) };
}

/** The value at a pointer, replaced; undefined removes a member. */
export const withAt = (value: Json, pointer: readonly string[], replacement: Json | undefined): Json => {
  const [key, ...rest] = pointer;
  if (key === undefined) return replacement ?? null;
  if (Array.isArray(value)) {
    const index = Number(key);
    if (rest.length === 0 && replacement === undefined) return value.toSpliced(index, 1);
    return value.with(index, withAt(value[index] ?? null, rest, replacement));
  }
  if (!isObject(value)) return value;
  if (rest.length === 0 && replacement === undefined) {
    const { [key]: _gone, ...others } = value;
    return others;
  }
  return { ...value, [key]: withAt(value[key] ?? null, rest, replacement) };
};
