import type { Json } from './json.ts';

/**
 * The texts of a few objects and arrays that were found in payloads lately. What a state hands on unchanged is
 * the same object, so its text is the same too. Few and in a list: this has to be cheaper than walking a value.
 */
export interface KnownTexts {
  readonly textOf: (value: Json) => string | undefined;
  readonly keep: (value: Json, text: string) => void;
}

const PLACES = 8;

/** New texts share the back half of the places; each use moves one ahead, so that what is used stays. */
export const createKnownTexts = (): KnownTexts => {
  const values = new Array<Json | undefined>(PLACES).fill(undefined);
  const texts = new Array<string>(PLACES).fill('');
  let next = PLACES / 2;
  const moveAhead = (place: number, value: Json, text: string): void => {
    values[place] = values[place - 1];
    texts[place] = texts[place - 1] ?? '';
    values[place - 1] = value;
    texts[place - 1] = text;
  };
  return {
    textOf: (value) => {
      for (let place = 0; place < PLACES; place += 1) {
        if (values[place] !== value) continue;
        const text = texts[place];
        if (place > 0 && text !== undefined) moveAhead(place, value, text);
        return text;
      }
      return undefined;
    },
    keep: (value, text) => {
      values[next] = value;
      texts[next] = text;
      next = next === PLACES - 1 ? PLACES / 2 : next + 1;
    },
  };
};
