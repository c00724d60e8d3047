import { parseValue } from '@steptrail/asl';
import { writeHistoryEvent } from '@steptrail/history';
import { compile, type Program, simulate, type World } from '@steptrail/interpreter';

/** A program with a history that it really records, as the text of a GetExecutionHistory answer. */
export interface BenchedHistory {
  readonly program: Program;
  readonly text: string;
  readonly events: number;
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
      ItemProcessor: { StartAt: 'Work', States: { Work: { Type: 'Task', Resource: LAMBDA, End: true } } },
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

function record(definition: unknown, input: Parameters<typeof simulate>[1]): BenchedHistory {
  const parsed = parseValue(definition);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const program = compile(parsed.machine, { type: 'STANDARD' });
  const events = simulate(program, input, world).map((event) => writeHistoryEvent(event));
  return { program, text: JSON.stringify({ events }), events: events.length };
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
export function recordMap(items: number): BenchedHistory {
  return record(MAP, { items: Array.from({ length: items }, (_, i) => ({ sku: `sku-${i}` })) });
}

/** A Parallel of three branches in a loop of so many turns. */
export function recordParallel(turns: number): BenchedHistory {
  return record(PARALLEL, { count: 0, limit: turns, order });
}

/** A loop with a JSONata expression in every state. */
export function recordJsonataLoop(turns: number): BenchedHistory {
  return record(JSONATA, { count: 0, limit: turns, order });
}
