import type { MapState } from '@steptrail/asl';
import type { Event } from '@steptrail/history';
import { optionsOf, placeOf } from '../alternatives.ts';
import { compileFailing } from '../containers.ts';
import { scopeOf } from '../context.ts';
import { abortChildren } from '../cuts.ts';
import { compileDataFlow } from '../data-flow.ts';
import {
  compileJsonataTemplate,
  compilePayloadTemplate,
  type Expression,
  type Failure,
  type Json,
  unknown,
} from '../expressions/index.ts';
import { failEvaluation, failureOf } from '../fail-evaluation.ts';
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
import { compileItems, compileLimit, type Limit } from '../map-fields.ts';
import { predict } from '../prediction.ts';
import type { StateLogic, StateNode } from '../program.ts';
import { enterState, exitState, failFatally, leaveTo, nextOf } from '../progress.ts';
import { jsonOf, jsonValue, type Value } from '../value.ts';
import {
  beginsFrom,
  countBegun,
  countEnded,
  type Iterations,
  itemOf,
  mayBegin,
  startsWithMap,
  unknownItems,
} from './iterations.ts';

/** An inline Map: its iterations run in the execution's own history. */
export const compileInlineMap = (
  state: MapState,
  node: StateNode,
  jsonata: boolean,
  scope: StateNode['scope'],
): StateLogic => {
  const template = state.ItemSelector ?? (jsonata ? undefined : state.Parameters);
  const flow = compileDataFlow(state, jsonata, true);
  const itemsOf = compileItems(state, jsonata);
  const concurrency: Limit = compileLimit(state, 'MaxConcurrency', jsonata);
  const selector: Expression | undefined =
    template === undefined
      ? undefined
      : jsonata
        ? compileJsonataTemplate(template, 'ItemSelector')
        : compilePayloadTemplate(template);
  const leave = leaveTo(nextOf(state));
  const failing = compileFailing(state, jsonata, 'MapStateFailed', (run, frame) => start(run, frame));

  const start = (run: Run, frame: Frame): Option | undefined => {
    const input = flow.input(run, frame, frame.input);
    const limit = input.ok ? concurrency(run, frame, input.value) : input;
    const items = input.ok && limit.ok ? itemsOf(run, frame, input.value) : limit;
    if (!input.ok || !limit.ok || !items.ok) {
      const failed = [input, limit, items].find((each) => !each.ok);
      if (failed !== undefined && !failed.ok) {
        failEvaluation(run, frame, failed, (failure) => failing.fail(run, frame, failure));
      }
      return undefined;
    }
    const list = items.value;
    const known = Array.isArray(list) ? (list as readonly Json[]) : undefined;
    return {
      prediction: {
        type: 'MapStateStarted',
        length: known === undefined ? unknown('the items are not known') : known.length,
      },
      take: (event) =>
        takeStarted(run, frame, event, known, input.value, typeof limit.value === 'number' ? limit.value : 0),
    };
  };

  const takeStarted = (
    run: Run,
    frame: Frame,
    event: Event,
    items: readonly Json[] | undefined,
    input: Value,
    limit: number,
  ): void => {
    frame.head = event.id;
    const container: Container = {
      owner: frame,
      startedEventId: event.id,
      children: new Set(),
      progress: () => ({ open: container.children.size, ended: at.ended, total: at.items?.length }),
      resume: () => expectIteration(run, at),
      childEnded: (child, output) => iterationEnds(run, at, child, output),
      childFailed: (child, failure) => {
        frame.head = child.head;
        const cuts = abortChildren(run, container, child);
        frame.inner = undefined;
        const first = { type: 'MapIterationFailed', name: node.name, index: child.index } as const;
        failing.failInside(run, frame, failure, cuts, first);
      },
    };
    const recorded = 'length' in event ? event.length : undefined;
    const freed = new Set<number>();
    const at: Iterations = {
      startedEventId: event.id,
      items: items ?? (typeof recorded === 'number' ? unknownItems(recorded) : undefined),
      input,
      outputs: [],
      limit: limit > 0 ? limit : run.facts.inlineConcurrency,
      begun: new Set(),
      container,
      freed,
      next: 0,
      ended: 0,
      begin: (event) => iterationStarts(run, at, event),
      stance: {
        freed,
        doubts: selector === undefined ? undefined : () => selectionDoubts(run, at),
      },
    };
    frame.fallen = undefined;
    frame.inner = container;
    if (at.items?.length === 0) succeed(run, frame, event.id, []);
    else expectIteration(run, at);
  };

  /** The Map itself: another iteration may start, or it waits for those that run. */
  const expectIteration = (run: Run, at: Iterations): void => {
    const frame = at.container.owner;
    if (!mayBegin(at)) return settle(run, frame, NOTHING);
    const prediction = predict('MapIterationStarted', {
      previous: beginsFrom(at),
      orPrevious: startsWithMap(at) ? undefined : at.freed,
      name: node.name,
      index: run.facts.simulated ? at.next : undefined,
    });
    settle(run, frame, [{ prediction, take: at.begin }], at.stance);
  };

  const iterationStarts = (run: Run, at: Iterations, event: Event): void => {
    const frame = at.container.owner;
    const index = countBegun(run, frame, at, event);
    const given = at.items?.[index];
    const value = given === undefined ? unknown('the items are not known') : given;
    const item = itemOf(run, index, value);
    const child = createFrame(
      scope,
      event.id,
      {
        within: at.container,
        index,
        path: `${frame.path === '' ? '' : `${frame.path}/`}${node.name}[${index}]`,
        outer: frame.variables,
        item,
      },
      jsonValue(value),
    );
    at.container.children.add(child);
    run.frames.add(child);
    expectIteration(run, at);
    const input = selector?.(scopeOf(run, frame, jsonOf(at.input), { item })) ?? { ok: true as const, value };
    if (!input.ok) return selectionFails(run, at, child, event, input);
    enterState(run, child, [scope.startAt], jsonValue(input.value));
  };

  /** An ItemSelector that fails: of JSONata it is in no recording which events mark the iteration. */
  const selectionFails = (run: Run, at: Iterations, child: Frame, event: Event, failed: Failure): void => {
    const frame = at.container.owner;
    child.head = event.id;
    const predicted = failureOf(frame, failed);
    if (!jsonata) return failFatally(run, child, predicted);
    settle(run, child, [
      {
        prediction: {
          type: 'EvaluationFailed',
          orPrevious: new Set([at.startedEventId, frame.enteredEventId, frame.beforeEntered]),
          name: node.name,
          failure: predicted,
          location: failed.location,
        },
        take: (evaluation) => {
          frame.head = evaluation.id;
          child.head = evaluation.id;
          const cuts = abortChildren(run, at.container, child);
          frame.inner = undefined;
          const marker = {
            type: 'MapIterationFailed',
            name: node.name,
            index: child.index,
            rare: true,
          } as const;
          failing.failInside(run, frame, predicted, [marker, ...cuts]);
        },
      },
    ]);
  };

  /** It may also fail before the iteration starts. */
  const selectionDoubts = (run: Run, at: Iterations): readonly Option[] => {
    const frame = at.container.owner;
    const value = at.items?.[at.next];
    if (value === undefined) return [];
    const scope = scopeOf(run, frame, jsonOf(at.input), { item: itemOf(run, at.next, value) });
    const input = selector?.(scope) ?? { ok: true as const, value };
    if (input.ok) return [];
    return optionsOf(run, frame, placeOf(frame), [
      {
        types: [jsonata ? 'EvaluationFailed' : 'ExecutionFailed'],
        doubt: 'when AWS works out the input of an iteration is in no reference',
        failure: failureOf(frame, input),
        go: () => {
          abortChildren(run, at.container, undefined);
          frame.inner = undefined;
          failEvaluation(run, frame, input, (failure) => failing.fail(run, frame, failure));
        },
      },
    ]);
  };

  const iterationEnds = (run: Run, at: Iterations, child: Frame, output: Value): void => {
    const { index } = child;
    settle(run, child, [
      {
        prediction: predict('MapIterationSucceeded', { name: node.name, index }),
        take: (event) => {
          const frame = at.container.owner;
          const outputs = countEnded(at, child, jsonOf(output));
          if (frame.visit !== undefined) frame.visit.events += 1;
          closeFrame(run, child);
          if (outputs === undefined) expectIteration(run, at);
          else succeed(run, frame, event.id, outputs);
        },
      },
    ]);
  };

  const succeed = (run: Run, frame: Frame, last: number, outputs: Json): void => {
    frame.head = last;
    frame.inner = undefined;
    settle(run, frame, [
      {
        prediction: { type: 'MapStateSucceeded' },
        take: () => {
          const outcome = flow.outcome(run, frame, jsonValue(outputs));
          if (!outcome.ok) {
            return failEvaluation(run, frame, outcome, (failure) => failing.fail(run, frame, failure));
          }
          exitState(run, frame, outcome.value, leave);
        },
      },
    ]);
  };

  return {
    begin: (run, frame) => {
      const option = start(run, frame);
      if (option !== undefined) settle(run, frame, [option]);
    },
    adopt: (run, frame, event) => {
      if (event.type === 'MapStateStarted') {
        failing.adoptRestart(run, frame);
        const items = flow.input(run, frame, frame.input);
        const list = items.ok ? itemsOf(run, frame, items.value) : items;
        const known = list.ok && Array.isArray(list.value) ? (list.value as readonly Json[]) : undefined;
        takeStarted(run, frame, event, known, items.ok ? items.value : frame.input, 0);
        return true;
      }
      if (event.type === 'MapStateFailed') {
        failing.adoptFailed(run, frame, event);
        return true;
      }
      if (event.type === 'MapStateSucceeded') {
        if (frame.inner !== undefined) abortChildren(run, frame.inner, undefined);
        succeed(run, frame, event.previousEventId, unknown('iterations that were not explained'));
        return true;
      }
      return false;
    },
  };
};
