import { findUnknown, isUnknown, type Json, type JsonObject } from './expressions/index.ts';

/** A value whose unknown leaves are taken from another; where that has none either, they are null. */
export const fillUnknown = (value: Json, recorded: Json | undefined): Json => {
  if (typeof value !== 'object' || value === null) return value;
  if (isUnknown(value))
    return recorded === undefined || findUnknown(recorded) !== undefined ? null : recorded;
  const known = recorded === undefined || isUnknown(recorded) ? undefined : recorded;
  if (Array.isArray(value)) {
    const items: readonly Json[] = Array.isArray(known) ? known : [];
    return value.map((item: Json, index) => fillUnknown(item, items[index]));
  }
  const members =
    typeof known === 'object' && known !== null && !Array.isArray(known) ? (known as JsonObject) : {};
  return Object.fromEntries(
    Object.entries(value as JsonObject).map(([key, item]) => [
      key,
      fillUnknown(item, Object.hasOwn(members, key) ? members[key] : undefined),
    ]),
  );
};
