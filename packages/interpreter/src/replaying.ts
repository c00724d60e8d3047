import { type Event, type ExecutionStatus, parseStatesArn } from '@steptrail/history';
import { createChain } from './chain.ts';
import { payloadOf } from './event-fields.ts';
import { createExecutionCourse, isOwn } from './execution-course.ts';
import { unknown, unknownDraws } from './expressions/index.ts';
import { type Circumstances, createFollower, NO_PAYLOAD } from './follow.ts';
import { createFrame, type Run } from './frame.ts';
import { createHeads } from './heads.ts';
import { createLedger, stateNameOf } from './ledger.ts';
import { LOST, usesVariables } from './lost-records.ts';
import { misplacement, type Sequence } from './order-events.ts';
import { pendingOf } from './pending.ts';
import type { Program } from './program.ts';
import { isLogged, isPartial, type ReplayOptions } from './replay-options.ts';
import { settleChoices, takenOf } from './taken.ts';
import { terminalFailureOf } from './terminal-failure.ts';
import type { Trace } from './trace.ts';
import { turnsOf } from './turns.ts';
import { bytesOf, jsonValue, textValue } from './value.ts';
import { breakVisit } from './visits.ts';

/** A replay whose events come one after the other. */
export interface Replaying {
  /** The next event, in the order of ids; one that is not is a divergence and is passed over. */
  readonly take: (event: Event) => void;
  /** The trace, after the last event. */
  readonly end: () => Trace;
}

const ENDED: ReadonlySet<ExecutionStatus> = new Set(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']);

/**
 * Begins a replay, before a witness who is told which prediction each event fits.
 */
export const createReplaying = (
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
  const course = createExecutionCourse(run, ledger, follower, circumstances, chain);
  const { end } = course;

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
      else course.take(event, last === 0, gapBefore);
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
