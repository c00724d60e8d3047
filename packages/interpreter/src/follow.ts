import type { Event } from '@steptrail/history';
import type { Chain } from './chain.ts';
import { recordedAssigned } from './compare-assigned.ts';
import { isIteration, nameOf, payloadOf } from './event-fields.ts';
import { describeEvent, describeExpected, fitting } from './fitting.ts';
import { allOptions, type Frame, type Option, previousOf, type Remembered, type Run } from './frame.ts';
import { type Heads, isList } from './heads.ts';
import { type Ledger, stateNameOf } from './ledger.ts';
import { adoptEvent } from './resync.ts';
import { skipAhead } from './skip-ahead.ts';
import { createTakeEvent } from './take-event.ts';
import type { DivergenceKind } from './trace.ts';
import { unknownEvaluation } from './unknown-evaluation.ts';
import { createUnknownGround } from './unknown-ground.ts';
import { jsonValue, recordedValue, type Value } from './value.ts';

/*
 * One event of a history: which frame it belongs to, what was expected there, and how to go on when it was
 * something else.
 */

/** How many frames are looked at where previousEventId does not tell which; keeps replay linear. */
const SEARCHED = 400;

export const NO_PAYLOAD: Value = jsonValue({});

/** What makes a disagreement about an event no disagreement. */
export interface Circumstances {
  /** Log records below level ALL: most events are missing by design. */
  readonly partial: boolean;
  /** The events are log records, of which any may be missing. */
  readonly logged: boolean;
  /** The start of the execution is recorded. */
  started: boolean;
  readonly express: boolean;
  redriven: boolean;
  /** Members of payloads whose times the author of the record replaced. */
  readonly timesUnder: ReadonlySet<string> | undefined;
}

export interface Follower {
  /** Follows one event; `gapBefore` says that ids are missing just before it. */
  readonly follow: (event: Event, gapBefore: boolean) => void;
  /**
   * Whether the event comes where it points to, in a state that was entered after records were lost: whatever they
   * were, they have no part in it.
   */
  readonly isSure: (event: Event, lostBefore: number) => boolean;
  /** Whether the event may come where it points to. */
  readonly expects: (event: Event) => boolean;
  /** An event that stands for the one it points to: of an unknown type, or a redrive. */
  readonly passOver: (event: Event) => void;
}

const NOBODY: readonly Frame[] = [];
const UNEXPLAINED = 'it follows an event that could not be explained';
const UNRECOGNISED = 'it follows an event of a type that is not known to this version';
/** How many unknown events are tried as the missing link; keeps replay linear. */
const TRIED = 50;

