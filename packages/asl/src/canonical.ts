import { isArray, isObject } from './check.ts';
import type { StateMachine } from './machine.ts';

/**
 * The text of a definition for content addressing: two definitions that differ only in white space, in the order
 * of keys or in the spelling of strings and numbers have the same. Keys are sorted by UTF-16 code unit, arrays
 * keep their order (as RFC 8785).
 */
export function canonicalText(machine: StateMachine): string {
  return canonical(machine);
}

function canonical(value: unknown): string {
  if (isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? 'null';
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${members.join(',')}}`;
}
