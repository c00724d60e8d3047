import type { ChoiceRule, ChoiceState } from '@steptrail/asl';
import {
  compileChoiceRule,
  compileJsonataTemplate,
  failure,
  isUnknown,
  type Json,
  type JsonObject,
} from '../expressions/index.ts';
import { isObject } from '../expressions/json.ts';
import { fieldText } from '../program.ts';
import { type Bench, type Ending, evaluate, evaluateAssign, need, succeed } from './bench.ts';
import { leaveWith, showInput } from './inspect-passage.ts';

const NO_WAY_OUT = 'Failed to transition out of the state. The state does not point to a next state.';

const asJson = (rule: ChoiceRule): JsonObject => {
  const value: Json = JSON.parse(JSON.stringify(rule));
  return isObject(value) ? value : {};
};

const test = (bench: Bench, rule: ChoiceRule, index: number, effective: Json): Json => {
  if (!bench.jsonata) return evaluate(bench, compileChoiceRule(asJson(rule)), effective);
  const field = `Choices[${index}]/Condition`;
  const value = evaluate(bench, compileJsonataTemplate(rule.Condition ?? false, field), effective);
  if (typeof value === 'boolean' || isUnknown(value)) return value;
  return need(failure('States.QueryEvaluationError', 'The Condition must be a boolean.', field));
};

/** Choice: the first true rule wins, else Default. */
export const inspectChoice = (bench: Bench, state: ChoiceState): Ending => {
  const effective = showInput(bench, state.InputPath);
  for (const [index, rule] of state.Choices.entries()) {
    const value = test(bench, rule, index, effective);
    if (isUnknown(value)) {
      return { kind: 'open', why: `Rule ${index} of Choices rests on something that only AWS has.` };
    }
    if (value !== true) continue;
    const assigned = evaluateAssign(bench, rule.Assign, effective);
    const own = bench.jsonata && rule.Output !== undefined ? { Output: rule.Output } : state;
    return succeed(bench, leaveWith(bench, own, effective), assigned, fieldText(rule.Next));
  }
  if (state.Default === undefined) need(failure('States.NoChoiceMatched', NO_WAY_OUT));
  const assigned = evaluateAssign(bench, state.Assign, effective);
  return succeed(bench, leaveWith(bench, state, effective), assigned, state.Default);
};
