import type { MapState } from '@steptrail/asl';
import type { Event } from '@steptrail/history';
import { orElse, placeOf } from '../alternatives.ts';
import { compileMapRunResult, type MapRunFacts } from '../child-executions.ts';
import { compileFailing } from '../containers.ts';
import { scopeOf } from '../context.ts';
import { compileDataFlow } from '../data-flow.ts';
import {
  compileJsonataTemplate,
  compilePayloadTemplate,
  type Evaluation,
  type Expression,
  findUnknown,
  isUnknown,
  type Json,
  unknown,
} from '../expressions/index.ts';
import { failEvaluation, failureOf } from '../fail-evaluation.ts';
import { fillUnknown } from '../fill-unknown.ts';
import { type Frame, type Option, type Run, settle } from '../frame.ts';
import { compileItems, compileLimit } from '../map-fields.ts';
import type { PredictedFailure } from '../prediction.ts';
import type { ScopeNode, StateLogic } from '../program.ts';
import { exitState, failFatally, leaveTo, limitFailure, nextOf } from '../progress.ts';
import { jsonOf, jsonValue, type Value } from '../value.ts';

/** Items of a Map as a list; of an object, its entries. */
const listOf = (items: Json): readonly Json[] | undefined => {
  if (isUnknown(items) || typeof items !== 'object' || items === null) return undefined;
  return Array.isArray(items) ? items : Object.entries(items).map(([Key, Value]) => ({ Key, Value }));
};

/** What the state knows of its Map Run before it starts. */
type Work = Omit<MapRunFacts, 'mapRunArn'>;

const nothingKnown = (frame: Frame): Work => ({ input: frame.input, items: undefined });

/**
 * A distributed Map as the parent's history shows it: a Map Run that starts and ends. The result comes from the
 * children, so only the record (or the world) can tell it where they do more than reckon.
 * @see step-functions.md section 2.9
 */
