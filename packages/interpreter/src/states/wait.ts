import type { WaitState } from '@steptrail/asl';
import { scopeOf } from '../context.ts';
import { compilePassage } from '../data-flow.ts';
import {
  compileJsonataTemplate,
  compilePath,
  type Evaluation,
  failure,
  isUnknown,
  type Json,
  jsonText,
  parseTimestamp,
  runtimeFailure,
} from '../expressions/index.ts';
import { failEvaluation } from '../fail-evaluation.ts';
import type { Frame, Run } from '../frame.ts';
import { fieldText, type StateLogic } from '../program.ts';
import { exitState, failFrame, leaveTo, nextOf } from '../progress.ts';
import { jsonOf, type Value } from '../value.ts';

/** Epoch milliseconds at which the wait ends; undefined where an unknown value decides. */
type Until = (run: Run, frame: Frame, input: Value) => Evaluation<number | undefined>;

const MAX_SECONDS = 99_999_999;
/** No timestamp may lie further ahead than this: recordings have the boundary between 24,855 and 24,856 days. */
const FURTHEST_SECONDS = 2_147_483_647;
const TOO_LONG = 'Wait state delay is too long.';

const afterSeconds = (frame: Frame, seconds: number): Evaluation<number | undefined> =>
  seconds > MAX_SECONDS ? runtimeFailure(TOO_LONG) : { ok: true, value: frame.enteredAt + seconds * 1000 };

const atTimestamp = (frame: Frame, at: number): Evaluation<number | undefined> =>
  at - frame.enteredAt > FURTHEST_SECONDS * 1000
    ? runtimeFailure(TOO_LONG)
    : { ok: true, value: Math.max(frame.enteredAt, at) };

const compileSecondsPath = (path: string): Until => {
  const read = compilePath(path);
  return (run, frame, input) => {
    const value = read(scopeOf(run, frame, jsonOf(input)));
    if (!value.ok) {
      return runtimeFailure(`The SecondsPath parameter does not reference an input value: ${path}`);
    }
    const seconds = value.value;
    if (isUnknown(seconds)) return { ok: true, value: undefined };
    const shown = `${path} == ${typeof seconds === 'string' ? seconds : jsonText(seconds)}`;
    if (typeof seconds !== 'number' || !Number.isInteger(seconds)) {
      return runtimeFailure(`The SecondsPath parameter cannot be parsed as a long value: ${shown}`);
    }
    if (seconds < 0) return runtimeFailure(`The SecondsPath parameter references a negative value: ${shown}`);
    return afterSeconds(frame, seconds);
  };
};

const compileTimestampPath = (path: string): Until => {
  const read = compilePath(path);
  return (run, frame, input) => {
    const value = read(scopeOf(run, frame, jsonOf(input)));
    if (!value.ok) {
      return runtimeFailure(`The TimestampPath parameter does not reference an input value: ${path}`);
    }
    if (isUnknown(value.value)) return { ok: true, value: undefined };
    const at = typeof value.value === 'string' ? parseTimestamp(value.value) : undefined;
    if (at === undefined) {
      const shown = typeof value.value === 'string' ? value.value : jsonText(value.value);
      return runtimeFailure(
        `The TimestampPath parameter does not reference a valid ISO-8601 extended offset date-time format string: ${path} == ${shown}`,
      );
    }
    return atTimestamp(frame, at);
  };
};

const constantTimestamp = (text: string): Until => {
  const at = parseTimestamp(text);
  if (at === undefined) {
    return () =>
      runtimeFailure(
        `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${text}`,
      );
  }
  return (_run, frame) => atTimestamp(frame, at);
};

const compileJsonata = (field: 'Seconds' | 'Timestamp', template: Json): Until => {
  const expression = compileJsonataTemplate(template, field, [field === 'Seconds' ? 'number' : 'string']);
  const placed = <T>(until: Evaluation<T>): Evaluation<T> =>
    until.ok ? until : { ...until, location: field };
  const wrong = (cause: string): Evaluation<never> => failure('States.QueryEvaluationError', cause, field);
  return (run, frame, input) => {
    const value = expression(scopeOf(run, frame, jsonOf(input)));
    if (!value.ok) return value;
    if (isUnknown(value.value)) return { ok: true, value: undefined };
    if (field === 'Seconds') {
      if (typeof value.value !== 'number') return wrong('The Seconds field must be a number.');
      if (value.value < 0) return wrong('The Seconds field must not be negative.');
      return placed(afterSeconds(frame, Math.floor(value.value)));
    }
    const text = typeof value.value === 'string' ? value.value : jsonText(value.value);
    const at = typeof value.value === 'string' ? parseTimestamp(value.value) : undefined;
    return at === undefined
      ? wrong(
          `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${text}`,
        )
      : placed(atTimestamp(frame, at));
  };
};

const compileUntil = (state: WaitState, jsonata: boolean): Until => {
  if (jsonata) {
    if (typeof state.Seconds === 'string') return compileJsonata('Seconds', state.Seconds);
    if (typeof state.Timestamp === 'string') return compileJsonata('Timestamp', state.Timestamp);
  }
  if (state.Seconds !== undefined) {
    const seconds = Number(state.Seconds);
    return (_run, frame) => afterSeconds(frame, Number.isFinite(seconds) ? seconds : 0);
  }
  if (typeof state.SecondsPath === 'string') return compileSecondsPath(state.SecondsPath);
  if (typeof state.TimestampPath === 'string') return compileTimestampPath(state.TimestampPath);
  return constantTimestamp(fieldText(state.Timestamp));
};

/** Wait: exits when its time has come; a past timestamp exits at once. */
export const compileWait = (state: WaitState, jsonata: boolean): StateLogic => {
  const passage = compilePassage(state, jsonata);
  const until = compileUntil(state, jsonata);
  const leave = leaveTo(nextOf(state));
  return {
    begin: (run, frame) => {
      const input = passage.input(run, frame, frame.input);
      const due = input.ok ? until(run, frame, input.value) : input;
      const outcome = input.ok && due.ok ? passage.outcome(run, frame, input.value) : undefined;
      if (!input.ok || !due.ok || outcome === undefined || !outcome.ok) {
        const failed = [input, due, outcome].find((each) => each !== undefined && !each.ok);
        if (failed !== undefined && !failed.ok) {
          failEvaluation(run, frame, failed, (because) => failFrame(run, frame, because));
        }
        return;
      }
      exitState(run, frame, outcome.value, leave, {
        waits: ({ enteredAt, enteredEventId }) => ({
          waitsFor: 'wait timer',
          since: enteredAt,
          eventId: enteredEventId,
          until: due.value,
        }),
      });
    },
  };
};
