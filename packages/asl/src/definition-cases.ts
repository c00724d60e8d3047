import { expect, test } from 'vitest';
import { parseValue } from './parse.ts';
import type { ParseOptions, Problem } from './problem.ts';

/** Small definitions for tests, and a table test over them. */

export const LAMBDA = 'arn:aws:lambda:us-east-1:123456789012:function:charge';
export const INVOKE = 'arn:aws:states:::lambda:invoke';

/** A machine of one state called S, which ends it. */
export function one(state: object, machine: object = {}): object {
  return { StartAt: 'S', States: { S: { End: true, ...state } }, ...machine };
}
export const task = (fields: object, machine?: object): object =>
  one({ Type: 'Task', Resource: LAMBDA, ...fields }, machine);
export const pass = (fields: object, machine?: object): object => one({ Type: 'Pass', ...fields }, machine);
export const end = { Type: 'Pass', End: true };
export const inner = (state: object = end): object => ({ StartAt: 'I', States: { I: state } });
export const map = (fields: object = {}, machine?: object): object =>
  one({ Type: 'Map', ItemProcessor: inner(), ...fields }, machine);
export const distributed = (fields: object = {}, config: object = { ExecutionType: 'STANDARD' }): object =>
  map({ ItemProcessor: { ...inner(), ProcessorConfig: { Mode: 'DISTRIBUTED', ...config } }, ...fields });
export const choice = (...Choices: object[]): object => ({
  StartAt: 'S',
  States: { S: { Type: 'Choice', Choices, Default: 'T' }, T: { Type: 'Succeed' } },
});
export const jsonata = { QueryLanguage: 'JSONata' };

function problemsOf(definition: unknown, options: ParseOptions): readonly Problem[] {
  const result = parseValue(definition, options);
  return result.ok ? result.warnings : result.problems;
}

/** One sentence, which says how to mend it: by a verb, or by what a value must be. */
export const MENDING =
  /^\S.*\b(?:add|combine|correct|flatten|give|keep|make|move|must|name|needs?|put|remove|rename|set|shorten|split|use|write)\b.*\.$/s;

export type Case = [title: string, definition: unknown, expected: string[], options?: ParseOptions];

/** `expected`: reason and pointer of every problem, in any order; none for a valid definition. */
export function check(cases: Case[]): void {
  test.each(cases)('%s', (_title, definition, expected, options = {}) => {
    const found = problemsOf(definition, options);
    expect(found.map(({ reason, pointer }) => `${reason} ${pointer}`).sort()).toEqual([...expected].sort());
    for (const { message } of found) expect(message).toMatch(MENDING);
  });
}
