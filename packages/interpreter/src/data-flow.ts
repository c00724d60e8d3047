import { scopeOf } from './context.ts';
import {
  compileAssign,
  compileJsonataAssign,
  compileJsonataTemplate,
  compilePath,
  compilePayloadTemplate,
  compileReferencePath,
  type Evaluation,
  type Expression,
  type Json,
  type JsonObject,
} from './expressions/index.ts';
import type { Frame, Run } from './frame.ts';
import { fieldText } from './program.ts';
import { jsonOf, jsonValue, type Value } from './value.ts';

/** The fields of the data flow, as a definition spells them. */
export interface FlowFields {
  readonly InputPath?: string | null;
  readonly OutputPath?: string | null;
  readonly Parameters?: Json;
  readonly ResultSelector?: Json;
  readonly ResultPath?: string | null;
  readonly Arguments?: Json;
  readonly Output?: Json;
  readonly Assign?: JsonObject;
}

/** A step of the data flow: from one payload to the next. A step that does nothing passes the value as it is. */
export type Step = (run: Run, frame: Frame, value: Value) => Evaluation<Value>;

export type Assigned = ReadonlyMap<string, Json> | undefined;

/** Stands for variables of which nobody knows whether and how they are assigned. */
export const UNSURE_ASSIGNED: ReadonlyMap<string, Json> = new Map();

/** What comes out of a state. */
export interface Outcome {
  readonly output: Value;
  readonly assigned: Assigned;
}

const pass: Step = (_run, _frame, value) => ({ ok: true, value });
const emptyObject: Step = () => ({ ok: true, value: jsonValue({}) });

const evaluated = (result: Evaluation): Evaluation<Value> =>
  result.ok ? { ok: true, value: jsonValue(result.value) } : result;

const evaluate =
  (expression: Expression): Step =>
  (run, frame, value) =>
    evaluated(expression(scopeOf(run, frame, jsonOf(value))));

/** InputPath or OutputPath: default all of it, null an empty object. @see ASL section 8.2 */
const compilePathStep = (path: unknown): Step => {
  if (path === undefined || path === '$') return pass;
  if (path === null) return emptyObject;
  return evaluate(compilePath(fieldText(path)));
};

/** Parameters, ResultSelector, ItemSelector: default as it is. */
const compileTemplateStep = (template: Json | undefined): Step =>
  template === undefined ? pass : evaluate(compilePayloadTemplate(template));

/** ResultPath: where the result goes inside the raw input. */
export const compileResultPath = (path: unknown): ((raw: Value, result: Value) => Evaluation<Value>) => {
  if (path === undefined || path === '$') return (_raw, result) => ({ ok: true, value: result });
  if (path === null) return (raw) => ({ ok: true, value: raw });
  const reference = compileReferencePath(fieldText(path));
  return (raw, result) => evaluated(reference.write(jsonOf(raw), jsonOf(result)));
};

/** Assign of either query language, evaluated where `$` (JSONPath) is the given value. */
export type AssignStep = (
  run: Run,
  frame: Frame,
  value: Json,
  more?: { readonly result?: Json; readonly errorOutput?: Json },
) => Evaluation<Assigned>;

export const compileAssignStep = (
  template: JsonObject | undefined,
  jsonata: boolean,
  location?: string,
): AssignStep => {
  if (template === undefined) return () => ({ ok: true, value: undefined });
  const expression = jsonata ? compileJsonataAssign(template, location) : compileAssign(template);
  return (run, frame, value, more) => expression(scopeOf(run, frame, value, more));
};

/** The data flow of a state that does work: from its raw input to the work, and from the result to its output. */
export interface DataFlow {
  /** InputPath alone: what `…Path` fields read. */
  readonly input: Step;
  /** After InputPath and Parameters, or Arguments: what the work is given. */
  readonly work: Step;
  readonly outcome: (run: Run, frame: Frame, result: Value) => Evaluation<Outcome>;
}

export const compileDataFlow = (
  fields: FlowFields,
  jsonata: boolean,
  /** A Map's Parameters are the older name of ItemSelector, no step of the state's own flow. */
  isMap = false,
): DataFlow => {
  const parameters = isMap ? undefined : fields.Parameters;
  const assign = compileAssignStep(fields.Assign, jsonata);
  if (jsonata) {
    const work =
      fields.Arguments === undefined ? pass : evaluate(compileJsonataTemplate(fields.Arguments, 'Arguments'));
    const output = fields.Output === undefined ? undefined : compileJsonataTemplate(fields.Output, 'Output');
    return {
      input: pass,
      work,
      outcome: (run, frame, result) => {
        const more = output === undefined && fields.Assign === undefined ? {} : { result: jsonOf(result) };
        const raw = frame.input;
        const assigned =
          fields.Assign === undefined ? nothingAssigned : assign(run, frame, jsonOf(raw), more);
        if (!assigned.ok) return assigned;
        if (output === undefined) return { ok: true, value: { output: result, assigned: assigned.value } };
        const value = output(scopeOf(run, frame, jsonOf(raw), more));
        return value.ok
          ? { ok: true, value: { output: jsonValue(value.value), assigned: assigned.value } }
          : value;
      },
    };
  }
  const input = compilePathStep(fields.InputPath);
  const template = compileTemplateStep(parameters);
  const selector = compileTemplateStep(fields.ResultSelector);
  const place = compileResultPath(fields.ResultPath);
  const outputPath = compilePathStep(fields.OutputPath);
  return {
    input,
    work:
      input === pass
        ? template
        : (run, frame, value) => {
            const effective = input(run, frame, value);
            return effective.ok ? template(run, frame, effective.value) : effective;
          },
    outcome: (run, frame, result) => {
      const selected = selector(run, frame, result);
      if (!selected.ok) return selected;
      const assigned = fields.Assign === undefined ? nothingAssigned : assign(run, frame, jsonOf(result));
      if (!assigned.ok) return assigned;
      const placed = place(frame.input, selected.value);
      if (!placed.ok) return placed;
      const output = outputPath(run, frame, placed.value);
      return output.ok ? { ok: true, value: { output: output.value, assigned: assigned.value } } : output;
    },
  };
};

const nothingAssigned: Evaluation<Assigned> = { ok: true, value: undefined };

/** The data flow of Wait, Choice and Succeed: InputPath, OutputPath and Assign, or Output. */
export const compilePassage = (
  fields: FlowFields,
  jsonata: boolean,
): {
  readonly input: Step;
  readonly outcome: (run: Run, frame: Frame, input: Value) => Evaluation<Outcome>;
} => {
  const assign = compileAssignStep(fields.Assign, jsonata);
  const input = jsonata ? pass : compilePathStep(fields.InputPath);
  const output = jsonata
    ? fields.Output === undefined
      ? pass
      : evaluate(compileJsonataTemplate(fields.Output, 'Output'))
    : compilePathStep(fields.OutputPath);
  return {
    input,
    outcome: (run, frame, effective) => {
      const assigned = fields.Assign === undefined ? nothingAssigned : assign(run, frame, jsonOf(effective));
      if (!assigned.ok) return assigned;
      const value = output(run, frame, effective);
      return value.ok ? { ok: true, value: { output: value.value, assigned: assigned.value } } : value;
    },
  };
};
