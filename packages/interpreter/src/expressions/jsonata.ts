import { type Expression, runtimeFailure } from './evaluation.ts';
import type { Json, JsonObject } from './json.ts';

/** Whether a text is a JSONata expression: starts with `{%` and ends with `%}`, nothing outside. */
export const isJsonataText = (text: string): boolean =>
  text.length >= 4 && text.startsWith('{%') && text.endsWith('%}');

/**
 * Compiles a value of a JSONata state at any depth of literals: Arguments, Output, Items, ItemSelector,
 * BatchInput, Seconds, Condition, … `location` is the field's name, the head of a Failure's location.
 */
export const compileJsonataTemplate = (template: Json, location: string): Expression => {
  void template;
  void location;
  return () => runtimeFailure('not yet');
};

/** Compiles an Assign of a JSONata state. */
export const compileJsonataAssign = (
  template: JsonObject,
  location = 'Assign',
): Expression<ReadonlyMap<string, Json>> => {
  void template;
  void location;
  return () => runtimeFailure('not yet');
};
