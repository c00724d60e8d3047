import type { Json } from '@steptrail/asl';

/** Whether a string value somewhere in the JSON, with the key it stands under, passes a test. */
export function someString(value: Json, test: (text: string, key: string) => boolean, key = ''): boolean {
  if (typeof value === 'string') return test(value, key);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, inner]) => someString(inner, test, name));
}
