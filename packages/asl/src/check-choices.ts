import {
  type Check,
  checkBoolean,
  checkObject,
  checkString,
  type Field,
  type FieldCheck,
  type Fields,
  type FieldTable,
  fieldTable,
  isArray,
  isPlaceholder,
  kindOf,
  number,
} from './check.ts';
import {
  checkAssign,
  checkExpression,
  checkJsonata,
  checkPath,
  checkReferencePath,
  checkTimestamp,
} from './check-values.ts';
import { isJsonataExpression } from './jsonata-syntax.ts';
import { at } from './problem.ts';

const checkNumber = number(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, true);

const ORDERED = ['Equals', 'GreaterThan', 'GreaterThanEquals', 'LessThan', 'LessThanEquals'];

const COMPARED: readonly (readonly [string, FieldCheck, readonly string[]])[] = [
  ['Boolean', checkBoolean, ['Equals']],
  ['Numeric', checkNumber, ORDERED],
  ['String', checkString, ORDERED],
  ['Timestamp', checkTimestamp, ORDERED],
];

/** The comparisons of a JSONPath rule (ASL section 8.6). */
const OPERATORS: Fields = Object.fromEntries<Field>([
  ...COMPARED.flatMap(([type, check, relations]) =>
    relations.flatMap((relation): [string, Field][] => [
      [`${type}${relation}`, { check, only: 'JSONPath' }],
      [`${type}${relation}Path`, { check: checkReferencePath, only: 'JSONPath' }],
    ]),
  ),
  ['StringMatches', { check: checkString, only: 'JSONPath' }],
  ...['IsBoolean', 'IsNull', 'IsNumeric', 'IsPresent', 'IsString', 'IsTimestamp'].map(
    (name): [string, Field] => [name, { check: checkBoolean, only: 'JSONPath' }],
  ),
]);

const checkTests: FieldCheck = (check, value, pointer, field) => {
  if (!isArray(value) || value.length === 0) {
    check.report('WRONG_TYPE', pointer, `'${field}' must be an array of at least one rule.`);
    return;
  }
  for (const [i, test] of value.entries()) checkTest(check, test, at(pointer, i), NESTED_RULE);
};

const LOGIC: Fields = {
  And: { check: checkTests, only: 'JSONPath' },
  Or: { check: checkTests, only: 'JSONPath' },
  Not: { check: (check, value, pointer) => checkTest(check, value, pointer, NESTED_RULE), only: 'JSONPath' },
};

const RULE: Fields = {
  ...OPERATORS,
  ...LOGIC,
  Comment: { check: checkString },
  Variable: { check: checkPath, only: 'JSONPath' },
};

const NESTED_RULE = fieldTable(RULE);

const checkCondition: FieldCheck = (check, value, pointer, field) => {
  if (typeof value === 'boolean' || isPlaceholder(check, value)) return;
  if (typeof value === 'string' && isJsonataExpression(value)) checkExpression(check, value, pointer, field);
  else
    check.report(
      'INVALID_EXPRESSION',
      pointer,
      `'${field}' must be a JSONata expression: write it from {% to %}.`,
    );
};

const TOP_RULE = fieldTable(RULE, {
  Next: { check: checkString, required: true },
  Condition: { check: checkCondition, only: 'JSONata' },
  Assign: { check: checkAssign },
  Output: { check: checkJsonata, only: 'JSONata' },
});

function checkTest(check: Check, rule: unknown, pointer: string, table: FieldTable): void {
  if (!checkObject(check, rule, pointer, 'A choice rule', table)) return;
  if (check.language === 'JSONata') {
    if (!Object.hasOwn(rule, 'Condition'))
      check.report(
        'REQUIRED_FIELD',
        pointer,
        `A choice rule lacks the field 'Condition', which JSONata requires: add it.`,
      );
    return;
  }
  const tests = Object.keys(rule).filter((key) => Object.hasOwn(OPERATORS, key) || Object.hasOwn(LOGIC, key));
  const [first = ''] = tests;
  if (tests.length !== 1)
    check.report(
      'INVALID_CHOICE_RULE',
      pointer,
      tests.length === 0
        ? `A choice rule needs one comparison, or And, Or, Not: add one.`
        : `A choice rule can hold one comparison, not ${tests.join(' and ')}: combine them with And.`,
    );
  else if (Object.hasOwn(OPERATORS, first) !== Object.hasOwn(rule, 'Variable'))
    check.report(
      'INVALID_CHOICE_RULE',
      pointer,
      Object.hasOwn(OPERATORS, first)
        ? `The comparison '${first}' lacks 'Variable': add it, with the path of the value to compare.`
        : `'${first}' takes no 'Variable': move it into the inner rules.`,
    );
}

export const checkChoices: FieldCheck = (check, value, pointer, field) => {
  if (!isArray(value) || value.length === 0) {
    check.report(
      'WRONG_TYPE',
      pointer,
      `'${field}' must be an array of at least one rule${isArray(value) ? '' : `, not ${kindOf(value)}`}.`,
    );
    return;
  }
  for (const [i, rule] of value.entries()) checkTest(check, rule, at(pointer, i), TOP_RULE);
};
