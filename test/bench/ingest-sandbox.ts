// A process of its own, that its work does not count as the ingester's. Writes its endpoint, ends with its input.
import { parseValue } from '@steptrail/asl';
import { writeHistoryEvent } from '@steptrail/history';
import { compile, simulate, type World } from '@steptrail/interpreter';
import { startSandbox } from '@steptrail/sandbox';
import { executionArn, testAccount } from '../../apps/ingester/src/testing/account.ts';
import { machineArn } from '../../apps/ingester/src/testing/events.ts';

const [executions = '1000', turns = '4', payload = '700'] = process.argv.slice(2);
const START = Date.UTC(2026, 0, 1);

const SHOP = {
  StartAt: 'Reserve',
  States: {
    Reserve: {
      Type: 'Task',
      Resource: 'arn:aws:lambda:us-east-1:123456789012:function:reserve',
      ResultPath: '$.reserved',
      Next: 'Done?',
    },
    'Done?': {
      Type: 'Choice',
      Choices: [{ Variable: '$.reserved.left', NumericGreaterThan: 0, Next: 'Reserve' }],
      Default: 'Finished',
    },
    Finished: { Type: 'Succeed' },
  },
};

/** Numbers from 0 to 1 that a seed determines. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Lines of an order of about so many bytes: like each other as orders are, and no two the same. */
function orderLines(random: () => number, bytes: number) {
  return Array.from({ length: Math.ceil(bytes / 90) }, () => ({
    sku: `sku-${Math.floor(random() * 1e6)}`,
    quantity: Math.ceil(random() * 9),
    price: Math.round(random() * 1e5) / 100,
    warehouse: ['Hamburg', 'Lyon', 'Turin', 'Porto'][Math.floor(random() * 4)] ?? 'Hamburg',
  }));
}

const parsed = parseValue(SHOP, { type: 'STANDARD' });
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
const program = compile(parsed.machine, { type: 'STANDARD' });

function historyOf(index: number) {
  const random = randomFrom(index + 1);
  const left = Number(turns);
  let turn = 0;
  const world: World = {
    start: START + index * 1000,
    executionArn: executionArn('Shop', `e${index}`),
    stateMachineArn: machineArn('Shop'),
    roleArn: 'arn:aws:iam::123456789012:role/states',
    seed: index,
    task: () => {
      turn += 1;
      return {
        kind: 'succeeds',
        output: { left: left - turn, lines: orderLines(random, Number(payload)) },
        after: 80,
      };
    },
  };
  const input = { order: `order-${index}`, lines: orderLines(random, Number(payload)) };
  return simulate(program, input, world).map((event) => writeHistoryEvent(event));
}

const histories = Object.fromEntries(
  Array.from({ length: Number(executions) }, (_, i) => [`e${i}`, historyOf(i)]),
);
const account = testAccount([{ name: 'Shop', definition: JSON.stringify(SHOP), histories }]);
const sandbox = await startSandbox({ source: { account }, now: new Date(START + 86_400_000) });
console.log(JSON.stringify({ endpoint: sandbox.endpoint }));
process.stdin.resume().on('end', () => process.exit(0));
