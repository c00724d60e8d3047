// A process of its own, for its peak memory is measured. Usage: node peak-memory.mjs loop|map|divergent COUNT
import { compile, replay } from '@steptrail/interpreter';
import { carryItems, carryPayload, readPages } from './histories.ts';

/** Events a page: some 25 MB of JSON text. */
const PAGE = 100;

const [what, count] = process.argv.slice(2);
const { program, pages } = (what === 'map' ? carryItems : carryPayload)(Number(count), PAGE);
let bytes = 0;

function* countBytes(): Generator<string> {
  for (const text of pages()) {
    bytes += text.length;
    yield text;
  }
}

/** The same but for a member, so that each output of a state diverges, and what is large in it is told. */
function changed(): typeof program {
  const text = JSON.stringify(program.definition).replace('"order.$":', '"ordre.$":');
  return compile(JSON.parse(text), { type: 'STANDARD' });
}

const isDivergent = what === 'divergent';
const trace = replay(isDivergent ? changed() : program, readPages(countBytes()));
const { divergences, unverifiable, events, largestPayload } = trace;
const [wrong] = [...divergences, ...unverifiable];
if (isDivergent !== (wrong !== undefined)) throw new Error(JSON.stringify(wrong ?? 'nothing diverges'));
const peak = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ peak, events, bytes, payload: largestPayload?.bytes }));
