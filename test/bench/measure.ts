/** One line of `npm run bench`. `ratio` is value over floor: both were measured in this run. */
export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly floor: number;
  readonly ratio: number;
}

const ROUNDS = 9;
const WARM_UP = 3;
const SECOND = 1000;

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

/**
 * Median milliseconds of each task. The tasks take turns, so that a slow moment of the machine strikes them all;
 * before, they run until they are warm.
 */
export function timeInTurns(tasks: readonly (() => unknown)[]): readonly number[] {
  const start = performance.now();
  for (let turn = 0; turn < WARM_UP || performance.now() - start < SECOND; turn++) {
    for (const task of tasks) task();
    if (turn > 100) break;
  }
  const times = tasks.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    tasks.forEach((task, index) => {
      const from = performance.now();
      task();
      times[index]?.push(performance.now() - from);
    });
  }
  return times.map(median);
}

/** The same for tasks that wait. */
export async function timeWaitingInTurns(
  tasks: readonly (() => Promise<unknown>)[],
): Promise<readonly number[]> {
  const times = tasks.map((): number[] => []);
  for (let round = 0; round < ROUNDS + 2; round++) {
    for (const [index, task] of tasks.entries()) {
      const from = performance.now();
      await task();
      if (round >= 2) times[index]?.push(performance.now() - from);
    }
  }
  return times.map(median);
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

/** Prints one measurement as a JSON line. */
export function report(name: string, value: number, unit: string, floor: number, more: object = {}): void {
  const line: Measurement = {
    name,
    value: rounded(value),
    unit,
    floor: rounded(floor),
    ratio: rounded(value / floor),
  };
  console.log(JSON.stringify({ ...line, ...more }));
}

/** Prints that a measurement could not be made, and why. */
export function reportSkipped(name: string, reason: string): void {
  console.log(JSON.stringify({ name, skipped: reason }));
}
