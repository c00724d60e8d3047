import type { PassState } from '@steptrail/asl';
import { compileDataFlow } from '../data-flow.ts';
import { failEvaluation } from '../fail-evaluation.ts';
import type { StateLogic } from '../program.ts';
import { exitState, failFrame, leaveTo, nextOf } from '../progress.ts';
import { jsonValue } from '../value.ts';

/** Pass: its output is Result, else its effective input (JSONPath); Output, else its input (JSONata). */
export const compilePass = (state: PassState, jsonata: boolean): StateLogic => {
  const flow = compileDataFlow(state, jsonata);
  const constant = jsonata || state.Result === undefined ? undefined : jsonValue(state.Result);
  const leave = leaveTo(nextOf(state));
  return {
    begin: (run, frame) => {
      const work = flow.work(run, frame, frame.input);
      const outcome = work.ok ? flow.outcome(run, frame, constant ?? work.value) : work;
      if (!outcome.ok)
        return failEvaluation(run, frame, outcome, (failure) => failFrame(run, frame, failure));
      exitState(run, frame, outcome.value, leave);
    },
  };
};
