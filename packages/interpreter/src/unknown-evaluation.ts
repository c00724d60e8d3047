import type { Event } from '@steptrail/history';
import { findUnknown, reasonOf } from './expressions/index.ts';
import { isAboutSomethingElse, withoutOpening } from './failure-sentences.ts';
import type { Frame, Run } from './frame.ts';
import { jsonOf } from './value.ts';

const SEARCHED = 200;

/**
 * Why it cannot be told whether an evaluation in this frame's state fails: it rests on data that is not recorded.
 * Undefined where the data is known, or where the event reports something else.
 */
export const unknownEvaluation = (run: Run, at: Frame | undefined, event: Event): string | undefined => {
  const frame = at ?? frameOf(run, event);
  if (frame?.state === undefined) return undefined;
  const failed =
    event.type === 'EvaluationFailed'
      ? event.state === frame.state.name
      : event.type === 'ExecutionFailed' && (event.error === undefined || event.error.startsWith('States.'));
  if (!failed) return undefined;
  const cause = 'cause' in event ? event.cause : undefined;
  if (cause !== undefined) {
    const definition = JSON.stringify(frame.state.definition);
    if (isAboutSomethingElse(withoutOpening(cause), definition)) return undefined;
  }
  const predicted = frame.options[0]?.prediction;
  const rested = [frame.input, predicted?.payload, run.input].flatMap((value) =>
    value === undefined ? [] : [jsonOf(value)],
  );
  for (const json of [...rested, ...(predicted?.assigned?.values() ?? [])]) {
    const found = findUnknown(json);
    if (found !== undefined) return reasonOf(found);
  }
  return undefined;
};

/** EvaluationFailed follows what led to its state, where no frame is any more: its state names the frame. */
const frameOf = (run: Run, event: Event): Frame | undefined => {
  if (event.type !== 'EvaluationFailed') return undefined;
  let looked = 0;
  for (const frame of run.frames) {
    if (frame.state?.name === event.state) return frame;
    looked += 1;
    if (looked === SEARCHED) return undefined;
  }
  return undefined;
};
