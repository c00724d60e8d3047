import { expect, test } from 'vitest';
import type { Definition } from '../compile.ts';
import { replay } from '../replay.ts';
import { writtenHistory } from '../written-history.ts';

/** A Choice by the clock: which rule held, only the record can tell. */
const byClock = (fields: object): Definition => ({
  QueryLanguage: 'JSONata',
  StartAt: 'Late',
  States: {
    Late: {
      Type: 'Choice',
      Choices: [{ Condition: "{% $now() > '2026' %}", Next: 'Yes', ...fields }],
      Default: 'No',
    },
    Yes: { Type: 'Succeed' },
    No: { Type: 'Succeed' },
  },
});

test.each([
  ['its input', {}, { output: {} }, 'Yes', true],
  ['its input, to Default', {}, { output: {} }, 'No', true],
  ['another output, though no rule has one', {}, { output: 1 }, 'Yes', false],
  [
    "a variable, by the rule's Assign",
    { Assign: { v: 1 } },
    { output: {}, assignedVariables: { v: 1 } },
    'Yes',
    true,
  ],
  ['no variable, by Default', { Assign: { v: 1 } }, { output: {} }, 'No', true],
  ['a variable that no rule assigns', {}, { output: {}, assignedVariables: { v: 1 } }, 'Yes', false],
  ["the rule's Output", { Output: 1 }, { output: 1 }, 'Yes', true],
  ['its input, by Default beside an Output', { Output: 1 }, { output: {} }, 'No', true],
])('a Choice by the clock gives %s', (_, fields, details, next, explained) => {
  const { output } = details;
  const events = writtenHistory(
    ['ExecutionStarted', 0, { input: {}, roleArn: 'r' }],
    ['ChoiceStateEntered', 0, { name: 'Late', input: {} }],
    ['ChoiceStateExited', 2, { name: 'Late', ...details }],
    ['SucceedStateEntered', 3, { name: next, input: output }],
    ['SucceedStateExited', 4, { name: next, output }],
    ['ExecutionSucceeded', 5, { output }],
  );
  expect(replay(byClock(fields), events).divergences.length === 0).toBe(explained);
});
