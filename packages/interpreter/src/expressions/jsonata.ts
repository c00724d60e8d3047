import { type Evaluate, type Expression, toExpression } from './evaluation.ts';
import { isArray, isObject, type Json, type JsonObject, type OpenObject, setKey } from './json.ts';
import { compileJsonataEvaluate, type JsonType } from './jsonata-expression.ts';

/** Whether a text is a JSONata expression: starts with `{%` and ends with `%}`, nothing outside. */
export const isJsonataText = (text: string): boolean =>
  text.length >= 4 && text.startsWith('{%') && text.endsWith('%}');

/** A template's part compiled: a constant stays the same value each time. */
type Part = { readonly constant: Json } | { readonly evaluate: Evaluate };

const evaluatePart = (part: Part): Evaluate => {
  if ('evaluate' in part) return part.evaluate;
  const { constant } = part;
  return () => constant;
};

const compilePart = (template: Json, location: string, expected?: readonly JsonType[]): Part => {
  if (typeof template === 'string') {
    if (!isJsonataText(template)) return { constant: template };
    return { evaluate: compileJsonataEvaluate(template.slice(2, -2), location, expected) };
  }
  if (isArray(template)) {
    const parts = template.map((item, index) => compilePart(item, `${location}[${index}]`));
    if (parts.every((part) => 'constant' in part)) return { constant: template };
    const evaluators = parts.map(evaluatePart);
    return { evaluate: (scope) => evaluators.map((evaluate) => evaluate(scope)) };
  }
  if (isObject(template)) {
    const parts = Object.keys(template).map(
      (key) => [key, compilePart(template[key] ?? null, `${location}/${key}`)] as const,
    );
    if (parts.every(([, part]) => 'constant' in part)) return { constant: template };
    const evaluators = parts.map(([key, part]) => [key, evaluatePart(part)] as const);
    return {
      evaluate: (scope) => {
        const result: OpenObject = {};
        for (const [key, evaluate] of evaluators) setKey(result, key, evaluate(scope));
        return result;
      },
    };
  }
  return { constant: template };
};

/**
 * Compiles a value of a JSONata state: Arguments, Output, Items, ItemSelector, BatchInput, Seconds, Condition, …
 * Expressions may stand at any depth of its objects and arrays; all else is literal, `.$` keys too. `location` is the
 * field's name, the head of a Failure's location (`Output/a[0]`). `expected` names the kinds of value the field takes
 * when the whole of it is one expression, as `['array', 'object']` for Items of a distributed Map.
 */
export const compileJsonataTemplate = (
  template: Json,
  location: string,
  expected?: readonly JsonType[],
): Expression => toExpression(evaluatePart(compilePart(template, location, expected)));

/**
 * Compiles an Assign of a JSONata state. Every value is evaluated in the given scope, which holds the variables as
 * they were at state entry; one failure and nothing is assigned.
 */
export const compileJsonataAssign = (
  template: JsonObject,
  location = 'Assign',
): Expression<ReadonlyMap<string, Json>> => {
  const evaluate = evaluatePart(compilePart(template, location));
  return toExpression((scope) => {
    const values = evaluate(scope);
    return new Map(isObject(values) ? Object.entries(values) : []);
  });
};

export type { JsonType };
