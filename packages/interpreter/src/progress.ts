import { Buffer } from 'node:buffer';
import type { Event } from '@steptrail/history';
import { failureShows, optionsOf, placeOf } from './alternatives.ts';
import type { Outcome } from './data-flow.ts';
import { jsonText, unknown } from './expressions/index.ts';
import {
  endFrame,
  type Frame,
  NO_RETRIES,
  NOTHING,
  type Option,
  type Run,
  type Stance,
  settle,
} from './frame.ts';
import { type PredictedFailure, predict } from './prediction.ts';
import type { StateNode } from './program.ts';
import { bytesOf, jsonOf, type Value } from './value.ts';
import { isAssignedOversize } from './variable-limits.ts';
import { breakVisit, closeVisit, openVisit } from './visits.ts';

/*
 * From state to state: entering, exiting, ending and failing. Every function says what a frame expects next.
 */

/** UTF-8 bytes that an input, output or result may have. @see step-functions.md section 5.1 */
export const PAYLOAD_LIMIT = 262_144;

/** Where a state leads; `any` where an unknown value decides. */
export type Next =
  | { readonly kind: 'state'; readonly name: string }
  | { readonly kind: 'end' }
  | { readonly kind: 'any'; readonly names: readonly string[] };

export const nextOf = (fields: { readonly Next?: string; readonly End?: boolean }): Next =>
  typeof fields.Next === 'string' ? { kind: 'state', name: fields.Next } : { kind: 'end' };

/** The frame enters one of these states next. */
export const enterState = (run: Run, frame: Frame, names: readonly string[], input: Value): void => {
  frame.state = undefined;
  frame.inner = undefined;
  const options: Option[] = [];
  for (const name of names) {
    const node = frame.scope.states.get(name);
    if (node === undefined) continue;
    options.push({ prediction: predict(node.entered, { name, payload: input }), take: enter });
  }
  if (options.length > 0) settle(run, frame, options);
  else settle(run, frame, options, { missing: names });
};

const enter: Option['take'] = (event, run, frame, { name = '', payload }) => {
  const node = frame.scope.states.get(name);
  if (node !== undefined) takeEntered(run, frame, node, event, payload);
};

/** A frame is in a state from now on. */
export const takeEntered = (
  run: Run,
  frame: Frame,
  node: StateNode,
  event: Event,
  predicted: Value | undefined,
): void => {
  frame.state = node;
  frame.inner = undefined;
  frame.fallen = undefined;
  frame.resume = undefined;
  frame.beforeEntered = event.previousEventId;
  frame.head = event.id;
  frame.enteredEventId = event.id;
  frame.enteredAt = event.timestamp;
  frame.input = run.payload;
  frame.doubtedInput = predicted === run.payload ? undefined : predicted;
  frame.retries = NO_RETRIES;
  frame.attempt = 1;
  frame.taskToken = undefined;
  frame.call = undefined;
  openVisit(run, frame, event);
  node.logic.begin(run, frame);
};

/** Whether a value is over AWS's limit. */
export const isOversize = (value: Value): boolean =>
  (bytesOf(value) ?? Buffer.byteLength(jsonText(jsonOf(value)))) > PAYLOAD_LIMIT;

