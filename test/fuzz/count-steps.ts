import { type Profiler, Session } from 'node:inspector/promises';

/**
 * How many functions and blocks of our own code a task runs through, counted by V8: the same on every machine, however
 * busy. What V8's own functions do inside is not counted.
 */
export async function countSteps(task: () => unknown): Promise<number> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    await session.post('Profiler.takePreciseCoverage');
    task();
    const { result } = await session.post('Profiler.takePreciseCoverage');
    return stepsIn(result);
  } finally {
    session.disconnect();
  }
}

function stepsIn(scripts: readonly Profiler.ScriptCoverage[]): number {
  let steps = 0;
  for (const { url, functions } of scripts) {
    if (!/\/packages\/[^/]+\/src\//.test(url)) continue;
    for (const { ranges } of functions) for (const { count } of ranges) steps += count;
  }
  return steps;
}
