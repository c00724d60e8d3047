import { isKnown, type Leaf, leavesOf, type Payload } from '@steptrail/history';
import type { NewSearchValue } from '@steptrail/store';

/** The values by which an execution is found: scalar leaves of its input and of its output, as far as they are known. */
export function searchValuesOf(
  input: Payload | undefined,
  output: Payload | undefined,
): readonly NewSearchValue[] {
  const values = new Map<string, NewSearchValue>();
  for (const leaf of knownLeaves(input)) values.set(keyOf(leaf), { side: 'input', ...leaf });
  for (const leaf of knownLeaves(output)) {
    const side = values.has(keyOf(leaf)) ? 'both' : 'output';
    values.set(keyOf(leaf), { side, ...leaf });
  }
  return [...values.values()];
}

function keyOf({ path, value }: Leaf): string {
  return `${path}\0${value}`;
}

function knownLeaves(payload: Payload | undefined): readonly Leaf[] {
  return payload === undefined || !isKnown(payload) ? [] : leavesOf(payload);
}
