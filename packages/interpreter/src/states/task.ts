import type { TaskState } from '@steptrail/asl';
import type { Event, EventType } from '@steptrail/history';
import { orElse, placeOf } from '../alternatives.ts';
import { compileDataFlow } from '../data-flow.ts';
import { findUnknown, unknown } from '../expressions/index.ts';
import { failEvaluation, failureOf } from '../fail-evaluation.ts';
import { isFailedEvaluation } from '../failure-sentences.ts';
import { type Frame, NOTHING, type Option, type Run, type Stance, settle, waitingOf } from '../frame.ts';
import { type PredictedFailure, predict, type Settings } from '../prediction.ts';
import { fieldText, type StateLogic } from '../program.ts';
import {
  executionFailed,
  exitState,
  failFrame,
  isOversize,
  leaveTo,
  limitFailure,
  nextOf,
  noteFailure,
} from '../progress.ts';
import {
  backOffOf,
  compileFaultTolerance,
  noteRetry,
  type Remedy,
  showsOf,
  takeCatch,
  takeRetry,
  UNSETTLED_REMEDY,
} from '../retry-catch.ts';
import { parseTaskResource } from '../task-resource.ts';
import type { WaitsFor } from '../trace.ts';
import { jsonOf, perhapsAbsent } from '../value.ts';
import type { OpenCall, Waiting } from '../waiting.ts';
import { compileTaskCall } from './task-call.ts';
import { compileTaskFailures } from './task-failures.ts';
import { vocabularyOf } from './task-vocabulary.ts';

/*
 * The steps of a Task (the words are those of its kind, task-vocabulary.ts):
 *
 *   expects                   takes             and then
 *   Scheduled                 takeScheduled     Started, or a failure
 *   Started                   takeStarted       Submitted or Succeeded, or a failure
 *   Submitted                 takeSubmitted     Succeeded, or a failure
 *   Succeeded                 takeSucceeded     the state's Exited
 *   Failed, TimedOut and so on takeFailed       Scheduled again (Retry), Exited (Catch), or the failure goes up
 */

interface BackOff {
  readonly retrier: number;
  readonly waiting: Waiting;
}

