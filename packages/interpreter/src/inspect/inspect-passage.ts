import type { FailState, PassState, SucceedState } from '@steptrail/asl';
import { compileDynamicText, compileJsonataTemplate, type Json } from '../expressions/index.ts';
import {
  type Bench,
  type Ending,
  evaluate,
  evaluateAssign,
  fillField,
  fillTemplate,
  nextOf,
  readPath,
  show,
  succeed,
} from './bench.ts';
import { placeResult } from './inspect-task.ts';

/** Shows the input, and in JSONPath what InputPath leaves of it: that is given back. */
export const showInput = (bench: Bench, path?: string | null): Json => {
  show(bench, 'input', bench.input);
  return bench.jsonata ? bench.input : show(bench, 'afterInputPath', readPath(bench, path, bench.input));
};

/** Pass: with Result, AWS leaves InputPath and Parameters aside. */
export const inspectPass = (bench: Bench, state: PassState): Ending => {
  if (bench.jsonata) {
    show(bench, 'input', bench.input);
    const assigned = evaluateAssign(bench, state.Assign, bench.input);
    return succeed(bench, fillField(bench, 'Output', state.Output, bench.input), assigned, nextOf(state));
  }
  let result: Json;
  if (state.Result === undefined) {
    const effective = showInput(bench, state.InputPath);
    result = show(bench, 'afterParameters', fillTemplate(bench, state.Parameters, effective));
  } else {
    show(bench, 'input', bench.input);
    result = show(bench, 'result', state.Result);
  }
  show(bench, 'afterResultSelector', result);
  const assigned = evaluateAssign(bench, state.Assign, result);
  const placed = show(bench, 'afterResultPath', placeResult(bench, state.ResultPath, result));
  return succeed(bench, readPath(bench, state.OutputPath, placed), assigned, nextOf(state));
};

/** What leaves a state that does no work: OutputPath, or Output. */
export const leaveWith = (
  bench: Bench,
  state: { readonly OutputPath?: string | null; readonly Output?: Json },
  effective: Json,
): Json =>
  bench.jsonata
    ? fillField(bench, 'Output', state.Output, effective)
    : readPath(bench, state.OutputPath, effective);

/** Succeed. */
export const inspectSucceed = (bench: Bench, state: SucceedState): Ending => {
  const effective = showInput(bench, state.InputPath);
  return succeed(bench, leaveWith(bench, state, effective), new Map(), undefined);
};

/** Fail: its Error and Cause, fixed, by path, or by expression. */
export const inspectFail = (bench: Bench, state: FailState): Ending => {
  const effective = showInput(bench);
  const text = (field: 'Error' | 'Cause'): Json | undefined => {
    const path = state[`${field}Path`];
    if (!bench.jsonata && path !== undefined) {
      return evaluate(bench, compileDynamicText(path, `${field}Path`), effective);
    }
    const fixed = state[field];
    if (fixed === undefined || !bench.jsonata) return fixed;
    return evaluate(bench, compileJsonataTemplate(fixed, field), effective);
  };
  return { kind: 'failed', error: text('Error'), cause: text('Cause') };
};
