import type { Event } from '@steptrail/history';

/** What is kept of every event after it has gone by: a few words, no payloads. By event id. */
export interface Chain {
  readonly note: (id: number, type: string, previousEventId: number, timestamp: number) => void;
  /** Keeps the error and cause of an event that ends the execution. */
  readonly noteEnd: (event: Event) => void;
  readonly has: (id: number) => boolean;
  readonly typeOf: (id: number) => string | undefined;
  /** The id that the event pointed to; undefined where that does not lie before it. */
  readonly before: (id: number) => number | undefined;
  /** Epoch milliseconds. */
  readonly timeOf: (id: number) => number | undefined;
  /** The error and cause of an event that ended the execution. */
  readonly endOf: (id: number) => EndTexts | undefined;
}

export interface EndTexts {
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

export const createChain = (): Chain => {
  // Ids count from 1, so these are lists; should they not, they are sparse.
  const types: (string | undefined)[] = [];
  const previous: number[] = [];
  const times: number[] = [];
  const ends = new Map<number, EndTexts>();
  return {
    note: (id, type, previousEventId, timestamp) => {
      types[id] = type;
      previous[id] = previousEventId;
      times[id] = timestamp;
    },
    noteEnd: (event) => {
      if (event.type !== 'ExecutionFailed' && event.type !== 'ExecutionTimedOut') return;
      const { error, cause } = event;
      ends.set(event.id, {
        ...(error === undefined ? {} : { error }),
        ...(cause === undefined ? {} : { cause }),
      });
    },
    has: (id) => types[id] !== undefined,
    typeOf: (id) => types[id],
    before: (id) => {
      const there = previous[id];
      return there === undefined || there >= id ? undefined : there;
    },
    timeOf: (id) => times[id],
    endOf: (id) => ends.get(id),
  };
};