export const compileDistributedMap = (state: MapState, jsonata: boolean, scope: ScopeNode): StateLogic => {
  const flow = compileDataFlow(state, jsonata, true);
  const reads = state.ItemReader !== undefined;
  const itemsOf = compileItems(state, jsonata);
  const concurrency = compileLimit(state, 'MaxConcurrency', jsonata);
  // Read when the Map Run is about to start: a wrong value shows after MapStateStarted.
  const later = [
    compileLimit(state, 'ToleratedFailureCount', jsonata),
    compileLimit(state, 'ToleratedFailurePercentage', jsonata),
    compileLimit(state.ItemReader?.ReaderConfig ?? {}, 'MaxItems', jsonata),
    compileLimit(state.ItemBatcher ?? {}, 'MaxItemsPerBatch', jsonata),
    compileLimit(state.ItemBatcher ?? {}, 'MaxInputBytesPerBatch', jsonata),
  ];
  const leave = leaveTo(nextOf(state));
  const template = (given: Json | undefined, field: string): Expression | undefined =>
    given === undefined
      ? undefined
      : jsonata
        ? compileJsonataTemplate(given, field)
        : compilePayloadTemplate(given);
  const configured = [
    template(jsonata ? state.ItemReader?.Arguments : state.ItemReader?.Parameters, 'ItemReader/Arguments'),
    template(
      jsonata ? state.ResultWriter?.Arguments : state.ResultWriter?.Parameters,
      'ResultWriter/Arguments',
    ),
    template(state.ItemBatcher?.BatchInput, 'ItemBatcher/BatchInput'),
  ].filter((each) => each !== undefined);

  /** When AWS works out what it reads, writes and batches is in no recording: where that fails, it may show anywhere. */
  const orMisconfigured = (run: Run, frame: Frame, input: Value): void => {
    if (configured.length === 0) return;
    orElse(run, frame, placeOf(frame), () => {
      for (const evaluate of configured) {
        const value = evaluate(scopeOf(run, frame, jsonOf(input)));
        if (value.ok) continue;
        return [
          {
            types: [jsonata ? 'EvaluationFailed' : 'ExecutionFailed'],
            doubt: 'when AWS works out how a Map Run reads and writes is in no reference',
            failure: failureOf(frame, value),
            go: () => failEvaluation(run, frame, value, (failure) => failing.fail(run, frame, failure)),
          },
        ];
      }
      return [];
    });
  };

  const failing = compileFailing(state, jsonata, 'MapStateFailed', (run, frame) => start(run, frame));
  const resultOf = compileMapRunResult(
    state,
    jsonata,
    scope,
    compileLimit(state.ItemBatcher ?? {}, 'MaxItemsPerBatch', jsonata),
  );

  const start = (run: Run, frame: Frame): Option | undefined => {
    const input = flow.input(run, frame, frame.input);
    const limit = input.ok ? concurrency(run, frame, input.value) : input;
    const items: Evaluation =
      reads || !input.ok || !limit.ok ? { ok: true, value: null } : itemsOf(run, frame, input.value);
    if (!input.ok || !limit.ok || !items.ok) {
      const failed = [input, limit, items].find((each) => !each.ok);
      if (failed !== undefined && !failed.ok) {
        failEvaluation(run, frame, failed, (failure) => failing.fail(run, frame, failure));
      }
      return undefined;
    }
    const list = reads ? undefined : listOf(items.value);
    const length = list?.length ?? unknown('the items are read elsewhere');
    return {
      prediction: {
        type: 'MapStateStarted',
        length: run.facts.recorded ? length : (list?.length ?? 0),
      },
      take: (event) => {
        frame.head = event.id;
        for (const check of later) {
          const found = check(run, frame, input.value);
          if (found.ok) continue;
          return failEvaluation(run, frame, found, (failure) => failing.fail(run, frame, failure));
        }
        const known = reads ? undefined : items.value;
        expectMapRun(run, frame, event, list, { input: input.value, items: known });
      },
    };
  };

  const expectMapRun = (
    run: Run,
    frame: Frame,
    event: Event,
    items: readonly Json[] | undefined,
    work: Work,
  ): void => {
    const started: Option = {
      prediction: { type: 'MapRunStarted' },
      take: (began) => takeMapRunStarted(run, frame, began, items, work),
    };
    settle(run, frame, [started], {
      waits: () => ({
        waitsFor: 'map run',
        since: event.timestamp,
        eventId: event.id,
        work: { kind: 'map run', phase: 'start', items },
      }),
    });
    orMisconfigured(run, frame, work.input);
  };

  const takeMapRunStarted = (
    run: Run,
    frame: Frame,
    event: Event,
    items: readonly Json[] | undefined,
    work: Work,
    before: readonly number[] = [],
  ): void => {
    frame.head = event.id;
    const mapRunArn = 'mapRunArn' in event ? event.mapRunArn : undefined;
    if (mapRunArn !== undefined && event.type === 'MapRunStarted') {
      run.mapRuns.push({ mapRunArn, eventId: event.id });
    }
    const ids = [...before, event.id];
    const orPrevious = before.length === 0 ? undefined : new Set(before);
    // A redrive goes on with the same Map Run, or starts another; which event that points to is in no recording.
    frame.resume = (redrivenId) =>
      (['MapRunRedriven', 'MapRunStarted'] as const).map((type) => ({
        prediction: { type, previous: redrivenId, orPrevious: new Set([...ids, event.previousEventId]) },
        take: (again) => takeMapRunStarted(run, frame, again, items, work, ids),
      }));
    if (typeof state.Label === 'string' && mapRunArn?.includes(`/${state.Label}:`) === false) {
      run.disagree(
        event.id,
        frame,
        'setting',
        `a Map Run with the label ${state.Label}`,
        mapRunArn,
        "The Map Run's ARN does not bear the Label of its state.",
      );
    }
    const failedBy = (ended: Event): void => {
      frame.head = ended.id;
      const unseen =
        run.facts.foreseen === undefined ? null : unknown('how a Map Run failed is not recorded');
      const failure: PredictedFailure = {
        error: ('error' in ended ? ended.error : undefined) ?? unseen,
        cause: ('cause' in ended ? ended.cause : undefined) ?? unseen,
        wording: 'exact',
      };
      failing.fail(run, frame, failure);
      const again = frame.options[0]?.prediction.type === 'MapStateStarted';
      orElse(run, frame, placeOf(frame), [
        ...(again
          ? [
              {
                types: ['MapRunStarted' as const],
                doubt: 'whether a retry starts the Map again or only its Map Run is in no recording',
                failure,
                go: () => {
                  if (frame.visit !== undefined) frame.visit.attempts = frame.attempt;
                  expectMapRun(run, frame, ended, items, work);
                },
              },
            ]
          : []),
        ...(ended.type === 'MapRunAborted'
          ? [
              {
                types: ['MapStateAborted' as const],
                doubt: 'what follows a Map Run that was aborted is in no recording',
                failure,
                go: () => settle(run, frame, [{ prediction: { type: 'MapStateAborted' }, take: () => {} }]),
              },
            ]
          : []),
      ]);
    };
    const ends: readonly Option[] = [
      {
        prediction: { type: 'MapRunSucceeded', orPrevious },
        take: (ended) => takeMapRunSucceeded(run, frame, ended, event.id, { ...work, mapRunArn }, before),
      },
      { prediction: { type: 'MapRunFailed', orPrevious }, take: failedBy },
      { prediction: { type: 'MapRunAborted', orPrevious }, take: failedBy },
    ];
    settle(run, frame, ends, {
      waits: () => ({
        waitsFor: 'map run',
        since: event.timestamp,
        eventId: event.id,
        resource: mapRunArn,
        work: { kind: 'map run', phase: 'end', items },
      }),
    });
    orMisconfigured(run, frame, work.input);
  };

  const takeMapRunSucceeded = (
    run: Run,
    frame: Frame,
    event: Event,
    startedEventId: number,
    facts: MapRunFacts,
    before: readonly number[] = [],
  ): void => {
    frame.head = event.id;
    const reckoned = resultOf(run, frame, facts);
    // A made-up world says what only the children could.
    const result = jsonValue(run.facts.recorded ? reckoned : fillUnknown(reckoned, jsonOf(run.payload)));
    const succeeded: Option = {
      prediction: { type: 'MapStateSucceeded' },
      take: () => {
        const outcome = flow.outcome(run, frame, result);
        if (!outcome.ok) {
          return failEvaluation(run, frame, outcome, (failure) => failing.fail(run, frame, failure));
        }
        // Recordings to mid-2024 point to MapRunSucceeded, newer ones to MapRunStarted.
        frame.head = startedEventId;
        exitState(run, frame, outcome.value, leave, { orPrevious: new Set([event.id, ...before]) });
      },
    };
    settle(run, frame, [succeeded]);
    if (findUnknown(jsonOf(result)) === undefined) return;
    // Without ResultWriter the results of all children may be too large together. @see ASL section 8.9
    const failure: PredictedFailure = { ...limitFailure(frame.state?.name ?? ''), wording: 'derived' };
    const doubt = 'how large the results of a Map Run are is not recorded';
    orElse(run, frame, placeOf(frame), [
      { types: ['ExecutionFailed'], doubt, failure, go: () => failFatally(run, frame, failure) },
    ]);
  };

  return {
    begin: (run, frame) => {
      const option = start(run, frame);
      if (option === undefined) return;
      settle(run, frame, [option]);
      orMisconfigured(run, frame, frame.input);
    },
    adopt: (run, frame, event) => {
      switch (event.type) {
        case 'MapStateStarted':
          frame.head = event.id;
          expectMapRun(run, frame, event, undefined, nothingKnown(frame));
          return true;
        case 'MapRunStarted':
          takeMapRunStarted(run, frame, event, undefined, nothingKnown(frame));
          return true;
        case 'MapRunSucceeded':
          takeMapRunSucceeded(run, frame, event, event.previousEventId, {
            ...nothingKnown(frame),
            mapRunArn: undefined,
          });
          return true;
        case 'MapStateFailed':
          failing.adoptFailed(run, frame, event);
          return true;
        default:
          return false;
      }
    },
  };
};