export const limitFailure = (name: string): PredictedFailure => ({
  error: 'States.DataLimitExceeded',
  cause: `The state/task '${name}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  wording: 'exact',
});

/** What few exits have. */
interface ExitMore {
  readonly waits?: Stance['waits'];
  readonly orPrevious?: ReadonlySet<number> | undefined;
  readonly orPayload?: Value | undefined;
}

const NOTHING_MORE: ExitMore = {};

/** What the event that leaves a state does. */
export type Leave = Option['take'];

/** The way out of a state that leads there. */
export const leaveTo =
  (next: Next): Leave =>
  (event, run, frame) =>
    takeExited(run, frame, event, next);

/** Recorded of the machine's own states; inside a branch whoever encloses it may see the failure as well. */
const oversizeOptions = (run: Run, frame: Frame, name: string): readonly Option[] => {
  const failure = limitFailure(name);
  const fatal = executionFailed(run, frame, failure);
  if (frame.within === undefined) return [fatal];
  const types = failureShows(frame).filter((type) => type !== 'ExecutionFailed');
  const doubt = 'whether too large an output fails the enclosing state is in no reference';
  const go = (): void => failFrame(run, frame, failure);
  return [fatal, ...optionsOf(run, frame, placeOf(frame), [{ types, doubt, failure, go }])];
};

/** The limits of variables are documented, the failure is not. */
const variablesRefused = (run: Run, frame: Frame): Option => {
  const reason = unknown('how AWS refuses variables that are too large');
  return executionFailed(run, frame, { error: reason, cause: reason, wording: 'exact' });
};

/** What may come instead of an exit: what it would hand on is too large. */
const tooLarge = (run: Run, frame: Frame): readonly Option[] => {
  const exit = frame.options.find(({ prediction }) => prediction.type === frame.state?.exited)?.prediction;
  if (exit?.payload === undefined) return NOTHING;
  return [
    ...(isOversize(exit.payload) ? oversizeOptions(run, frame, exit.name ?? '') : []),
    ...(isAssignedOversize(frame, exit.assigned) ? [variablesRefused(run, frame)] : []),
  ];
};

const LEAVING: Stance = { doubts: tooLarge };

/** The frame exits its state. */
export const exitState = (
  run: Run,
  frame: Frame,
  { output, assigned }: Outcome,
  leave: Leave,
  more: ExitMore = NOTHING_MORE,
): void => {
  const { state } = frame;
  if (state?.exited === undefined) return;
  const { waits, orPrevious, orPayload } = more;
  const { name } = state;
  const prediction = predict(state.exited, { orPrevious, name, payload: output, orPayload, assigned });
  const stance = waits === undefined ? LEAVING : { doubts: tooLarge, waits };
  settle(run, frame, [{ prediction, take: leave }], stance);
};

/** A frame has left its state. */
export const takeExited = (run: Run, frame: Frame, event: Event, next: Next): void => {
  closeVisit(run, frame, event);
  frame.head = event.id;
  frame.inner = undefined;
  frame.doubtedInput = undefined;
  if (run.assigned !== undefined) {
    frame.variables.own ??= new Map();
    for (const [name, value] of run.assigned) frame.variables.own.set(name, value);
  }
  const output = run.payload;
  switch (next.kind) {
    case 'state':
      return enterState(run, frame, [next.name], output);
    case 'any':
      return enterState(run, frame, next.names, output);
    case 'end':
      return endScope(run, frame, output);
  }
};

/** The frame has come to the end of its machine, branch or iteration. */
const endScope = (run: Run, frame: Frame, output: Value): void => {
  frame.state = undefined;
  if (frame.within !== undefined) return frame.within.childEnded(frame, output);
  settle(run, frame, [
    {
      prediction: predict('ExecutionSucceeded', { payload: output }),
      take: () => {
        run.ended = true;
        endFrame(run, frame);
      },
    },
  ]);
};

/** The option that the whole execution fails here at once. */
export const executionFailed = (run: Run, frame: Frame, failure: PredictedFailure): Option => ({
  prediction: { type: 'ExecutionFailed', failure },
  take: (event) => {
    const error = typeof failure.error === 'string' ? failure.error : undefined;
    // The end is an event of the execution.
    if (frame.visit !== undefined) frame.visit.events -= 1;
    breakVisit(frame, event.timestamp, 'failed', error);
    run.failure ??= { eventId: frame.head, state: frame.state?.name, failure };
    run.ended = true;
  },
});

/** A failure that nothing in this state catches: the enclosing state fails, or the execution. */
export const failFrame = (run: Run, frame: Frame, failure: PredictedFailure): void => {
  noteFailure(frame, failure);
  if (run.failure === undefined || run.failure.eventId !== frame.head) {
    const origin = run.failure;
    if (origin === undefined || frame.state?.type === 'Task' || frame.state?.type === 'Fail') {
      run.failure = { eventId: frame.head, state: frame.state?.name, failure };
    }
  }
  if (frame.within !== undefined) return frame.within.childFailed(frame, failure);
  settle(run, frame, [executionFailed(run, frame, failure)]);
};

/** A failure that no Retry or Catch sees, wherever it happens: States.Runtime. */
export const failFatally = (run: Run, frame: Frame, failure: PredictedFailure): void => {
  noteFailure(frame, failure);
  run.failure = { eventId: frame.head, state: frame.state?.name, failure };
  settle(run, frame, [executionFailed(run, frame, failure)]);
};

/** The last error of a visit, whatever comes of it. */
export const noteFailure = (frame: Frame, failure: PredictedFailure): void => {
  if (frame.visit !== undefined && typeof failure.error === 'string') frame.visit.error = failure.error;
};
