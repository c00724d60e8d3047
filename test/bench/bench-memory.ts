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

function measurePeak(what: 'loop' | 'map', count: number, heap: number): Peak {
  const script = join(import.meta.dirname, 'peak-memory.mjs');
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [`--max-old-space-size=${heap}`, script, what, String(count)],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`peak-memory: ${stderr}`);
  return JSON.parse(stdout);
}

/**
 * Peak memory of replays, page by page, of gigabytes of history, which no process could hold: 25,000 events with payloads
 * of 256 KiB, and a Map of 10,000 items with payloads of 32 KiB. The floor is the peak for a tenth of it; flat memory
 * means a ratio of about 1.
 */
export function benchMemory(): void {
  const measure = (name: string, what: 'loop' | 'map', count: number) => {
    const short = measurePeak(what, count / 10, HEAP);
    const { peak, ...facts } = measurePeak(what, count, HEAP);
    report(name, peak, 'MiB', { floor: short.peak, ratio: peak / short.peak, ...facts, heapLimit: HEAP });
  };
  measure('peak memory of 25,000 events with payloads of 256 KiB, over 2,500 events', 'loop', 25_000);
  measure('peak memory of a Map of 10,000 items with payloads of 32 KiB, over 1,000 items', 'map', 10_000);
}
