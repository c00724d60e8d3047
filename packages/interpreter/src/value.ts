import { Buffer } from 'node:buffer';
import type { Payload } from '@steptrail/history';
import { type Json, parseJson, unknown, unknownWhere } from './expressions/index.ts';

/**
 * A payload on its way through an execution: AWS's exact text, the parsed value, or both. It is parsed at most
 * once and only when something looks inside: an exit's text is the next entry's text, and passes unparsed.
 */
export interface Value {
  readonly text: string | undefined;
  json: Json | undefined;
  /** UTF-8 bytes of the text, once they are counted. */
  bytes: number | undefined;
}

/**
 * Stands for a member that AWS may leave out: neither a reference nor a recording says whether it is there. The
 * comparison takes it away where the record has nothing in its place.
 */
export const perhapsAbsent = unknown('whether AWS gives this is in no reference');

/** Stands for the error or the cause of a failure that has none. */
export const noText = unknownWhere(
  'whether AWS gives this is in no reference',
  (text) => text === null || text === '',
);

/** A text, with what it says where that is known. */
export const textValue = (text: string, json?: Json): Value => ({ text, json, bytes: undefined });

export const jsonValue = (json: Json): Value => ({ text: undefined, json, bytes: undefined });

/** UTF-8 bytes of the recorded text; undefined where there is none. */
export const bytesOf = (value: Value): number | undefined => {
  if (value.text === undefined) return undefined;
  value.bytes ??= Buffer.byteLength(value.text);
  return value.bytes;
};

const isText = (payload: Payload): payload is string => typeof payload === 'string';

/** A recorded payload; a truncated or withheld one is an unknown leaf. */
export const recordedValue = (payload: Payload): Value =>
  isText(payload)
    ? textValue(payload)
    : jsonValue(
        unknown(payload.why === 'truncated' ? 'the payload was truncated' : 'execution data was withheld'),
      );

/** The JSON of a value; a text that is no JSON counts as unknown. */
export const jsonOf = (value: Value): Json => {
  if (value.json !== undefined) return value.json;
  const json = parseText(value.text ?? 'null');
  value.json = json;
  return json;
};

const parseText = (text: string): Json => {
  try {
    return parseJson(text);
  } catch {
    return unknown('the recorded text is no JSON');
  }
};
