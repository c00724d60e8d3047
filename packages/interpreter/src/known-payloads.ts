import type { Payload } from '@steptrail/history';
import { createKnownTexts, type KnownTexts } from './expressions/index.ts';
import { recordedValue, type Value } from './value.ts';

/** What replay remembers of the payloads it met lately, so that nothing is parsed or walked twice in a row. */
export interface KnownPayloads {
  /** Texts of the parts of payloads. */
  readonly texts: KnownTexts;
  /** The value of a recorded payload; for a text met lately the same one, parsed already. */
  readonly valueOf: (payload: Payload) => Value;
}

/** Answers that come again and again, such as those of a job that is polled, are few at a time. */
const PLACES = 4;

export const createKnownPayloads = (): KnownPayloads => {
  const values: Value[] = [];
  let next = 0;
  return {
    texts: createKnownTexts(),
    valueOf: (payload) => {
      if (typeof payload !== 'string') return recordedValue(payload);
      for (const value of values) if (value.text === payload) return value;
      const value = recordedValue(payload);
      values[next] = value;
      next = (next + 1) % PLACES;
      return value;
    },
  };
};
