import type { Sql } from './sql.ts';

/** An answer that took less is asked for anew each time. */
const CHEAP_MS = 250;
/** A costly one stands for so many times what it took: asking takes at most a twentieth of the time. */
const TIMES = 20;

interface Kept<T> {
  readonly answer: Promise<T>;
  until: number;
}

/**
 * A question to the database whose answer is kept in this process while it is costly: one that took `t` stands for
 * 20 `t`, and who asks meanwhile gets the same; below 250 ms it is always asked anew. A failure is not kept.
 * `clock` is in milliseconds.
 */
export function keepCostly<T>(
  ask: (sql: Sql) => Promise<T>,
  clock: () => number = () => performance.now(),
): (sql: Sql) => Promise<T> {
  const byDatabase = new WeakMap<Sql, Kept<T>>();
  return (sql) => {
    const found = byDatabase.get(sql);
    if (found !== undefined && clock() < found.until) return found.answer;
    const since = clock();
    const answer = ask(sql);
    const kept: Kept<T> = { answer, until: Number.POSITIVE_INFINITY };
    byDatabase.set(sql, kept);
    answer.then(
      () => {
        const took = clock() - since;
        kept.until = took < CHEAP_MS ? since : since + took * (TIMES + 1);
      },
      () => byDatabase.delete(sql),
    );
    return answer;
  };
}
