// A process of its own, for its peak memory is measured. Usage: node dist/bench/peak-memory.mjs EVENTS
import { replay } from '@steptrail/interpreter';
import { carryPayload, readPages } from './histories.ts';

/** Events a page: some 25 MB of JSON text. */
const PAGE = 100;

const { program, pages } = carryPayload(Number(process.argv[2]), PAGE);
let bytes = 0;

function* countBytes(): Generator<string> {
  for (const text of pages()) {
    bytes += text.length;
    yield text;
  }
}

const { divergences, unverifiable, events, largestPayload } = replay(program, readPages(countBytes()));
const [wrong] = [...divergences, ...unverifiable];
if (wrong !== undefined) throw new Error(JSON.stringify(wrong));
const peak = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ peak, events, bytes, payload: largestPayload?.bytes }));
