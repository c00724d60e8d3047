import { type Check, type FieldCheck, isArray, isObject, isPlaceholder, kindOf, number } from './check.ts';
import { FAIL_INTRINSIC_FUNCTIONS, intrinsicFault, isIntrinsicCall } from './intrinsic-syntax.ts';
import { isJsonataExpression, jsonataFaults, type StatesField } from './jsonata-syntax.ts';
import { isContextPath, isVariablePath, pathFault, referencePathFault } from './path-syntax.ts';
import { at } from './problem.ts';

/** InputPath and OutputPath: a path, or null for an empty object. */
export const checkPathOrNull: FieldCheck = (check, value, pointer, field) => {
  if (value !== null) checkPath(check, value, pointer, field);
};

export const checkPath: FieldCheck = (check, value, pointer, field) => {
  checkPathText(check, value, pointer, field, pathFault, 'INVALID_PATH', 'a JSONPath such as $.order');
};

/** The `…Path` fields of states: one node of the input or of a variable; AWS takes no context object there. */
export const checkInputReferencePath: FieldCheck = (check, value, pointer, field) => {
  checkReferencePath(check, value, pointer, field);
  if (typeof value === 'string' && isContextPath(value) && !isPlaceholder(check, value))
    check.report(
      'INVALID_REFERENCE_PATH',
      pointer,
      `'${field}' cannot read the context object: put the value into the input or a variable, and name that.`,
    );
};

/** The `…Path` fields of choice rules: one node of the input, the context object or a variable. */
export const checkReferencePath: FieldCheck = (check, value, pointer, field) => {
  checkPathText(
    check,
    value,
    pointer,
    field,
    referencePathFault,
    'INVALID_REFERENCE_PATH',
    'a reference path such as $.order.id',
  );
};

/** ResultPath: where in the input the result goes; null discards it. */
export const checkResultPath: FieldCheck = (check, value, pointer, field) => {
  if (value === null) return;
  checkReferencePath(check, value, pointer, field);
  if (
    typeof value === 'string' &&
    (isContextPath(value) || isVariablePath(value)) &&
    !isPlaceholder(check, value)
  )
    check.report(
      'INVALID_REFERENCE_PATH',
      pointer,
      `'${field}' cannot write to the context object or to a variable: use a path into the input, or Assign.`,
    );
};

/** ErrorPath and CausePath of Fail: a reference path, or a call of some intrinsic functions. */
export const checkFailPath: FieldCheck = (check, value, pointer, field) => {
  if (typeof value !== 'string' || !isIntrinsicCall(value))
    return checkReferencePath(check, value, pointer, field);
  const fault = isPlaceholder(check, value) ? undefined : intrinsicFault(value, FAIL_INTRINSIC_FUNCTIONS);
  if (fault !== undefined)
    check.report(
      'INVALID_INTRINSIC',
      pointer,
      `'${field}' must be a reference path or a valid intrinsic function call: ${fault}.`,
    );
};

function checkPathText(
  check: Check,
  value: unknown,
  pointer: string,
  field: string,
  faultOf: (path: string) => string | undefined,
  reason: 'INVALID_PATH' | 'INVALID_REFERENCE_PATH',
  wanted: string,
): void {
  if (typeof value !== 'string') {
    check.report('WRONG_TYPE', pointer, `'${field}' must be ${wanted}, not ${kindOf(value)}.`);
    return;
  }
  const fault = isPlaceholder(check, value) ? undefined : faultOf(value);
  if (fault !== undefined) check.report(reason, pointer, `'${field}' must be ${wanted}: ${fault}.`);
}

/** A payload template (ASL section 8.2): members whose names end in `.$` hold a path or an intrinsic call. */
export const checkTemplate: FieldCheck = (check, value, pointer) => {
  if (isArray(value)) for (const [i, item] of value.entries()) checkTemplate(check, item, at(pointer, i), '');
  if (!isObject(value)) return;
  for (const key of Object.keys(value)) {
    const place = at(pointer, key);
    if (!key.endsWith('.$')) {
      checkTemplate(check, value[key], place, key);
      continue;
    }
    checkTemplateValue(check, value[key], place, key);
    if (Object.hasOwn(value, key.slice(0, -2)))
      check.report(
        'INVALID_TEMPLATE',
        place,
        `'${key}' and '${key.slice(0, -2)}' give the same member: keep one of them.`,
      );
  }
};

function checkTemplateValue(check: Check, value: unknown, pointer: string, key: string): void {
  if (typeof value !== 'string') {
    check.report(
      'INVALID_TEMPLATE',
      pointer,
      `The value for the field '${key}' must be a JSONPath or an intrinsic function call, not ${kindOf(value)}: write a string, or remove '.$'.`,
    );
    return;
  }
  if (isPlaceholder(check, value)) return;
  const intrinsic = !value.startsWith('$');
  const fault = intrinsic ? intrinsicFault(value) : pathFault(value);
  if (fault !== undefined)
    check.report(
      intrinsic ? 'INVALID_INTRINSIC' : 'INVALID_PATH',
      pointer,
      `The value for the field '${key}' must be a valid JSONPath or a valid intrinsic function call: ${fault}.`,
    );
}

