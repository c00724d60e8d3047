import type { Event } from '@steptrail/history';
import { findUnknown, reasonOf } from './expressions/index.ts';
import type { Frame, Run } from './frame.ts';
import { jsonOf } from './value.ts';

/**
 * Why it cannot be told whether an evaluation in this frame's state fails: it rests on data that is not recorded.
 * Undefined where the data is known, or where the event reports something else.
 */
export const unknownEvaluation = (run: Run, frame: Frame | undefined, event: Event): string | undefined => {
  if (frame?.state === undefined) return undefined;
  const failed =
    event.type === 'EvaluationFailed'
      ? event.state === frame.state.name
      : event.type === 'ExecutionFailed' && (event.error === undefined || event.error.startsWith('States.'));
  if (!failed) return undefined;
  const output = frame.stance.options[0]?.prediction.payload;
  for (const value of output === undefined ? [frame.input, run.input] : [frame.input, output, run.input]) {
    const found = findUnknown(jsonOf(value));
    if (found !== undefined) return reasonOf(found);
  }
  return undefined;
};
