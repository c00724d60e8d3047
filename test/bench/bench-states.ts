import { createRequire } from 'node:module';
import { replay, simulate } from '@steptrail/interpreter';
import { readPages, recordRace } from './histories.ts';
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
  const { definition, program, input, world, output, texts, states } = recordRace(1000);
  const rival = loadRival();
  if (rival === undefined) {
    return reportSkipped(`states a second, over ${RIVAL}`, 'the package could not be installed');
  }
  const note = makeGood();
  const theirs = new rival.StateMachine(definition);
  const overrides = { taskResourceLocalHandlers: { Ask: async () => output } };
  const time = await timeWaitingInTurns({
    theirs: () => theirs.run(input, { overrides }).result,
    simulate: async () => simulate(program, input, world),
    replay: async () => replay(program, readPages(texts)),
  });
  const facts = { states, aim: 3, ...(note === undefined ? {} : { note }) };
  const tell = (name: string, task: 'simulate' | 'replay') => {
    const speed = (states / time.of(task)) * 1000;
    const floor = (states / time.of('theirs')) * 1000;
    const ratio = time.ratio('theirs', task);
    report(`${name}, over ${RIVAL}`, speed, 'states a second', { floor, ratio, ...facts });
  };
  tell('simulate', 'simulate');
  tell('replay from text', 'replay');
}
