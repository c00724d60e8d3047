import type { Event } from '@steptrail/history';
import { compile, type Definition, isProgram } from './compile.ts';
import { isUnknown, type Json } from './expressions/index.ts';
import { type Program, timeLimitOf } from './program.ts';
import { createStepCounter, dueTime, stepKey } from './recall.ts';
import { replayBefore } from './replay.ts';
import type { ReplayOptions } from './replay-options.ts';
import { jsonOf, recordedValue } from './value.ts';
import type { Recalled, World } from './world.ts';

/** The world that a history was recorded in, and the input of its execution. */
export interface RecordedWorld {
  /** Null where the record does not show it. */
  readonly input: Json;
  readonly world: World;
}

/**
 * The world in which a history was recorded: what tasks answered, what AWS drew, and when. `simulate` in it gives
 * the history back; with another definition or input it says what would have come of them, as far as the
 * record can tell (`world.task` is asked for calls that were never made; by default they hang). Of a redriven execution
 * it is the world of its first run.
 */
export function worldFromHistory(
  given: Program | Definition,
  events: readonly Event[],
  options: ReplayOptions = {},
): RecordedWorld {
  const program = isProgram(given) ? given : compile(given, { type: options.type });
  const redriven = events.findIndex(({ type }) => type === 'ExecutionRedriven');
  const own = redriven < 0 ? events : events.slice(0, redriven);
  const started = own.find((event) => event.type === 'ExecutionStarted');
  const start = started?.timestamp ?? own[0]?.timestamp ?? 0;
  const last = own.reduce((latest, { timestamp }) => Math.max(latest, timestamp), start);
  const times = new Map(own.map(({ id, timestamp }) => [id, timestamp]));
  const steps = new Map<string, Recalled[]>();
  const keep = (key: string, recalled: Recalled): void => {
    const known = steps.get(key);
    if (known === undefined) steps.set(key, [recalled]);
    else known.push(recalled);
  };
  const counter = createStepCounter();
  const trace = replayBefore(
    (frame, prediction, event) => {
      const due = dueTime(frame, prediction, times.get(event.previousEventId) ?? start);
      const step = counter.stepOf(frame, prediction);
      counter.count(step);
      const key = stepKey(step.type, step.state, step.path);
      keep(key, { event, late: event.timestamp - due });
    },
    program,
    own,
    options,
  );
  const stopped = own.find(({ type }) => type === 'ExecutionAborted');
  const timedOut = own.find(({ type }) => type === 'ExecutionTimedOut');
  if (timedOut !== undefined) {
    const late = timedOut.timestamp - start - timeLimitOf(program) * 1000;
    keep(stepKey('ExecutionTimedOut', '', ''), { event: timedOut, late });
  }
  const input = started === undefined ? null : jsonOf(recordedValue(started.input));
  const open = trace.status === 'RUNNING';
  return {
    input: isUnknown(input) ? null : input,
    world: {
      start,
      executionArn: options.executionArn,
      stateMachineArn: options.stateMachineArn,
      roleArn: started?.roleArn,
      stateMachineAliasArn: started?.stateMachineAliasArn,
      stateMachineVersionArn: started?.stateMachineVersionArn,
      seed: 0,
      task: () => ({ kind: 'hangs' }),
      mapRun: () => ({ kind: 'hangs' }),
      recall: ({ type, state, path, occurrence }) => steps.get(stepKey(type, state, path))?.[occurrence - 1],
      recalledUntil: last,
      ...(open ? { until: last } : {}),
      ...(stopped === undefined || stopped.type !== 'ExecutionAborted'
        ? {}
        : {
            stopAt: {
              at: stopped.timestamp,
              ...(stopped.error === undefined ? {} : { error: stopped.error }),
              ...(stopped.cause === undefined ? {} : { cause: stopped.cause }),
            },
          }),
    },
  };
}
