import { type Draws, isUnknown, type Json, jsonText, parseJson, reasonOf } from '../expressions/index.ts';
import { isArray, isObject, type OpenObject, setKey } from '../expressions/json.ts';
import type { TestStateException } from './call.ts';

/** Statuses of AWS's TestState. */
export type TestStateStatus = 'SUCCEEDED' | 'FAILED' | 'RETRIABLE' | 'CAUGHT_ERROR';

/** What a state did about its error. Indices count from 0. */
export interface ErrorDetails {
  readonly retryIndex?: number;
  readonly retryBackoffIntervalSeconds?: number;
  readonly catchIndex?: number;
}

/** The steps of a state in their order: JSON texts, but numbers for limits. */
export type InspectionData = { readonly [step: string]: string | number | ErrorDetails };

/** An answer in the shape of AWS's TestState; `output` is a JSON text. Without status where nobody can know it. */
export interface TestStateResponse {
  readonly status?: TestStateStatus;
  readonly output?: string;
  readonly nextState?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly inspectionData?: InspectionData;
}

/** A leaf that cannot be known offline. */
export interface UnknownLeaf {
  /** JSON pointer from `response`, through the JSON text: `/output/context/Execution/Id`. */
  readonly at: string;
  readonly why: string;
}

/** What `inspect` says of one call. */
export interface Inspection {
  readonly response: TestStateResponse | { readonly exception: TestStateException };
  /** Why there is no status: the answer rests on something that only AWS has. */
  readonly unanswered?: string;
  /** Leaves of the answer that stand for something unknown: AWS's clock, ids and randomness. */
  readonly unknown: readonly UnknownLeaf[];
  /** What AWS would check besides, and what the answer rests on. */
  readonly notes: readonly string[];
}

/** Writes values as JSON texts: a value that passed through untouched keeps the text it came as. */
export interface Renderer {
  readonly parse: (text: string) => Json;
  readonly render: (value: Json, at: string) => string;
  readonly unknown: readonly UnknownLeaf[];
}

export const createRenderer = (): Renderer => {
  const texts = new WeakMap<object, string>();
  const unknown: UnknownLeaf[] = [];
  const known = (value: Json, at: string): Json => {
    if (isUnknown(value)) {
      unknown.push({ at, why: reasonOf(value) });
      return `(unknown: ${reasonOf(value)})`;
    }
    if (isArray(value)) return value.map((item, index) => known(item, `${at}/${index}`));
    if (!isObject(value)) return value;
    const copy: OpenObject = {};
    for (const [key, item] of Object.entries(value)) {
      setKey(copy, key, known(item, `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`));
    }
    return copy;
  };
  return {
    parse: (text) => {
      const value = parseJson(text);
      if (typeof value === 'object' && value !== null) texts.set(value, text);
      return value;
    },
    render: (value, at) => {
      const text = typeof value === 'object' && value !== null ? texts.get(value) : undefined;
      return text ?? jsonText(known(value, at));
    },
    unknown,
  };
};

/** Says what was drawn: randomness and clocks are AWS's own. */
export const notesOfDraws = (draws: Draws): readonly string[] =>
  draws.reasons.map((reason) => `The answer rests on something that only AWS has: ${reason}.`);
