import type { Event } from '@steptrail/history';
import { type Answered, eventFromPrediction } from './event-from-prediction.ts';
import { isUnknown, type Json, reasonOf, unknown, unknownDraws } from './expressions/index.ts';
import {
  allOptions,
  type Budget,
  createFrame,
  type Frame,
  type Option,
  previousOf,
  type Run,
  waitingOf,
} from './frame.ts';
import type { PredictedFailure } from './prediction.ts';
import type { Program, StateNode } from './program.ts';
import { enterState } from './progress.ts';
import { jsonOf, jsonValue, type Value } from './value.ts';

/*
 * An execution of which only its input is known: the children of a Map Run, an Express execution whose log is lost.
 * It is walked through once for each way that its unknowns may turn out; what a task answers stays an unknown leaf.
 */

/** One way in which an execution may end. Unknown leaves stand for what only a record could tell. */
export type Ending =
  | { readonly status: 'SUCCEEDED'; readonly output: Json }
  | {
      readonly status: 'FAILED';
      readonly error: Json;
      /** Of a failed evaluation the text is ours: AWS's begins like it, up to the id of the event. */
      readonly cause: Json;
      readonly wording: PredictedFailure['wording'];
    };

/** What is known of the execution beside its input. */
export interface Foreknown {
  readonly executionArn?: string | undefined;
  readonly stateMachineArn?: string | undefined;
  readonly roleArn?: Json | undefined;
}

const MOST_ENDINGS = 64;
const RESULT = 'what a task answered is not recorded';

/** The decisions of one walk: which of how many ways was taken at each fork. */
type Fork = { taken: number; readonly ways: number };

/** A way to go on from where a frame stands. */
interface Way {
  readonly option: Option;
  readonly answered?: Answered | undefined;
  readonly payload?: Value | undefined;
}

const GIVEN_UP = Symbol('given up');

/** The ways in which an execution of a compiled machine may end. */
export const foresee = (
  program: Program,
  input: Value,
  known: Foreknown,
  budget: Budget,
): readonly Ending[] | undefined => {
  const endings = new Map<string, Ending>();
  const forks: Fork[] = [];
  do {
    const ending = walk(program, input, known, forks, budget);
    if (ending === undefined || endings.size === MOST_ENDINGS) return undefined;
    endings.set(keyOf(ending), ending);
  } while (nextWalk(forks));
  return [...endings.values()];
};

/** Turns the last fork that has a way left; false where all walks are done. */
const nextWalk = (forks: Fork[]): boolean => {
  for (let last = forks.at(-1); last !== undefined; last = forks.at(-1)) {
    if (last.taken + 1 < last.ways) {
      last.taken += 1;
      return true;
    }
    forks.pop();
  }
  return false;
};

/** Unknown leaves are written as such, so that endings that differ in them count as one. */
const keyOf = (ending: Ending): string =>
  JSON.stringify(ending, (_key, value: unknown) => (isUnknown(value) ? `?${reasonOf(value)}` : value));

