import { Buffer } from 'node:buffer';
import type { Event, ExecutionStatus } from '@steptrail/history';
import { compareEvent, type Findings, payloadOf, show } from './compare-event.ts';
import { compile, type Definition, isProgram } from './compile.ts';
import { unknown, unknownDraws } from './expressions/index.ts';
import { createFrame, type Frame, type Option, type Run } from './frame.ts';
import { createHeads } from './heads.ts';
import { orderForReplay } from './order-events.ts';
import { pendingOf } from './pending.ts';
import type { Program } from './program.ts';
import { enterState } from './progress.ts';
import { adoptEvent } from './resync.ts';
import type { Divergence, DivergenceKind, Trace, Unverifiable } from './trace.ts';
import { jsonValue, recordedValue, type Value } from './value.ts';
import { breakVisit } from './visits.ts';

/** What replay is told beside the events. All of it is optional data. */
export interface ReplayOptions {
  readonly type?: 'STANDARD' | 'EXPRESS' | undefined;
  readonly executionArn?: string | undefined;
  /** Default: from the execution's ARN. */
  readonly stateMachineArn?: string | undefined;
  /** Log records at a level below ALL lack events by design; gaps are no divergences then. Default ALL. */
  readonly logLevel?: 'ALL' | 'ERROR' | 'FATAL' | undefined;
  /** The caller has ordered the events by id and dropped doubles (log records come in any order). */
  readonly ordered?: boolean | undefined;
}

/** At this event AWS ends an execution whatever it was doing. @see step-functions.md section 2.10 */
const EVENT_LIMIT = 25_000;

const SEARCHED = 400;

// Widened: the status changes inside closures.
const initialStatus = (): ExecutionStatus => 'RUNNING';

const EMPTY: Value = jsonValue({});

/** Markers that carry nothing: where one is missing, replay goes on as if it had come. */
const MARKERS: ReadonlySet<string> = new Set([
  'ParallelStateSucceeded',
  'MapStateSucceeded',
  'MapIterationSucceeded',
  'MapIterationFailed',
  'ParallelStateFailed',
  'MapStateFailed',
]);

/**
 * Replays a history through its definition: each event is compared with what the definition says must come
 * there, and adopted whether or not it agrees. Never throws, whatever the events or the definition are; time and
 * memory are linear in the events.
 */
