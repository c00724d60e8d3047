import { type Expression, toExpression } from './evaluation.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { compileTemplateEvaluate } from './payload-template.ts';

/**
 * Compiles an Assign of a JSONPath state. Every value is evaluated in the given scope, which holds the variables
 * as they were at state entry, so that no assignment sees another; one failure and nothing is assigned.
 */
export const compileAssign = (template: JsonObject): Expression<ReadonlyMap<string, Json>> => {
  const evaluate = compileTemplateEvaluate(template);
  return toExpression((scope) => {
    const values = evaluate(scope);
    return new Map(isObject(values) ? Object.entries(values) : []);
  });
};
