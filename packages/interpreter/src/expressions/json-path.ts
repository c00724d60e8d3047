import { type Expression, runtimeFailure } from './evaluation.ts';

/**
 * Compiles a Path: `$…`, `$$…` or `$variable…`. `field` names the field for AWS's text of a payload template
 * or ErrorPath ("specified for the field 'x.$'"); without it the text is "Invalid path '…' : …".
 */
export const compilePath = (text: string, field?: string): Expression => {
  void text;
  void field;
  return () => runtimeFailure('not yet');
};
