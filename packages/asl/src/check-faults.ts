import {
  type Check,
  checkObject,
  checkString,
  type FieldCheck,
  fieldTable,
  isArray,
  isObject,
  isPlaceholder,
  kindOf,
  number,
  oneOf,
} from './check.ts';
import { checkAssign, checkJsonata, checkResultPath, offering } from './check-values.ts';
import { isKnownError } from './errors.ts';
import { at } from './problem.ts';

const checkErrorEquals: FieldCheck = (check, value, pointer, field) => {
  if (!isArray(value) || value.length === 0) {
    check.report('WRONG_TYPE', pointer, `'${field}' must be an array of at least one error name.`);
    return;
  }
  for (const [i, name] of value.entries()) {
    checkString(check, name, at(pointer, i), `${field}[${i}]`);
    if (
      typeof name === 'string' &&
      name.startsWith('States.') &&
      !isKnownError(name) &&
      !isPlaceholder(check, name)
    )
      check.report(
        'UNKNOWN_ERROR_NAME',
        at(pointer, i),
        `AWS reserves names that begin with 'States.' and has no error '${name}': correct it, or leave out the prefix.`,
      );
  }
  if (value.length > 1 && value.includes('States.ALL'))
    check.report(
      'STATES_ALL_NOT_ALONE',
      pointer,
      `'States.ALL' must stand alone in '${field}': remove the other names, it matches them too.`,
    );
};

/** step-functions.md 5.2 */
const RETRIER = fieldTable({
  Comment: { check: checkString },
  ErrorEquals: { check: checkErrorEquals, required: true },
  IntervalSeconds: { check: number(1, 99_999_999) },
  MaxAttempts: { check: number(0, 99_999_999) },
  BackoffRate: { check: number(1, Number.POSITIVE_INFINITY, true) },
  MaxDelaySeconds: { check: number(1, 31_622_400) },
  JitterStrategy: { check: oneOf('FULL', 'NONE') },
});

const CATCHER = fieldTable({
  Comment: { check: checkString },
  ErrorEquals: { check: checkErrorEquals, required: true },
  Next: { check: checkString, required: true },
  ResultPath: { check: checkResultPath, only: 'JSONPath' },
  Output: { check: offering('errorOutput', checkJsonata), only: 'JSONata' },
  Assign: { check: offering('errorOutput', checkAssign) },
});

export const checkRetry: FieldCheck = (check, value, pointer, field) => {
  checkList(check, value, pointer, field, (item, place) =>
    checkObject(check, item, place, 'A retrier', RETRIER),
  );
};

export const checkCatch: FieldCheck = (check, value, pointer, field) => {
  checkList(check, value, pointer, field, (item, place) =>
    checkObject(check, item, place, 'A catcher', CATCHER),
  );
};

function checkList(
  check: Check,
  value: unknown,
  pointer: string,
  field: string,
  checkItem: (item: unknown, place: string) => void,
): void {
  if (!isArray(value)) {
    check.report('WRONG_TYPE', pointer, `'${field}' must be an array, not ${kindOf(value)}.`);
    return;
  }
  for (const [i, item] of value.entries()) {
    checkItem(item, at(pointer, i));
    const errors = isObject(item) ? item.ErrorEquals : undefined;
    if (i < value.length - 1 && isArray(errors) && errors.includes('States.ALL'))
      check.report(
        'STATES_ALL_NOT_LAST',
        at(pointer, i),
        `'States.ALL' must be in the last entry of '${field}', for no later one can match: move it to the end.`,
      );
  }
}
