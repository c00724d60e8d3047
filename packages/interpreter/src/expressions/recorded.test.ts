import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  compare,
  compileAssign,
  compileChoiceRule,
  compileJsonataAssign,
  compileJsonataTemplate,
  compilePath,
  compilePayloadTemplate,
  compileReferencePath,
  type Evaluation,
  isUnknown,
  type Json,
  type JsonObject,
  type Scope,
  stateCause,
  unknown,
  unknownDraws,
} from './index.ts';
import { isArray, isObject } from './json.ts';

const corpus =
  process.env.STEPTRAIL_CORPUS ?? fileURLToPath(new URL('../../../../../shared/corpus', import.meta.url));
const recorded = `${corpus}/recorded`;
const present = existsSync(recorded);

const read = (path: string): Json => JSON.parse(readFileSync(path, 'utf8'));
const object = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});
const list = (value: Json | undefined): readonly Json[] => (isArray(value) ? value : []);
const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
const parse = (value: Json | undefined): Json => JSON.parse(text(value));

const filesIn = (folder: string): readonly string[] =>
  present ? readdirSync(folder).filter((name) => name.endsWith('.json') && name !== 'index.json') : [];

const scopeOf = (input: Json, context: Json, variables: ReadonlyMap<string, Json> = new Map()): Scope => ({
  input,
  context: () => context,
  variables: (name) => variables.get(name),
  draws: unknownDraws(),
});

describe.skipIf(!present)('choice tables recorded on AWS', () => {
  for (const file of filesIn(`${recorded}/outcomes`)) {
    const table = object(read(`${recorded}/outcomes/${file}`));
    if (table.kind !== 'choice-table') continue;
    it(`${file} agrees in every row`, () => {
      for (const row of list(table.cases).map(object)) {
        const state = object(object(object(row.definition).States).CheckValues);
        const rule = object(list(state.Choices)[0]);
        const outcome = compileChoiceRule(rule)(scopeOf(row.input ?? null, {}));
        const expected = text(object(row.output)['TestResult.$']) === 'ConditionTrue';
        expect(outcome, JSON.stringify([rule, row.input])).toEqual({ ok: true, value: expected });
      }
    });
  }
});

const value = (evaluation: Evaluation): Json => {
  if (evaluation.ok) return evaluation.value;
  throw evaluation;
};

/** The data flow of a JSONPath Pass state, as far as this test needs it. */
const runPass = (state: JsonObject, scope: Scope): Json => {
  const pick = (path: Json | undefined, at: Json): Json =>
    path === null ? {} : path === undefined ? at : value(compilePath(text(path))({ ...scope, input: at }));
  const effective = pick(state.InputPath, scope.input);
  const given =
    state.Parameters === undefined
      ? effective
      : value(compilePayloadTemplate(state.Parameters)({ ...scope, input: effective }));
  const result = state.Result === undefined ? given : state.Result;
  const merged =
    state.ResultPath === null
      ? scope.input
      : value(compileReferencePath(text(state.ResultPath ?? '$')).write(scope.input, result));
  return pick(state.OutputPath, merged);
};

const statesOf = (definition: JsonObject, found: Map<string, JsonObject>): Map<string, JsonObject> => {
  for (const [name, state] of Object.entries(object(definition.States))) {
    found.set(name, object(state));
    for (const nested of [
      ...list(object(state).Branches),
      object(state).ItemProcessor,
      object(state).Iterator,
    ])
      if (nested !== undefined) statesOf(object(nested), found);
  }
  return found;
};

/** The recorder blanked a name or a time here, and what the state made of it with it. */
const blanked = new Set([
  'assign-reference-variables-reference-assign-base-reference-i-eaff79.json',
  'generic-nested-calls-1-3d0edd.json',
  'generic-nested-calls-2-a4a8f4.json',
]);

