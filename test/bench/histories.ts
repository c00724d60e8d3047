import { parseValue } from '@steptrail/asl';
import { type Event, normaliseHistory, writeHistoryEvent, writeLogRecord } from '@steptrail/history';
import { compile, type Program, simulate, type World } from '@steptrail/interpreter';

/** A program with what it really records, as AWS hands it out. */
export interface BenchedHistory {
  readonly program: Program;
  readonly form: 'history' | 'logs';
  /** Texts to parse: answers of GetExecutionHistory, or one log record (at level ALL) each, of any executions. */
  readonly texts: readonly string[];
  readonly events: number;
  readonly bytes: number;
}

/** The most events that GetExecutionHistory gives at a time. */
const PAGE = 1000;

/** What a reader of GetExecutionHistory has: a page's text, its events, then the next page. */
export function* readPages(texts: Iterable<string>): Generator<Event> {
  for (const text of texts) {
    for (const event of normaliseHistory(JSON.parse(text)).events) yield event;
  }
}

const LAMBDA = 'arn:aws:lambda:us-east-1:111122223333:function:step';

/** A polling loop: wait, ask, choose; about 11 events a turn. */
const LOOP = {
  StartAt: 'Count',
  States: {
    Count: {
      Type: 'Pass',
      Parameters: { 'count.$': 'States.MathAdd($.count, 1)', 'order.$': '$.order', 'limit.$': '$.limit' },
      Next: 'Ask',
    },
    Ask: {
      Type: 'Task',
      Resource: LAMBDA,
      Parameters: { 'orderId.$': '$.order.id', 'turn.$': '$.count' },
      ResultSelector: { 'state.$': '$.state' },
      ResultPath: '$.answer',
      TimeoutSeconds: 60,
      Retry: [{ ErrorEquals: ['States.ALL'] }],
      Next: 'Done?',
    },
    'Done?': {
      Type: 'Choice',
      Choices: [{ Variable: '$.count', NumericLessThanPath: '$.limit', Next: 'Count' }],
      Default: 'Finished',
    },
    Finished: { Type: 'Succeed' },
  },
};

const MAP = {
  StartAt: 'Each',
  States: {
    Each: {
      Type: 'Map',
      ItemsPath: '$.items',
      MaxConcurrency: 40,
      ItemSelector: { 'item.$': '$$.Map.Item.Value', 'index.$': '$$.Map.Item.Index' },
      ItemProcessor: {
        StartAt: 'Work',
        // 10,000 outputs must fit into the 256 KiB of the Map's own.
        States: { Work: { Type: 'Task', Resource: LAMBDA, OutputPath: '$.state', End: true } },
      },
      End: true,
    },
  },
};

const PARALLEL = {
  StartAt: 'Both',
  States: {
    Both: {
      Type: 'Parallel',
      Branches: ['Pay', 'Pack', 'Tell'].map((name) => ({
        StartAt: name,
        States: { [name]: { Type: 'Task', Resource: LAMBDA, ResultPath: '$.answer', End: true } },
      })),
      ResultSelector: {
        'order.$': '$[0].order',
        'count.$': 'States.MathAdd($[0].count, 1)',
        'limit.$': '$[0].limit',
      },
      Next: 'Again?',
    },
    'Again?': {
      Type: 'Choice',
      Choices: [{ Variable: '$.count', NumericLessThanPath: '$.limit', Next: 'Both' }],
      Default: 'Finished',
    },
    Finished: { Type: 'Succeed' },
  },
};

const JSONATA = {
  QueryLanguage: 'JSONata',
  StartAt: 'Count',
  States: {
    Count: {
      Type: 'Pass',
      Output: "{% $merge([$states.input, {'count': $states.input.count + 1}]) %}",
      Next: 'Ask',
    },
    Ask: {
      Type: 'Task',
      Resource: LAMBDA,
      Arguments: { orderId: '{% $states.input.order.id %}', turn: '{% $states.input.count %}' },
      Output: "{% $merge([$states.input, {'answer': $states.result.state}]) %}",
      Next: 'Done?',
    },
    'Done?': {
      Type: 'Choice',
      Choices: [{ Condition: '{% $states.input.count < $states.input.limit %}', Next: 'Count' }],
      Default: 'Finished',
    },
    Finished: { Type: 'Succeed' },
  },
};

const world: World = {
  start: Date.UTC(2026, 0, 1),
  executionArn: 'arn:aws:states:us-east-1:111122223333:execution:bench:one',
  stateMachineArn: 'arn:aws:states:us-east-1:111122223333:stateMachine:bench',
  roleArn: 'arn:aws:iam::111122223333:role/bench',
  seed: 1,
  task: ({ attempt }) => ({ kind: 'succeeds', output: { state: 'PENDING', attempt, at: 'eu' }, after: 80 }),
};

type Input = Parameters<typeof simulate>[1];

function compileFor(type: 'STANDARD' | 'EXPRESS', definition: unknown): Program {
  const parsed = parseValue(definition, { type });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return compile(parsed.machine, { type });
}

const lengthOf = (texts: readonly string[]): number => texts.reduce((sum, { length }) => sum + length, 0);

function writePages(events: readonly Event[]): readonly string[] {
  const pages: string[] = [];
  for (let at = 0; at < events.length; at += PAGE) {
    const page = events.slice(at, at + PAGE).map((event) => writeHistoryEvent(event));
    pages.push(JSON.stringify({ events: page }));
  }
  return pages;
}

