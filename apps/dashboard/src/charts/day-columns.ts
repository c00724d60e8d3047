import type { DayCount } from '../api.ts';

export const CHART_STATUSES = [
  'SUCCEEDED',
  'FAILED',
  'TIMED_OUT',
  'ABORTED',
  'RUNNING',
  'PENDING_REDRIVE',
] as const;
export type ChartStatus = (typeof CHART_STATUSES)[number];

/** What the chart and its table show: every day of the range, also those without executions. */
export interface DayColumns {
  /** ISO dates, UTC. */
  readonly days: readonly string[];
  /** By status, one count a day; a status that never occurs is absent. */
  readonly counts: ReadonlyMap<ChartStatus, readonly number[]>;
}

const DAY = 86_400_000;

/** Lays counts out over the `length` days that end with the day of `now`. */
export function layOutDays(rows: readonly DayCount[], now: number, length: number): DayColumns {
  const days = Array.from({ length }, (_, index) =>
    new Date(now - (length - 1 - index) * DAY).toISOString().slice(0, 10),
  );
  const counts = new Map<ChartStatus, readonly number[]>();
  for (const status of CHART_STATUSES) {
    const byDay = new Map(rows.filter((row) => row.status === status).map((row) => [row.day, row.count]));
    const line = days.map((day) => byDay.get(day) ?? 0);
    if (line.some((count) => count > 0)) counts.set(status, line);
  }
  return { days, counts };
}
