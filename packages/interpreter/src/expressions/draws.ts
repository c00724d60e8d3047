import { type Unknown, unknown } from './unknown.ts';

/**
 * Where evaluations get randomness and time from, and where they report that they asked. A record gives
 * unknown leaves, for what AWS drew cannot be drawn again; a simulation gives numbers.
 */
export interface Draws {
  /** A number 0 ≤ x < 1. */
  random(): number | Unknown;
  /** A UUID, version 4. */
  uuid(): string | Unknown;
  /** The time in epoch milliseconds. */
  now(): number | Unknown;
  /** Says that a result rests on an unknown value. */
  touchUnknown(reason: string): void;
  /** The reasons for which anything was drawn or touched so far, in order of first occurrence. */
  readonly reasons: readonly string[];
}

const reporting = (draw: Omit<Draws, 'touchUnknown' | 'reasons'>): Draws => {
  const reasons: string[] = [];
  const report = (reason: string): void => {
    if (!reasons.includes(reason)) reasons.push(reason);
  };
  return {
    random: () => {
      report('a random number');
      return draw.random();
    },
    uuid: () => {
      report('a random UUID');
      return draw.uuid();
    },
    now: () => {
      report("AWS's clock");
      return draw.now();
    },
    touchUnknown: report,
    reasons,
  };
};

/** Draws of a replay: every draw is an unknown leaf. */
export const unknownDraws = (): Draws =>
  reporting({
    random: () => unknown('a random number'),
    uuid: () => unknown('a random UUID'),
    now: () => unknown("AWS's clock"),
  });

/** Draws of a simulation: numbers and UUIDs from a seed (mulberry32), the time from `now` (epoch milliseconds). */
export const seededDraws = (seed: number, now: () => number): Draws => {
  let state = seed | 0;
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const uuid = (): string =>
    'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'.replace(/[xy]/g, (place) => {
      const digit = Math.floor(random() * 16);
      return (place === 'x' ? digit : (digit & 3) | 8).toString(16);
    });
  return reporting({ random, uuid, now });
};
