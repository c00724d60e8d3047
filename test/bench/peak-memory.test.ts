import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BuiltProcess, buildProcess } from '../../apps/ingester/src/testing/build-process.ts';

let built: BuiltProcess;
beforeAll(async () => {
  built = await buildProcess('../../../../test/bench/peak-memory.ts');
});
afterAll(() => built.remove());

/** MiB of heap in which a replay of 140 MB of history and more has to do. */
const HEAP = 90;

it.each([
  ['a loop with payloads of 256 KiB', 'loop', 1000],
  ['one that diverges in each turn', 'divergent', 3000],
  ['a Map of 2,200 items with payloads of 32 KiB', 'map', 2200],
])('%s is replayed without being held', { timeout: 60_000 }, async (_, what, count) => {
  const args = [`--max-old-space-size=${HEAP}`, built.program, what, String(count)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { bytes, peak } = JSON.parse(stdout);
  expect(bytes).toBeGreaterThan(HEAP * 1_500_000);
  expect(peak).toBeLessThan(250);
});
