import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { report } from './measure.ts';

interface Peak {
  /** MiB, of the whole process. */
  readonly peak: number;
  readonly events: number;
  readonly bytes: number;
  readonly payload: number;
}

/** MiB that the process may keep: it would die if payloads of the past were held. */
const HEAP = 100;

function measurePeak(events: number): Peak {
  const script = join(import.meta.dirname, 'peak-memory.mjs');
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [`--max-old-space-size=${HEAP}`, script, String(events)],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`peak-memory: ${stderr}`);
  return JSON.parse(stdout);
}

/**
 * Peak memory of a replay of 25,000 events with payloads of 256 KiB, page by page: gigabytes of history, which no
 * process could hold. The floor is the peak for a tenth of the events; flat memory means a ratio of about 1.
 */
export function benchMemory(): void {
  const short = measurePeak(2500);
  const { peak, ...facts } = measurePeak(25_000);
  const name = 'peak memory of 25,000 events with payloads of 256 KiB, over 2,500 events';
  report(name, peak, 'MiB', { floor: short.peak, ratio: peak / short.peak, ...facts, heapLimit: HEAP });
}
