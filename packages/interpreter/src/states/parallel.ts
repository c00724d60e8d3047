import type { ParallelState } from '@steptrail/asl';
import type { Event } from '@steptrail/history';
import type { CompileScope } from '../compile.ts';
import { compileFailing } from '../containers.ts';
import { abortChildren } from '../cuts.ts';
import { compileDataFlow } from '../data-flow.ts';
import type { Json } from '../expressions/index.ts';
import { failEvaluation } from '../fail-evaluation.ts';
import {
  type Container,
  closeFrame,
  createFrame,
  type Frame,
  NOTHING,
  type Option,
  type Run,
  settle,
} from '../frame.ts';
import { predict } from '../prediction.ts';
import type { StateLogic, StateNode } from '../program.ts';
import { enterState, exitState, leaveTo, nextOf } from '../progress.ts';
import { jsonOf, jsonValue, type Value } from '../value.ts';

/** Parallel: runs its branches at once; its result is the array of their outputs in the definition's order. */
export const compileParallel = (
  state: ParallelState,
  node: StateNode,
  jsonata: boolean,
  compileScope: CompileScope,
): StateLogic => {
  const branches = (Array.isArray(state.Branches) ? state.Branches : []).map(
    (branch: unknown, index: number) =>
      compileScope(branch, `${node.pointer}/Branches/${index}`, node, index),
  );
  const flow = compileDataFlow(state, jsonata);
  const leave = leaveTo(nextOf(state));
  const failing = compileFailing(state, jsonata, 'ParallelStateFailed', (run, frame) => start(run, frame));

  const start = (run: Run, frame: Frame): Option | undefined => {
    const work = flow.work(run, frame, frame.input);
    if (!work.ok) {
      failEvaluation(run, frame, work, (failure) => failing.fail(run, frame, failure));
      return undefined;
    }
    return {
      prediction: { type: 'ParallelStateStarted' },
      take: (event) => takeStarted(run, frame, event, work.value),
    };
  };

  const takeStarted = (run: Run, frame: Frame, event: Event, input: Value): void => {
    frame.head = event.id;
    const outputs: Json[] = [];
    let open = branches.length;
    const container: Container = {
      owner: frame,
      startedEventId: event.id,
      children: new Set(),
      progress: () => ({ open, ended: branches.length - open, total: branches.length }),
      childEnded: (child, output) => {
        outputs[child.index] = jsonOf(output);
        open -= 1;
        container.children.delete(child);
        closeFrame(run, child);
        if (open === 0) succeed(run, frame, child.head, outputs);
      },
      childFailed: (child, failure) => {
        frame.head = child.head;
        const aborted = abortChildren(run, container, child);
        frame.inner = undefined;
        failing.failInside(run, frame, failure, aborted);
      },
    };
    frame.fallen = undefined;
    frame.inner = container;
    settle(run, frame, NOTHING);
    for (const [index, scope] of branches.entries()) {
      const child = createFrame(
        scope,
        event.id,
        {
          within: container,
          index,
          path: `${frame.path === '' ? '' : `${frame.path}/`}${node.name}[${index}]`,
          outer: frame.variables,
          item: frame.item,
        },
        input,
      );
      container.children.add(child);
      run.frames.add(child);
    }
    for (const child of [...container.children]) enterState(run, child, [child.scope.startAt], input);
    if (open === 0) succeed(run, frame, event.id, outputs);
  };

  const succeed = (run: Run, frame: Frame, last: number, outputs: readonly Json[]): void => {
    frame.head = last;
    frame.inner = undefined;
    settle(run, frame, [
      { prediction: predict('ParallelStateSucceeded', {}), take: () => exit(run, frame, outputs) },
    ]);
  };

  const exit = (run: Run, frame: Frame, outputs: readonly Json[]): void => {
    const outcome = flow.outcome(run, frame, jsonValue(outputs));
    if (!outcome.ok)
      return failEvaluation(run, frame, outcome, (failure) => failing.fail(run, frame, failure));
    exitState(run, frame, outcome.value, leave);
  };

  return {
    begin: (run, frame) => {
      const option = start(run, frame);
      if (option !== undefined) settle(run, frame, [option]);
    },
    adopt: (run, frame, event) => {
      if (event.type === 'ParallelStateStarted') {
        failing.adoptRestart(run, frame);
        takeStarted(run, frame, event, frame.input);
        return true;
      }
      if (event.type === 'ParallelStateFailed') {
        failing.adoptFailed(run, frame, event);
        return true;
      }
      return event.type === 'ParallelStateSucceeded';
    },
  };
};
