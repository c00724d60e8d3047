import type { MapState } from '@steptrail/asl';
import { scopeOf } from './context.ts';
import {
  compileJsonataTemplate,
  compilePayloadTemplate,
  type Evaluation,
  type Expression,
  equal,
  isUnknown,
  type Json,
  type JsonObject,
  unknown,
} from './expressions/index.ts';
import { type Ending, foresee } from './foresee.ts';
import type { Budget, Frame, Run } from './frame.ts';
import type { Limit } from './map-fields.ts';
import type { Program, ScopeNode } from './program.ts';
import { jsonOf, jsonValue, type Value } from './value.ts';

/*
 * The child executions of a Map Run have histories of their own. Where the parent knows their input and their
 * states do nothing but reckon, what they give back is known all the same.
 */

const CHILDREN = 'the child executions of a Map Run have histories of their own';
const READ = 'the items of the Map Run are read from elsewhere';
/** Events that may be walked for all the children of a Map Run. */
const MOST_EVENTS = 50_000;

/** What one Map Run is known to work on. */
export interface MapRunFacts {
  /** After InputPath. */
  readonly input: Value;
  /** As the state has them: an array or an object; undefined where an ItemReader reads them elsewhere. */
  readonly items: Json | undefined;
  readonly mapRunArn: string | undefined;
}

/** The result of a Map Run that succeeded: what ResultSelector and ResultPath, or Output, see. */
export type MapRunResult = (run: Run, frame: Frame, facts: MapRunFacts) => Json;

interface Item {
  /** What the child gets by default. */
  readonly value: Json;
  /** `$$.Map.Item`. */
  readonly item: Json;
}

const itemsOf = (items: Json): readonly Item[] | undefined => {
  if (isUnknown(items) || typeof items !== 'object' || items === null) return undefined;
  if (Array.isArray(items)) {
    return items.map((value: Json, Index) => ({ value, item: { Index, Value: value } }));
  }
  return Object.entries(items as JsonObject).map(([Key, Value], Index) => ({
    value: { Key, Value },
    item: { Index, Key, Value: unknown('what $$.Map.Item.Value is of an object is in no recording') },
  }));
};

const chunksOf = (values: readonly Json[], size: number): readonly (readonly Json[])[] =>
  Array.from({ length: Math.ceil(values.length / size) }, (_, n) => values.slice(n * size, (n + 1) * size));

/** The one output that a child can have; unknown where there are several, or where it may fail. */
const outputOf = (endings: readonly Ending[] | undefined, mayFail: boolean): Json | undefined => {
  let output: Json | undefined;
  for (const ending of endings ?? []) {
    if (ending.status === 'FAILED') {
      if (mayFail) return undefined;
    } else if (output === undefined) output = ending.output;
    else if (!equal(output, ending.output)) return undefined;
  }
  return output;
};

/** Compiles what the children of a distributed Map give back. */
export const compileMapRunResult = (
  state: MapState,
  jsonata: boolean,
  scope: ScopeNode,
  itemsPerBatch: Limit,
): MapRunResult => {
  const compileTemplate = (template: Json, field: string): Expression =>
    jsonata ? compileJsonataTemplate(template, field) : compilePayloadTemplate(template);
  const template = state.ItemSelector ?? (jsonata ? undefined : state.Parameters);
  const selector = template === undefined ? undefined : compileTemplate(template, 'ItemSelector');
  const { ItemBatcher, ResultWriter } = state;
  const batched = ItemBatcher?.BatchInput;
  const batchInput = batched === undefined ? undefined : compileTemplate(batched, 'ItemBatcher/BatchInput');
  const bytesCount =
    ItemBatcher?.MaxInputBytesPerBatch !== undefined || ItemBatcher?.MaxInputBytesPerBatchPath !== undefined;
  const mayFail =
    state.ToleratedFailureCount !== undefined ||
    state.ToleratedFailureCountPath !== undefined ||
    state.ToleratedFailurePercentage !== undefined ||
    state.ToleratedFailurePercentagePath !== undefined;
  const express = (state.ItemProcessor ?? state.Iterator)?.ProcessorConfig?.ExecutionType === 'EXPRESS';
  const target = jsonata ? ResultWriter?.Arguments : ResultWriter?.Parameters;
  const destination = target === undefined ? undefined : compileTemplate(target, 'ResultWriter');

  /** ResultWriter: where the manifest lies. */
  const written = (run: Run, frame: Frame, { input, mapRunArn }: MapRunFacts): Json => {
    const to = destination?.(scopeOf(run, frame, jsonOf(input)));
    const place = to?.ok === true && typeof to.value === 'object' && to.value !== null ? to.value : undefined;
    if (place === undefined || isUnknown(place) || Array.isArray(place)) return unknown(CHILDREN);
    const { Bucket, Prefix } = place as JsonObject;
    const id = mapRunArn?.split(':').at(-1);
    const folder = typeof Prefix === 'string' && Prefix !== '' ? `${Prefix}/` : '';
    return {
      MapRunArn: mapRunArn ?? unknown('the ARN of the Map Run is not recorded'),
      ResultWriterDetails: {
        Bucket: Bucket ?? unknown('where results are written is not known'),
        Key:
          id === undefined || (Prefix !== undefined && typeof Prefix !== 'string')
            ? unknown('where results are written is not known')
            : `${folder}${id}/manifest.json`,
      },
    };
  };

  const selected = (run: Run, frame: Frame, input: Value, { value, item }: Item): Evaluation =>
    selector?.(scopeOf(run, frame, jsonOf(input), { item })) ?? { ok: true, value };

  /** What the children are started with; undefined where that is not known. */
  const inputsOf = (run: Run, frame: Frame, { input, items }: MapRunFacts): readonly Json[] | undefined => {
    const list = items === undefined ? undefined : itemsOf(items);
    if (list === undefined) return undefined;
    const inputs: Json[] = [];
    for (const item of list) {
      const value = selected(run, frame, input, item);
      if (!value.ok) return undefined;
      inputs.push(value.value);
    }
    if (ItemBatcher === undefined) return inputs;
    const size = itemsPerBatch(run, frame, input);
    const common = batchInput?.(scopeOf(run, frame, jsonOf(input)));
    if (bytesCount || !size.ok || size.value === undefined || size.value < 1 || common?.ok === false) {
      return undefined;
    }
    return chunksOf(inputs, size.value).map((Items) =>
      common === undefined ? { Items } : { BatchInput: common.value, Items },
    );
  };

  return (run, frame, facts) => {
    if (ResultWriter?.Resource !== undefined) return written(run, frame, facts);
    if (ResultWriter !== undefined) return unknown(CHILDREN);
    const inputs = inputsOf(run, frame, facts);
    if (inputs === undefined) return unknown(facts.items === undefined ? READ : CHILDREN);
    const program: Program = {
      ...run.program,
      type: express ? 'EXPRESS' : 'STANDARD',
      root: scope,
      processorOf: frame.state?.name,
      timeoutSeconds: undefined,
    };
    const budget: Budget = run.facts.foreseen ?? { events: MOST_EVENTS };
    const known = { roleArn: run.roleArn };
    const outputs = inputs.map((input) =>
      outputOf(foresee(program, jsonValue(input), known, budget), mayFail),
    );
    // Items whose child failed are left out of the result.
    if (mayFail && outputs.includes(undefined)) return unknown(CHILDREN);
    return outputs.map((output) => output ?? unknown(CHILDREN));
  };
};
