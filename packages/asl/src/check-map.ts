import {
  checkObject,
  checkString,
  type FieldCheck,
  type Fields,
  fieldTable,
  isArray,
  number,
  oneOf,
} from './check.ts';
import {
  checkInputReferencePath,
  checkJsonata,
  checkJsonataObject,
  checkTemplate,
  checkTemplateObject,
  orExpression,
} from './check-values.ts';
import { at } from './problem.ts';
import { parseResource } from './resource.ts';

/** A number, or a path to it: `X` and, in JSONPath, `XPath`. */
export function numberOrPath(name: string, least: number, most: number, fractions = false): Fields {
  return {
    [name]: { check: orExpression(number(least, most, fractions)) },
    [`${name}Path`]: { check: checkInputReferencePath, only: 'JSONPath', excludes: name },
  };
}

const checkHeaders: FieldCheck = (check, value, pointer, field) => {
  if (!isArray(value)) check.report('WRONG_TYPE', pointer, `'${field}' must be an array of column names.`);
  else for (const [i, name] of value.entries()) checkString(check, name, at(pointer, i), field);
};

function s3Resource(...actions: readonly string[]): FieldCheck {
  return (check, value, pointer, field) => {
    checkString(check, value, pointer, field);
    if (typeof value !== 'string') return;
    const resource = parseResource(value);
    if (resource.kind === 'optimised' && resource.service === 's3' && actions.includes(resource.action))
      return;
    if (check.placeholders && value.includes('${')) return;
    check.report(
      'INVALID_RESOURCE',
      pointer,
      `The resource '${value}' is not recognised: use ${actions.map((action) => `arn:aws:states:::s3:${action}`).join(' or ')}.`,
    );
  };
}

const READER_CONFIG = fieldTable(numberOrPath('MaxItems', 0, 100_000_000), {
  InputType: { check: oneOf('CSV', 'JSON', 'JSONL', 'PARQUET', 'MANIFEST') },
  ManifestType: { check: oneOf('ATHENA_DATA', 'S3_INVENTORY') },
  Transformation: { check: oneOf('NONE', 'LOAD_AND_FLATTEN') },
  CSVHeaderLocation: { check: oneOf('FIRST_ROW', 'GIVEN') },
  CSVHeaders: { check: orExpression(checkHeaders) },
  CSVDelimiter: { check: oneOf('COMMA', 'PIPE', 'SEMICOLON', 'SPACE', 'TAB') },
  ItemsPointer: { check: checkString },
});

const SERVICE_CALL: Fields = {
  Parameters: { check: checkTemplateObject, only: 'JSONPath' },
  Arguments: { check: checkJsonataObject, only: 'JSONata' },
};

const ITEM_READER = fieldTable(SERVICE_CALL, {
  Resource: { check: s3Resource('getObject', 'listObjectsV2'), required: true },
  ReaderConfig: {
    check: (check, value, pointer, field) => checkObject(check, value, pointer, `'${field}'`, READER_CONFIG),
  },
});

const ITEM_BATCHER = fieldTable(
  numberOrPath('MaxItemsPerBatch', 1, Number.POSITIVE_INFINITY),
  numberOrPath('MaxInputBytesPerBatch', 1, 262_144),
  {
    BatchInput: {
      check: (check, value, pointer, field) =>
        check.language === 'JSONata'
          ? checkJsonata(check, value, pointer, field)
          : checkTemplate(check, value, pointer, field),
    },
  },
);

const WRITER_CONFIG = fieldTable({
  Transformation: { check: oneOf('NONE', 'COMPACT', 'FLATTEN') },
  OutputType: { check: oneOf('JSON', 'JSONL') },
});

const RESULT_WRITER = fieldTable(SERVICE_CALL, {
  Resource: { check: s3Resource('putObject') },
  WriterConfig: {
    check: (check, value, pointer, field) => checkObject(check, value, pointer, `'${field}'`, WRITER_CONFIG),
  },
});

export const checkItemReader: FieldCheck = (check, value, pointer, field) => {
  checkObject(check, value, pointer, `'${field}'`, ITEM_READER);
};

export const checkItemBatcher: FieldCheck = (check, value, pointer, field) => {
  checkObject(check, value, pointer, `'${field}'`, ITEM_BATCHER);
};

/** WriterConfig, or Resource with what it is called with, or all three (the ResultWriter page of AWS). */
export const checkResultWriter: FieldCheck = (check, value, pointer, field) => {
  if (!checkObject(check, value, pointer, `'${field}'`, RESULT_WRITER)) return;
  const call = check.language === 'JSONata' ? 'Arguments' : 'Parameters';
  const hasResource = Object.hasOwn(value, 'Resource');
  const hasCall = Object.hasOwn(value, call);
  if (hasResource !== hasCall || !(hasResource || Object.hasOwn(value, 'WriterConfig')))
    check.report(
      'REQUIRED_FIELD',
      pointer,
      `'${field}' needs 'Resource' and '${call}' together, or 'WriterConfig', or all three: add what is missing.`,
    );
};

/** Items of JSONata: an array or an object, constant or evaluated. */
export const checkItems: FieldCheck = (check, value, pointer, field) => {
  if (typeof value === 'object' && value !== null) checkJsonata(check, value, pointer, field);
  else if (typeof value === 'string' && value.includes('{%')) checkJsonata(check, value, pointer, field);
  else if (!(check.placeholders && typeof value === 'string'))
    check.report(
      'WRONG_TYPE',
      pointer,
      `'${field}' must be an array, an object or a JSONata expression {% … %}.`,
    );
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a label must not hold
const FORBIDDEN_IN_LABEL = /[\s<>{}[\]?*"#%\\^|~$&,;:/`\u0000-\u001f\u007f-\u009f]/;

/** ASL section 8.9, step-functions.md section 10. */
export const checkLabel: FieldCheck = (check, value, pointer, field) => {
  checkString(check, value, pointer, field);
  if (typeof value !== 'string' || (check.placeholders && value.includes('${'))) return;
  if (value.length === 0 || value.length > 40 || FORBIDDEN_IN_LABEL.test(value))
    check.report(
      'INVALID_LABEL',
      pointer,
      `'${field}' must have 1 to 40 characters, none of them a blank, bracket, wildcard or special character.`,
    );
};
