/** One line of `npm run bench`. `ratio` is value over floor: both were measured in this run. */
export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly floor: number;
  readonly ratio: number;
}

/** What each task took, round by round. */
export interface Timing<Task extends string> {
  /** Median milliseconds. */
  readonly of: (task: Task) => number;
  /** How many times the floor's time a task took: the median over the rounds, so that a slow moment strikes both. */
  readonly ratio: (task: Task, floor: Task) => number;
}

const ROUNDS = 9;
const WARM_UP = 3;
const SECOND = 1000;
/** Milliseconds for which a task is repeated to be measured once. */
const SLICE = 30;

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

function timingOf<Task extends string>(rounds: readonly ReadonlyMap<Task, number>[]): Timing<Task> {
  const timesOf = (task: Task) => rounds.map((round) => round.get(task) ?? Number.NaN);
  return {
    of: (task) => median(timesOf(task)),
    ratio: (task, floor) => {
      const floors = timesOf(floor);
      return median(timesOf(task).map((time, round) => time / (floors[round] ?? Number.NaN)));
    },
  };
}

/** Milliseconds that processors have worked for this process: what others do meanwhile does not count. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const entriesOf = <Task extends string, Run>(tasks: Readonly<Record<Task, Run>>) =>
  Object.entries(tasks) as [Task, Run][];

/**
 * Processor time of each task, garbage collection included. They take turns, so that a slow moment of the machine
 * strikes them all; before, they run until they are warm.
 */
export function timeInTurns<Task extends string>(tasks: Readonly<Record<Task, () => unknown>>): Timing<Task> {
  const entries = entriesOf(tasks);
  const start = processorTime();
  let turns = 0;
  for (; turns < WARM_UP || processorTime() - start < SECOND; turns++) {
    for (const [, task] of entries) task();
  }
  const repeats = Math.ceil((SLICE * turns * entries.length) / (processorTime() - start));
  const measure = (task: () => unknown): number => {
    const from = processorTime();
    for (let n = 0; n < repeats; n++) task();
    return (processorTime() - from) / repeats;
  };
  const rounds = Array.from(
    { length: ROUNDS },
    () => new Map(entries.map(([name, task]) => [name, measure(task)])),
  );
  return timingOf(rounds);
}

/** The same of tasks that wait, in time that passes: much of their work is done elsewhere. */
export async function timeWaitingInTurns<Task extends string>(
  tasks: Readonly<Record<Task, () => Promise<unknown>>>,
): Promise<Timing<Task>> {
  const rounds: Map<Task, number>[] = [];
  for (let round = 0; round < ROUNDS + 2; round++) {
    const times = new Map<Task, number>();
    for (const [name, task] of entriesOf(tasks)) {
      const from = performance.now();
      await task();
      times.set(name, performance.now() - from);
    }
    if (round >= 2) rounds.push(times);
  }
  return timingOf(rounds);
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

/** Prints one measurement as a JSON line. */
export function report(
  name: string,
  value: number,
  unit: string,
  {
    floor,
    ratio,
    ...more
  }: { readonly floor: number; readonly ratio: number; readonly [fact: string]: unknown },
): void {
  const line: Measurement = {
    name,
    value: rounded(value),
    unit,
    floor: rounded(floor),
    ratio: rounded(ratio),
  };
  console.log(JSON.stringify({ ...line, ...more }));
}

/** Prints that a measurement could not be made, and why. */
export function reportSkipped(name: string, reason: string): void {
  console.log(JSON.stringify({ name, skipped: reason }));
}
