import {
  type Event,
  type ExecutionStatus,
  type LogLevel,
  parseStatesArn,
  type StandIns,
} from '@steptrail/history';
import { createChain } from './chain.ts';
import { compile, type Definition, isProgram } from './compile.ts';
import { payloadOf } from './event-fields.ts';
import { createExecutionEvents } from './execution-events.ts';
import { isUnknown, type Json, unknown, unknownDraws } from './expressions/index.ts';
import { describeEvent } from './fitting.ts';
import { type Circumstances, createFollower, NO_PAYLOAD } from './follow.ts';
import { foresee } from './foresee.ts';
import { createFrame, type Run } from './frame.ts';
import { createHeads } from './heads.ts';
import { judgeEnding } from './judge-ending.ts';
import { createLedger, stateNameOf } from './ledger.ts';
import { LOST, usesVariables } from './lost-records.ts';
import { misplacement, orderForReplay, type Sequence } from './order-events.ts';
import { pendingOf } from './pending.ts';
import type { Program } from './program.ts';
import { enterState } from './progress.ts';
import { excuseSpelling, respellingOf } from './stand-ins.ts';
import { settleChoices, takenOf } from './taken.ts';
import { EVENT_LIMIT, terminalFailureOf } from './terminal-failure.ts';
import type { Trace } from './trace.ts';
import { turnsOf } from './turns.ts';
import { bytesOf, jsonOf, jsonValue, textValue } from './value.ts';
import { breakVisit } from './visits.ts';

/** What replay is told beside the events. All of it is optional data. */
export interface ReplayOptions {
  /** Used where a definition is given; a compiled program has its type. */
  readonly type?: 'STANDARD' | 'EXPRESS' | undefined;
  /**
   * Where a definition is given: the name of the distributed Map whose child execution this is, see `compile`.
   */
  readonly processorOf?: string | undefined;
  readonly executionArn?: string | undefined;
  /** Default: from the execution's ARN. */
  readonly stateMachineArn?: string | undefined;
  /** Log records at a level below ALL lack events by design; gaps are no divergences then. Default ALL. */
  readonly logLevel?: LogLevel | undefined;
  /**
   * The events are log records: delivered at best effort, so that any order, doubles and gaps are no divergences.
   * Default: as with any `logLevel` but ALL.
   */
  readonly logged?: boolean | undefined;
  /** The input of the execution, where it is known although no event tells it. */
  readonly input?: Json | undefined;
  /** How the execution ended, where that is known beside a whole history: not of logs. */
  readonly status?: ExecutionStatus | undefined;
  /** What the author of a recorded case replaced in it: see `readStandIns`. */
  readonly standIns?: StandIns | undefined;
}

/** Events that are walked to foresee an end. */
const FORESEEN = 20_000;