/** Task: schedules work, waits for it, and retries, catches or hands on its failure. */
export const compileTask = (state: TaskState, jsonata: boolean): StateLogic => {
  const resource = parseTaskResource(fieldText(state.Resource));
  const words = vocabularyOf(resource);
  const flow = compileDataFlow(state, jsonata);
  const tolerance = compileFaultTolerance(state, jsonata, 'work');
  const calls = compileTaskCall(state, resource, flow, jsonata);
  const leave = leaveTo(nextOf(state));
  const worked = resource.kind === 'activity';
  const submittedWaitsFor: WaitsFor =
    resource.pattern === 'callback'
      ? 'callback token'
      : resource.resourceType === 'states'
        ? 'child execution'
        : 'job completion';

  const answerSettings: Settings | undefined =
    resource.kind === 'service'
      ? { resource: resource.resource, resourceType: resource.resourceType }
      : undefined;

  const failing = compileTaskFailures(state, answerSettings);

  /** Works out the call and expects it to be scheduled. */
  const schedule = (run: Run, frame: Frame, backOff?: BackOff): void => {
    if (resource.pattern === 'callback' || resource.kind === 'activity') {
      frame.taskToken = run.facts.recorded ? unknown('a task token') : run.draws.uuid();
    } else if (resource.pattern === 'sync' && run.facts.recorded) {
      // AWS's TestState takes a context object with a token for these; no recording shows one.
      frame.taskToken = perhapsAbsent;
    }
    const terms = calls.prepare(run, frame);
    if (!terms.ok) return failEvaluation(run, frame, terms, (failure) => fail(run, frame, failure));
    const { parameters, settings } = terms.value;
    const scheduled: Option = {
      prediction: predict(words.scheduled, { payload: parameters, settings }),
      take: (event) => {
        if (backOff !== undefined) noteRetry(frame, backOff.retrier);
        takeScheduled(run, frame, event, calls.scheduled(run, frame, event, terms.value));
      },
    };
    if (backOff === undefined) settle(run, frame, [scheduled], whenEntered);
    else settle(run, frame, [scheduled], { ...whenEntered, waits: () => backOff.waiting });
  };

  /** What may come where the service refuses the parameters, or they are too large. */
  const refused = (run: Run, frame: Frame): readonly Option[] => {
    const parameters = frame.options.find(({ prediction }) => prediction.type === words.scheduled)?.prediction
      .payload;
    if (parameters === undefined) return NOTHING;
    return [
      ...(resource.kind === 'activity' ? [activityGone(run, frame)] : []),
      executionFailed(run, frame, {
        ...failureOf(frame, { ok: false, error: 'States.Runtime', cause: '' }),
        parameters: findUnknown(jsonOf(frame.input)) === undefined ? parameters : frame.input,
      }),
      ...(isOversize(parameters)
        ? [executionFailed(run, frame, { ...limitFailure(frame.state?.name ?? ''), wording: 'derived' })]
        : []),
    ];
  };

  /** An activity that was deleted: no event of its own. How AWS words it is in no reference. */
  const activityGone = (run: Run, frame: Frame): Option => {
    const reason = 'whether the activity existed is not recorded';
    const gone = executionFailed(run, frame, {
      error: 'States.Runtime',
      cause: unknown(reason),
      wording: 'exact',
    });
    return {
      prediction: { ...gone.prediction, doubt: reason },
      take: (event, ...rest) => {
        const cause = 'cause' in event ? (event.cause ?? '') : '';
        if (isFailedEvaluation(cause)) {
          const why = 'The definition says that this state schedules its work.';
          run.disagree(event.id, frame, 'event', 'the work to be scheduled', cause, why);
        }
        gone.take(event, ...rest);
      },
    };
  };

  const failures = (types: readonly EventType[]): readonly Option[] =>
    types.map((type) => ({
      prediction: failing.predict(type),
      take: (event, run, frame) => takeFailed(run, frame, event),
    }));

  const waitingFor =
    (waitsFor: WaitsFor, phase: 'scheduled' | 'started' | 'submitted'): Stance['waits'] =>
    ({ head, call }) =>
      call && {
        waitsFor,
        since: call.since,
        eventId: head,
        resource: resource.arn,
        work: { kind: 'task', phase, call },
        answer: call.answer,
      };

  const whenEntered: Stance = { others: failures(words.failuresWhenEntered), doubts: refused };
  const whenScheduled: Stance = {
    others: failures(words.failuresWhenScheduled),
    waits: waitingFor(worked ? 'activity worker' : 'task result', 'scheduled'),
  };
  const whenStarted: Stance = {
    others: failures(words.failuresWhenStarted),
    waits: waitingFor(worked ? 'activity result' : 'task result', 'started'),
  };
  const whenSubmitted: Stance = {
    others: failures(['TaskFailed', 'TaskTimedOut']),
    waits: waitingFor(submittedWaitsFor, 'submitted'),
  };
  const started: readonly Option[] = [
    {
      prediction: predict(words.started, { settings: answerSettings }),
      take: (event, run, frame) => takeStarted(run, frame, event, frame.call),
    },
  ];
  const succeeded: readonly Option[] = [
    {
      prediction: predict(words.succeeded, { settings: answerSettings }),
      take: (event, run, frame) => takeSucceeded(run, frame, event),
    },
  ];
  const answered: readonly Option[] =
    words.submitted === undefined
      ? succeeded
      : [
          {
            prediction: predict(words.submitted, { settings: answerSettings }),
            take: (event, run, frame) => takeSubmitted(run, frame, event, frame.call),
          },
        ];

  const takeScheduled = (run: Run, frame: Frame, event: Event, call: OpenCall): void => {
    frame.head = event.id;
    frame.call = call;
    call.since = event.timestamp;
    call.answer = undefined;
    settle(run, frame, started, whenScheduled);
  };

  const takeStarted = (
    run: Run,
    frame: Frame,
    event: Event,
    call: OpenCall = calls.of(run, frame, event),
  ): void => {
    frame.head = event.id;
    frame.call = call;
    call.since = event.timestamp;
    call.startedAt = event.timestamp;
    call.answer = undefined;
    settle(run, frame, answered, whenStarted);
  };

  const takeSubmitted = (
    run: Run,
    frame: Frame,
    event: Event,
    call: OpenCall = calls.of(run, frame, event),
  ): void => {
    frame.head = event.id;
    frame.call = call;
    call.since = event.timestamp;
    call.answer = run.payload;
    settle(run, frame, succeeded, whenSubmitted);
  };

  const takeSucceeded = (run: Run, frame: Frame, event: Event): void => {
    frame.head = event.id;
    const outcome = flow.outcome(run, frame, run.payload);
    if (!outcome.ok) return failEvaluation(run, frame, outcome, (failure) => fail(run, frame, failure));
    exitState(run, frame, outcome.value, leave);
  };

  const takeFailed = (run: Run, frame: Frame, event: Event): void => {
    frame.head = event.id;
    fail(run, frame, failing.failureIn(run, event));
  };

  /** A failure of the work or of an evaluation: Retry, Catch, or up to whoever encloses the state. */
  const fail = (run: Run, frame: Frame, failure: PredictedFailure): void => {
    noteFailure(frame, failure);
    const [first, ...others] = tolerance.remediesFor(frame, failure);
    if (others.length === 0) return apply(run, frame, failure, first);
    const place = placeOf(frame);
    apply(run, frame, failure, first);
    orElse(
      run,
      frame,
      place,
      others.map((other) => ({
        types: showsOf(frame, other, words.scheduled, 'TaskStateExited'),
        doubt: UNSETTLED_REMEDY,
        failure,
        go: () => apply(run, frame, failure, other),
      })),
    );
  };

  const apply = (run: Run, frame: Frame, failure: PredictedFailure, remedy: Remedy): void => {
    switch (remedy.kind) {
      case 'retry': {
        takeRetry(frame, remedy.retrier);
        schedule(run, frame, { retrier: remedy.retrier, waiting: backOffOf(run, frame, remedy) });
        return;
      }
      case 'catch':
        return takeCatch(run, frame, failure, remedy);
      case 'none':
        return failFrame(run, frame, failure);
    }
  };

  const adopt = (run: Run, frame: Frame, event: Event): boolean => {
    if (event.type === words.scheduled) {
      if (waitingOf(frame)?.work !== undefined || frame.head !== frame.enteredEventId) {
        tolerance.takeUnseenRetry(frame);
      }
      takeScheduled(run, frame, event, calls.of(run, frame, event));
      return true;
    }
    if (event.type === words.started) takeStarted(run, frame, event);
    else if (event.type === words.submitted) takeSubmitted(run, frame, event);
    else if (event.type === words.succeeded) takeSucceeded(run, frame, event);
    else if (failureTypes.has(event.type)) takeFailed(run, frame, event);
    else return false;
    return true;
  };

  const failureTypes: ReadonlySet<string> = new Set([
    ...words.failuresWhenEntered,
    ...words.failuresWhenScheduled,
    ...words.failuresWhenStarted,
  ]);

  return { begin: schedule, adopt };
};
