import type { Event, ExecutionStatus } from '@steptrail/history';
import type { Circumstances, Follower } from './follow.ts';
import type { Run } from './frame.ts';
import type { Ledger } from './ledger.ts';
import { timeLimitOf } from './program.ts';
import { enterState } from './progress.ts';
import { reopen } from './redrive.ts';
import { recordedValue } from './value.ts';

/*
 * The events of the execution itself: it starts, is redriven, ends from outside, or is said to have ended.
 */

/** A time-out may come that much before its time: clocks differ. */
const TOLERANCE = 1000;

/** How an execution ended, as far as the events tell. */
export interface ExecutionEnd {
  status: ExecutionStatus;
  /** Epoch milliseconds. */
  at: number | undefined;
  eventId: number;
}

export interface ExecutionEvents {
  readonly end: ExecutionEnd;
  readonly start: (event: Event & { type: 'ExecutionStarted' }) => void;
  readonly redrive: (event: Event & { type: 'ExecutionRedriven' }) => void;
  /** What comes from outside follows no event. */
  readonly standAlone: (event: Event) => void;
  readonly timeOut: (event: Event) => void;
  readonly finish: (event: Event, status: ExecutionStatus) => void;
  /** A disagreement about the execution as a whole. */
  readonly disagree: (
    event: Event,
    kind: 'event' | 'chain',
    expected: string,
    recorded: string,
    why: string,
  ) => void;
}

export const createExecutionEvents = (
  run: Run,
  ledger: Ledger,
  follower: Follower,
  circumstances: Circumstances,
): ExecutionEvents => {
  const end: ExecutionEnd = { status: 'RUNNING', at: undefined, eventId: 0 };
  const disagree: ExecutionEvents['disagree'] = (event, kind, expected, recorded, why) =>
    ledger.diverge(event.id, undefined, kind, expected, recorded, why);

  const finish = (event: Event, status: ExecutionStatus): void => {
    end.status = status;
    end.at = event.timestamp;
    end.eventId = event.id;
    run.ended = true;
  };

  const start = (event: Event & { type: 'ExecutionStarted' }): void => {
    circumstances.started = true;
    run.input = recordedValue(event.input);
    run.startedAt = event.timestamp;
    run.qualified = event.stateMachineVersionArn !== undefined || event.stateMachineAliasArn !== undefined;
    if (event.roleArn !== undefined) run.roleArn = event.roleArn;
    run.context = undefined;
    run.root.input = run.input;
    if (event.previousEventId !== 0) {
      disagree(
        event,
        'chain',
        'previousEventId 0',
        `previousEventId ${event.previousEventId}`,
        'Nothing comes before the start.',
      );
    }
    enterState(run, run.root, [run.program.root.startAt], run.input);
  };

  const redrive = (event: Event & { type: 'ExecutionRedriven' }): void => {
    if (!run.ended) {
      return disagree(
        event,
        'event',
        'an execution that has ended',
        'ExecutionRedriven',
        'Only an ended execution is redriven.',
      );
    }
    if (event.previousEventId !== end.eventId) {
      disagree(
        event,
        'chain',
        `previousEventId ${end.eventId}`,
        `previousEventId ${event.previousEventId}`,
        'A redrive follows the event that ended the execution.',
      );
    }
    const begun = run.resumed ?? { at: run.startedAt, openBefore: 0 };
    run.resumed = {
      at: event.timestamp,
      eventId: event.id,
      openBefore: begun.openBefore + Math.max(0, (end.at ?? event.timestamp) - begun.at),
    };
    end.status = 'RUNNING';
    end.at = undefined;
    run.ended = false;
    run.failure = undefined;
    run.redriveCount += 1;
    if (event.redriveCount !== undefined && event.redriveCount !== run.redriveCount) {
      disagree(
        event,
        'event',
        `redriveCount ${run.redriveCount}`,
        `redriveCount ${event.redriveCount}`,
        'Redrives are counted one by one.',
      );
      run.redriveCount = event.redriveCount;
    }
    run.context = undefined;
    circumstances.redriven = true;
    follower.passOver(event);
    reopen(run, run.root, event.id);
  };

  /** What comes from outside follows no event. */
  const standAlone = (event: Event): void => {
    if (event.previousEventId === 0) return;
    disagree(
      event,
      'chain',
      'previousEventId 0',
      `previousEventId ${event.previousEventId}`,
      'An end that comes from outside follows no event.',
    );
  };

  const timeOut = (event: Event): void => {
    standAlone(event);
    const seconds = timeLimitOf(run.program);
    const lasted = event.timestamp - (run.resumed?.at ?? run.startedAt);
    if (!circumstances.started) ledger.doubt(event, undefined, 'when the execution started is not logged');
    else if (lasted < seconds * 1000 - TOLERANCE) {
      ledger.diverge(
        event.id,
        undefined,
        'setting',
        `no time-out before ${seconds} s`,
        `a time-out after ${lasted / 1000} s`,
        'The machine may not time out that early.',
      );
    }
    finish(event, 'TIMED_OUT');
  };

  return { end, start, redrive, standAlone, timeOut, finish, disagree };
};
