import type { Event } from '@steptrail/history';
import { compareEvent, compareVariables } from './compare-event.ts';
import type { Findings } from './compare-json.ts';
import { fitting } from './fitting.ts';
import { type Frame, type Option, type Remembered, type Run, settle } from './frame.ts';
import { createKnownPayloads } from './known-payloads.ts';
import { type Ledger, stateNameOf } from './ledger.ts';
import type { Prediction } from './prediction.ts';
import type { DivergenceKind } from './trace.ts';
import type { UnknownGround } from './unknown-ground.ts';
import type { Value } from './value.ts';

/*
 * A frame takes an event that fits: what the event holds is compared, adopted, and the frame moves on.
 */

/** A reason to doubt, or a disagreement. */
type Found =
  | string
  | {
      readonly kind: DivergenceKind;
      readonly expected: string;
      readonly recorded: string;
      readonly why: string;
    };

/** Which frame took which event, and what followed it. By event id: ids count from 1; should they not, it is sparse. */
export interface Trail {
  readonly owners: (Remembered | undefined)[];
  /** The type of the last event that followed an event, to tell a doubled one. */
  readonly followers: (string | undefined)[];
}

export type TakeEvent = (frame: Frame, option: Option, event: Event) => void;

export const createTakeEvent = (
  run: Run,
  ledger: Ledger,
  { owners, followers }: Trail,
  unknownGround: UnknownGround,
  timesUnder: ReadonlySet<string> | undefined,
): TakeEvent => {
  const known = createKnownPayloads();
  /** What the comparison under way found; told only once it is clear that no other reading fits better. */
  const found: Found[] = [];
  const findings: Findings = {
    diverge: (kind, expected, recorded, why) => found.push({ kind, expected, recorded, why }),
    doubt: (reason) => found.push(reason),
    timesUnder,
  };

  const compare = (prediction: Prediction, event: Event): Value => {
    if (found.length > 0) found.length = 0;
    return compareEvent(prediction, event, findings, known);
  };

  const take = (frame: Frame, option: Option, event: Event): void => {
    const { alternative } = frame;
    frame.alternative = undefined;
    const payload = compare(option.prediction, event);
    const assigned = compareVariables(option.prediction, event, findings);
    if (found.length === 0) return move(frame, option, event, payload, assigned);
    const told = found.slice();
    const diverged = told.some((each) => typeof each !== 'string');
    if (diverged && takeAlternative(frame, option, event, alternative)) return;
    if (diverged && takeDoubted(frame, event)) return;
    const state = stateNameOf(frame, event);
    for (const each of told) {
      if (typeof each === 'string') ledger.doubt(event, frame, each);
      else ledger.diverge(event.id, state, each.kind, each.expected, each.recorded, each.why);
    }
    move(frame, option, event, payload, assigned);
    // Should the record of this output be the fault, what follows fits the output that was expected.
    if (diverged && event.type.endsWith('Exited')) frame.alternative = option.prediction.payload;
  };

  const move = (
    frame: Frame,
    option: Option,
    event: Event,
    payload: Value,
    assigned: Run['assigned'],
  ): void => {
    const { id, previousEventId, type } = event;
    run.witness?.(frame, option.prediction, event);
    run.payload = payload;
    run.assigned = assigned;
    owners[id] = frame.remembered;
    followers[previousEventId] = type;
    if (frame.visit !== undefined) frame.visit.events += 1;
    // What the state misses may be what the unknown event stands for.
    ledger.excuse = unknownGround.reasonFor(event);
    option.take(event, run, frame, option.prediction);
    ledger.excuse = undefined;
  };

  /** Takes the event if it fits the option without any divergence, with that payload where one is given. */
  const takeIfAgreeing = (frame: Frame, option: Option, event: Event, payload?: Value): boolean => {
    const prediction = payload === undefined ? option.prediction : { ...option.prediction, payload };
    const compared = compare(prediction, event);
    const assigned = compareVariables(prediction, event, findings);
    const told = found.slice();
    if (told.some((each) => typeof each !== 'string')) return false;
    for (const each of told) if (typeof each === 'string') ledger.doubt(event, frame, each);
    move(frame, option, event, compared, assigned);
    return true;
  };

  /** The output before diverged and was adopted: this input may fit the output that should have been. */
  const takeAlternative = (frame: Frame, option: Option, event: Event, payload: Value | undefined): boolean =>
    payload !== undefined &&
    option.prediction.payload !== undefined &&
    takeIfAgreeing(frame, option, event, payload);

  /**
   * An input that diverged is adopted; where what follows fits the input that should have been, the record of
   * the input was the fault, and the one divergence is already told.
   */
  const takeDoubted = (frame: Frame, event: Event): boolean => {
    const { doubtedInput, input, options, stance, state } = frame;
    if (doubtedInput === undefined || state === undefined || frame.head !== frame.enteredEventId)
      return false;
    frame.doubtedInput = undefined;
    frame.input = doubtedInput;
    state.logic.begin(run, frame);
    const option = fitting(run, frame, event);
    if (option !== undefined && takeIfAgreeing(frame, option, event)) return true;
    frame.input = input;
    settle(run, frame, options, stance);
    return false;
  };

  return take;
};
