import { withoutBigints } from './json-text.ts';
import type { Loose } from './jsonata-closure.ts';

/** The variables that an expression binds itself: the place of each, from the innermost block outwards. */
export interface Names {
  readonly places: Map<string, number>;
  readonly outer: Names | undefined;
  readonly whole: Whole;
}

/** What is known of the whole expression. */
export interface Whole {
  /** Places taken. */
  places: number;
  /** Nodes around the one that is compiled. */
  depth: number;
  /** How often one of its variables is read. */
  reads: number;
  /** Whether it only goes to a value, which then stays as it is; else it is evaluated with doubles. */
  readonly isWay: boolean;
}

/** A value from outside, as the expression is to see it. */
export const asRead = (value: Loose, { whole }: Names): Loose =>
  whole.isWay || value === undefined ? value : withoutBigints(value);

/** Gives a name the next place. */
export const bindName = ({ places, whole }: Names, name: string): number => {
  const place = whole.places;
  whole.places += 1;
  places.set(name, place);
  return place;
};

/** The names of a block inside of others. */
export const inside = (outer: Names): Names => ({ places: new Map(), outer, whole: outer.whole });

/** The place of a variable that the expression binds itself. */
export const placeOf = (names: Names, name: string): number | undefined => {
  for (let scope: Names | undefined = names; scope !== undefined; scope = scope.outer) {
    const place = scope.places.get(name);
    if (place !== undefined) return place;
  }
  return undefined;
};
