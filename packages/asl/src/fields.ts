import {
  checkBoolean,
  checkObject,
  checkString,
  type FieldCheck,
  type Fields,
  type FieldTable,
  fieldTable,
  number,
  oneOf,
} from './check.ts';
import { checkChoices } from './check-choices.ts';
import { checkCatch, checkRetry } from './check-faults.ts';
import {
  checkItemBatcher,
  checkItemReader,
  checkItems,
  checkLabel,
  checkResultWriter,
  numberOrPath,
} from './check-map.ts';
import { checkCredentials, checkResource } from './check-resource.ts';
import {
  checkAssign,
  checkFailPath,
  checkInputReferencePath,
  checkJsonata,
  checkJsonataObject,
  checkPath,
  checkPathOrNull,
  checkPayload,
  checkResultPath,
  checkSeconds,
  checkTemplate,
  checkTemplateObject,
  checkTimestamp,
  offering,
  orExpression,
} from './check-values.ts';
import type { StateType } from './machine.ts';

/**
 * The one table of what the States Language knows: fields by state type and query language (ASL section 8.1).
 * Nested machines are found by its rows with `nested`, and nowhere else.
 */

/** The fields with `nested` are checked by the walk over scopes, in `validate.ts`. */
const elsewhere: FieldCheck = () => {};

const languages = oneOf('JSONPath', 'JSONata');

const EVERY_STATE: Fields = {
  Type: { check: checkString, required: true },
  Comment: { check: checkString },
  QueryLanguage: { check: languages },
};
const INPUT_OUTPUT: Fields = {
  InputPath: { check: checkPathOrNull, only: 'JSONPath' },
  OutputPath: { check: checkPathOrNull, only: 'JSONPath' },
  Output: { check: checkJsonata, only: 'JSONata' },
};
/** Of states that do work, whose result JSONata reads. */
const RESULT_OUTPUT: Fields = {
  Output: { check: offering('result', checkJsonata), only: 'JSONata' },
  Assign: { check: offering('result', checkAssign) },
};
const ASSIGN: Fields = { Assign: { check: checkAssign } };
const TRANSITION: Fields = {
  Next: { check: checkString, excludes: 'End' },
  End: { check: checkBoolean },
};
const FAULT_TOLERANCE: Fields = { Retry: { check: checkRetry }, Catch: { check: checkCatch } };
const RESULT: Fields = {
  ResultSelector: { check: checkTemplateObject, only: 'JSONPath' },
  ResultPath: { check: checkResultPath, only: 'JSONPath' },
};
const WORK = [EVERY_STATE, INPUT_OUTPUT, RESULT_OUTPUT, TRANSITION, FAULT_TOLERANCE, RESULT];
const PARAMETERS: Fields = { Parameters: { check: checkTemplate, only: 'JSONPath' } };
const ARGUMENTS: Fields = { Arguments: { check: checkJsonataObject, only: 'JSONata' } };

export const STATE_FIELDS: ReadonlyMap<string, FieldTable> = new Map(
  Object.entries({
    Task: fieldTable(...WORK, PARAMETERS, ARGUMENTS, {
      Resource: { check: checkResource, required: true },
      TimeoutSeconds: { check: checkSeconds },
      TimeoutSecondsPath: { check: checkInputReferencePath, only: 'JSONPath', excludes: 'TimeoutSeconds' },
      HeartbeatSeconds: { check: checkSeconds },
      HeartbeatSecondsPath: {
        check: checkInputReferencePath,
        only: 'JSONPath',
        excludes: 'HeartbeatSeconds',
      },
      Credentials: { check: checkCredentials },
    }),
    Pass: fieldTable(EVERY_STATE, INPUT_OUTPUT, ASSIGN, TRANSITION, PARAMETERS, {
      Result: { check: elsewhere, only: 'JSONPath' },
      ResultPath: { check: checkResultPath, only: 'JSONPath' },
    }),
    Choice: fieldTable(EVERY_STATE, INPUT_OUTPUT, ASSIGN, {
      Choices: { check: checkChoices, required: true },
      Default: { check: checkString },
    }),
    Wait: fieldTable(EVERY_STATE, INPUT_OUTPUT, ASSIGN, TRANSITION, {
      Seconds: { check: orExpression(number(0, 99_999_999)) },
      SecondsPath: { check: checkInputReferencePath, only: 'JSONPath' },
      Timestamp: { check: orExpression(checkTimestamp) },
      TimestampPath: { check: checkInputReferencePath, only: 'JSONPath' },
    }),
    Succeed: fieldTable(EVERY_STATE, INPUT_OUTPUT),
    Fail: fieldTable(EVERY_STATE, {
      Error: { check: orExpression(checkString) },
      ErrorPath: { check: checkFailPath, only: 'JSONPath', excludes: 'Error' },
      Cause: { check: orExpression(checkString) },
      CausePath: { check: checkFailPath, only: 'JSONPath', excludes: 'Cause' },
    }),
    Parallel: fieldTable(...WORK, PARAMETERS, ARGUMENTS, {
      Branches: { check: elsewhere, required: true, nested: 'many' },
    }),
    Map: fieldTable(
      ...WORK,
      numberOrPath('MaxConcurrency', 0, Number.POSITIVE_INFINITY),
      numberOrPath('ToleratedFailurePercentage', 0, 100, true),
      numberOrPath('ToleratedFailureCount', 0, Number.POSITIVE_INFINITY),
      {
        ItemProcessor: { check: elsewhere, nested: 'one' },
        Iterator: { check: elsewhere, nested: 'one', excludes: 'ItemProcessor' },
        ItemsPath: { check: checkPath, only: 'JSONPath' },
        Items: { check: checkItems, only: 'JSONata' },
        ItemSelector: { check: checkPayload },
        Parameters: { check: checkTemplate, only: 'JSONPath', excludes: 'ItemSelector' },
        ItemReader: { check: checkItemReader },
        ItemBatcher: { check: checkItemBatcher },
        ResultWriter: { check: checkResultWriter },
        Label: { check: checkLabel },
      },
    ),
  } satisfies Record<StateType, FieldTable>),
);

const PROCESSOR_CONFIG = fieldTable({
  Mode: { check: oneOf('INLINE', 'DISTRIBUTED') },
  ExecutionType: { check: oneOf('STANDARD', 'EXPRESS') },
});

const SCOPE: Fields = {
  Comment: { check: checkString },
  StartAt: { check: checkString, required: true },
  States: { check: elsewhere, required: true },
  ProcessorConfig: {
    check: (check, value, pointer, field) =>
      checkObject(check, value, pointer, `'${field}'`, PROCESSOR_CONFIG),
  },
};

/** `ProcessorConfig` too: AWS gives it back with the definition of a map run's child executions. */
export const MACHINE_FIELDS: FieldTable = fieldTable(SCOPE, {
  QueryLanguage: { check: languages },
  Version: { check: checkString },
  TimeoutSeconds: { check: number(1, 99_999_999) },
});

/** A branch of Parallel, an ItemProcessor, an Iterator: AWS refuses QueryLanguage there. */
export const NESTED_FIELDS: FieldTable = fieldTable(SCOPE);
