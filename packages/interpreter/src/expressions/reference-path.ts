import { type Evaluation, type Expression, runtimeFailure } from './evaluation.ts';
import type { Json } from './json.ts';

/** A Reference Path: exactly one node. */
export interface ReferencePath {
  /** Reads the node; a missing one is a Failure. */
  readonly read: Expression;
  /** ResultPath: `raw` with `value` set at the path; objects are created, array elements only replaced. */
  readonly write: (raw: Json, value: Json) => Evaluation;
}

/** Compiles a Reference Path. A text that is none compiles to failures. */
export const compileReferencePath = (text: string, field?: string): ReferencePath => {
  void text;
  void field;
  return { read: () => runtimeFailure('not yet'), write: () => runtimeFailure('not yet') };
};
