import { type Expression, runtimeFailure } from './evaluation.ts';
import type { Json } from './json.ts';

/** Compiles a payload template (Parameters, ResultSelector, ItemSelector, BatchInput, …). A constant is legal. */
export const compilePayloadTemplate = (template: Json): Expression => {
  void template;
  return () => runtimeFailure('not yet');
};
