import { isFailure } from '../expressions/evaluation.ts';
import type { Failure, Json } from '../expressions/index.ts';
import { type Bench, createBench, type Ending } from './bench.ts';
import { readCall, refuse, type TestStateException } from './call.ts';
import { checkCall } from './check-call.ts';
import { inspectChoice } from './inspect-choice.ts';
import { inspectMap } from './inspect-map.ts';
import { inspectFail, inspectPass, inspectSucceed } from './inspect-passage.ts';
import { inspectParallel, inspectTask } from './inspect-task.ts';
import { inspectWait } from './inspect-wait.ts';
import { remedyFailure } from './remedy.ts';
import { type Inspection, notesOfDraws, type TestStateResponse } from './response.ts';
import { findSubject, type Subject } from './subject.ts';

const runState = (bench: Bench, { state }: Subject): Ending => {
  switch (state.Type) {
    case 'Task':
      return inspectTask(bench, state);
    case 'Map':
      return inspectMap(bench, state);
    case 'Parallel':
      return inspectParallel(bench, state);
    case 'Pass':
      return inspectPass(bench, state);
    case 'Choice':
      return inspectChoice(bench, state);
    case 'Wait':
      return inspectWait(bench, state);
    case 'Succeed':
      return inspectSucceed(bench, state);
    case 'Fail':
      return inspectFail(bench, state);
  }
};

/** Runs, and makes an ending of an evaluation that failed. */
const attempt = (run: () => Ending, onFailure: (failure: Failure) => Ending): Ending => {
  try {
    return run();
  } catch (thrown) {
    if (isFailure(thrown)) return onFailure(thrown);
    throw thrown;
  }
};

const failed = ({ error, cause }: Failure): Ending => ({ kind: 'failed', error, cause });

const runWithRemedy = (bench: Bench, subject: Subject): Ending => {
  const { state } = subject;
  return attempt(
    () => runState(bench, subject),
    (failure) => {
      if (failure.doubt !== undefined)
        bench.notes.push(`The cause quotes something unknown: ${failure.doubt}.`);
      return state.Type === 'Task' || state.Type === 'Map' || state.Type === 'Parallel'
        ? attempt(() => remedyFailure(bench, state, failure), failed)
        : failed(failure);
    },
  );
};

const STATUSES = {
  succeeded: 'SUCCEEDED',
  failed: 'FAILED',
  retriable: 'RETRIABLE',
  caught: 'CAUGHT_ERROR',
} as const;

const textOf = (bench: Bench, value: Json | undefined, at: string): string | undefined =>
  value === undefined || value === null
    ? undefined
    : typeof value === 'string'
      ? value
      : bench.renderer.render(value, at);

const respond = (bench: Bench, ending: Ending): TestStateResponse => {
  const isShown = (bench.call.inspectionLevel ?? 'INFO') !== 'INFO';
  if (bench.variables.size > 0) {
    const variables: Json = Object.fromEntries(bench.variables);
    bench.steps.variables = bench.renderer.render(variables, '/inspectionData/variables');
  }
  const inspectionData = isShown ? { inspectionData: bench.steps } : {};
  if (ending.kind === 'open') return inspectionData;
  const status = STATUSES[ending.kind];
  const output =
    ending.kind === 'succeeded' || ending.kind === 'caught'
      ? { output: bench.renderer.render(ending.output, '/output') }
      : {};
  const next = 'next' in ending && ending.next !== undefined ? { nextState: ending.next } : {};
  const error = 'error' in ending ? textOf(bench, ending.error, '/error') : undefined;
  const cause = 'cause' in ending ? textOf(bench, ending.cause, '/cause') : undefined;
  return {
    status,
    ...output,
    ...next,
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
    ...inspectionData,
  };
};

const refused = (exception: TestStateException): Inspection => ({
  response: { exception },
  unknown: [],
  notes: [],
});

/**
 * Answers a call of AWS's TestState offline: one state, step by step, with AWS's status, output, next state, error
 * and inspection data, or the exception with which AWS refuses the call. A call without a mock of a state that calls
 * a service is not answered, but its steps up to the call are. Where the answer holds something that only AWS has
 * (the default context's ids and times, randomness), a text `(unknown: …)` stands in its place, listed in `unknown`.
 * Never throws, whatever the call. @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_TestState.html
 */
export const inspect = (value: unknown): Inspection => {
  try {
    const call = readCall(value);
    if (!call.ok) return refused(call.exception);
    const subject = findSubject(call.value);
    if (!subject.ok) return refused(subject.exception);
    const wrong = checkCall(call.value, subject.value.state);
    if (wrong !== undefined) return refused(wrong);
    const bench = createBench(call.value, subject.value);
    const ending = runWithRemedy(bench, subject.value);
    const response = respond(bench, ending);
    return {
      response,
      ...(ending.kind === 'open' ? { unanswered: ending.why } : {}),
      unknown: bench.renderer.unknown,
      notes: [...bench.notes, ...notesOfDraws(bench.draws)],
    };
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    return refused(refuse('ValidationException', 'The call is nested too deeply.').exception);
  }
};