function record(definition: unknown, input: Input): BenchedHistory {
  const program = compileFor('STANDARD', definition);
  const events = simulate(program, input, world);
  const texts = writePages(events);
  return { program, form: 'history', texts, events: events.length, bytes: lengthOf(texts) };
}

/** The records of executions that run at the same time, in the order of their times. */
function recordLogs(definition: unknown, inputs: readonly Input[]): BenchedHistory {
  const program = compileFor('EXPRESS', definition);
  const records = inputs.flatMap((input, index) => {
    const executionArn = `arn:aws:states:us-east-1:111122223333:express:bench:one:${index}`;
    const events: readonly Event[] = simulate(program, input, { ...world, executionArn, seed: index });
    return events.map((event) => writeLogRecord(event, { executionArn, redriveCount: 0 }));
  });
  const texts = records
    .toSorted((a, b) => Number(a.event_timestamp) - Number(b.event_timestamp))
    .map((line) => JSON.stringify(line));
  return { program, form: 'logs', texts, events: texts.length, bytes: lengthOf(texts) };
}

/** What a state machine is raced with: definition, input and world, and the history that it records. */
export interface Race {
  readonly definition: unknown;
  readonly program: Program;
  readonly input: Input;
  readonly world: World;
  /** What every task gives. */
  readonly output: unknown;
  /** Pages of its history. */
  readonly texts: readonly string[];
  /** Visits of states. */
  readonly states: number;
}

/** What both sides understand: no waits, retries without need, or JSONata. */
export function recordRace(turns: number): Race {
  const output = { state: 'PENDING', at: 'eu' };
  const raced: World = { ...world, task: () => ({ kind: 'succeeds', output, after: 80 }) };
  const input = { count: 0, limit: turns, order };
  const program = compileFor('STANDARD', LOOP);
  const events = simulate(program, input, raced);
  const states = events.filter(({ type }) => type.endsWith('StateEntered')).length;
  return { definition: LOOP, program, input, world: raced, output, texts: writePages(events), states };
}

/** What stands for the payload until it is written out. */
const BLOB = '(payload)';
const PAYLOAD_LIMIT = 262_144;

/** A program, and the texts of its history's pages, which are made when asked for: nobody could hold them all. */
export interface LargeHistory {
  readonly program: Program;
  readonly pages: () => Generator<string>;
}

function writeLarge(program: Program, history: readonly Event[], page: number, blob: string): LargeHistory {
  return {
    program,
    pages: function* () {
      for (let at = 0; at < history.length; at += page) {
        const written = history.slice(at, at + page).map((event) => writeHistoryEvent(event));
        yield JSON.stringify({ events: written }).replaceAll(BLOB, blob);
      }
    },
  };
}

const textOf = (length: number): string => 'lorem ipsum '.repeat(Math.ceil(length / 12)).slice(0, length);

/** A loop whose payload of nearly 256 KiB goes through every state. */
export function carryPayload(events: number, page: number): LargeHistory {
  const program = compileFor('STANDARD', LOOP);
  const limit = Math.floor(events / 9);
  const input = { count: 0, limit, order: { id: 'order-4711', blob: BLOB } };
  const history = simulate(program, input, world);
  const rest = JSON.stringify({ ...input, count: limit, answer: { state: 'PENDING' } }).length;
  return writeLarge(program, history, page, textOf(PAYLOAD_LIMIT - rest));
}

/** A Map over so many items, each of whose iterations carries a text of 32 KiB of its own. */
export function carryItems(items: number, page: number): LargeHistory {
  const program = compileFor('EXPRESS', {
    ...MAP,
    States: {
      Each: {
        ...MAP.States.Each,
        ItemSelector: {
          ...MAP.States.Each.ItemSelector,
          'note.$': "States.Format('{} {}', $.note, $$.Map.Item.Index)",
        },
      },
    },
  });
  const input = { note: BLOB, items: Array.from({ length: items }, (_, i) => `sku-${i}`) };
  return writeLarge(program, simulate(program, input, world), page, textOf(32_768));
}

const order = {
  id: 'order-4711',
  customer: { name: 'Jo Example', city: 'Springfield' },
  lines: Array.from({ length: 6 }, (_, i) => ({ sku: `sku-${i}`, quantity: i + 1, price: 9.99 })),
};

/** A loop of so many turns. */
export function recordLoop(turns: number): BenchedHistory {
  return record(LOOP, { count: 0, limit: turns, order });
}

/** A Map over so many items. */
export function recordMap(items: number, type: 'STANDARD' | 'EXPRESS'): BenchedHistory {
  const input = { items: Array.from({ length: items }, (_, i) => ({ sku: `sku-${i}` })) };
  return type === 'STANDARD' ? record(MAP, input) : recordLogs(MAP, [input]);
}

/** So many short executions whose records are mixed. */
export function recordExpressLogs(executions: number): BenchedHistory {
  const inputs = Array.from({ length: executions }, (_, i) => ({ count: 0, limit: 3 + (i % 5), order }));
  return recordLogs(LOOP, inputs);
}

/** A Parallel of three branches in a loop of so many turns. */
export function recordParallel(turns: number): BenchedHistory {
  return record(PARALLEL, { count: 0, limit: turns, order });
}

/** A loop with a JSONata expression in every state. */
export function recordJsonataLoop(turns: number): BenchedHistory {
  return record(JSONATA, { count: 0, limit: turns, order });
}
