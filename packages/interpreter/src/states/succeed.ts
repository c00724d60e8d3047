import type { SucceedState } from '@steptrail/asl';
import { compilePassage } from '../data-flow.ts';
import { failEvaluation } from '../fail-evaluation.ts';
import type { StateLogic } from '../program.ts';
import { exitState, failFrame, leaveTo } from '../progress.ts';

const END = leaveTo({ kind: 'end' });

/** Succeed: ends its machine, branch or iteration. */
export const compileSucceed = (state: SucceedState, jsonata: boolean): StateLogic => {
  const passage = compilePassage(state, jsonata);
  return {
    begin: (run, frame) => {
      const input = passage.input(run, frame, frame.input);
      const outcome = input.ok ? passage.outcome(run, frame, input.value) : input;
      if (!outcome.ok)
        return failEvaluation(run, frame, outcome, (failure) => failFrame(run, frame, failure));
      exitState(run, frame, outcome.value, END);
    },
  };
};