/** A payload template that has to be an object. */
export const checkTemplateObject: FieldCheck = (check, value, pointer, field) => {
  if (isObject(value)) checkTemplate(check, value, pointer, field);
  else check.report('WRONG_TYPE', pointer, `'${field}' must be an object, not ${kindOf(value)}.`);
};

/** Any JSON in which strings may be JSONata expressions, at any depth. */
export const checkJsonata: FieldCheck = (check, value, pointer, field) => {
  if (typeof value === 'string') {
    checkExpression(check, value, pointer, field);
  } else if (isArray(value)) {
    for (const [i, item] of value.entries()) checkJsonata(check, item, at(pointer, i), field);
  } else if (isObject(value)) {
    for (const key of Object.keys(value)) checkJsonata(check, value[key], at(pointer, key), key);
  }
};

/** A string of a JSONata state: a literal, or an expression that AWS takes. */
export function checkExpression(check: Check, text: string, pointer: string, field: string): void {
  if (isPlaceholder(check, text)) return;
  for (const { kind, text: fault } of jsonataFaults(text, check.offered))
    if (kind === 'syntax')
      check.report('INVALID_EXPRESSION', pointer, `'${field}' must be a valid JSONata expression: ${fault}.`);
    else check.report(kind === 'field' ? 'UNKNOWN_STATES_FIELD' : 'UNSUPPORTED_EXPRESSION', pointer, fault);
}

/** The check where `$states` has one field more. */
export function offering(offered: StatesField, inner: FieldCheck): FieldCheck {
  return (check, value, pointer, field) => inner({ ...check, offered }, value, pointer, field);
}

/** An object, or one JSONata expression that gives one. */
export const checkJsonataObject: FieldCheck = (check, value, pointer, field) => {
  if (isObject(value) || isExpression(value) || isPlaceholder(check, value))
    checkJsonata(check, value, pointer, field);
  else check.report('WRONG_TYPE', pointer, `'${field}' must be an object or a JSONata expression {% … %}.`);
};

function isExpression(value: unknown): boolean {
  return typeof value === 'string' && isJsonataExpression(value);
}

/** A constant with the given check, or, in JSONata, an expression. */
export function orExpression(constant: FieldCheck): FieldCheck {
  return (check, value, pointer, field) => {
    if (check.language === 'JSONata' && typeof value === 'string' && /^\s*\{%|%\}\s*$/.test(value))
      checkJsonata(check, value, pointer, field);
    else constant(check, value, pointer, field);
  };
}

/** A payload template in JSONPath, any JSON with expressions in JSONata. */
export const checkPayload: FieldCheck = (check, value, pointer, field) =>
  check.language === 'JSONata'
    ? checkJsonata(check, value, pointer, field)
    : checkTemplate(check, value, pointer, field);

/** Seconds of a time-out or a heartbeat. */
export const checkSeconds = orExpression(number(1, 99_999_999));

/** RFC 3339 with 'T' and 'Z' or an offset (ASL section 8.7). */
const TIMESTAMP =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-4]):[0-5]\d:(?:[0-5]\d|60)(?:[.,]\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):?[0-5]\d)$/;

export const checkTimestamp: FieldCheck = (check, value, pointer, field) => {
  if (typeof value === 'string' && (TIMESTAMP.test(value) || isPlaceholder(check, value))) return;
  check.report(
    'INVALID_TIMESTAMP',
    pointer,
    `'${field}' must be an RFC 3339 timestamp such as 2025-01-31T12:00:00Z, with 'T' and with 'Z' or an offset.`,
  );
};

const VARIABLE = /^[\p{ID_Start}_][\p{ID_Continue}]*$/u;

/** Assign: names of variables, and a template each (ASL section 8.12). */
export const checkAssign: FieldCheck = (check, value, pointer, field) => {
  if (!isObject(value)) {
    check.report('WRONG_TYPE', pointer, `'${field}' must be an object of variables, not ${kindOf(value)}.`);
    return;
  }
  checkPayload(check, value, pointer, field);
  for (const key of Object.keys(value)) {
    const name = check.language === 'JSONPath' && key.endsWith('.$') ? key.slice(0, -2) : key;
    if (isPlaceholder(check, name)) continue;
    if (!VARIABLE.test(name) || name.length > 80 || name === 'states')
      check.report(
        'INVALID_VARIABLE',
        at(pointer, key),
        `'${name}' cannot name a variable: use a letter followed by letters, digits or '_', at most 80, and not 'states'.`,
      );
  }
};
