/**
 * A JSON value, as payloads, contexts and variables hold it: the `Json` of `@steptrail/asl`, and bigint for integers
 * that no double holds (`parseJson`), so that `JSON.stringify` is not for it but `jsonText`.
 */
export type Json = null | boolean | number | bigint | string | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** A JSON object under construction, before it is given away. */
export interface OpenObject {
  [key: string]: Json;
}

/** Whether the value is a JSON object: neither null nor an array. */
export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether the value is a JSON array (narrows readonly arrays, which `Array.isArray` does not). */
export const isArray = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

/**
 * Sets a key of an object under construction. `__proto__` becomes an ordinary own key, as `JSON.parse`
 * makes it, so that no payload can change a prototype.
 */
export const setKey = (target: OpenObject, key: string, value: Json): void => {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    target[key] = value;
  }
};

/**
 * A shallow copy that may be written to; keeps an own `__proto__` key as a key. Key by key: an object made by a
 * spread takes ten times as long to get one key more.
 */
export const copyObject = (source: JsonObject): OpenObject => {
  const copy: OpenObject = {};
  for (const key in source) {
    const value = source[key];
    if (value !== undefined) setKey(copy, key, value);
  }
  return copy;
};

/** An own property, or undefined: inherited names such as `constructor` are no data. */
export const ownValue = (target: JsonObject, key: string): Json | undefined =>
  Object.hasOwn(target, key) ? target[key] : undefined;
