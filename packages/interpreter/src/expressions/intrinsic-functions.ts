import { type Expression, runtimeFailure } from './evaluation.ts';

/** Compiles the text of a `.$` field or of ErrorPath/CausePath: a Path or an intrinsic function call. */
export const compileDynamicText = (text: string, field?: string): Expression => {
  void text;
  void field;
  return () => runtimeFailure('not yet');
};
