import { isDistributed, itemSelectorOf, type MapState } from '@steptrail/asl';
import {
  compileJsonataTemplate,
  compilePath,
  compilePayloadTemplate,
  failure,
  isUnknown,
  type Json,
  type JsonObject,
  jsonText,
  runtimeFailure,
  unknown,
} from '../expressions/index.ts';
import { isArray, isObject } from '../expressions/json.ts';
import { type Bench, type Ending, evaluate, fillField, need, readPath, show } from './bench.ts';
import { showInput } from './inspect-passage.ts';
import { finishWork, takeMock } from './inspect-task.ts';
import { remedyFailure } from './remedy.ts';

type LimitField = 'MaxConcurrency' | 'ToleratedFailureCount' | 'ToleratedFailurePercentage';

const textOf = (value: Json): string => (typeof value === 'string' ? value : jsonText(value));

/** A number that a Map is configured with, by value, path or expression; undefined where it has none. */
const limitOf = (bench: Bench, state: MapState, field: LimitField, effective: Json): number | undefined => {
  const path = state[`${field}Path`];
  const fixed = state[field];
  const isInteger = field !== 'ToleratedFailurePercentage';
  if (typeof fixed === 'number') return fixed;
  const fail = (cause: string): never =>
    need(bench.jsonata ? failure('States.QueryEvaluationError', cause, field) : runtimeFailure(cause));
  let value: Json;
  if (bench.jsonata && typeof fixed === 'string') {
    value = evaluate(bench, compileJsonataTemplate(fixed, field), bench.input);
    if (typeof value === 'number' && isInteger) value = Math.floor(value);
  } else if (!bench.jsonata && path !== undefined) {
    value = evaluate(bench, compilePath(path), effective);
    // Recordings show a text that is a number accepted.
    if (typeof value === 'string' && /^[+-]?\d+(\.\d+)?$/.test(value)) value = Number(value);
  } else return undefined;
  if (isUnknown(value)) return undefined;
  if (typeof value !== 'number' || (isInteger && !Number.isInteger(value))) {
    return fail(
      bench.jsonata
        ? `The ${field} field must be a number.`
        : `The ${field}Path field refers to value "${textOf(value)}" which is not a valid ${isInteger ? 'integer' : 'float'}: ${path ?? ''}`,
    );
  }
  if (!isInteger && (value < 0 || value > 100)) return fail(`${field} must be between 0 and 100.`);
  return value < 0 ? fail(`${field} cannot be negative.`) : value;
};

/** The items: an array (a distributed Map also takes an object), what the ItemReader read, or an unknown leaf. */
const itemsOf = (bench: Bench, state: MapState, effective: Json): Json => {
  const accepts = (value: Json): boolean =>
    isArray(value) || isUnknown(value) || (isDistributed(state) && isObject(value));
  if (state.ItemReader !== undefined) {
    const data = bench.call.stateConfiguration?.mapItemReaderData;
    if (data === undefined) return unknown('what the ItemReader reads');
    return bench.renderer.parse(data);
  }
  if (bench.jsonata) {
    const items = fillField(bench, 'Items', state.Items, bench.input);
    if (accepts(items)) return items;
    return need(
      failure(
        'States.QueryEvaluationError',
        state.Items === undefined
          ? `Map state input must be an array but was: ${jsonText(items)}`
          : `The JSONata expression '${textOf(state.Items).replace(/^\{%\s*|\s*%\}$/g, '')}' specified for the field 'Items' returned an unexpected result type. Expected 'array', but was '${items === null ? 'null' : typeof items}' for value: ${jsonText(items)}`,
        'Items',
      ),
    );
  }
  const path = state.ItemsPath ?? '$';
  const items = readPath(bench, path, effective);
  if (accepts(items)) return items;
  // AWS drops one `$` of a path into the context.
  return need(runtimeFailure(`Reference path "${path.replace(/^\$\$/, '$')}" must point to array.`));
};

/** ItemSelector, or its older name Parameters, once for each item. */
const selectItems = (bench: Bench, state: MapState, items: Json, effective: Json): Json => {
  const selector = itemSelectorOf(state);
  if (selector === undefined || isUnknown(items)) return items;
  const expression = bench.jsonata
    ? compileJsonataTemplate(selector, 'ItemSelector')
    : compilePayloadTemplate(selector);
  const entries = isArray(items)
    ? items.map((Value, Index): JsonObject => ({ Index, Value }))
    : Object.entries(isObject(items) ? items : {}).map(
        ([Key, Value], Index): JsonObject => ({ Index, Key, Value }),
      );
  return entries.map((item) => evaluate(bench, expression, effective, { item }));
};

const EXCEEDED = {
  error: 'States.ExceedToleratedFailureThreshold',
  cause: 'The specified tolerated failure threshold was exceeded',
};

/** Whether so many failed iterations are more than the Map tolerates; without a tolerance TestState tolerates all. */
const exceeds = (
  failed: number,
  items: Json,
  count: number | undefined,
  share: number | undefined,
): boolean => {
  if (count !== undefined && failed > count) return true;
  const size = isArray(items)
    ? items.length
    : isUnknown(items) || !isObject(items)
      ? 0
      : Object.keys(items).length;
  return share !== undefined && size > 0 && (failed / size) * 100 > share;
};

/** Map: its iterations are mocked as a whole. */
export const inspectMap = (bench: Bench, state: MapState): Ending => {
  const effective = showInput(bench, state.InputPath);
  const items = itemsOf(bench, state, effective);
  if (!bench.jsonata && state.ItemReader === undefined) show(bench, 'afterItemsPath', items);
  if (itemSelectorOf(state) !== undefined) {
    show(bench, 'afterItemSelector', selectItems(bench, state, items, effective));
  }
  if (state.ItemBatcher !== undefined) {
    bench.notes.push('AWS also shows the batches (afterItemBatcher); no recording says in which shape.');
  }
  if (state.ItemReader?.ReaderConfig?.ItemsPointer !== undefined) {
    bench.notes.push(
      'AWS also shows what ItemsPointer finds (afterItemsPointer); no recording says in which shape.',
    );
  }
  bench.steps.maxConcurrency = limitOf(bench, state, 'MaxConcurrency', effective) ?? 0;
  const count = limitOf(bench, state, 'ToleratedFailureCount', effective);
  const share = limitOf(bench, state, 'ToleratedFailurePercentage', effective);
  if (count !== undefined) bench.steps.toleratedFailureCount = count;
  if (share !== undefined) bench.steps.toleratedFailurePercentage = share;
  const failed = bench.call.stateConfiguration?.mapIterationFailureCount ?? 0;
  return takeMock(bench, state, (result) =>
    exceeds(failed, items, count, share)
      ? remedyFailure(bench, state, EXCEEDED)
      : finishWork(bench, state, result),
  );
};
