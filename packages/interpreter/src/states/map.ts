import type { MapState } from '@steptrail/asl';
import type { Event } from '@steptrail/history';
import type { CompileScope } from '../compile.ts';
import { compileFailing } from '../containers.ts';
import { scopeOf } from '../context.ts';
import { abortChildren } from '../cuts.ts';
import { compileDataFlow } from '../data-flow.ts';
import {
  compileJsonataTemplate,
  compilePayloadTemplate,
  type Expression,
  type Json,
  unknown,
} from '../expressions/index.ts';
import {
  type Container,
  createFrame,
  endFrame,
  type Frame,
  type Option,
  type Run,
  settle,
} from '../frame.ts';
import { compileItems, compileLimit, type Limit } from '../map-fields.ts';
import type { StateLogic, StateNode } from '../program.ts';
import { enterState, exitState, failEvaluation, failFatally, failureOf, nextOf } from '../progress.ts';
import { jsonOf, jsonValue, type Value } from '../value.ts';
import { compileDistributedMap } from './distributed-map.ts';

/** Map: runs its processor for each item; distributed, in child executions that have histories of their own. */
export const compileMap = (
  state: MapState,
  node: StateNode,
  jsonata: boolean,
  compileScope: CompileScope,
): StateLogic => {
  const field = state.ItemProcessor === undefined ? 'Iterator' : 'ItemProcessor';
  const scope = compileScope(state.ItemProcessor ?? state.Iterator, `${node.pointer}/${field}`, node, 0);
  const distributed = (state.ItemProcessor ?? state.Iterator)?.ProcessorConfig?.Mode === 'DISTRIBUTED';
  return distributed
    ? compileDistributedMap(state, jsonata, scope)
    : compileInlineMap(state, node, jsonata, scope);
};

/** One attempt of an inline Map: which items it has and how far it is. */
interface Iterations {
  readonly startedEventId: number;
  readonly items: readonly Json[] | undefined;
  readonly input: Value;
  readonly outputs: Json[];
  readonly limit: number;
  readonly begun: Set<number>;
  readonly container: Container;
  /** Last state events of iterations that ended: another iteration may start from each. */
  readonly freed: Set<number>;
  next: number;
  ended: number;
}

const compileInlineMap = (
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
  const next = nextOf(state);
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
        previous: frame.head,
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
    const at: Iterations = {
      startedEventId: event.id,
      items: items ?? (typeof recorded === 'number' ? unknownItems(recorded) : undefined),
      input,
      outputs: [],
      limit: limit > 0 ? limit : run.facts.inlineConcurrency,
      begun: new Set(),
      container,
      freed: new Set(),
      next: 0,
      ended: 0,
    };
    frame.fallen = undefined;
    frame.inner = container;
    if (at.items?.length === 0) succeed(run, frame, event.id, []);
    else expectIteration(run, at);
  };

  /** The Map itself: another iteration may start, or it waits for those that run. */
  const expectIteration = (run: Run, at: Iterations): void => {
    const frame = at.container.owner;
    const mayStart =
      at.container.children.size < at.limit && (at.items === undefined || at.begun.size < at.items.length);
    if (!mayStart) return settle(run, frame, { options: [] });
    const [freed] = at.freed;
    const fromStart = at.begun.size < at.limit || freed === undefined;
    settle(run, frame, {
      options: [
        {
          prediction: {
            type: 'MapIterationStarted',
            previous: fromStart ? at.startedEventId : (freed ?? at.startedEventId),
            orPrevious: at.freed,
            name: node.name,
            index: run.facts.simulated ? at.next : undefined,
          },
          take: (event) => iterationStarts(run, at, event),
        },
      ],
    });
  };

  const iterationStarts = (run: Run, at: Iterations, event: Event): void => {
    const frame = at.container.owner;
    const index = ('index' in event ? event.index : undefined) ?? at.next;
    const outside = at.items !== undefined && (index < 0 || index >= at.items.length);
    if (at.begun.has(index) || outside || (at.limit === 1 && index !== at.next)) {
      run.disagree(
        event.id,
        frame,
        'setting',
        `index ${at.next}`,
        `index ${index}`,
        outside ? 'The Map has no such item.' : 'Iterations start in the order of the items, each once.',
      );
    }
    at.begun.add(index);
    at.next = Math.max(at.next, index + 1);
    if (!at.freed.delete(event.previousEventId) && at.freed.size > 0 && at.begun.size > at.limit) {
      const [first] = at.freed;
      if (first !== undefined) at.freed.delete(first);
    }
    const given = at.items?.[index];
    const value = given === undefined ? unknown('the items are not known') : given;
    const item: Json = { Index: index, Value: value };
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
    if (!input.ok) {
      child.head = event.id;
      failFatally(run, child, failureOf(frame, input));
      return;
    }
    enterState(run, child, [scope.startAt], jsonValue(input.value));
  };

  const iterationEnds = (run: Run, at: Iterations, child: Frame, output: Value): void => {
    settle(run, child, {
      options: [
        {
          prediction: {
            type: 'MapIterationSucceeded',
            previous: child.head,
            name: node.name,
            index: child.index,
          },
          take: (event) => {
            at.outputs[child.index] = jsonOf(output);
            at.ended += 1;
            if (child.place !== undefined) child.place.ended = true;
            if (at.container.owner.visit !== undefined) at.container.owner.visit.events += 1;
            at.freed.add(child.head);
            at.container.children.delete(child);
            endFrame(run, child);
            const frame = at.container.owner;
            if (at.items !== undefined && at.ended >= at.items.length) {
              const outputs = at.items.map((_, index) => {
                const output = at.outputs[index];
                return output === undefined ? unknown('an iteration that is not recorded') : output;
              });
              succeed(run, frame, event.id, outputs);
            } else expectIteration(run, at);
          },
        },
      ],
    });
  };

  const succeed = (run: Run, frame: Frame, last: number, outputs: readonly Json[]): void => {
    frame.head = last;
    frame.inner = undefined;
    settle(run, frame, {
      options: [
        {
          prediction: { type: 'MapStateSucceeded', previous: last },
          take: () => {
            const outcome = flow.outcome(run, frame, jsonValue(outputs));
            if (!outcome.ok) {
              return failEvaluation(run, frame, outcome, (failure) => failing.fail(run, frame, failure));
            }
            exitState(run, frame, outcome.value, next);
          },
        },
      ],
    });
  };

  return {
    begin: (run, frame) => {
      const option = start(run, frame);
      if (option !== undefined) settle(run, frame, { options: [option] });
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
        succeed(run, frame, event.previousEventId, [unknown('iterations that were not explained')]);
        return true;
      }
      return false;
    },
  };
};

const unknownItems = (length: number): readonly Json[] =>
  Array.from({ length: Math.min(Math.max(0, Math.floor(length)), 100_000) }, () =>
    unknown('the items are not known'),
  );