export const createFollower = (
  run: Run,
  heads: Heads,
  ledger: Ledger,
  circumstances: Circumstances,
  chain: Chain,
): Follower => {
  const aliases = new Map<number, number>();
  const unknownGround = createUnknownGround();
  const owners: (Remembered | undefined)[] = [];
  const followers: (string | undefined)[] = [];
  const take = createTakeEvent(run, ledger, { owners, followers }, unknownGround, circumstances.timesUnder);

  const searchFrame = (event: Event): { frame: Frame; option: Option } | undefined => {
    let looked = 0;
    for (const frame of run.frames) {
      const option = fitting(run, frame, event);
      if (option !== undefined) return { frame, option };
      looked += 1;
      if (looked === SEARCHED) break;
    }
    return undefined;
  };

  /** The frame expects the event but for a name that the definition does not have, or another index. */
  const nearlyFitting = (frame: Frame, event: Event): Option | undefined => {
    const name = nameOf(event);
    if (name === undefined) return undefined;
    if (!isIteration(event) && run.program.states.has(name)) return undefined;
    return allOptions(frame).find((option) => option.prediction.type === event.type);
  };

  const wrongChain = (frame: Frame, option: Option, event: Event): void =>
    ledger.diverge(
      event.id,
      stateNameOf(frame, event),
      'chain',
      `previousEventId ${previousOf(frame, option.prediction)}`,
      `previousEventId ${event.previousEventId}`,
      'The event points to another event than the one that led to it.',
    );

  const candidatesAt = (eventId: number): readonly Frame[] => {
    const there = heads.at(eventId);
    return there === undefined ? NOBODY : isList(there) ? there : [there];
  };

  /** Takes the event where it points to; false where nothing there expects it. */
  const takeAt = (previousEventId: number, event: Event): boolean => {
    const there = heads.at(previousEventId);
    if (there === undefined) return false;
    if (isList(there)) return there.some((frame) => takeIn(frame, event));
    return takeIn(there, event);
  };

  const takeIn = (frame: Frame, event: Event): boolean => {
    const option = fitting(run, frame, event);
    if (option === undefined) return false;
    take(frame, option, event);
    return true;
  };

  const follow = (event: Event, gapBefore: boolean): void => {
    const { previousEventId } = event;
    if (takeAt(previousEventId, event)) return;
    ledger.excuse = unknownGround.reasonFor(event);
    const alias = aliases.size === 0 ? undefined : aliases.get(previousEventId);
    for (const frame of alias === undefined ? NOBODY : candidatesAt(alias)) {
      const option = fitting(run, frame, event);
      if (option === undefined) continue;
      if (!circumstances.redriven) ledger.doubt(event, frame, UNRECOGNISED);
      take(frame, option, event);
      return leaveUnknownGround(event);
    }
    recover(event, alias ?? previousEventId, [...candidatesAt(alias ?? previousEventId)], gapBefore);
    leaveUnknownGround(event);
  };

  const leaveUnknownGround = (event: Event): void => {
    ledger.excuse = undefined;
    unknownGround.leave(event);
  };

  /** Something is wrong, or not recorded: from here on it is a matter of finding the place again. */
  const recover = (
    event: Event,
    previous: number,
    candidates: readonly Frame[],
    gapBefore: boolean,
  ): void => {
    const orphan = previous !== 0 && !chain.has(previous) && previous < event.id;
    const { partial, redriven } = circumstances;
    const excuse = partial
      ? 'events before it are not logged'
      : orphan || gapBefore
        ? 'events before it are missing'
        : ledger.excuse !== undefined
          ? ledger.excuse
          : redriven
            ? 'how AWS goes on after a redrive is in no recording'
            : undefined;
    for (const frame of candidates) {
      const option = nearlyFitting(frame, event);
      if (option === undefined) continue;
      if (!isIteration(event)) blame(event, frame);
      return take(frame, option, event);
    }
    if (candidates.length === 0 || event.previousEventId === 0) {
      const elsewhere = searchFrame(event);
      if (elsewhere !== undefined) {
        const { frame, option } = elsewhere;
        // Express logs have written ExecutionFailed with no previous event.
        const loose =
          event.type === 'ExecutionFailed' && circumstances.express && event.previousEventId === 0;
        if (excuse !== undefined) ledger.doubt(event, frame, excuse);
        else if (!loose) wrongChain(frame, option, event);
        return take(frame, option, event);
      }
    }
    const [blamed] = candidates;
    const lost = blamed?.stance.lost === true && blamed.inner === undefined;
    if (skipTo(event, candidates, excuse) || skipUnknown(event)) return;
    const taken = owners[previous];
    const owner = taken?.frame;
    if (excuse === undefined && (taken === undefined || (blamed ?? owner) !== undefined)) {
      ledger.excuse = unknownEvaluation(run, blamed ?? owner, event);
    }
    const reason = lost ? UNEXPLAINED : (excuse ?? ledger.excuse);
    if (reason !== undefined) ledger.doubt(event, blamed, reason);
    else blame(event, blamed);
    if (candidates.length === 0 && reason === undefined && followers[previous] === event.type) return;
    const payload = payloadOf(event);
    run.payload = payload === undefined ? NO_PAYLOAD : recordedValue(payload);
    run.assigned = recordedAssigned(event);
    const { frame, placed } = adoptEvent(run, event, { candidates, owner });
    if (frame !== undefined) owners[event.id] = frame.remembered;
    if (!placed && ledger.excuse !== undefined) unknownGround.enter(event, ledger.excuse);
  };

  const skipTo = (event: Event, candidates: readonly Frame[], excuse: string | undefined): boolean => {
    const searched =
      candidates.length > 0 || excuse === undefined ? candidates : [...run.frames].slice(0, 50);
    for (const frame of searched) {
      const unrecognised = ledger.excuse !== undefined;
      const over = skipAhead(run, frame, event, event.previousEventId, unrecognised);
      if (over === undefined) continue;
      if (excuse === undefined) {
        ledger.diverge(
          event.id,
          stateNameOf(over.frame, event),
          'event',
          over.missing.join(', '),
          describeEvent(event),
          'What must come before this event is not there.',
        );
      } else ledger.doubt(event, over.frame, excuse);
      take(over.frame, over.option, event);
      return true;
    }
    return false;
  };

  /** An event of an unknown type that nothing has followed may be the missing link. */
  const skipUnknown = (event: Event): boolean => {
    let tried = 0;
    for (const link of unknownGround.open()) {
      tried += 1;
      if (tried > TRIED) return false;
      for (const frame of [...candidatesAt(link.previousEventId)]) {
        const over = skipAhead(run, frame, event, link.id, true);
        if (over === undefined) continue;
        ledger.doubt(event, over.frame, UNRECOGNISED);
        over.frame.head = event.previousEventId;
        take(over.frame, over.option, event);
        unknownGround.leave(link);
        return true;
      }
    }
    return false;
  };

  const blame = (event: Event, frame: Frame | undefined): void => {
    const expected =
      frame === undefined
        ? `an event that follows one of the open states, none of which is at #${event.previousEventId}`
        : describeExpected(frame);
    const name = isIteration(event) ? undefined : nameOf(event);
    const foreign = name !== undefined && !run.program.states.has(name);
    const missing = frame?.stance.missing !== undefined;
    const kind: DivergenceKind =
      foreign || missing ? 'definition' : event.type.endsWith('StateEntered') ? 'transition' : 'event';
    const why = foreign
      ? 'The definition has no such state: this execution ran another definition, or the record was changed.'
      : missing
        ? 'The definition leads to a state that it does not have.'
        : kind === 'transition'
          ? 'The definition does not lead to this state here.'
          : 'The definition does not explain this event here.';
    ledger.diverge(event.id, stateNameOf(frame, event), kind, expected, describeEvent(event), why);
  };

  return {
    follow,
    isSure: (event, lostBefore) => {
      const frame = candidatesAt(event.previousEventId).find(
        (each) => fitting(run, each, event) !== undefined,
      );
      let holder = frame;
      while (holder !== undefined && holder.enteredEventId === 0) holder = holder.within?.owner;
      return holder !== undefined && holder.enteredEventId >= lostBefore;
    },
    expects: (event) =>
      candidatesAt(event.previousEventId).some((frame) => fitting(run, frame, event) !== undefined),
    passOver: (event) => {
      aliases.set(event.id, aliases.get(event.previousEventId) ?? event.previousEventId);
      if (event.type === 'Unrecognised') unknownGround.enter(event, UNRECOGNISED);
    },
  };
};
