import { normaliseHistory } from '@steptrail/history';
import { replay } from '@steptrail/interpreter';
import { type BenchedHistory, recordLoop, recordMap } from './histories.ts';
import { report, timeInTurns } from './measure.ts';

function benchHistory(name: string, { program, text, events }: BenchedHistory): void {
  const parse = () => JSON.parse(text);
  const read = () => normaliseHistory(JSON.parse(text)).events;
  const explain = () => replay(program, read());
  const { divergences } = explain();
  if (divergences.length > 0) throw new Error(`${name}: ${JSON.stringify(divergences[0])}`);
  const [floor = 0, reading = 0, replaying = 0] = timeInTurns([parse, read, explain]);
  const facts = { events, bytes: text.length };
  report(`read ${name}, from text`, reading, 'ms', floor, facts);
  const eventsPerSecond = Math.round((events / replaying) * 1000);
  report(`replay ${name}, from text`, replaying, 'ms', floor, { ...facts, eventsPerSecond });
}

/** Replay from text; the floor is JSON.parse of the same text. */
export function benchReplay(): void {
  benchHistory('JSONPath loop of 100 turns', recordLoop(100));
  benchHistory('JSONPath loop of 2,000 turns', recordLoop(2000));
  benchHistory('Map of 1,000 items', recordMap(1000));
}