describe.skipIf(!present)('Pass states recorded on AWS', () => {
  const hidden = unknown('not in the record');
  for (const file of filesIn(recorded)) {
    const sample = object(read(`${recorded}/${file}`));
    const definition = object(sample.definition);
    const states = statesOf(definition, new Map());
    const events = list(sample.history).map(object);
    const passes = events.filter((event) => event.type === 'PassStateExited');
    if (passes.length === 0 || blanked.has(file)) continue;
    it(file, () => {
      const variables = new Map<string, Json>();
      for (const exit of events) {
        if (exit.stateExitedEventDetails === undefined) continue;
        const details = object(exit.stateExitedEventDetails);
        const name = text(details.name);
        const state = states.get(name) ?? {};
        const entry = events.findLast(
          (event) =>
            event.type === 'PassStateEntered' &&
            Number(event.id) < Number(exit.id) &&
            object(event.stateEnteredEventDetails).name === name,
        );
        const context: Json = {
          Execution: {
            Id: sample.executionArn ?? null,
            Input: sample.input ?? null,
            Name: text(sample.executionArn).split(':').at(-1) ?? '',
            RoleArn: hidden,
            StartTime: hidden,
            RedriveCount: 0,
          },
          State: { EnteredTime: hidden, Name: name },
          StateMachine: {
            Id: sample.stateMachineArn ?? null,
            Name: text(sample.stateMachineArn).split(':').at(-1) ?? '',
          },
        };
        const isJsonata = (state.QueryLanguage ?? definition.QueryLanguage) === 'JSONata';
        const assigned = Object.entries(object(details.assignedVariables)).map(
          ([key, json]) => [key, parse(json)] as const,
        );
        if (exit.type === 'PassStateExited' && !isJsonata) {
          const scope = scopeOf(parse(object(entry?.stateEnteredEventDetails).input), context, variables);
          const verdict = compare(runPass(state, scope), parse(details.output));
          expect(verdict.verdict, JSON.stringify(verdict)).not.toBe('diverges');
          if (state.Assign !== undefined) {
            const assign = compileAssign(object(state.Assign));
            const result =
              state.Result === undefined
                ? runPass({ ...state, ResultPath: '$', OutputPath: '$' }, scope)
                : state.Result;
            const evaluation = assign({ ...scope, input: result });
            if (!evaluation.ok) throw evaluation;
            const outcome = compare(Object.fromEntries(evaluation.value), Object.fromEntries(assigned));
            expect(outcome.verdict, JSON.stringify(outcome)).not.toBe('diverges');
          }
        }
        if (exit.type === 'PassStateExited' && isJsonata) {
          const input = parse(object(entry?.stateEnteredEventDetails).input);
          const scope = scopeOf(input, context, variables);
          const output =
            state.Output === undefined ? input : value(compileJsonataTemplate(state.Output, 'Output')(scope));
          const verdict = compare(output, parse(details.output));
          expect(verdict.verdict, JSON.stringify(verdict)).not.toBe('diverges');
          const assign = compileJsonataAssign(object(state.Assign))(scope);
          if (!assign.ok) throw assign;
          const outcome = compare(Object.fromEntries(assign.value), Object.fromEntries(assigned));
          expect(outcome.verdict, JSON.stringify(outcome)).not.toBe('diverges');
        }
        for (const [key, assignment] of assigned) variables.set(key, assignment);
      }
    });
  }
});

describe.skipIf(!present)('failures of JSONPath recorded on AWS', () => {
  const rows: readonly [file: string, state: string, evaluate: (input: Json) => Evaluation<unknown>][] = [
    [
      'base-scenarios-catch-states-runtime-557a3b.json',
      'RaiseRuntime',
      (input) => compilePath('$.no.such.result.path')(scopeOf(input, {})),
    ],
    [
      'base-scenarios-invalid-jsonpath-invalid-jsonpath-in-errorpat-7f1a8e.json',
      'fail',
      (input) => compilePath('$.ErrorX', 'ErrorPath')(scopeOf(input, {})),
    ],
    [
      'base-scenarios-invalid-jsonpath-invalid-jsonpath-in-string-e-3a5777.json',
      'pass',
      (input) =>
        compilePayloadTemplate({ 'value.$': '$$.Execution.Input.no_such_jsonpath' })(
          scopeOf(input, { Execution: { Input: input } }),
        ),
    ],
    [
      'base-scenarios-invalid-jsonpath-st-invalid-jsonpath-in-heart-a55b68.json',
      'task',
      (input) => compilePath('$.NoSuchTimeoutSecondsPath')(scopeOf(input, {})),
    ],
  ];
  it.each(rows)('%s', (file, name, evaluate) => {
    const events = list(object(read(`${recorded}/${file}`)).history).map(object);
    const entry = events.findLast((event) => object(event.stateEnteredEventDetails).name === name);
    const failed = object(object(events.at(-1)).executionFailedEventDetails);
    const evaluation = evaluate(parse(object(entry?.stateEnteredEventDetails).input));
    if (evaluation.ok) throw new Error('should have failed');
    expect({ error: evaluation.error, cause: stateCause(name, Number(entry?.id), evaluation.cause) }).toEqual(
      {
        error: failed.error,
        cause: failed.cause,
      },
    );
    expect(isUnknown(failed)).toBe(false);
  });
});

describe.skipIf(!present)('failures of JSONata recorded on AWS', () => {
  const fields = ['Output', 'Items', 'Assign', 'Arguments'];
  for (const file of filesIn(recorded)) {
    const sample = object(read(`${recorded}/${file}`));
    const events = list(sample.history).map(object);
    const failed = events.find((event) => event.type === 'EvaluationFailed');
    const details = object(failed?.evaluationFailedEventDetails);
    const field = fields.find((name) => text(details.location).split(/[[/]/)[0] === name);
    if (failed === undefined || field === undefined) continue;
    it(file, () => {
      const entry = events.findLast(
        (event) =>
          Number(event.id) < Number(failed.id) &&
          object(event.stateEnteredEventDetails).name === details.state,
      );
      const variables = new Map<string, Json>();
      for (const event of events) {
        const assigned = object(object(event.stateExitedEventDetails).assignedVariables);
        for (const [key, json] of Object.entries(assigned)) variables.set(key, parse(json));
      }
      const state = statesOf(object(sample.definition), new Map()).get(text(details.state)) ?? {};
      const input = parse(object(entry?.stateEnteredEventDetails).input);
      const evaluation = compileJsonataTemplate(
        state[field] ?? null,
        field,
        field === 'Items' ? ['array'] : undefined,
      )(scopeOf(input, {}, variables));
      if (evaluation.ok) throw new Error('should have failed');
      expect({
        error: evaluation.error,
        cause: stateCause(text(details.state), Number(entry?.id), evaluation.cause),
        location: evaluation.location,
      }).toEqual({ error: details.error, cause: details.cause, location: details.location });
    });
  }
});
