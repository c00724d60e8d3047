const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Steps that people count time in; above the last, whole multiples of it. */
const STEPS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 5, 10, 20, 50, 100].map((count) => count * DAY),
];

const MOST_STEPS = 6;
/** A label at the very end would not fit. */
const LAST_PLACE = 0.96;

/** Where an axis of `span` milliseconds is labelled, in milliseconds from its start; the first is 0. */
export function timeTicks(span: number): readonly number[] {
  const step = STEPS.find((each) => span / each <= MOST_STEPS) ?? Math.ceil(span / MOST_STEPS / DAY) * DAY;
  const count = Math.floor((span * LAST_PLACE) / step) + 1;
  return Array.from({ length: count }, (_, index) => index * step);
}
