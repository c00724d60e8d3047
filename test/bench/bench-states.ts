import { createRequire } from 'node:module';
import { normaliseHistory } from '@steptrail/history';
import { replay, simulate } from '@steptrail/interpreter';
import { recordRace } from './histories.ts';
import { report, reportSkipped, timeWaitingInTurns } from './measure.ts';

/** What the bench uses of the package. */
interface LocalStepFunctions {
  readonly StateMachine: new (
    definition: unknown,
  ) => {
    run(
      input: unknown,
      options: { overrides: { taskResourceLocalHandlers: Record<string, () => Promise<unknown>> } },
    ): { readonly result: Promise<unknown> };
  };
}

const RIVAL = 'aws-local-stepfunctions';

/** Version 3 asks for Node 22, of which it uses one function; the same function in Node 20 makes it run. */
function makeGood(): string | undefined {
  if ('withResolvers' in Promise) return undefined;
  const withResolvers = () => {
    const resolvers: { resolve?: unknown; reject?: unknown } = {};
    const promise = new Promise((resolve, reject) => Object.assign(resolvers, { resolve, reject }));
    return { promise, ...resolvers };
  };
  Object.defineProperty(Promise, 'withResolvers', { value: withResolvers });
  return `${RIVAL} calls Promise.withResolvers, which Node ${process.versions.node} lacks; it was given one`;
}

function loadRival(): LocalStepFunctions | undefined {
  try {
    return createRequire(new URL('../../test/bench/package.json', import.meta.url))(RIVAL);
  } catch {
    return undefined;
  }
}

/** The same machine, input and task results in ours and theirs, in states a second; theirs is the floor. */
export async function benchStates(): Promise<void> {
  const { definition, program, input, world, output, text, states } = recordRace(1000);
  const rival = loadRival();
  if (rival === undefined) {
    return reportSkipped(`states a second, over ${RIVAL}`, 'the package could not be installed');
  }
  const note = makeGood();
  const theirs = new rival.StateMachine(definition);
  const overrides = { taskResourceLocalHandlers: { Ask: async () => output } };
  const [running = 0, simulating = 0, replaying = 0] = await timeWaitingInTurns([
    () => theirs.run(input, { overrides }).result,
    async () => simulate(program, input, world),
    async () => replay(program, normaliseHistory(JSON.parse(text)).events),
  ]);
  const speed = (time: number) => (states / time) * 1000;
  const facts = { states, aim: 3, ...(note === undefined ? {} : { note }) };
  report(`simulate, over ${RIVAL}`, speed(simulating), 'states a second', speed(running), facts);
  report(`replay from text, over ${RIVAL}`, speed(replaying), 'states a second', speed(running), facts);
}
