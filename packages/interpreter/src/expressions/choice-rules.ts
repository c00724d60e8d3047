import {
  type Comparator,
  matchesParts,
  pathComparators,
  splitPattern,
  typeComparators,
} from './choice-operators.ts';
import { isSyntaxProblem } from './cursor.ts';
import { type Evaluate, type Expression, runtimeFailure, toExpression } from './evaluation.ts';
import { isArray, isObject, type Json, type JsonObject } from './json.ts';
import { compilePathEvaluate, compileSelection, type Selection } from './json-path.ts';
import { parsePath } from './path-syntax.ts';
import { isUnknown, reasonOf, type Unknown } from './unknown.ts';

type Test = Evaluate<boolean | Unknown>;

const failing =
  (cause: string): Test =>
  () => {
    throw runtimeFailure(cause);
  };

/** And/Or: the first deciding part decides, later ones are not looked at; an unknown part decides nothing. */
const compileParts = (rules: readonly Json[], deciding: boolean): Test => {
  const tests = rules.map((rule) =>
    isObject(rule) ? compileTest(rule) : failing('A rule must be an object'),
  );
  return (scope) => {
    let doubt: Unknown | undefined;
    for (const test of tests) {
      const outcome = test(scope);
      if (outcome === deciding) return deciding;
      if (typeof outcome !== 'boolean') doubt ??= outcome;
    }
    return doubt ?? !deciding;
  };
};

const compileNot = (rule: JsonObject): Test => {
  const test = compileTest(rule);
  return (scope) => {
    const outcome = test(scope);
    return typeof outcome === 'boolean' ? !outcome : outcome;
  };
};

const compileComparison = (read: Evaluate, operand: Evaluate, comparator: Comparator): Test => {
  return (scope) => {
    const value = read(scope);
    const other = operand(scope);
    const hidden = isUnknown(value) ? value : isUnknown(other) ? other : undefined;
    if (hidden !== undefined) {
      scope.draws.touchUnknown(reasonOf(hidden));
      return hidden;
    }
    return comparator(value, other);
  };
};

const compileIsPresent = (variable: string, operand: Json): Test => {
  let select: Selection;
  try {
    select = compileSelection(parsePath(variable));
  } catch (thrown) {
    if (!isSyntaxProblem(thrown)) throw thrown;
    return failing(`Invalid path '${variable}' : ${thrown.problem}`);
  }
  return (scope) => {
    const value = select(scope);
    if (value !== undefined && isUnknown(value)) {
      scope.draws.touchUnknown(reasonOf(value));
      return value;
    }
    return (value !== undefined) === (operand === true);
  };
};

const compileOperator = (variable: string, operator: string, operand: Json): Test | undefined => {
  if (operator === 'IsPresent') return compileIsPresent(variable, operand);
  const read = compilePathEvaluate(variable);
  const constant: Evaluate = () => operand;
  if (operator === 'StringMatches') {
    const parts = splitPattern(typeof operand === 'string' ? operand : '');
    return compileComparison(
      read,
      constant,
      (value) => typeof value === 'string' && matchesParts(value, parts),
    );
  }
  const comparator = pathComparators.get(operator) ?? typeComparators.get(operator);
  if (comparator !== undefined) return compileComparison(read, constant, comparator);
  const byPath = operator.endsWith('Path') ? pathComparators.get(operator.slice(0, -4)) : undefined;
  if (byPath === undefined || typeof operand !== 'string') return undefined;
  return compileComparison(read, compilePathEvaluate(operand), byPath);
};

const compileTest = (rule: JsonObject): Test => {
  if (isArray(rule.And)) return compileParts(rule.And, false);
  if (isArray(rule.Or)) return compileParts(rule.Or, true);
  if (isObject(rule.Not)) return compileNot(rule.Not);
  const variable = rule.Variable;
  if (typeof variable !== 'string') return failing('A Choice rule must have a Variable');
  for (const operator of Object.keys(rule)) {
    const test = compileOperator(variable, operator, rule[operator] ?? null);
    if (test !== undefined) return test;
  }
  return failing('A Choice rule must have one comparison operator');
};

/**
 * Compiles a Choice rule of a JSONPath state: its comparison, or And, Or, Not (its Next, Assign and Comment are
 * left to the caller). A type that does not fit is false; a missing Variable is a Failure, but for IsPresent. The
 * outcome is an unknown leaf where it rests on something unknown.
 */
export const compileChoiceRule = (rule: JsonObject): Expression<boolean | Unknown> =>
  toExpression(compileTest(rule));
