import type { WaitState } from '@steptrail/asl';
import {
  compileJsonataTemplate,
  compilePath,
  failure,
  isUnknown,
  type Json,
  jsonText,
  parseTimestamp,
  runtimeFailure,
} from '../expressions/index.ts';
import { type Bench, type Ending, evaluate, evaluateAssign, need, nextOf, succeed } from './bench.ts';
import { leaveWith, showInput } from './inspect-passage.ts';

/** TestState ends a state that takes longer. */
const LONGEST_SECONDS = 300;

const textOf = (value: Json): string => (typeof value === 'string' ? value : jsonText(value));

const read = (bench: Bench, path: string, field: string, effective: Json): Json => {
  const found = compilePath(path);
  try {
    return evaluate(bench, found, effective);
  } catch {
    return need(runtimeFailure(`The ${field} parameter does not reference an input value: ${path}`));
  }
};

const secondsOf = (bench: Bench, state: WaitState, effective: Json): Json | undefined => {
  const { Seconds, SecondsPath } = state;
  if (SecondsPath !== undefined && !bench.jsonata) {
    const value = read(bench, SecondsPath, 'SecondsPath', effective);
    const shown = `${SecondsPath} == ${textOf(value)}`;
    if (isUnknown(value)) return value;
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      need(runtimeFailure(`The SecondsPath parameter cannot be parsed as a long value: ${shown}`));
    } else if (value < 0) {
      need(runtimeFailure(`The SecondsPath parameter references a negative value: ${shown}`));
    }
    return value;
  }
  if (typeof Seconds !== 'string' || !bench.jsonata) return Seconds;
  const value = evaluate(bench, compileJsonataTemplate(Seconds, 'Seconds'), effective);
  const wrong = (cause: string): never => need(failure('States.QueryEvaluationError', cause, 'Seconds'));
  if (isUnknown(value)) return value;
  if (typeof value !== 'number') return wrong('The Seconds field must be a number.');
  return value < 0 ? wrong('The Seconds field must not be negative.') : value;
};

const timestampOf = (bench: Bench, state: WaitState, effective: Json): Json | undefined => {
  const { Timestamp, TimestampPath } = state;
  const value =
    TimestampPath !== undefined && !bench.jsonata
      ? read(bench, TimestampPath, 'TimestampPath', effective)
      : Timestamp !== undefined && bench.jsonata
        ? evaluate(bench, compileJsonataTemplate(Timestamp, 'Timestamp'), effective)
        : Timestamp;
  if (value === undefined || isUnknown(value)) return value;
  if (typeof value === 'string' && parseTimestamp(value) !== undefined) return value;
  const wrong = 'a valid ISO-8601 extended offset date-time format string';
  return need(
    bench.jsonata
      ? failure(
          'States.QueryEvaluationError',
          `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${textOf(value)}`,
          'Timestamp',
        )
      : runtimeFailure(
          `The TimestampPath parameter does not reference ${wrong}: ${TimestampPath ?? ''} == ${textOf(value)}`,
        ),
  );
};

/** Wait: AWS really waits, at most five minutes; here it is over at once. */
export const inspectWait = (bench: Bench, state: WaitState): Ending => {
  const effective = showInput(bench, state.InputPath);
  const seconds = secondsOf(bench, state, effective);
  const timestamp = timestampOf(bench, state, effective);
  if (typeof seconds === 'number' && seconds > LONGEST_SECONDS) {
    return { kind: 'failed', error: 'States.Timeout', cause: undefined };
  }
  if (timestamp !== undefined || (seconds !== undefined && isUnknown(seconds))) {
    bench.notes.push(
      'AWS ends a wait of more than five minutes with States.Timeout; its clock is not known.',
    );
  }
  const assigned = evaluateAssign(bench, state.Assign, effective);
  return succeed(bench, leaveWith(bench, state, effective), assigned, nextOf(state));
};
