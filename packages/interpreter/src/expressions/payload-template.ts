import { type Evaluate, type Expression, runtimeFailure, toExpression } from './evaluation.ts';
import { compileDynamicEvaluate } from './intrinsic-functions.ts';
import { isArray, isObject, type Json, type JsonObject, type OpenObject, setKey } from './json.ts';

/** A template's part compiled: a constant stays the same value, so it costs nothing and is `===` each time. */
type Part = { readonly constant: Json } | { readonly evaluate: Evaluate };

const compileField = (key: string, value: Json): { key: string; part: Part } => {
  if (!key.endsWith('.$')) return { key, part: compilePart(value) };
  const bare = key.slice(0, -2);
  if (typeof value === 'string') return { key: bare, part: { evaluate: compileDynamicEvaluate(value, key) } };
  const problem = runtimeFailure(`The value for the field '${key}' must be a valid JSONPath`);
  return {
    key: bare,
    part: {
      evaluate: () => {
        throw problem;
      },
    },
  };
};

const compileObject = (template: JsonObject): Part => {
  const fields = Object.keys(template).map((key) => compileField(key, template[key] ?? null));
  if (fields.every(({ key, part }) => 'constant' in part && part.constant === template[key])) {
    return { constant: template };
  }
  return {
    evaluate: (scope) => {
      const result: OpenObject = {};
      for (const { key, part } of fields) {
        setKey(result, key, 'constant' in part ? part.constant : part.evaluate(scope));
      }
      return result;
    },
  };
};

const compileArray = (template: readonly Json[]): Part => {
  const parts = template.map(compilePart);
  if (parts.every((part) => 'constant' in part)) return { constant: template };
  return {
    evaluate: (scope) => parts.map((part) => ('constant' in part ? part.constant : part.evaluate(scope))),
  };
};

const compilePart = (template: Json): Part =>
  isArray(template)
    ? compileArray(template)
    : isObject(template)
      ? compileObject(template)
      : { constant: template };

/** Compiles a template to a throwing closure; see `compilePayloadTemplate`. */
export const compileTemplateEvaluate = (template: Json): Evaluate => {
  const part = compilePart(template);
  if ('evaluate' in part) return part.evaluate;
  const { constant } = part;
  return () => constant;
};

/**
 * Compiles a payload template (Parameters, ResultSelector, ItemSelector, BatchInput, Credentials …): keys that end
 * in `.$` are evaluated and lose that ending, at any depth of objects and arrays; texts inside arrays and all
 * other values are literals. A constant template is legal.
 */
export const compilePayloadTemplate = (template: Json): Expression =>
  toExpression(compileTemplateEvaluate(template));
