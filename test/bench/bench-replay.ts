import { normaliseHistory } from '@steptrail/history';
import { replay } from '@steptrail/interpreter';
import {
  type BenchedHistory,
  recordJsonataLoop,
  recordLoop,
  recordMap,
  recordParallel,
} from './histories.ts';
import { report, timeInTurns } from './measure.ts';

/** Milliseconds of a replay from text. */
function benchHistory(name: string, { program, text, events }: BenchedHistory): number {
  const parse = () => JSON.parse(text);
  const read = () => normaliseHistory(JSON.parse(text)).events;
  const explain = () => replay(program, read());
  const { divergences, unverifiable } = explain();
  const [wrong] = [...divergences, ...unverifiable];
  if (wrong !== undefined) throw new Error(`${name}: ${JSON.stringify(wrong)}`);
  const [floor = 0, reading = 0, replaying = 0] = timeInTurns([parse, read, explain]);
  const facts = { events, bytes: text.length };
  report(`read ${name}, from text`, reading, 'ms', floor, facts);
  const eventsPerSecond = Math.round((events / replaying) * 1000);
  report(`replay ${name}, from text`, replaying, 'ms', floor, { ...facts, eventsPerSecond });
  return replaying;
}

/** Replay from text; the floor is JSON.parse of the same text. */
export function benchReplay(): void {
  // 9 events a turn: the longest is just short of the 25,000 events at which AWS ends an execution.
  const short = recordLoop(27);
  const long = recordLoop(2770);
  const shortTime = benchHistory('JSONPath loop of 27 turns', short) / short.events;
  const longTime = benchHistory('JSONPath loop of 2,770 turns', long) / long.events;
  report('replay an event of 25,000, over one of 250', longTime * 1000, 'µs', shortTime * 1000);
  benchHistory('Map of 1,000 items', recordMap(1000));
  benchHistory('Parallel of 3 branches, 500 turns', recordParallel(500));
  benchHistory('JSONata loop of 500 turns', recordJsonataLoop(500));
}
