import { type Expression, runtimeFailure } from './evaluation.ts';
import type { JsonObject } from './json.ts';
import type { Unknown } from './unknown.ts';

/** Compiles a JSONPath Choice rule (its comparison or And/Or/Not; Next, Assign, Comment are ignored). */
export const compileChoiceRule = (rule: JsonObject): Expression<boolean | Unknown> => {
  void rule;
  return () => runtimeFailure('not yet');
};