const walk = (
  program: Program,
  input: Value,
  known: Foreknown,
  forks: Fork[],
  budget: Budget,
): Ending | undefined => {
  const ready: Frame[] = [];
  const root = createFrame(program.root, 0, {}, input);
  const run: Run = {
    program,
    facts: {
      executionArn: known.executionArn,
      stateMachineArn: known.stateMachineArn,
      region: undefined,
      inlineConcurrency: Number.POSITIVE_INFINITY,
      simulated: false,
      recorded: true,
      foreseen: budget,
    },
    draws: unknownDraws(),
    root,
    frames: new Set([root]),
    visits: [],
    mapRuns: [],
    input,
    roleArn: known.roleArn ?? unknown('the role of the execution is not recorded'),
    qualified: false,
    startedAt: 0,
    now: 0,
    redriveCount: 0,
    context: undefined,
    resumed: undefined,
    payload: input,
    assigned: undefined,
    ended: false,
    failure: undefined,
    witness: undefined,
    settled: (frame) => {
      if (frame.live && frame.options.length > 0 && !ready.includes(frame)) ready.push(frame);
    },
    disagree: () => {
      throw GIVEN_UP;
    },
  };
  let decided = 0;
  // ExecutionStarted is the first.
  let events = 1;
  let ending: Ending | undefined;

  const decide = (ways: number): number => {
    if (ways <= 1) return 0;
    const fork = forks[decided];
    decided += 1;
    if (fork !== undefined) return fork.taken;
    forks.push({ taken: 0, ways });
    return 0;
  };

  const emit = (frame: Frame, { option, answered, payload }: Way): void => {
    events += 1;
    budget.events -= 1;
    if (budget.events < 0) throw GIVEN_UP;
    const { prediction } = option;
    const value = payload ?? prediction.payload ?? jsonValue(null);
    const event: Event = eventFromPrediction(
      prediction,
      previousOf(frame, prediction),
      events,
      0,
      undefined,
      answered,
    );
    if (prediction.type === 'ExecutionSucceeded') ending = { status: 'SUCCEEDED', output: jsonOf(value) };
    else if (prediction.type === 'ExecutionFailed') ending = failedBy(prediction.failure);
    run.payload = value;
    run.assigned = prediction.assigned;
    option.take(event, run, frame, prediction);
  };

  try {
    enterState(run, root, [program.root.startAt], input);
    while (ending === undefined) {
      const frame = ready.shift();
      if (frame === undefined) return undefined;
      if (!frame.live) continue;
      const ways = waysOf(run, frame);
      const way = ways[decide(ways.length)];
      if (way !== undefined) emit(frame, way);
    }
  } catch (thrown) {
    // More than may be walked, or a definition that nothing can walk through.
    if (thrown !== GIVEN_UP && !(thrown instanceof RangeError)) throw thrown;
    return undefined;
  }
  return ending;
};

const failedBy = (failure: PredictedFailure | undefined): Ending => ({
  status: 'FAILED',
  error: failure?.error ?? null,
  cause: failure?.cause ?? null,
  wording: failure?.wording ?? 'exact',
});

const waysOf = (run: Run, frame: Frame): readonly Way[] => {
  const { options, stance } = frame;
  const waits = waitingOf(frame);
  const [first] = options;
  if (first === undefined) return [];
  // What may come by the facts alone, such as an output over AWS's limit, or parameters that the service refuses.
  const perhaps = (stance.doubts?.(run, frame) ?? []).map((option) => ({ option }));
  switch (waits?.work?.kind) {
    case undefined:
      // Only an open Choice leads to several states; whatever else has several options takes the first.
      return options.every(({ prediction }) => prediction.type.endsWith('StateEntered'))
        ? options.map((option) => ({ option }))
        : [{ option: first }, ...perhaps];
    case 'map run':
      return waits?.work?.phase === 'start' ? [{ option: first }] : answers(frame, first, 'MapRunFailed');
    case 'task':
      return first.prediction.type.endsWith('Succeeded')
        ? answers(frame, first, 'Failed')
        : [{ option: first, payload: jsonValue(unknown(RESULT)) }];
  }
};

/** The work succeeds, or fails: with each error that Retry and Catch name, or with another. */
const answers = (frame: Frame, succeeds: Option, failure: string): readonly Way[] => {
  const fails = allOptions(frame).find(({ prediction }) => prediction.type.endsWith(failure));
  const succeeded: Way = { option: succeeds, payload: jsonValue(unknown(RESULT)) };
  if (fails === undefined) return [succeeded];
  return [
    succeeded,
    { option: fails },
    ...namedErrors(frame.state).map((error) => ({ option: fails, answered: { error } })),
  ];
};

const namedErrors = (node: StateNode | undefined): readonly string[] => {
  if (node === undefined) return [];
  const { Retry, Catch }: Readonly<Record<string, unknown>> = { ...node.definition };
  const names = [Retry, Catch].flatMap((list) =>
    Array.isArray(list)
      ? list.flatMap((each: { readonly ErrorEquals?: unknown } | null) =>
          Array.isArray(each?.ErrorEquals) ? each.ErrorEquals.map(String) : [],
        )
      : [],
  );
  return [...new Set(names)].filter((name) => name !== 'States.ALL' && name !== 'States.TaskFailed');
};
