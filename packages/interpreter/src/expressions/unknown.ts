import { isArray, isObject, type Json, type JsonObject } from './json.ts';

/*
 * A value that the record does not tell: a random number, a clock, a role ARN, a truncated payload. It
 * travels through evaluations as an opaque leaf, so that a comparison can call exactly that leaf
 * unverifiable and still check everything beside it.
 */
const mark: unique symbol = Symbol('steptrail.unknown');
const test: unique symbol = Symbol('steptrail.unknown.test');

/** An opaque leaf standing for a value that cannot be known; it says why. */
export type Unknown = JsonObject & { readonly [mark]: string; readonly [test]?: (value: Json) => boolean };

const markers = new Map<string, Unknown>();

/** The leaf for a value that cannot be known, for one reason (one frozen object per reason). */
export const unknown = (reason: string): Unknown => {
  const existing = markers.get(reason);
  if (existing !== undefined) return existing;
  const bare: { [mark]: string } = { [mark]: reason };
  const marker: Unknown = Object.freeze(Object.assign(Object.create(null), bare));
  markers.set(reason, marker);
  return marker;
};

/** The leaf for a value of which something is known: what it cannot be is no doubt. */
export const unknownWhere = (reason: string, admits: (value: Json) => boolean): Unknown => {
  const bare: { [mark]: string; [test]: (value: Json) => boolean } = { [mark]: reason, [test]: admits };
  return Object.freeze(Object.assign(Object.create(null), bare));
};

/** The leaf for what is worked out from another: nothing that is known of that one holds of it. */
export const restingOn = (leaf: Unknown): Unknown => (leaf[test] === undefined ? leaf : unknown(leaf[mark]));

/** Whether an unknown leaf can be this value. */
export const admits = (leaf: Unknown, value: Json): boolean => leaf[test]?.(value) ?? true;

/** Whether the value itself is an unknown leaf. */
export const isUnknown = (value: unknown): value is Unknown =>
  typeof value === 'object' && value !== null && mark in value;

/** Why an unknown leaf is unknown. */
export const reasonOf = (value: Unknown): string => value[mark];

/** The first unknown leaf anywhere inside a value, or undefined when all of it is known. */
export const findUnknown = (value: Json): Unknown | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  if (isUnknown(value)) return value;
  if (isArray(value)) {
    for (const item of value) {
      const found = findUnknown(item);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (isObject(value)) {
    for (const key in value) {
      const found = findUnknown(value[key] ?? null);
      if (found !== undefined) return found;
    }
  }
  return undefined;
};
