import type { StatesField } from './jsonata-syntax.ts';
import type { QueryLanguage, WorkflowType } from './machine.ts';
import { at, type ProblemReason } from './problem.ts';

/** What every check needs to know about where it stands. */
export type Check = {
  readonly report: (reason: ProblemReason, pointer: string, message: string) => void;
  readonly placeholders: boolean;
  readonly type: WorkflowType;
  readonly language: QueryLanguage;
  /** What `$states` has where the check stands, beside input and context. */
  readonly offered?: StatesField | undefined;
};

export type FieldCheck = (check: Check, value: unknown, pointer: string, field: string) => void;

export type Field = {
  readonly check: FieldCheck;
  /** The one query language the field exists in. */
  readonly only?: QueryLanguage;
  readonly required?: true;
  /** Another field that cannot stand beside this one. */
  readonly excludes?: string;
  /** Holds one nested machine, or an array of them. */
  readonly nested?: 'one' | 'many';
};

export type Fields = { readonly [field: string]: Field };

/** What an object may hold, and nothing else. */
export type FieldTable = {
  readonly byName: ReadonlyMap<string, Field & { readonly pointer: string }>;
  readonly required: readonly string[];
  /** The fields that hold nested machines. */
  readonly nested: readonly (readonly [field: string, holds: 'one' | 'many'])[];
};

export function fieldTable(...rows: readonly Fields[]): FieldTable {
  const fields = rows.flatMap((row) => Object.entries(row));
  return {
    byName: new Map(fields.map(([name, field]) => [name, { ...field, pointer: at('', name) }])),
    required: fields.flatMap(([name, { required }]) => (required ? [name] : [])),
    nested: fields.flatMap(([name, { nested }]) => (nested === undefined ? [] : [[name, nested]])),
  };
}

export type UnknownObject = { readonly [key: string]: unknown };

export function isObject(value: unknown): value is UnknownObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** An own member, safe for keys such as `__proto__`. */
export function member(object: object, key: string): unknown {
  return Object.hasOwn(object, key) ? Reflect.get(object, key) : undefined;
}

const PLACEHOLDER = /\$\{[^{}]+\}/;

/** Whether a value holds a template placeholder that this parse accepts. */
export function isPlaceholder(check: Check, value: unknown): boolean {
  return check.placeholders && typeof value === 'string' && PLACEHOLDER.test(value);
}

/** What a value is, for messages: 'a string', 'an array' … */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** Reports unless the value is an object; then checks its fields against the table. */
export function checkObject(
  check: Check,
  value: unknown,
  pointer: string,
  subject: string,
  table: FieldTable,
): value is UnknownObject {
  if (!isObject(value)) {
    check.report('WRONG_TYPE', pointer, `${subject} must be an object, not ${kindOf(value)}.`);
    return false;
  }
  for (const key of Object.keys(value)) {
    const field = table.byName.get(key);
    const place = field === undefined ? at(pointer, key) : pointer + field.pointer;
    if (field === undefined)
      check.report(
        'UNKNOWN_FIELD',
        place,
        `${subject} has no field '${key}': remove it, or correct its name.`,
      );
    else if (field.only !== undefined && field.only !== check.language)
      check.report(
        'FIELD_OF_OTHER_LANGUAGE',
        place,
        `'${key}' exists only in ${field.only}, but the query language here is ${check.language}: remove the field, or set "QueryLanguage": "${field.only}".`,
      );
    else field.check(check, value[key], place, key);
    if (field?.excludes !== undefined && Object.hasOwn(value, field.excludes))
      check.report(
        'EXCLUSIVE_FIELDS',
        place,
        `'${key}' and '${field.excludes}' exclude each other: keep one of them.`,
      );
  }
  for (const key of table.required)
    if (!Object.hasOwn(value, key))
      check.report(
        'REQUIRED_FIELD',
        pointer,
        `${subject} lacks the field '${key}', which is required: add it.`,
      );
  return true;
}

export const checkString: FieldCheck = (check, value, pointer, field) => {
  if (typeof value !== 'string')
    check.report('WRONG_TYPE', pointer, `'${field}' must be a string, not ${kindOf(value)}.`);
};

export const checkBoolean: FieldCheck = (check, value, pointer, field) => {
  if (typeof value !== 'boolean' && !isPlaceholder(check, value))
    check.report('WRONG_TYPE', pointer, `'${field}' must be true or false, not ${kindOf(value)}.`);
};

/** A string out of a list. */
export function oneOf(...values: readonly string[]): FieldCheck {
  return (check, value, pointer, field) => {
    if (typeof value === 'string' ? values.includes(value) : false) return;
    if (isPlaceholder(check, value)) return;
    check.report('UNKNOWN_VALUE', pointer, `'${field}' must be one of ${values.join(', ')}.`);
  };
}

/** A number within bounds. */
export function number(least: number, most: number, fractions = false): FieldCheck {
  return (check, value, pointer, field) => {
    if (isPlaceholder(check, value)) return;
    const what = fractions ? 'a number' : 'a whole number';
    if (typeof value !== 'number')
      check.report('WRONG_TYPE', pointer, `'${field}' must be ${what}, not ${kindOf(value)}.`);
    else if (value < least || value > most || !(fractions || Number.isInteger(value)))
      check.report(
        'OUT_OF_RANGE',
        pointer,
        Number.isFinite(most)
          ? `'${field}' must be ${what} from ${least} to ${most}.`
          : `'${field}' must be ${what} of at least ${least}.`,
      );
  };
}
