import type { ParseOptions, ProblemReason } from './problem.ts';

/** What a reason means, and the smallest definition that shows it. */
export type ProblemEntry = {
  /** What is wrong, one sentence. */
  readonly meaning: string;
  /** A definition with this problem, as text. */
  readonly example: string;
  /** Where in the example the problem is found. */
  readonly pointer: string;
  readonly options?: ParseOptions;
};

const machine = (state: string, rest = ''): string =>
  `{\n  "StartAt": "S",\n  "States": {\n    "S": ${state}${rest}\n  }\n}`;
const entry = (
  meaning: string,
  pointer: string,
  state: string,
  rest = '',
  options?: ParseOptions,
): ProblemEntry => ({
  meaning,
  pointer,
  example: machine(state, rest),
  ...(options === undefined ? {} : { options }),
});

const S = '/States/S';
const TASK = '"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke"';
const ITEMS = '"StartAt": "I", "States": { "I": { "Type": "Succeed" } }';
const LABELLED =
  '"Type": "Map", "ItemProcessor": { "ProcessorConfig": { "Mode": "DISTRIBUTED", "ExecutionType": "STANDARD" }, ';

/** Every reason for a problem; docs/problems.md is made of it, and a test runs each example. */
export const PROBLEM_CATALOGUE: Readonly<Record<ProblemReason, ProblemEntry>> = {
  NOT_JSON: { meaning: 'The text is no JSON.', pointer: '', example: '{ "StartAt": S }' },
  DUPLICATE_KEY: {
    meaning: 'A key stands twice in one object, so that one of its values is lost.',
    pointer: '/StartAt',
    example: '{ "StartAt": "S",\n  "StartAt": "S", "States": { "S": { "Type": "Succeed" } } }',
  },
  EMPTY_DEFINITION: { meaning: 'There is no text.', pointer: '', example: '' },
  DEFINITION_TOO_LARGE: {
    meaning: 'The definition is longer than AWS allows, 1,048,576 characters.',
    pointer: '',
    example: `${' '.repeat(1_048_577)}{}`,
  },
  TOO_DEEPLY_NESTED: {
    meaning: 'The JSON is nested deeper than AWS reads, 1,000 levels.',
    pointer: '',
    example: '['.repeat(1001) + ']'.repeat(1001),
  },
  WRONG_TYPE: entry(
    'A value has another JSON type than its field.',
    `${S}/Comment`,
    '{ "Type": "Succeed", "Comment": 1 }',
  ),
  OUT_OF_RANGE: entry(
    'A number is outside the bounds of its field.',
    `${S}/Seconds`,
    '{ "Type": "Wait", "Seconds": -1, "End": true }',
  ),
  UNKNOWN_VALUE: entry(
    'A value is not one of those its field takes.',
    `${S}/QueryLanguage`,
    '{ "Type": "Succeed", "QueryLanguage": "jq" }',
  ),
  REQUIRED_FIELD: entry('A field that must be there is missing.', S, '{ "Type": "Task", "End": true }'),
  UNKNOWN_FIELD: entry(
    'There is no such field at that place.',
    `${S}/Retry`,
    '{ "Type": "Pass", "Retry": [], "End": true }',
  ),
  FIELD_OF_OTHER_LANGUAGE: entry(
    'The field exists only in the other query language.',
    `${S}/Output`,
    '{ "Type": "Pass", "Output": 1, "End": true }',
  ),
  EXCLUSIVE_FIELDS: entry(
    'Two fields that exclude each other stand side by side.',
    `${S}/ErrorPath`,
    '{ "Type": "Fail", "Error": "E", "ErrorPath": "$.e" }',
  ),
  LANGUAGE_DOWNGRADE: {
    meaning: 'A state of a JSONata machine is set to JSONPath.',
    pointer: `${S}/QueryLanguage`,
    example:
      '{\n  "StartAt": "S",\n  "QueryLanguage": "JSONata",\n  "States": {\n    "S": { "Type": "Succeed", "QueryLanguage": "JSONPath" }\n  }\n}',
  },
  INVALID_PATH: entry(
    'A JSONPath is not one.',
    `${S}/InputPath`,
    '{ "Type": "Succeed", "InputPath": "order" }',
  ),
  INVALID_REFERENCE_PATH: entry(
    'A path that must name a single node does not, or may not read there.',
    `${S}/ResultPath`,
    '{ "Type": "Pass", "ResultPath": "$.a[*]", "End": true }',
  ),
  INVALID_TEMPLATE: entry(
    'A member whose name ends in .$ does not hold a string, or gives the same member as another.',
    `${S}/Parameters/a.$`,
    '{ "Type": "Pass", "Parameters": { "a.$": 1 }, "End": true }',
  ),
  INVALID_INTRINSIC: entry(
    'A call of an intrinsic function is not one: name, arguments or escapes are wrong.',
    `${S}/Parameters/a.$`,
    '{ "Type": "Pass", "Parameters": { "a.$": "States.Now()" }, "End": true }',
  ),
  INVALID_EXPRESSION: entry(
    'A JSONata expression does not parse.',
    `${S}/Output`,
    '{ "Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% 1 + %}", "End": true }',
  ),
  UNSUPPORTED_EXPRESSION: entry(
    'A JSONata expression reads from a context item, or $states.errorOutput outside of a catcher; AWS offers neither.',
    `${S}/Output/a`,
    '{ "Type": "Pass", "QueryLanguage": "JSONata", "Output": { "a": "{% order.id %}" }, "End": true }',
  ),
  UNKNOWN_STATES_FIELD: entry(
    'A JSONata expression reads a field that $states does not have at that place: it will fail.',
    `${S}/Output`,
    '{ "Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $states.result %}", "End": true }',
  ),
  INVALID_TIMESTAMP: entry(
    'A timestamp is not written as RFC 3339 wants it.',
    `${S}/Timestamp`,
    '{ "Type": "Wait", "Timestamp": "2025-01-31 12:00", "End": true }',
  ),
  INVALID_VARIABLE: entry(
    'A variable has a name that none can have.',
    `${S}/Assign/order-id`,
    '{ "Type": "Pass", "Assign": { "order-id": 1 }, "End": true }',
  ),
  VARIABLE_OF_OUTER_SCOPE: entry(
    'A branch or an item processor assigns a variable that a scope around it has assigned before.',
    '/States/P/Branches/0/States/B/Assign/v',
    '{ "Type": "Pass", "Assign": { "v": 1 }, "Next": "P" }',
    ',\n    "P": { "Type": "Parallel", "End": true, "Branches": [\n      { "StartAt": "B", "States": { "B": { "Type": "Pass", "Assign": { "v": 2 }, "End": true } } }] }',
  ),
  UNKNOWN_ERROR_NAME: entry(
    'An error name has the reserved prefix States. and is none that AWS gives.',
    `${S}/Retry/0/ErrorEquals/0`,
    `{ ${TASK}, "Retry": [{ "ErrorEquals": ["States.Timedout"] }], "End": true }`,
  ),
  STATES_ALL_NOT_ALONE: entry(
    'States.ALL stands beside other error names.',
    `${S}/Retry/0/ErrorEquals`,
    `{ ${TASK}, "Retry": [{ "ErrorEquals": ["A", "States.ALL"] }], "End": true }`,
  ),
  STATES_ALL_NOT_LAST: entry(
    'A retrier or catcher follows one with States.ALL.',
    `${S}/Retry/0`,
    `{ ${TASK}, "Retry": [{ "ErrorEquals": ["States.ALL"] }, { "ErrorEquals": ["A"] }], "End": true }`,
  ),
  HEARTBEAT_ABOVE_TIMEOUT: entry(
    'HeartbeatSeconds is greater than TimeoutSeconds.',
    `${S}/HeartbeatSeconds`,
    `{ ${TASK}, "TimeoutSeconds": 5, "HeartbeatSeconds": 6, "End": true }`,
  ),
  HEARTBEAT_EQUALS_TIMEOUT: entry(
    'HeartbeatSeconds equals TimeoutSeconds, so that it can never take effect.',
    `${S}/HeartbeatSeconds`,
    `{ ${TASK}, "TimeoutSeconds": 5, "HeartbeatSeconds": 5, "End": true }`,
  ),
  INVALID_CHOICE_RULE: entry(
    'A choice rule has no comparison, or more than one, or lacks its Variable.',
    `${S}/Choices/0`,
    '{ "Type": "Choice", "Choices": [{ "Variable": "$.a", "Next": "T" }] }',
    ',\n    "T": { "Type": "Succeed" }',
  ),
  ONLY_IN_DISTRIBUTED: entry(
    'A field of a distributed Map stands in an inline one, where it has no effect.',
    `${S}/ItemBatcher`,
    `{ "Type": "Map", "ItemProcessor": { ${ITEMS} }, "ItemBatcher": { "MaxItemsPerBatch": 2 }, "End": true }`,
  ),
  NOT_IN_EXPRESS: entry(
    'Express workflows have no .sync, no callbacks, no activities and no distributed Map.',
    `${S}/Resource`,
    '{ "Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "End": true }',
    '',
    { type: 'EXPRESS' },
  ),
  INVALID_RESOURCE: entry(
    'A Resource is no ARN of something that Step Functions can call.',
    `${S}/Resource`,
    '{ "Type": "Task", "Resource": "charge", "End": true }',
  ),
  UNKNOWN_INTEGRATION: entry(
    'A Resource names an optimised integration that we do not know of.',
    `${S}/Resource`,
    '{ "Type": "Task", "Resource": "arn:aws:states:::glue:startCrawler", "End": true }',
  ),
  NO_STATES: {
    meaning: 'There is not a single state.',
    pointer: '/States',
    example: '{ "StartAt": "S", "States": {} }',
  },
  NO_TERMINAL_STATE: entry('No state ends the machine.', '/States', '{ "Type": "Pass", "Next": "S" }'),
  MISSING_TRANSITION: entry(
    'A state has neither Next nor End.',
    '/States/T',
    '{ "Type": "Choice", "Choices": [{ "Variable": "$.a", "IsPresent": true, "Next": "T" }], "Default": "U" }',
    ',\n    "T": { "Type": "Pass" },\n    "U": { "Type": "Succeed" }',
  ),
  MISSING_TARGET: {
    meaning: 'A transition, or StartAt, names no state of its scope.',
    pointer: '/StartAt',
    example: '{\n  "StartAt": "X",\n  "States": { "S": { "Type": "Succeed" } }\n}',
  },
  UNREACHABLE_STATE: entry(
    'No transition leads to a state.',
    '/States/T',
    '{ "Type": "Succeed" }',
    ',\n    "T": { "Type": "Succeed" }',
  ),
  NO_WAY_OUT: entry(
    'From a state no end can be reached: it is in, or leads into, an endless loop.',
    '/States/L',
    '{ "Type": "Choice", "Choices": [{ "Variable": "$.a", "IsPresent": true, "Next": "L" }], "Default": "T" }',
    ',\n    "L": { "Type": "Pass", "Next": "L" },\n    "T": { "Type": "Succeed" }',
  ),
  DUPLICATE_STATE_NAME: entry(
    'Two states have the same name, be it in different scopes.',
    `${S}/Branches/0/States/S`,
    '{ "Type": "Parallel", "End": true, "Branches": [\n      { "StartAt": "S", "States": { "S": { "Type": "Succeed" } } }] }',
  ),
  INVALID_STATE_NAME: {
    meaning: 'The name of a state is empty, or longer than 80 characters.',
    pointer: '/States/',
    example: '{ "StartAt": "",\n  "States": { "": { "Type": "Succeed" } } }',
  },
  DUPLICATE_LABEL: entry(
    'Two distributed Maps have the same label.',
    '/States/T/Label',
    `{ ${LABELLED}${ITEMS} }, "Label": "L", "Next": "T" }`,
    `,\n    "T": { ${LABELLED}${ITEMS.replaceAll('"I"', '"J"')} }, "Label": "L", "End": true }`,
  ),
  INVALID_LABEL: entry(
    'A label is too long, or holds characters that labels cannot have.',
    `${S}/Label`,
    `{ ${LABELLED}${ITEMS} }, "Label": "a b", "End": true }`,
  ),
};
