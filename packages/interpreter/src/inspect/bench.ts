import type { State } from '@steptrail/asl';
import {
  compileAssign,
  compileJsonataAssign,
  compileJsonataTemplate,
  compilePath,
  compilePayloadTemplate,
  type Draws,
  type Evaluation,
  type Expression,
  type Json,
  type JsonObject,
  type Scope,
  unknownDraws,
} from '../expressions/index.ts';
import { isObject } from '../expressions/json.ts';
import type { TestStateCall } from './call.ts';
import { defaultContext } from './default-context.ts';
import { createRenderer, type ErrorDetails, type Renderer } from './response.ts';
import type { Subject } from './subject.ts';

/** One state under inspection: what it is given, what its expressions see, and the steps shown so far. */
export interface Bench {
  readonly call: TestStateCall;
  readonly jsonata: boolean;
  readonly input: Json;
  readonly context: () => Json;
  readonly variables: Map<string, Json>;
  readonly draws: Draws;
  readonly renderer: Renderer;
  readonly steps: { [step: string]: string | number | ErrorDetails };
  readonly notes: string[];
}

/** What an expression sees beside its input. */
export interface More {
  readonly result?: Json;
  readonly errorOutput?: Json;
  /** `$$.Map.Item`. */
  readonly item?: Json;
}

/** A bench for one call. Its JSON texts have been checked. */
export const createBench = (call: TestStateCall, { state, language }: Subject): Bench => {
  const renderer = createRenderer();
  const input = renderer.parse(call.input ?? '{}');
  const variables = renderer.parse(call.variables ?? '{}');
  const supplied: Json | undefined = call.context === undefined ? undefined : renderer.parse(call.context);
  return {
    call,
    jsonata: language === 'JSONata',
    input,
    context: () => supplied ?? defaultContext(call, state, input),
    variables: new Map(isObject(variables) ? Object.entries(variables) : []),
    draws: unknownDraws(),
    renderer,
    steps: {},
    notes: [],
  };
};

const scopeOf = (bench: Bench, input: Json, more: More): Scope => ({
  input,
  context: () => {
    const context = bench.context();
    return more.item === undefined || !isObject(context) ? context : { ...context, Map: { Item: more.item } };
  },
  variables: (name) => bench.variables.get(name),
  draws: bench.draws,
  ...(more.result === undefined ? {} : { result: more.result }),
  ...(more.errorOutput === undefined ? {} : { errorOutput: more.errorOutput }),
});

/** The value, or the Failure thrown: a state's steps end at the first that fails. */
export const need = <T>(evaluation: Evaluation<T>): T => {
  if (evaluation.ok) return evaluation.value;
  throw evaluation;
};

/** Evaluates an expression where `$` (JSONPath) or `$states.input` is the given value. */
export const evaluate = <T = Json>(
  bench: Bench,
  expression: Expression<T>,
  input: Json,
  more: More = {},
): T => need(expression(scopeOf(bench, input, more)));

/** Shows a step in the inspection data, and gives its value on. */
export const show = (bench: Bench, step: string, value: Json): Json => {
  bench.steps[step] = bench.renderer.render(value, `/inspectionData/${step}`);
  return value;
};

/** InputPath, OutputPath: default all of it, null an empty object. */
export const readPath = (bench: Bench, path: string | null | undefined, value: Json): Json => {
  if (path === undefined || path === '$') return value;
  return path === null ? {} : evaluate(bench, compilePath(path), value);
};

/** Parameters, ResultSelector, ItemSelector of JSONPath: default as it is. */
export const fillTemplate = (bench: Bench, template: Json | undefined, value: Json, more: More = {}): Json =>
  template === undefined ? value : evaluate(bench, compilePayloadTemplate(template), value, more);

/** A field of JSONata, evaluated on the state's input: default as given. */
export const fillField = (
  bench: Bench,
  field: string,
  template: Json | undefined,
  otherwise: Json,
  more: More = {},
): Json =>
  template === undefined
    ? otherwise
    : evaluate(bench, compileJsonataTemplate(template, field), bench.input, more);

/** What Assign gives, from the variables as they were; nothing is assigned yet. */
export const evaluateAssign = (
  bench: Bench,
  template: JsonObject | undefined,
  value: Json,
  more: More = {},
): ReadonlyMap<string, Json> => {
  if (template === undefined) return new Map();
  const expression = bench.jsonata ? compileJsonataAssign(template) : compileAssign(template);
  return evaluate(bench, expression, bench.jsonata ? bench.input : value, more);
};

/** How a state ended. */
export type Ending =
  | { readonly kind: 'succeeded'; readonly output: Json; readonly next: string | undefined }
  | { readonly kind: 'failed'; readonly error: Json | undefined; readonly cause: Json | undefined }
  | { readonly kind: 'retriable'; readonly error: Json | undefined; readonly cause: Json | undefined }
  | {
      readonly kind: 'caught';
      readonly output: Json;
      readonly next: string;
      readonly error: Json | undefined;
      readonly cause: Json | undefined;
    }
  | { readonly kind: 'open'; readonly why: string };

/** The end of a state that succeeds: its variables are assigned. */
export const succeed = (
  bench: Bench,
  output: Json,
  assigned: ReadonlyMap<string, Json>,
  next: string | undefined,
): Ending => {
  for (const [name, value] of assigned) bench.variables.set(name, value);
  return { kind: 'succeeded', output, next };
};

/** The Next of a state; undefined where it ends. */
export const nextOf = (state: State): string | undefined => ('Next' in state ? state.Next : undefined);
