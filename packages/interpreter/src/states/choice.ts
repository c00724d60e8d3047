import type { ChoiceRule, ChoiceState } from '@steptrail/asl';
import { scopeOf } from '../context.ts';
import {
  type Assigned,
  compileAssignStep,
  compilePassage,
  type Outcome,
  UNSURE_ASSIGNED,
} from '../data-flow.ts';
import {
  compileChoiceRule,
  compileJsonataTemplate,
  type Evaluation,
  failure,
  isUnknown,
  type JsonObject,
  unknown,
} from '../expressions/index.ts';
import { failEvaluation, failureOf } from '../fail-evaluation.ts';
import type { Frame, Run } from '../frame.ts';
import { fieldText, type StateLogic } from '../program.ts';
import { exitState, failFrame, type Leave, leaveTo } from '../progress.ts';
import { jsonOf, jsonValue, type Value } from '../value.ts';

const NO_WAY_OUT = 'Failed to transition out of the state. The state does not point to a next state.';

interface RuleNode {
  readonly index: number;
  readonly next: string;
  readonly leave: Leave;
  readonly test: (run: Run, frame: Frame, input: Value) => Evaluation;
  /** What the rule itself assigns. */
  readonly assign: (run: Run, frame: Frame, input: Value) => Evaluation<Assigned>;
  /** The rule's own Output; undefined where it has none. */
  readonly output: ((run: Run, frame: Frame, input: Value) => Evaluation) | undefined;
}

/** Which rule is true, none for Default, and the rules before it of which nobody knows. */
interface Decision {
  readonly rule: RuleNode | undefined;
  readonly open: readonly RuleNode[] | undefined;
}

const leaveToAny = (open: readonly RuleNode[] = [], last: string | undefined): Leave => {
  const names = open.map((rule) => rule.next);
  if (last !== undefined) names.push(last);
  return leaveTo({ kind: 'any', names: [...new Set(names)] });
};

const asObject = (value: object): JsonObject => value as JsonObject;

const compileRule = (rule: ChoiceRule, index: number, jsonata: boolean): RuleNode => {
  const location = `Choices[${index}]`;
  const condition = jsonata
    ? compileJsonataTemplate(rule.Condition ?? false, `${location}/Condition`, ['boolean'])
    : compileChoiceRule(asObject(rule));
  const assign = compileAssignStep(rule.Assign, jsonata, `${location}/Assign`);
  const output =
    jsonata && rule.Output !== undefined
      ? compileJsonataTemplate(rule.Output, `${location}/Output`)
      : undefined;
  const next = fieldText(rule.Next);
  return {
    index,
    next,
    leave: leaveTo({ kind: 'state', name: next }),
    test: (run, frame, input) => condition(scopeOf(run, frame, jsonOf(input))),
    assign: (run, frame, input) => assign(run, frame, jsonOf(input)),
    output:
      output === undefined ? undefined : (run, frame, input) => output(scopeOf(run, frame, jsonOf(input))),
  };
};

/** Choice: the first true rule wins, else Default. A rule that rests on an unknown value leaves all later ones open. */
export const compileChoice = (state: ChoiceState, jsonata: boolean): StateLogic => {
  const passage = compilePassage(state, jsonata);
  const { Assign: _assign, ...unassigned } = state;
  const bare = compilePassage(unassigned, jsonata);
  const rules = (Array.isArray(state.Choices) ? state.Choices : []).map((rule: ChoiceRule, index: number) =>
    compileRule(rule, index, jsonata),
  );
  /** Whether what the state gives depends on which rule holds, beside where it leads. */
  const varies =
    state.Assign !== undefined ||
    (Array.isArray(state.Choices) ? state.Choices : []).some(
      ({ Assign, Output }) => Assign !== undefined || (jsonata && Output !== undefined),
    );
  const fallback =
    typeof state.Default === 'string'
      ? { next: state.Default, leave: leaveTo({ kind: 'state', name: state.Default }) }
      : undefined;

  /** The rules that may win: the last is true, or none is; those before it rest on unknown values. */
  const decide = (run: Run, frame: Frame, input: Value): Evaluation<Decision> => {
    let open: RuleNode[] | undefined;
    for (const rule of rules) {
      const result = rule.test(run, frame, input);
      if (!result.ok) return result;
      if (result.value === true) return { ok: true, value: { open, rule } };
      if (result.value === false) continue;
      if (isUnknown(result.value)) {
        open ??= [];
        open.push(rule);
      } else if (jsonata) {
        return failure(
          'States.QueryEvaluationError',
          'The Condition must be a boolean.',
          `Choices[${rule.index}]/Condition`,
        );
      }
    }
    return { ok: true, value: { open, rule: undefined } };
  };

  /** A matched rule has its own Assign, and its own Output where it has one; the state's Assign is that of Default. */
  const outcomeOf = (
    run: Run,
    frame: Frame,
    input: Value,
    rule: RuleNode | undefined,
    isDefault: boolean,
  ): Evaluation<Outcome> => {
    if (rule === undefined) return (isDefault ? passage : bare).outcome(run, frame, input);
    const assigned = rule.assign(run, frame, input);
    if (!assigned.ok) return assigned;
    if (rule.output === undefined) {
      const plain = bare.outcome(run, frame, input);
      return plain.ok ? { ok: true, value: { output: plain.value.output, assigned: assigned.value } } : plain;
    }
    const output = rule.output(run, frame, input);
    return output.ok
      ? { ok: true, value: { output: jsonValue(output.value), assigned: assigned.value } }
      : output;
  };

  return {
    begin: (run, frame) => {
      const fail = (failed: Parameters<typeof failEvaluation>[2]): void =>
        failEvaluation(run, frame, failed, (because) => failFrame(run, frame, because));
      const input = passage.input(run, frame, frame.input);
      if (!input.ok) return fail(input);
      const decided = decide(run, frame, input.value);
      if (!decided.ok) return fail(decided);
      const { open, rule } = decided.value;
      const certain = open === undefined;
      if (certain && rule === undefined && fallback === undefined) {
        const unmatched = failure('States.NoChoiceMatched', NO_WAY_OUT);
        return failFrame(run, frame, { ...failureOf(frame, unmatched), orError: 'States.Runtime' });
      }
      if (certain && frame.visit !== undefined) frame.visit.choice = rule?.index ?? 'default';
      const taken = certain ? rule : undefined;
      const outcome = outcomeOf(run, frame, input.value, taken, certain && rule === undefined);
      if (!outcome.ok) return fail(outcome);
      const last = rule ?? fallback;
      const leave = certain && last !== undefined ? last.leave : leaveToAny(open, last?.next);
      if (!certain && varies && !run.facts.simulated) {
        const doubt = unknown('which rule of a Choice holds rests on data that is not recorded');
        return exitState(run, frame, { output: jsonValue(doubt), assigned: UNSURE_ASSIGNED }, leave);
      }
      if (!jsonata || state.Output === undefined) return exitState(run, frame, outcome.value, leave);
      // Whether the state's Output holds for a rule that has none of its own is in no reference.
      const orPayload = taken !== undefined && taken.output === undefined ? input.value : undefined;
      exitState(run, frame, outcome.value, leave, { orPayload });
    },
  };
};
