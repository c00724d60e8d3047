import type { Event, StateType } from '@steptrail/history';
import { EVENT_TYPES, isEventType } from '@steptrail/history';
import { isIteration, nameOf } from './event-fields.ts';
import { unknown } from './expressions/index.ts';
import { createFrame, endFrame, type Frame, NOTHING, type Run, settle } from './frame.ts';
import { fieldText, type StateNode } from './program.ts';
import { type Next, nextOf, takeEntered, takeExited } from './progress.ts';
import { jsonValue } from './value.ts';
import { openVisit } from './visits.ts';

/*
 * After a recorded event that nothing predicted: the frame that it belongs to is brought to where the event
 * leaves it, so that one fault stays one divergence.
 */

/** Where replay may look for the frame that an unexpected event belongs to. */
export interface Whereabouts {
  /** Frames that expect an event with this previousEventId. */
  readonly candidates: readonly Frame[];
  /** The frame that took the event to which the unexpected one points. */
  readonly owner: Frame | undefined;
}

const SEARCHED = 200;

const findFrame = (run: Run, fits: (frame: Frame) => boolean): Frame | undefined => {
  let looked = 0;
  for (const frame of run.frames) {
    if (fits(frame)) return frame;
    looked += 1;
    if (looked === SEARCHED) return undefined;
  }
  return undefined;
};

/** Where a state leads as far as its definition alone tells. */
export const possibleNext = (node: StateNode): Next => {
  const { definition } = node;
  switch (definition.Type) {
    case 'Choice': {
      const rules = Array.isArray(definition.Choices) ? definition.Choices : [];
      const names = rules.map((rule) => fieldText(rule?.Next));
      if (typeof definition.Default === 'string') names.push(definition.Default);
      return { kind: 'any', names: [...new Set(names)] };
    }
    case 'Succeed':
    case 'Fail':
      return { kind: 'end' };
    case 'Task':
    case 'Parallel':
    case 'Map': {
      const next = nextOf(definition);
      const caught = (Array.isArray(definition.Catch) ? definition.Catch : []).map((catcher) =>
        fieldText(catcher?.Next),
      );
      if (caught.length === 0 || next.kind !== 'state') return next;
      return { kind: 'any', names: [...new Set([next.name, ...caught])] };
    }
    default:
      return nextOf(definition);
  }
};

/** The frame that took an unexpected event, and whether it is known where that leaves it. */
export interface Adopted {
  readonly frame: Frame | undefined;
  readonly placed: boolean;
}

/** Adopts an unexpected event. */
export const adoptEvent = (run: Run, event: Event, where: Whereabouts): Adopted => {
  const candidates = where.candidates.filter((frame) => frame.live);
  const owner = where.owner?.live === true ? where.owner : undefined;
  const name = isIteration(event) ? undefined : nameOf(event);
  if (name !== undefined) {
    const node = run.program.states.get(name);
    if (node !== undefined) {
      const frame = frameFor(run, node, candidates, owner);
      if (event.type.endsWith('Entered')) {
        leaveInner(run, frame);
        takeEntered(run, frame, node, event, undefined);
        return { frame, placed: true };
      }
      adoptExit(run, frame, node, event);
      // Whether it ended well or was caught decides where it leads.
      return { frame, placed: !('Catch' in node.definition) };
    }
    const lost = candidates[0] ?? owner ?? run.root;
    return { frame: lose(run, lost, event), placed: true };
  }
  const type = subjectOf(event);
  const [first] = candidates;
  for (const inner of [...candidates.slice(0, SEARCHED), owner]) {
    // What a branch or iteration cannot take may be about the state that encloses it.
    for (let frame = inner; frame !== undefined; frame = frame.within?.owner) {
      if (frame.state?.logic.adopt?.(run, frame, event) === true) return { frame, placed: true };
    }
  }
  if (type !== undefined && first === undefined && owner === undefined) {
    const frame = findFrame(run, (each) => each.state?.type === type);
    if (frame?.state?.logic.adopt?.(run, frame, event) === true) return { frame, placed: true };
  }
  const frame = first ?? owner;
  // Markers and answers that no state can place: the chain goes on behind them.
  return { frame: frame === undefined ? undefined : keepPlace(run, frame, event), placed: false };
};

const subjectOf = (event: Event): StateType | undefined => {
  if (!isEventType(event.type)) return undefined;
  const { subject } = EVENT_TYPES[event.type];
  switch (subject) {
    case 'Execution':
    case 'Evaluation':
      return undefined;
    case 'LambdaFunction':
    case 'ServiceTask':
    case 'Activity':
      return 'Task';
    case 'MapIteration':
    case 'MapRun':
      return 'Map';
    default:
      return subject;
  }
};

/** Whether a state lies in a Map, at whatever depth. */
const isIterated = ({ scope: { within } }: StateNode): boolean =>
  within !== undefined && (within.type === 'Map' || isIterated(within));

const frameFor = (
  run: Run,
  node: StateNode,
  candidates: readonly Frame[],
  owner: Frame | undefined,
): Frame => {
  const inScope = (frame: Frame): boolean => frame.scope === node.scope;
  const found =
    candidates.find((frame) => frame.state === node) ??
    candidates.find(inScope) ??
    (owner !== undefined && inScope(owner) ? owner : undefined) ??
    findFrame(run, (frame) => frame.state === node) ??
    findFrame(run, inScope);
  if (found !== undefined) return found;
  // The state lies in a branch or iteration that never began: it is followed on its own.
  const item = isIterated(node) ? unknown('what it iterates over is not recorded') : undefined;
  const stray = createFrame(
    node.scope,
    0,
    { path: '?', item },
    jsonValue(unknown('the state was never entered')),
  );
  run.frames.add(stray);
  return stray;
};

const leaveInner = (run: Run, frame: Frame): void => {
  if (frame.inner !== undefined) for (const child of frame.inner.children) endFrame(run, child);
  frame.inner = undefined;
};

const adoptExit = (run: Run, frame: Frame, node: StateNode, event: Event): void => {
  leaveInner(run, frame);
  if (frame.state !== node) {
    frame.state = node;
    frame.enteredEventId = event.previousEventId;
    frame.enteredAt = event.timestamp;
    const { payload } = run;
    run.payload = jsonValue(unknown('the state was never entered'));
    openVisit(run, frame, event);
    run.payload = payload;
  }
  takeExited(run, frame, event, possibleNext(node));
};

/** A state that the definition does not have: whatever follows it is taken as it comes. */
const lose = (run: Run, frame: Frame, event: Event): Frame => {
  leaveInner(run, frame);
  frame.head = event.id;
  frame.state = undefined;
  settle(run, frame, NOTHING, { lost: true });
  return frame;
};

/** The frame still expects what it expected, now behind this event. */
const keepPlace = (run: Run, frame: Frame, event: Event): Frame => {
  frame.head = event.id;
  const { options, stance } = frame;
  const orPrevious = new Set([event.previousEventId]);
  const moved = options.map((option) => ({
    ...option,
    prediction: { ...option.prediction, previous: event.id, orPrevious },
  }));
  settle(run, frame, moved, stance);
  return frame;
};
