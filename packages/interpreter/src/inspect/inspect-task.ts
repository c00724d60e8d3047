import type { MapState, ParallelState, TaskState } from '@steptrail/asl';
import { compileResultPath } from '../data-flow.ts';
import type { Json } from '../expressions/index.ts';
import { jsonOf, jsonValue } from '../value.ts';
import {
  type Bench,
  type Ending,
  evaluateAssign,
  fillField,
  fillTemplate,
  need,
  nextOf,
  readPath,
  show,
  succeed,
} from './bench.ts';
import { remedyFailure } from './remedy.ts';

/** ResultPath: where the result goes inside the raw input. */
export const placeResult = (bench: Bench, path: string | null | undefined, result: Json): Json =>
  jsonOf(need(compileResultPath(path)(jsonValue(bench.input), jsonValue(result))));

/** From the result of the work to the state's end; JSONPath shows each step. */
export const finishWork = (
  bench: Bench,
  state: TaskState | ParallelState | MapState,
  result: Json,
): Ending => {
  if (bench.jsonata) {
    const assigned = evaluateAssign(bench, state.Assign, bench.input, { result });
    const output = fillField(bench, 'Output', state.Output, result, { result });
    return succeed(bench, output, assigned, nextOf(state));
  }
  const selected = show(bench, 'afterResultSelector', fillTemplate(bench, state.ResultSelector, result));
  const assigned = evaluateAssign(bench, state.Assign, result);
  const placed = show(bench, 'afterResultPath', placeResult(bench, state.ResultPath, selected));
  return succeed(bench, readPath(bench, state.OutputPath, placed), assigned, nextOf(state));
};

/** The mocked result, or how the mocked error ends the state; without a mock nobody knows. */
export const takeMock = (
  bench: Bench,
  state: TaskState | ParallelState | MapState,
  onResult: (result: Json) => Ending,
): Ending => {
  const { mock } = bench.call;
  if (mock?.errorOutput !== undefined) {
    const { error, cause } = mock.errorOutput;
    return remedyFailure(bench, state, { error, cause });
  }
  if (mock?.result === undefined) {
    return {
      kind: 'open',
      why: 'Without a mock AWS calls the service itself, and its result is not known offline: give the call a mock.',
    };
  }
  return onResult(bench.renderer.parse(mock.result));
};

/** Task: six steps in JSONPath, whatever of them is defined; three in JSONata. */
export const inspectTask = (bench: Bench, state: TaskState): Ending => {
  show(bench, 'input', bench.input);
  if (bench.jsonata)
    show(bench, 'afterArguments', fillField(bench, 'Arguments', state.Arguments, bench.input));
  else {
    const effective = show(bench, 'afterInputPath', readPath(bench, state.InputPath, bench.input));
    show(bench, 'afterParameters', fillTemplate(bench, state.Parameters, effective));
  }
  if (bench.call.mock?.result !== undefined && bench.call.mock.fieldValidationMode !== 'NONE') {
    bench.notes.push(
      "AWS also compares the mocked result with the shape of the service's response (fieldValidationMode); that is not imitated.",
    );
  }
  return takeMock(bench, state, (result) => finishWork(bench, state, show(bench, 'result', result)));
};

/** Parallel: AWS shows neither InputPath and Parameters nor Arguments, but evaluates them. */
export const inspectParallel = (bench: Bench, state: ParallelState): Ending => {
  show(bench, 'input', bench.input);
  if (bench.jsonata) fillField(bench, 'Arguments', state.Arguments, bench.input);
  else fillTemplate(bench, state.Parameters, readPath(bench, state.InputPath, bench.input));
  return takeMock(bench, state, (result) => finishWork(bench, state, result));
};
