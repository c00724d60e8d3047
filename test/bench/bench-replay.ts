import type { Event } from '@steptrail/history';
import { groupLogRecords, normaliseHistory, normaliseLogRecords } from '@steptrail/history';
import { replay } from '@steptrail/interpreter';
import {
  type BenchedHistory,
  recordExpressLogs,
  recordJsonataLoop,
  recordLoop,
  recordMap,
  recordParallel,
} from './histories.ts';
import { report, timeInTurns } from './measure.ts';

/** Microseconds an event. */
interface Cost {
  readonly parsing: number;
  readonly replaying: number;
}

function readExecutions({ form, text }: BenchedHistory): readonly (readonly Event[])[] {
  if (form === 'history') return [normaliseHistory(JSON.parse(text)).events];
  const executions = groupLogRecords(normaliseLogRecords(text.split('\n')).records).values();
  return [...executions].map((records) => records.map(({ event }) => event));
}

function benchHistory(name: string, history: BenchedHistory): Cost {
  const { program, text, events, form } = history;
  const parse = () =>
    form === 'history' ? JSON.parse(text) : text.split('\n').map((line) => JSON.parse(line));
  const read = () => readExecutions(history);
  const explain = () => read().map((execution) => replay(program, execution));
  for (const { divergences, unverifiable, status } of explain()) {
    const [wrong] = [...divergences, ...unverifiable];
    if (wrong !== undefined || status !== 'SUCCEEDED')
      throw new Error(`${name}: ${status} ${JSON.stringify(wrong)}`);
  }
  const [floor = 0, reading = 0, replaying = 0] = timeInTurns([parse, read, explain]);
  const facts = { events, bytes: text.length };
  report(`read ${name}, from text`, reading, 'ms', floor, facts);
  const eventsPerSecond = Math.round((events / replaying) * 1000);
  report(`replay ${name}, from text`, replaying, 'ms', floor, { ...facts, eventsPerSecond });
  return { parsing: (floor / events) * 1000, replaying: (replaying / events) * 1000 };
}

/** Replay from text; the floor P is JSON.parse of the same text. */
export function benchReplay(): void {
  // 9 events a turn: the longest is just short of the 25,000 events at which AWS ends an execution.
  const short = benchHistory('JSONPath loop of 27 turns', recordLoop(27));
  const long = benchHistory('JSONPath loop of 2,770 turns', recordLoop(2770));
  report('replay an event of 25,000, over one of 250', long.replaying, 'µs', short.replaying);
  // What JSON.parse alone pays more in a long text is the garbage collector's share.
  report('JSON.parse an event of 25,000, over one of 250', long.parsing, 'µs', short.parsing);
  benchHistory('JSONata loop of 500 turns', recordJsonataLoop(500));
  benchHistory('Parallel of 3 branches, 500 turns', recordParallel(500));
  benchHistory('Map of 1,000 items', recordMap(1000, 'STANDARD'));
  // A Standard execution would end at 25,000 events, Express has no such limit.
  benchHistory('Map of 10,000 items, Express logs', recordMap(10_000, 'EXPRESS'));
  benchHistory('200 Express executions at once, logs', recordExpressLogs(200));
}
