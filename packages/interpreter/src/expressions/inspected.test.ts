import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  compare,
  compileJsonataTemplate,
  compilePath,
  compilePayloadTemplate,
  compileReferencePath,
  type Evaluation,
  type Json,
  type JsonObject,
  unknown,
  unknownDraws,
} from './index.ts';
import { isObject } from './json.ts';

const corpus =
  process.env.STEPTRAIL_CORPUS ?? fileURLToPath(new URL('../../../../../shared/corpus', import.meta.url));
const folder = `${corpus}/test-state`;
const files = existsSync(folder)
  ? readdirSync(folder).filter((name) => name.endsWith('.json') && name !== 'index.json')
  : [];

const object = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
const parse = (value: Json | undefined): Json => JSON.parse(typeof value === 'string' ? value : 'null');

const value = (evaluation: Evaluation): Json => {
  if (evaluation.ok) return evaluation.value;
  throw evaluation;
};

interface Row {
  readonly file: string;
  readonly step: string;
  readonly expected: () => Json;
  readonly recorded: Json;
}

/** The steps of a recorded call that one expression makes, each from the step before it as AWS showed that. */
const rowsOf = (file: string): readonly Row[] => {
  const sample = object(JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')));
  const definition = object(sample.definition);
  const state =
    definition.States === undefined
      ? definition
      : object(object(definition.States)[String(sample.stateName)]);
  const inspected = object(object(sample.response).inspectionData);
  const shown = (step: string): Json | undefined =>
    inspected[step] === undefined ? undefined : parse(inspected[step]);
  const input = shown('input');
  if (input === undefined || state.Result !== undefined) return [];
  const isJsonata = (state.QueryLanguage ?? definition.QueryLanguage) === 'JSONata';
  const context = sample.context === undefined ? unknown('the default context') : parse(sample.context);
  const variables = object(sample.variables === undefined ? {} : parse(sample.variables));
  const scope = (at: Json, result?: Json) => ({
    input: at,
    context: () => context,
    variables: (name: string) => variables[name],
    draws: unknownDraws(),
    ...(result === undefined ? {} : { result }),
  });
  const template = (field: Json | undefined, at: Json): Json =>
    field === undefined ? at : value(compilePayloadTemplate(field)(scope(at)));
  const path = (field: Json | undefined, at: Json): Json =>
    field === null ? {} : value(compilePath(String(field ?? '$'))(scope(at)));
  const result = shown('result');
  const effective = shown('afterInputPath');
  const selected = shown('afterResultSelector') ?? shown('afterParameters');
  const expected: Readonly<Record<string, () => Json>> = isJsonata
    ? {
        afterArguments: () =>
          state.Arguments === undefined
            ? input
            : value(compileJsonataTemplate(state.Arguments, 'Arguments')(scope(input))),
      }
    : {
        afterInputPath: () => path(state.InputPath, input),
        afterItemsPath: () => path(state.ItemsPath, effective ?? input),
        afterParameters: () => template(state.Parameters, effective ?? input),
        afterResultSelector: () => template(state.ResultSelector, result ?? null),
        afterResultPath: () =>
          state.ResultPath === null
            ? input
            : value(compileReferencePath(String(state.ResultPath ?? '$')).write(input, selected ?? null)),
      };
  return Object.entries(expected).flatMap(([step, run]) => {
    const recorded = shown(step);
    const needsResult = step === 'afterResultSelector' && result === undefined;
    return recorded === undefined || needsResult ? [] : [{ file, step, expected: run, recorded }];
  });
};

describe.skipIf(files.length === 0)('steps of the data flow that AWS showed', () => {
  it.each(files.flatMap(rowsOf))('$file $step', ({ expected, recorded }) => {
    const comparison = compare(expected(), recorded);
    expect(comparison.verdict, JSON.stringify(comparison)).not.toBe('diverges');
  });
});