const ENDED: ReadonlySet<ExecutionStatus> = new Set(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']);

/** Whether an event is of the execution itself, or of nobody knows what. */
const isOwn = (type: Event['type']): boolean => {
  switch (type) {
    case 'ExecutionStarted':
    case 'ExecutionRedriven':
    case 'ExecutionSucceeded':
    case 'ExecutionFailed':
    case 'ExecutionTimedOut':
    case 'ExecutionAborted':
    case 'Unrecognised':
      return true;
    default:
      return false;
  }
};

/**
 * Replays a history through its definition: each event is compared with what the definition says must come
 * there, and adopted whether or not it agrees. Never throws, whatever the events or the definition are; time and
 * memory are linear in the events.
 *
 * `events` may be a list, in any order, or anything else that can be gone through once, such as a generator over
 * pages: an event's payload is then free to go as soon as the execution has moved on from it. Such events must come
 * in the order of their ids; one that does not is a divergence and is passed over.
 */
export function replay(
  given: Program | Definition,
  events: Iterable<Event>,
  options: ReplayOptions = {},
): Trace {
  const program = isProgram(given) ? given : compile(given, options);
  const respell = options.standIns === undefined ? undefined : respellingOf(options.standIns);
  if (respell === undefined) return replayBefore(undefined, program, events, options);
  const list = [...events];
  const trace = replayBefore(undefined, program, list, options);
  if (trace.divergences.length === 0) return trace;
  const other = compile(respell(program.definition), {
    type: program.type,
    processorOf: program.processorOf,
  });
  return excuseSpelling(trace, replayBefore(undefined, other, respell(list), respell(options)));
}

/** Replays before a witness, who is told which prediction each event fits. */
export const replayBefore = (
  witness: Run['witness'],
  given: Program | Definition,
  events: Iterable<Event>,
  options: ReplayOptions,
): Trace => {
  const program = isProgram(given) ? given : compile(given, options);
  const sequence = orderForReplay(events, isLogged(options));
  const replaying = replayFrom(witness, program, options, sequence);
  for (const event of sequence.events) replaying.take(event);
  return replaying.end();
};

/** A replay whose events come one after the other. */
export interface Replaying {
  /** The next event, in the order of ids; one that is not is a divergence and is passed over. */
  readonly take: (event: Event) => void;
  /** The trace, after the last event. */
  readonly end: () => Trace;
}

/**
 * Begins a replay that is told each event as it comes, for histories that are read from a network or a database: what
 * `replay` does of events that are no list, without waiting for them.
 */
export function startReplay(
  program: Program,
  options: Omit<ReplayOptions, 'type' | 'processorOf' | 'standIns'> = {},
): Replaying {
  return replayFrom(undefined, program, options, { divergences: [], doubles: 0 });
}

const isPartial = ({ logLevel }: ReplayOptions): boolean => logLevel === 'ERROR' || logLevel === 'FATAL';

const isLogged = (options: ReplayOptions): boolean => options.logged ?? isPartial(options);

const replayFrom = (
  witness: Run['witness'],
  program: Program,
  options: ReplayOptions,
  { divergences, doubles }: Omit<Sequence, 'events'>,
): Replaying => {
  const partial = isPartial(options);
  const logged = isLogged(options);
  const variables = logged && usesVariables(program);
  const ledger = createLedger(divergences);
  const heads = createHeads();
  const root = createFrame(
    program.root,
    0,
    {},
    jsonValue(options.input ?? unknown('the input of the execution is not recorded')),
  );
  const run: Run = {
    program,
    facts: {
      executionArn: options.executionArn,
      stateMachineArn: options.stateMachineArn,
      region: options.executionArn === undefined ? undefined : parseStatesArn(options.executionArn)?.region,
      inlineConcurrency: Number.POSITIVE_INFINITY,
      simulated: false,
      recorded: true,
    },
    draws: unknownDraws(),
    root,
    frames: new Set([root]),
    visits: [],
    mapRuns: [],
    input: root.input,
    roleArn: unknown('the role of the execution is not recorded'),
    qualified: false,
    startedAt: 0,
    now: 0,
    redriveCount: 0,
    context: undefined,
    resumed: undefined,
    payload: NO_PAYLOAD,
    assigned: undefined,
    ended: false,
    failure: undefined,
    witness,
    settled: heads.place,
    disagree: (eventId, frame, kind, expected, recorded, why) =>
      ledger.diverge(eventId, stateNameOf(frame), kind, expected, recorded, why),
  };
  const circumstances: Circumstances = {
    partial,
    logged,
    started: false,
    express: program.type === 'EXPRESS',
    redriven: false,
    timesUnder: options.standIns === undefined ? undefined : new Set(options.standIns.timesUnder),
  };
  const chain = createChain();
  const follower = createFollower(run, heads, ledger, circumstances, chain);
  const { end, start, redrive, standAlone, timeOut, finish, disagree } = createExecutionEvents(
    run,
    ledger,
    follower,
    circumstances,
  );

  /** Where the log lacks what led to the end: whether the definition can lead there from the input; false where nobody knows. */
  const judge = (event: Event): boolean => {
    const { input } = run;
    if (!logged || isUnknown(jsonOf(input)) || follower.expects(event)) return false;
    const { executionArn, stateMachineArn } = options;
    const { roleArn } = run;
    const endings = foresee(program, input, { executionArn, stateMachineArn, roleArn }, { events: FORESEEN });
    if (endings === undefined) return false;
    ledger.lost = undefined;
    judgeEnding(endings, event, {
      diverge: (kind, expected, recorded, why) =>
        ledger.diverge(event.id, undefined, kind, expected, recorded, why),
      doubt: (reason) => ledger.doubt(event, undefined, reason),
    });
    return true;
  };

  /** Takes what no state explains: an event of the execution itself, the first event, what comes after the end. */
  const handle = (event: Event, first: boolean, gapBefore: boolean): void => {
    chain.noteEnd(event);
    if (event.type === 'ExecutionRedriven') return redrive(event);
    if (run.ended && event.type !== 'Unrecognised') {
      return disagree(
        event,
        'event',
        'nothing after the end of the execution',
        describeEvent(event),
        'The execution had ended before this event.',
      );
    }
    if (event.type === 'ExecutionStarted') {
      if (first) return start(event);
      return disagree(
        event,
        'event',
        'ExecutionStarted once, first of all',
        describeEvent(event),
        'An execution starts once.',
      );
    }
    if (first) {
      if (!partial && !gapBefore && event.type !== 'Unrecognised') {
        disagree(
          event,
          'event',
          'ExecutionStarted',
          describeEvent(event),
          'A history begins with the start of the execution.',
        );
      }
      // Without its start the execution's input is unknown; the machine begins all the same.
      enterState(run, root, [program.root.startAt], root.input);
    }
    switch (event.type) {
      case 'ExecutionAborted':
        standAlone(event);
        return finish(event, 'ABORTED');
      case 'ExecutionTimedOut':
        return timeOut(event);
      case 'Unrecognised':
        follower.passOver(event);
        return ledger.doubt(
          event,
          undefined,
          `the event type ${event.recordedType} is not known to this version`,
        );
      case 'ExecutionFailed':
        // The event limit ends it here, whatever was expected.
        if (event.id < EVENT_LIMIT && !judge(event)) follower.follow(event, gapBefore);
        return finish(event, 'FAILED');
      case 'ExecutionSucceeded':
        if (!judge(event)) follower.follow(event, gapBefore);
        return finish(event, 'SUCCEEDED');
      default:
        return follower.follow(event, gapBefore);
    }
  };

  /** The id of the event before which records are missing. */
  let lostBefore = 0;
  let came = 0;
  let replayed = 0;
  let first = 0;
  let last = 0;
  let endsUnrecognised = false;
  let largest: { bytes: number; eventId: number } | undefined;
  const take = (event: Event): void => {
    // Events have many shapes, so that each look at one costs: here is one look for all.
    const { id, previousEventId, timestamp, type } = event;
    came += 1;
    if (came === 1) {
      first = id;
      run.startedAt = timestamp;
      run.now = timestamp;
    }
    for (const wrong of misplacement(id, timestamp, last, run.now, logged)) ledger.note(wrong);
    if (id <= last) return;
    const gapBefore = id > last + 1;
    // The start alone is nothing lost where the input is known.
    if (logged && gapBefore && (last > 0 || id > 2 || options.input === undefined)) {
      lostBefore = id;
      if (!partial) ledger.doubt(event, undefined, LOST);
    }
    ledger.lost = lostBefore > 0 && (variables || !follower.isSure(event, lostBefore)) ? LOST : undefined;
    replayed += 1;
    run.now = timestamp;
    chain.note(id, type, previousEventId, timestamp);
    try {
      if (last > 0 && !run.ended && !isOwn(type)) follower.follow(event, gapBefore);
      else handle(event, last === 0, gapBefore);
    } catch (thrown) {
      // A payload nested too deep for the stack, or a defect of ours: never the end of a replay, never agreement.
      const name = thrown instanceof Error ? thrown.name : 'something';
      ledger.doubt(event, undefined, `Steptrail could not work this event out (${name})`);
    }
    last = id;
    endsUnrecognised = type === 'Unrecognised';
    weigh(event);
  };

  const weigh = (event: Event): void => {
    const payload = payloadOf(event);
    if (typeof payload !== 'string' || payload.length * 3 <= (largest?.bytes ?? 0)) return;
    const bytes = bytesOf(run.payload.text === payload ? run.payload : textValue(payload)) ?? 0;
    if (bytes > (largest?.bytes ?? 0)) largest = { bytes, eventId: event.id };
  };

  /** The history against what else is known of the end: one that lacks its end is no history of what has ended. */
  const compareStatus = (): void => {
    const { status } = options;
    if (status === undefined || !ENDED.has(status) || status === end.status || came === 0) return;
    if (logged || endsUnrecognised) return;
    const stops = end.status === 'RUNNING';
    ledger.note({
      eventId: stops ? last + 1 : end.eventId,
      state: undefined,
      kind: 'event',
      expected: `the end of an execution that is ${status}`,
      recorded: stops ? 'no further event' : `the end of one that is ${end.status}`,
      why: stops
        ? 'The execution is known to have ended, but its history stops before that.'
        : 'The execution is known to have ended in another way.',
    });
  };

  const conclude = (): Trace => {
    compareStatus();
    if (run.ended) {
      for (const frame of run.frames) {
        breakVisit(frame, end.at ?? run.now, end.status === 'FAILED' ? 'failed' : 'aborted');
      }
    }
    settleChoices(run.visits, program, chain);
    return {
      status: end.status,
      events: came + doubles,
      lastEventId: last,
      started: came === 0 ? undefined : run.startedAt,
      stopped: end.at,
      agrees: replayed - [...ledger.touched].filter(chain.has).length,
      unverifiable: ledger.unverifiable,
      divergences: ledger.divergences.sort((a, b) => a.eventId - b.eventId),
      visits: run.visits,
      pending: came === 0 ? [] : pendingOf(run, chain, first),
      failure:
        end.status === 'FAILED' || end.status === 'TIMED_OUT'
          ? terminalFailureOf(run, chain, end.eventId)
          : undefined,
      ...turnsOf(run.visits, !run.ended),
      taken: takenOf(run.visits),
      mapRuns: run.mapRuns,
      largestPayload: largest,
    };
  };
  return { take, end: conclude };
};
