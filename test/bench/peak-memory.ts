// A process of its own, for its peak memory is measured. Usage: node dist/bench/peak-memory.mjs EVENTS
import { type Event, normaliseHistory } from '@steptrail/history';
import { replay } from '@steptrail/interpreter';
import { carryPayload } from './histories.ts';

/** Events a page: some 25 MB of JSON text. */
const PAGE = 100;

const { program, pages } = carryPayload(Number(process.argv[2]), PAGE);
let bytes = 0;

/** What a reader of GetExecutionHistory has: a page's text, its events, then the next page. */
function* readPages(): Generator<Event> {
  for (const text of pages()) {
    bytes += text.length;
    yield* normaliseHistory(JSON.parse(text)).events;
  }
}

const { divergences, unverifiable, events, largestPayload } = replay(program, readPages());
const [wrong] = [...divergences, ...unverifiable];
if (wrong !== undefined) throw new Error(JSON.stringify(wrong));
const peak = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ peak, events, bytes, payload: largestPayload?.bytes }));