export function replay(
  given: Program | Definition,
  events: readonly Event[],
  options: ReplayOptions = {},
): Trace {
  const program = isProgram(given) ? given : compile(given, { type: options.type });
  const partial = options.logLevel === 'ERROR' || options.logLevel === 'FATAL';
  const sequence = orderForReplay(events, partial);
  const divergences: Divergence[] = options.ordered === true && partial ? [] : [...sequence.divergences];
  const unverifiable: Unverifiable[] = [];
  const heads = createHeads();
  const owners = new Map<number, Frame>();
  /** Events that stand for others in the chain: of unknown types, or missing. */
  const aliases = new Map<number, number>();
  const present = new Set<number>();
  let agrees = 0;
  let status: ExecutionStatus = initialStatus();
  let stopped: number | undefined;
  let largest: { bytes: number; eventId: number } | undefined;
  let started = false;
  let terminalEventId = 0;
  let redriven = false;

  const root = createFrame(
    program.root,
    0,
    {},
    jsonValue(unknown('the input of the execution is not recorded')),
  );
  const run: Run = {
    program,
    facts: {
      executionArn: options.executionArn,
      stateMachineArn: options.stateMachineArn,
      inlineConcurrency: Number.POSITIVE_INFINITY,
      simulated: false,
    },
    draws: unknownDraws(),
    root,
    frames: new Set([root]),
    visits: [],
    mapRuns: [],
    input: root.input,
    roleArn: unknown('the role of the execution is not recorded'),
    startedAt: sequence.events[0]?.timestamp ?? 0,
    now: 0,
    redriveCount: 0,
    payload: EMPTY,
    assigned: undefined,
    ended: false,
    failure: undefined,
    settled: heads.place,
    disagree: (eventId, frame, kind, expected, recorded, why) => {
      diverge(eventId, frame, kind, expected, recorded, why);
    },
  };

  const stateOf = (frame: Frame | undefined, event?: Event): string | undefined =>
    frame?.state?.name ??
    (event !== undefined && 'name' in event && !event.type.startsWith('MapIteration')
      ? event.name
      : undefined);

  let clean = true;
  const diverge = (
    eventId: number,
    frame: Frame | undefined,
    kind: DivergenceKind,
    expected: string,
    recorded: string,
    why: string,
    state = stateOf(frame),
  ): void => {
    clean = false;
    divergences.push({ eventId, state, kind, expected, recorded, why });
  };
  const doubt = (event: Event, frame: Frame | undefined, reason: string): void => {
    clean = false;
    unverifiable.push({ eventId: event.id, state: stateOf(frame, event), reason });
  };

  /** The option of a frame that an event fits by type, and by name or index where it has one. */
  const fitting = (frame: Frame, event: Event): Option | undefined => {
    const { options: expected, doubts } = frame.stance;
    return expected.find((option) => fits(option, event)) ?? doubts?.().find((option) => fits(option, event));
  };

  const take = (frame: Frame, option: Option, event: Event): void => {
    const found: (() => void)[] = [];
    let diverged = false;
    const findings: Findings = {
      diverge: (kind, expected, recorded, why) => {
        diverged = true;
        found.push(() => diverge(event.id, frame, kind, expected, recorded, why, stateOf(frame, event)));
      },
      doubt: (reason) => found.push(() => doubt(event, frame, reason)),
    };
    const compared = compareEvent(option.prediction, event, findings);
    if (diverged && takeDoubted(frame, event)) return;
    for (const report of found) report();
    follow(frame, option, event, compared);
  };

  const follow = (
    frame: Frame,
    option: Option,
    event: Event,
    compared: ReturnType<typeof compareEvent>,
  ): void => {
    run.payload = compared.payload;
    run.assigned = compared.assigned;
    owners.set(event.id, frame);
    if (frame.visit !== undefined) frame.visit.events += 1;
    option.take(event);
  };

  /**
   * An input that diverged is adopted; where what follows fits the input that should have been, the record of
   * the input was the fault, and the one divergence is already told.
   */
  const takeDoubted = (frame: Frame, event: Event): boolean => {
    const { doubtedInput, input, stance, state } = frame;
    if (doubtedInput === undefined || state === undefined || frame.head !== frame.enteredEventId)
      return false;
    frame.doubtedInput = undefined;
    frame.input = doubtedInput;
    state.logic.begin(run, frame);
    const option = fitting(frame, event);
    if (option !== undefined) {
      let diverged = false;
      const reasons: string[] = [];
      const compared = compareEvent(option.prediction, event, {
        diverge: () => {
          diverged = true;
        },
        doubt: (reason) => reasons.push(reason),
      });
      if (!diverged) {
        for (const reason of reasons) doubt(event, frame, reason);
        follow(frame, option, event, compared);
        return true;
      }
    }
    frame.input = input;
    frame.stance = stance;
    heads.place(frame);
    return false;
  };

  const end = (event: Event, as: ExecutionStatus): void => {
    status = as;
    stopped = event.timestamp;
    terminalEventId = event.id;
    run.ended = true;
  };

  const start = (event: Event & { type: 'ExecutionStarted' }): void => {
    if (started) {
      return diverge(
        event.id,
        undefined,
        'event',
        'ExecutionStarted once',
        'ExecutionStarted again',
        'An execution starts once.',
      );
    }
    started = true;
    if (event.previousEventId !== 0) {
      diverge(
        event.id,
        undefined,
        'chain',
        'previousEventId 0',
        `previousEventId ${event.previousEventId}`,
        'Nothing comes before the start.',
      );
    }
    run.input = recordedValue(event.input);
    run.startedAt = event.timestamp;
    if (event.roleArn !== undefined) run.roleArn = event.roleArn;
    root.input = run.input;
    enterState(run, root, [program.root.startAt], run.input);
  };

  const redrive = (event: Event): void => {
    if (!run.ended) {
      return diverge(
        event.id,
        undefined,
        'event',
        'an execution that has ended',
        'ExecutionRedriven',
        'Only an ended execution is redriven.',
      );
    }
    if (event.previousEventId !== terminalEventId) {
      diverge(
        event.id,
        undefined,
        'chain',
        `previousEventId ${terminalEventId}`,
        `previousEventId ${event.previousEventId}`,
        'A redrive follows the event that ended the execution.',
      );
    }
    run.ended = false;
    redriven = true;
    status = 'RUNNING';
    stopped = undefined;
    run.redriveCount += 1;
    run.failure = undefined;
    aliases.set(event.id, event.previousEventId);
    for (const frame of run.frames) {
      frame.retries = [];
      owners.set(event.id, frame);
    }
  };

  const finish = (event: Event): void => {
    if (event.type === 'ExecutionAborted') end(event, 'ABORTED');
    else if (event.type === 'ExecutionTimedOut') end(event, 'TIMED_OUT');
    else if (event.type === 'ExecutionFailed') end(event, 'FAILED');
    else if (event.type === 'ExecutionSucceeded') end(event, 'SUCCEEDED');
  };

  /** Looks everywhere for a frame that expects such an event: its previousEventId does not say. */
  const searchFrame = (event: Event): { frame: Frame; option: Option } | undefined => {
    let looked = 0;
    for (const frame of run.frames) {
      const option = fitting(frame, event);
      if (option !== undefined) return { frame, option };
      looked += 1;
      if (looked === SEARCHED) break;
    }
    return undefined;
  };

  /** Goes on as if markers that are missing had come, until something expects the event. */
  const skipMarkers = (
    frame: Frame,
    event: Event,
  ): { frame: Frame; option: Option; skipped: string } | undefined => {
    const skipped: string[] = [];
    let at: Frame | undefined = frame;
    for (let round = 0; at !== undefined && round < 4; round += 1) {
      const marker: Option | undefined = at.stance.options.find((option) =>
        MARKERS.has(option.prediction.type),
      );
      if (marker === undefined) return undefined;
      const parent: Frame | undefined = at.within?.owner;
      run.payload = EMPTY;
      run.assigned = undefined;
      skipped.push(marker.prediction.type);
      marker.take({
        id: at.head,
        previousEventId: marker.prediction.previous,
        timestamp: event.timestamp,
        type: 'Unrecognised',
        recordedType: marker.prediction.type,
      });
      for (const next of [at, parent]) {
        const option = next === undefined ? undefined : fitting(next, event);
        if (next !== undefined && option !== undefined)
          return { frame: next, option, skipped: skipped.join(', ') };
      }
      if (!at.live) at = parent;
    }
    return undefined;
  };

  const step = (event: Event, gapBefore: boolean): void => {
    const previous = aliases.get(event.previousEventId) ?? event.previousEventId;
    const candidates = heads.at(previous);
    for (const frame of candidates) {
      const option = fitting(frame, event);
      if (option !== undefined) {
        if (event.previousEventId !== previous)
          doubt(event, frame, 'it follows an event that could not be explained');
        return take(frame, option, event);
      }
    }
    // Something is wrong, or not recorded: from here on it is a matter of finding the place again.
    const orphan = previous !== 0 && !present.has(previous);
    const excused = partial || orphan || gapBefore;
    const elsewhere = searchFrame(event);
    if (elsewhere !== undefined && (candidates.length === 0 || event.previousEventId === 0)) {
      const { frame, option } = elsewhere;
      const loose =
        event.type === 'ExecutionFailed' && program.type === 'EXPRESS' && event.previousEventId === 0;
      if (!excused && !loose && !redriven) {
        diverge(
          event.id,
          frame,
          'chain',
          `previousEventId ${option.prediction.previous}`,
          `previousEventId ${event.previousEventId}`,
          'The event points to another event than the one that led to it.',
          stateOf(frame, event),
        );
      } else if (!loose)
        doubt(event, frame, partial ? 'events before it are not logged' : 'events before it are missing');
      return take(frame, option, event);
    }
    for (const frame of [...candidates]) {
      const over = skipMarkers(frame, event);
      if (over === undefined) continue;
      if (!excused) {
        diverge(
          event.id,
          over.frame,
          'event',
          over.skipped,
          event.type,
          'A marker is missing before this event.',
        );
      }
      return take(over.frame, over.option, event);
    }
    const [blamed] = candidates;
    const lost = blamed !== undefined && blamed.stance.options.length === 0 && blamed.inner === undefined;
    if (excused || lost || redriven) {
      doubt(
        event,
        blamed,
        lost
          ? 'it follows an event that could not be explained'
          : partial
            ? 'events before it are not logged'
            : redriven
              ? 'how AWS goes on after a redrive is in no recording'
              : 'events before it are missing',
      );
    } else blame(event, blamed);
    run.payload = recordedPayload(event);
    run.assigned = undefined;
    const owner = adoptEvent(run, event, { candidates, owner: owners.get(previous) });
    if (owner !== undefined) owners.set(event.id, owner);
  };

  const recordedPayload = (event: Event): Value => {
    const payload = payloadOf(event);
    return payload === undefined ? EMPTY : recordedValue(payload);
  };

  const blame = (event: Event, frame: Frame | undefined): void => {
    const expected =
      frame === undefined
        ? `an event that follows one of the open states, none of which is at #${event.previousEventId}`
        : frame.stance.options.map((option) => describe(option)).join(' or ') || 'nothing more here';
    const name = 'name' in event && event.name !== undefined ? event.name : undefined;
    const unknownState =
      name !== undefined && !event.type.startsWith('MapIteration') && !program.states.has(name);
    const kind: DivergenceKind = unknownState
      ? 'definition'
      : event.type.endsWith('StateEntered')
        ? 'transition'
        : 'event';
    const why = unknownState
      ? 'The definition has no such state: this execution ran another definition, or the record was changed.'
      : kind === 'transition'
        ? 'The definition does not lead to this state here.'
        : 'The definition does not explain this event here.';
    diverge(event.id, frame, kind, expected, describeEvent(event), why, stateOf(frame, event));
  };

  const handle = (event: Event, gapBefore: boolean): void => {
    if (event.type === 'ExecutionRedriven') return redrive(event);
    if (run.ended) {
      return diverge(
        event.id,
        undefined,
        'event',
        'nothing after the end of the execution',
        describeEvent(event),
        'The execution had ended before this event.',
      );
    }
    switch (event.type) {
      case 'ExecutionStarted':
        return start(event);
      case 'ExecutionAborted':
        return finish(event);
      case 'ExecutionTimedOut': {
        const bound = program.timeoutSeconds;
        const limit = bound === undefined ? (program.type === 'EXPRESS' ? 300 : 31_536_000) : bound;
        if (event.timestamp - run.startedAt < limit * 1000 - 1000 && !redriven) {
          diverge(
            event.id,
            undefined,
            'setting',
            `no time-out before ${limit} s`,
            `a time-out after ${(event.timestamp - run.startedAt) / 1000} s`,
            'The machine may not time out that early.',
          );
        }
        return finish(event);
      }
      case 'Unrecognised':
        aliases.set(event.id, aliases.get(event.previousEventId) ?? event.previousEventId);
        return doubt(event, undefined, `the event type ${event.recordedType} is not known to this version`);
      case 'ExecutionFailed':
        if (event.id >= EVENT_LIMIT) {
          run.failure ??= undefined;
          return finish(event);
        }
        step(event, gapBefore);
        return finish(event);
      case 'ExecutionSucceeded':
        step(event, gapBefore);
        return finish(event);
      default:
        return step(event, gapBefore);
    }
  };

  if (!partial && sequence.events.length > 0 && sequence.events[0]?.type !== 'ExecutionStarted') {
    // Without its start the execution's input is unknown; the machine begins all the same.
    enterState(run, root, [program.root.startAt], root.input);
  } else if (partial) enterState(run, root, [program.root.startAt], root.input);

  let last = 0;
  for (const event of sequence.events) {
    present.add(event.id);
    run.now = event.timestamp;
    clean = true;
    const payload = payloadOf(event);
    if (typeof payload === 'string' && (largest === undefined || payload.length > largest.bytes / 3)) {
      const bytes = Buffer.byteLength(payload);
      if (largest === undefined || bytes > largest.bytes) largest = { bytes, eventId: event.id };
    }
    handle(event, event.id > last + 1);
    if (clean) agrees += 1;
    last = event.id;
  }
  if (run.ended) {
    for (const frame of run.frames) {
      breakVisit(frame, stopped ?? run.now, status === 'FAILED' ? 'failed' : 'aborted');
    }
  }
  divergences.sort((a, b) => a.eventId - b.eventId);
  const failure = run.failure;
  return {
    status,
    events: events.length,
    lastEventId: last,
    started: sequence.events.length === 0 ? undefined : run.startedAt,
    stopped,
    agrees,
    unverifiable,
    divergences,
    visits: run.visits,
    pending: pendingOf(run),
    failure:
      status === 'FAILED' && failure !== undefined
        ? {
            eventId: failure.eventId,
            state: failure.state,
            error: typeof failure.failure.error === 'string' ? failure.failure.error : undefined,
            cause: typeof failure.failure.cause === 'string' ? failure.failure.cause : undefined,
          }
        : undefined,
    mapRuns: run.mapRuns,
    largestPayload: largest,
  };
}

const fits = ({ prediction }: Option, event: Event): boolean => {
  if (prediction.type !== event.type) return false;
  if (prediction.name === undefined || !('name' in event) || event.type.startsWith('MapIteration')) {
    return (
      prediction.index === undefined ||
      !('index' in event) ||
      event.index === prediction.index ||
      event.index === undefined
    );
  }
  return prediction.name === event.name;
};

const describe = ({ prediction }: Option): string => {
  const name = prediction.name === undefined ? '' : ` ${JSON.stringify(prediction.name)}`;
  const failure = prediction.failure === undefined ? '' : ` (${show(prediction.failure.error)})`;
  return `${prediction.type}${name}${prediction.index === undefined ? '' : ` ${prediction.index}`}${failure}`;
};

const describeEvent = (event: Event): string => {
  const name = 'name' in event && event.name !== undefined ? ` ${JSON.stringify(event.name)}` : '';
  const error = 'error' in event && event.error !== undefined ? ` (${event.error})` : '';
  return `${event.type === 'Unrecognised' ? event.recordedType : event.type}${name}${error}`;
};
