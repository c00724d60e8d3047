import type { State } from '@steptrail/asl';
import type { Program } from './program.ts';

/** Why an event of a log cannot be judged: a record that was lost may have to do with it. */
export const LOST = 'records before it are missing from the log';

/** Whether any state assigns variables: what a lost record assigned may be read anywhere after it. */
export const usesVariables = ({ states }: Program): boolean =>
  [...states.values()].some(({ definition }) => assigns(definition));

const assigns = (definition: State): boolean => {
  const { Assign, Choices, Catch }: Readonly<Record<string, unknown>> = { ...definition };
  const inner = [Choices, Catch].flatMap((list): readonly unknown[] => (Array.isArray(list) ? list : []));
  return (
    Assign !== undefined ||
    inner.some((each) => typeof each === 'object' && each !== null && 'Assign' in each)
  );
};
