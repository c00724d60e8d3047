import { expect, test } from 'vitest';
import { contradictionOf, isAboutSomethingElse, isFailedEvaluation } from './failure-sentences.ts';

const EXPRESSION = "The JSONata expression '$x' specified for the field 'Items'";
const WRONG_TYPE = `${EXPRESSION} returned an unexpected result type. Expected 'array', but was`;
const TOLERATED = 'The ToleratedFailureCountPath field refers to value';

test.each([
  // The same fault in other words, or in words that are not settled.
  ["Invalid path '$.a' : No results for path: $['a']", "Invalid path '$.a' : Something", 'unsettled'],
  [
    "Invalid path '$.a' : No results for path: $['a']",
    "The JSONPath '$.a' specified for the field 'TimeoutSecondsPath' could not be found in the input '{}'",
    'unsettled',
  ],
  [
    `${TOLERATED} "-1" which is not a valid integer: $.n`,
    'ToleratedFailureCount cannot be negative.',
    'unsettled',
  ],
  [`${WRONG_TYPE} 'number' for value: 1`, `${EXPRESSION} returned nothing (undefined).`, 'unsettled'],
  [`${WRONG_TYPE} 'number' for value: 1`, `${WRONG_TYPE} 'number' for value: 1.0`, 'unsettled'],
  [
    `${TOLERATED} "{"a":1}" which is not a valid integer: $.n`,
    `${TOLERATED} "{a=1}" which is not a valid integer: $.n`,
    'unsettled',
  ],
  [
    'Reference path "$$.Execution.Input" must point to array.',
    'Reference path "$.Execution.Input" must point to array.',
    'unsettled',
  ],
  // Words that no recording has.
  ['Wait state delay is too long.', 'The wait is too long.', undefined],
  ['The limit of the service.', 'Wait state delay is too long.', undefined],
  // Another fault.
  [
    "Invalid path '$.a' : No results for path: $['a']",
    "Invalid path '$.b' : No results for path: $['b']",
    { expected: '$.a', recorded: '$.b' },
  ],
  [
    `${TOLERATED} "no" which is not a valid integer: $.n`,
    'MaxItems cannot be negative.',
    { expected: 'ToleratedFailureCount', recorded: 'MaxItems' },
  ],
  [
    `${WRONG_TYPE} 'number' for value: 1`,
    `${WRONG_TYPE} 'string' for value: "a"`,
    { expected: '1', recorded: '"a"' },
  ],
  [
    `${WRONG_TYPE} 'string' for value: "a"`,
    `${WRONG_TYPE} 'string' for value: "a"~`,
    { expected: '"a"', recorded: '"a"~' },
  ],
  [`${EXPRESSION} returned nothing (undefined).`, 'Map state input must be an array but was: 1', 'all'],
  ["Invalid path '$.a' : No results for path: $['a']", 'Wait state delay is too long.', 'all'],
  ['Wait state delay is too long.', 'Wait state delay is too long. Or so.', 'all'],
])('%s against %s', (expected, recorded, found) => {
  expect(contradictionOf(expected, recorded)).toEqual(found === 'all' ? { expected, recorded } : found);
});

test('a value of which a part is not known is not compared', () => {
  const [expected, recorded] = [
    `${WRONG_TYPE} 'object' for value: {"a":{}}`,
    `${WRONG_TYPE} 'object' for value: {"a":1}`,
  ];
  expect(contradictionOf(expected, recorded)).toEqual({ expected: '{"a":{}}', recorded: '{"a":1}' });
  expect(contradictionOf(expected, recorded, true)).toBe('unsettled');
});

test.each([
  ["Invalid path '$.a' : x", { InputPath: '$.a' }, false],
  ["Invalid path '$.a' : x", { InputPath: '$.b' }, true],
  ['MaxItems cannot be negative.', { ItemReader: { ReaderConfig: { MaxItemsPath: '$.n' } } }, false],
  ['MaxItems cannot be negative.', { ItemReader: {} }, true],
  [
    "The JSONata expression '$a & \"x\"' specified for the field 'Output/v' returned nothing (undefined).",
    { Output: { v: '{% $a & "x" %}' } },
    false,
  ],
  ['Who knows.', {}, false],
])('%s is about %j: %s', (cause, definition, expected) => {
  expect(isAboutSomethingElse(cause, JSON.stringify(definition))).toBe(expected);
});

test('a cause with its opening is read', () => {
  const opening = "An error occurred while executing the state 'A' (entered at the event id #2). ";
  expect(isFailedEvaluation(`${opening}Wait state delay is too long.`)).toBe(true);
  expect(isFailedEvaluation(`${opening}The activity does not exist.`)).toBe(false);
});

test.each([
  ["The JSONPath '", "' specified for the field '"],
  ["Invalid path '", "' :"],
  ["The function '", "' had the following error:"],
  [
    "The JSONata expression '",
    "' specified for the field 'x' returned an unexpected result type. Expected 'a'",
  ],
  ['The aPath field refers to value "', '" which is not a valid integer:'],
  ["An error occurred while executing the state '", "' (entered at the event id #1"],
])('%s… is read in a moment, however long it goes on', (beginning, part) => {
  // The time that a test is given is the judge.
  expect(isFailedEvaluation(beginning + part.repeat(10_000))).toBeTypeOf('boolean');
});
