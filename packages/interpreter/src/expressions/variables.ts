import { type Expression, runtimeFailure } from './evaluation.ts';
import type { Json, JsonObject } from './json.ts';

/** Compiles an Assign of a JSONPath state: all values from the scope at state entry, all or nothing. */
export const compileAssign = (template: JsonObject): Expression<ReadonlyMap<string, Json>> => {
  void template;
  return () => runtimeFailure('not yet');
};
