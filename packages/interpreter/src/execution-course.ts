import type { Event } from '@steptrail/history';
import type { Chain } from './chain.ts';
import { createExecutionEvents, type ExecutionEnd } from './execution-events.ts';
import { isUnknown } from './expressions/index.ts';
import { describeEvent } from './fitting.ts';
import type { Circumstances, Follower } from './follow.ts';
import { foresee } from './foresee.ts';
import type { Run } from './frame.ts';
import { judgeEnding } from './judge-ending.ts';
import type { Ledger } from './ledger.ts';
import { enterState } from './progress.ts';
import { EVENT_LIMIT } from './terminal-failure.ts';
import { jsonOf } from './value.ts';

/** Events that are walked to foresee an end. */
const FORESEEN = 20_000;

/** Whether an event is of the execution itself, or of nobody knows what. */
export const isOwn = (type: Event['type']): boolean => {
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

/** What an execution goes through as a whole. */
export interface ExecutionCourse {
  readonly end: ExecutionEnd;
  /** Takes what no state explains: an event of the execution itself, the first event, what comes after the end. */
  readonly take: (event: Event, first: boolean, gapBefore: boolean) => void;
}

export const createExecutionCourse = (
  run: Run,
  ledger: Ledger,
  follower: Follower,
  circumstances: Circumstances,
  chain: Chain,
): ExecutionCourse => {
  const { end, start, redrive, standAlone, timeOut, finish, disagree } = createExecutionEvents(
    run,
    ledger,
    follower,
    circumstances,
  );

  /** Where the log lacks what led to the end: whether the definition can lead there from the input; false where nobody knows. */
  const judge = (event: Event): boolean => {
    const { input } = run;
    if (!circumstances.logged || isUnknown(jsonOf(input)) || follower.expects(event)) return false;
    const { executionArn, stateMachineArn } = run.facts;
    const { roleArn } = run;
    const endings = foresee(
      run.program,
      input,
      { executionArn, stateMachineArn, roleArn },
      { events: FORESEEN },
    );
    if (endings === undefined) return false;
    ledger.lost = undefined;
    judgeEnding(endings, event, {
      diverge: (kind, expected, recorded, why) =>
        ledger.diverge(event.id, undefined, kind, expected, recorded, why),
      doubt: (reason) => ledger.doubt(event, undefined, reason),
    });
    return true;
  };

  const take: ExecutionCourse['take'] = (event, first, gapBefore) => {
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
      if (!circumstances.partial && !gapBefore && event.type !== 'Unrecognised') {
        disagree(
          event,
          'event',
          'ExecutionStarted',
          describeEvent(event),
          'A history begins with the start of the execution.',
        );
      }
      // Without its start the execution's input is unknown; the machine begins all the same.
      enterState(run, run.root, [run.program.root.startAt], run.root.input);
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
  return { end, take };
};
