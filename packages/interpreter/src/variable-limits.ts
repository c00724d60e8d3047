import { Buffer } from 'node:buffer';
import { type Json, jsonText } from './expressions/index.ts';
import type { Frame, Variables } from './frame.ts';

/** UTF-8 bytes that the variables of one Assign may have, and those of an execution. @see step-functions.md section 5.1 */
const ASSIGN_LIMIT = 262_144;
const VARIABLES_LIMIT = 10 * 1024 * 1024;

const bytesOfVariables = (values: ReadonlyMap<string, Json>): number =>
  [...values.values()].reduce<number>((sum, value) => sum + Buffer.byteLength(jsonText(value)), 0);

/** Whether variables that a state is about to assign are over AWS's limits. */
export const isAssignedOversize = (
  frame: Frame,
  assigned: ReadonlyMap<string, Json> | undefined,
): boolean => {
  if (assigned === undefined) return false;
  const added = bytesOfVariables(assigned);
  if (added > ASSIGN_LIMIT) return true;
  let sum = added;
  for (let scope: Variables | undefined = frame.variables; scope !== undefined; scope = scope.outer) {
    if (scope.own !== undefined) sum += bytesOfVariables(scope.own);
  }
  return sum > VARIABLES_LIMIT;
};
