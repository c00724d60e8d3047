import type { MapState } from '@steptrail/asl';
import { scopeOf } from './context.ts';
import {
  compileJsonataTemplate,
  compilePath,
  type Evaluation,
  failure,
  isUnknown,
  type Json,
  jsonText,
  runtimeFailure,
} from './expressions/index.ts';
import type { Frame, Run } from './frame.ts';
import { jsonOf, type Value } from './value.ts';

/** A number that a Map is configured with; undefined where it has none or an unknown value decides. */
export type Limit = (run: Run, frame: Frame, input: Value) => Evaluation<number | undefined>;

type LimitField =
  | 'MaxConcurrency'
  | 'ToleratedFailureCount'
  | 'ToleratedFailurePercentage'
  | 'MaxItems'
  | 'MaxItemsPerBatch'
  | 'MaxInputBytesPerBatch';

const textOf = (value: Json): string => (typeof value === 'string' ? value : jsonText(value));

/** A number, or a text that is one: recordings show both accepted. */
const numberOf = (value: Json): number | undefined => {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^[+-]?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
};

const outOfRange = (field: LimitField, value: number): string | undefined => {
  if (field === 'ToleratedFailurePercentage') {
    return value < 0 || value > 100 ? `${field} must be between 0 and 100.` : undefined;
  }
  if (value < 0) return `${field} cannot be negative.`;
  return undefined;
};

/** One of the fields X and XPath of a Map, its reader or its batcher. */
export const compileLimit = (holder: object, field: LimitField, jsonata: boolean): Limit => {
  const fields: Readonly<Record<string, unknown>> = { ...holder };
  const path = fields[`${field}Path`];
  const fixed = fields[field];
  const integer = field !== 'ToleratedFailurePercentage';
  if (!jsonata && typeof path === 'string') {
    const read = compilePath(path);
    return (run, frame, input) => {
      const found = read(scopeOf(run, frame, jsonOf(input)));
      if (!found.ok) return found;
      if (isUnknown(found.value)) return { ok: true, value: undefined };
      const value = numberOf(found.value);
      if (value === undefined || (integer && !Number.isInteger(value))) {
        return runtimeFailure(
          `The ${field}Path field refers to value "${textOf(found.value)}" which is not a valid ${integer ? 'integer' : 'float'}: ${path}`,
        );
      }
      const wrong = outOfRange(field, value);
      return wrong === undefined ? { ok: true, value } : runtimeFailure(wrong);
    };
  }
  if (jsonata && typeof fixed === 'string') {
    const expression = compileJsonataTemplate(fixed, field, ['number']);
    return (run, frame, input) => {
      const found = expression(scopeOf(run, frame, jsonOf(input)));
      if (!found.ok) return found;
      const { value } = found;
      if (isUnknown(value)) return { ok: true, value: undefined };
      if (typeof value !== 'number') {
        return failure('States.QueryEvaluationError', `The ${field} field must be a number.`, field);
      }
      const number = integer ? Math.floor(value) : value;
      const wrong = outOfRange(field, number);
      return wrong === undefined
        ? { ok: true, value: number }
        : failure('States.QueryEvaluationError', wrong, field);
    };
  }
  const constant = typeof fixed === 'number' ? fixed : undefined;
  return () => ({ ok: true, value: constant });
};

/** The items of a Map: an array (a distributed one also takes an object), or an unknown leaf. */
export const compileItems = (
  state: MapState,
  jsonata: boolean,
): ((run: Run, frame: Frame, input: Value) => Evaluation) => {
  const distributed = (state.ItemProcessor ?? state.Iterator)?.ProcessorConfig?.Mode === 'DISTRIBUTED';
  const accepts = (value: Json): boolean =>
    Array.isArray(value) || isUnknown(value) || (distributed && typeof value === 'object' && value !== null);
  if (jsonata) {
    const { Items } = state;
    if (Items === undefined) {
      return (_run, _frame, input) => {
        const value = jsonOf(input);
        return accepts(value)
          ? { ok: true, value }
          : failure(
              'States.QueryEvaluationError',
              `Map state input must be an array but was: ${jsonText(value)}`,
            );
      };
    }
    const expression = compileJsonataTemplate(Items, 'Items');
    const shown = typeof Items === 'string' ? Items.replace(/^\{%\s*/, '').replace(/\s*%\}$/, '') : '';
    return (run, frame, input) => {
      const found = expression(scopeOf(run, frame, jsonOf(input)));
      if (!found.ok || accepts(found.value)) return found;
      const type = found.value === null ? 'null' : typeof found.value;
      return failure(
        'States.QueryEvaluationError',
        `The JSONata expression '${shown}' specified for the field 'Items' returned an unexpected result type. Expected 'array', but was '${type}' for value: ${jsonText(found.value)}`,
        'Items',
      );
    };
  }
  const path = typeof state.ItemsPath === 'string' ? state.ItemsPath : '$';
  const read = path === '$' ? undefined : compilePath(path);
  return (run, frame, input) => {
    const found = read?.(scopeOf(run, frame, jsonOf(input))) ?? { ok: true as const, value: jsonOf(input) };
    if (!found.ok || accepts(found.value)) return found;
    return runtimeFailure(`Reference path "${path}" must point to array.`);
  };
};
