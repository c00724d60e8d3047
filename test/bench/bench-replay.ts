import { type Event, groupLogRecords, normaliseHistory, normaliseLogRecords } from '@steptrail/history';
import { replay, startReplay, type Trace } from '@steptrail/interpreter';
import {
  type BenchedHistory,
  recordExpressLogs,
  recordJsonataLoop,
  recordLoop,
  recordMap,
  recordParallel,
} from './histories.ts';
import { report, timeInTurns } from './measure.ts';

function parse({ texts }: BenchedHistory): void {
  for (const text of texts) JSON.parse(text);
}

function readLogs({ texts }: BenchedHistory): readonly (readonly Event[])[] {
  const executions = groupLogRecords(normaliseLogRecords(texts).records).values();
  return [...executions].map((records) => records.map(({ event }) => event));
}

function read(history: BenchedHistory): void {
  if (history.form === 'logs') readLogs(history);
  else for (const text of history.texts) normaliseHistory(JSON.parse(text));
}

/** Page by page, as they come from AWS. */
function explainPages({ program, texts }: BenchedHistory): Trace {
  const replaying = startReplay(program);
  for (const text of texts) {
    for (const event of normaliseHistory(JSON.parse(text)).events) replaying.take(event);
  }
  return replaying.end();
}

function explain(history: BenchedHistory): readonly Trace[] {
  if (history.form === 'history') return [explainPages(history)];
  return readLogs(history).map((events) => replay(history.program, events));
}

function check(name: string, history: BenchedHistory): void {
  for (const { divergences, unverifiable, status } of explain(history)) {
    const [wrong] = [...divergences, ...unverifiable];
    if (wrong !== undefined || status !== 'SUCCEEDED')
      throw new Error(`${name}: ${status} ${JSON.stringify(wrong)}`);
  }
}

function benchHistory(name: string, history: BenchedHistory): void {
  check(name, history);
  const { events, bytes } = history;
  const time = timeInTurns({
    parse: () => parse(history),
    read: () => read(history),
    replay: () => explain(history),
  });
  const floor = time.of('parse');
  const reading = { floor, ratio: time.ratio('read', 'parse'), events, bytes };
  report(`read ${name}, from text`, time.of('read'), 'ms', reading);
  const eventsPerSecond = Math.round((events / time.of('replay')) * 1000);
  const replaying = { floor, ratio: time.ratio('replay', 'parse'), events, bytes, eventsPerSecond };
  report(`replay ${name}, from text`, time.of('replay'), 'ms', replaying);
}

/** Whether an event costs the same wherever it stands: a long history against as many events in short ones. */
function benchLength(short: BenchedHistory, long: BenchedHistory): void {
  const times = Math.round(long.events / short.events);
  const repeat = (task: (history: BenchedHistory) => unknown) => () => {
    for (let n = 0; n < times; n++) task(short);
  };
  const time = timeInTurns({
    parseShort: repeat(parse),
    parseLong: () => parse(long),
    replayShort: repeat(explain),
    replayLong: () => explain(long),
  });
  const shortEvents = short.events * times;
  const tell = (name: string, longer: 'parseLong' | 'replayLong', shorter: 'parseShort' | 'replayShort') =>
    report(`${name} an event of 25,000, over one of 250`, (time.of(longer) / long.events) * 1000, 'µs', {
      floor: (time.of(shorter) / shortEvents) * 1000,
      ratio: (time.ratio(longer, shorter) / long.events) * shortEvents,
    });
  tell('replay', 'replayLong', 'replayShort');
  tell('JSON.parse', 'parseLong', 'parseShort');
}

/** Replay from text, page by page; the floor P is JSON.parse of the same pages. */
export function benchReplay(): void {
  // 9 events a turn: the longest is just short of the 25,000 events at which AWS ends an execution.
  const short = recordLoop(27);
  const long = recordLoop(2770);
  benchHistory('JSONPath loop of 27 turns', short);
  benchHistory('JSONPath loop of 2,770 turns', long);
  benchLength(short, long);
  benchHistory('JSONata loop of 500 turns', recordJsonataLoop(500));
  benchHistory('Parallel of 3 branches, 500 turns', recordParallel(500));
  benchHistory('Map of 1,000 items', recordMap(1000, 'STANDARD'));
  // A Standard execution would end at 25,000 events, Express has no such limit.
  benchHistory('Map of 10,000 items, Express logs', recordMap(10_000, 'EXPRESS'));
  benchHistory('200 Express executions at once, logs', recordExpressLogs(200));
}
