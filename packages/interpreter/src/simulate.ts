import { type Event, parseStatesArn } from '@steptrail/history';
import { compile, type Definition, isProgram } from './compile.ts';
import { type Answered, eventFromPrediction, textOf } from './event-from-prediction.ts';
import { type Json, seededDraws, unknown, unknownDraws } from './expressions/index.ts';
import {
  allOptions,
  createFrame,
  type Frame,
  type Option,
  previousOf,
  type Run,
  waitingOf,
} from './frame.ts';
import { type Program, timeLimitOf } from './program.ts';
import { enterState, isOversize, PAYLOAD_LIMIT } from './progress.ts';
import { chooseRecalled, completeFromRecord, createStepCounter, dueTime } from './recall.ts';
import { createSimulatedWork } from './simulated-work.ts';
import { createTimeline, type Timer } from './timeline.ts';
import { jsonValue, textValue, type Value } from './value.ts';
import { isAssignedOversize } from './variable-limits.ts';
import type { Waiting } from './waiting.ts';
import type { World } from './world.ts';

const EVENT_LIMIT = 25_000;
/** Express has no limit of events; a loop that waits for nothing is left open here. */
const EXPRESS_EVENT_LIMIT = 100_000;
/** Iterations of an inline Map without MaxConcurrency that run at once. */
const INLINE_CONCURRENCY = 40;
const NOTHING: Value = jsonValue(null);

/** The next step of a frame: when it comes, and before which others of the same time. */
interface Due {
  readonly option: Option;
  readonly at: number;
  readonly rank: number;
}

/**
 * The history that a state machine records in a given world: the step logic of replay with a world in place of
 * the record, in virtual time. Events come in order of id; payloads are compact JSON texts. An open execution
 * (`world.until`, or a task that hangs) gives a history without a terminal event.
 * @see step-functions.md section 2
 */
export function simulate(given: Program | Definition, input: Json, world: World): readonly Event[] {
  const program = isProgram(given) ? given : compile(given);
  const events: Event[] = [];
  const until = world.until ?? Number.POSITIVE_INFINITY;
  if (world.start > until) return events;
  let now = world.start;
  const { recall } = world;
  const draws = recall === undefined ? seededDraws(world.seed, () => now) : unknownDraws();
  // Delays have a source of their own, so that they do not shift what expressions draw.
  const delays = seededDraws(world.seed ^ 0x5eed, () => now);
  const timeline = createTimeline();
  const ready: Frame[] = [];
  const timers = new Map<Frame, Timer[]>();
  const visits = new Map<string, number>();
  const steps = createStepCounter();
  let current: Frame | undefined;
  const notBefore = world.recalledUntil === undefined ? 0 : world.recalledUntil + 1;
  const limit = program.type === 'EXPRESS' ? EXPRESS_EVENT_LIMIT : EVENT_LIMIT;

  const between = (least: number, most: number): number => {
    const draw = delays.random();
    return Math.round(least + (typeof draw === 'number' ? draw : 0) * (most - least));
  };

  const startInput: Value = jsonValue(input);
  const text = textValue(textOf(startInput), input);
  const root = createFrame(program.root, 0, {}, text);
  const run: Run = {
    program,
    facts: {
      executionArn: world.executionArn,
      stateMachineArn: world.stateMachineArn,
      region: world.executionArn === undefined ? undefined : parseStatesArn(world.executionArn)?.region,
      inlineConcurrency: INLINE_CONCURRENCY,
      simulated: true,
      recorded: recall !== undefined,
    },
    draws,
    root,
    frames: new Set([root]),
    visits: [],
    mapRuns: [],
    input: text,
    roleArn: world.roleArn ?? unknown('the role of the execution is not known'),
    qualified: world.stateMachineVersionArn !== undefined || world.stateMachineAliasArn !== undefined,
    startedAt: world.start,
    now,
    redriveCount: 0,
    context: undefined,
    resumed: undefined,
    payload: NOTHING,
    assigned: undefined,
    ended: false,
    failure: undefined,
    witness: undefined,
    settled: (frame) => {
      for (const timer of timers.get(frame) ?? []) timer.off = true;
      timers.delete(frame);
      if (!frame.live) {
        work.forget(frame);
        return;
      }
      if (frame === current || frame.options.length === 0 || ready.includes(frame)) return;
      // A Parallel or Map whose last part is done goes on before anything else.
      if (frame.inner === undefined && current?.within?.owner === frame) ready.unshift(frame);
      else ready.push(frame);
    },
    disagree: () => {},
  };

  const append = (event: Event): void => {
    events.push(event);
    run.now = event.timestamp;
  };

  /** Writes an event and lets the frame go on from it. */
  const emit = (frame: Frame, option: Option, answered: Answered = {}): void => {
    if (recall === undefined && world.latency === undefined) return write(frame, option, answered);
    const step = steps.stepOf(frame, option.prediction);
    steps.count(step);
    if (recall === undefined) return write(frame, option, answered);
    const complete = completeFromRecord(option.prediction, recall(step)?.event);
    write(frame, { ...option, prediction: complete.prediction }, { ...complete.answered, ...answered });
  };

  const write = (frame: Frame, option: Option, answered: Answered): void => {
    if (run.ended) return;
    let chosen = option;
    let payload = answered.output ?? option.prediction.payload;
    let written = payload === undefined ? undefined : textValue(textOf(payload), payload.json);
    const isOver =
      written?.text !== undefined && written.text.length > PAYLOAD_LIMIT / 3 && isOversize(written);
    if (isOver || isAssignedOversize(frame, option.prediction.assigned)) {
      const over = frame.stance.doubts?.(run, frame)[0];
      if (over !== undefined && option.prediction.type.endsWith('Exited')) {
        chosen = over;
        payload = undefined;
        written = undefined;
      }
    }
    const { prediction } = chosen;
    if (events.length >= limit - 1 && prediction.type !== 'ExecutionSucceeded') return overflow();
    const id = events.length + 1;
    const event = eventFromPrediction(prediction, previousOf(frame, prediction), id, now, written, answered);
    append(event);
    if ('name' in event && event.type.endsWith('StateEntered') && event.name !== undefined) {
      visits.set(event.name, (visits.get(event.name) ?? 0) + 1);
    }
    run.payload = written ?? NOTHING;
    run.assigned = prediction.assigned;
    chosen.take(event, run, frame, prediction);
  };

  const overflow = (): void => {
    const id = events.length + 1;
    if (program.type === 'STANDARD') {
      append({
        id,
        previousEventId: id - 1,
        timestamp: now,
        type: 'ExecutionFailed',
        error: 'States.Runtime',
        cause: `The execution reached the maximum number of history events (${EVENT_LIMIT}).`,
      });
    }
    run.ended = true;
  };

  /** Runs a frame to its next blocking point. */
  const advance = (frame: Frame): void => {
    current = frame;
    while (frame.live && !run.ended) {
      const waits = waitingOf(frame);
      const [first] = frame.options;
      if (first === undefined) break;
      const due = dueAsRecorded(frame) ?? (waits === undefined ? dueInTime(frame, first) : undefined);
      if (due !== undefined) {
        setTimer(frame, due.at, () => emit(frame, due.option), due.rank);
        break;
      }
      if (waits !== undefined) {
        wait(frame, waits, allOptions(frame));
        break;
      }
      if (now < notBefore) {
        at(frame, now, () => emit(frame, first));
        break;
      }
      emit(frame, first);
    }
    current = undefined;
  };

  /** What the record has of the frame's next step, and when it is due here. */
  const dueAsRecorded = (frame: Frame): Due | undefined => {
    if (recall === undefined) return undefined;
    const chosen = chooseRecalled(run, frame, (prediction) => recall(steps.stepOf(frame, prediction)));
    if (chosen === undefined) return undefined;
    const { prediction } = chosen.option;
    const previous = events[previousOf(frame, prediction) - 1]?.timestamp ?? world.start;
    const { event, late } = chosen.recalled;
    return { option: chosen.option, at: dueTime(frame, prediction, previous) + late, rank: event.id };
  };

  /** When a step comes that waits for nothing, where the world has such steps take time. */
  const dueInTime = (frame: Frame, option: Option): Due | undefined => {
    if (world.latency === undefined) return undefined;
    const { prediction } = option;
    const previous = events[previousOf(frame, prediction) - 1]?.timestamp ?? now;
    return {
      option,
      at: Math.max(notBefore, previous + world.latency(steps.stepOf(frame, prediction))),
      rank: 0,
    };
  };

  const at = (frame: Frame, time: number, fire: () => void): void =>
    setTimer(frame, Math.max(time, notBefore), fire);

  const setTimer = (frame: Frame, time: number, fire: () => void, rank = 0): void => {
    const timer = timeline.set(
      Math.max(now, time),
      () => {
        current = frame;
        fire();
        current = undefined;
        advance(frame);
      },
      rank,
    );
    const set = timers.get(frame);
    if (set === undefined) timers.set(frame, [timer]);
    else set.push(timer);
  };

  const wait = (frame: Frame, waits: Waiting, options: readonly Option[]): void => {
    const [first] = options;
    if (first === undefined) return;
    if (waits.work?.kind === 'task') return work.waitForTask(frame, waits.work, options);
    if (waits.work?.kind === 'map run') return work.waitForMapRun(frame, waits.work, options);
    const due = waits.until ?? now;
    const time = waits.jitter === true ? waits.since + between(0, due - waits.since) : due;
    at(frame, time, () => emit(frame, first));
  };

  const work = createSimulatedWork(world, {
    clock: () => now,
    at,
    emit,
    between,
    delays,
    visitsOf: (state) => visits.get(state) ?? 1,
  });

  append({
    id: 1,
    previousEventId: 0,
    timestamp: now,
    type: 'ExecutionStarted',
    input: textOf(text),
    ...(world.roleArn === undefined ? {} : { roleArn: world.roleArn }),
    ...(world.stateMachineVersionArn === undefined
      ? {}
      : { stateMachineVersionArn: world.stateMachineVersionArn }),
    ...(world.stateMachineAliasArn === undefined ? {} : { stateMachineAliasArn: world.stateMachineAliasArn }),
  });
  timeline.set(now + (recall === undefined ? between(15, 60) : 0), () =>
    enterState(run, root, [program.root.startAt], text),
  );

  const timedOut = recall?.({ type: 'ExecutionTimedOut', state: '', path: '', occurrence: 1 });
  const deadline = world.start + timeLimitOf(program) * 1000 + (timedOut?.late ?? 0);
  const stopAt = world.stopAt?.at ?? Number.POSITIVE_INFINITY;
  while (!run.ended) {
    const frame = ready.shift();
    if (frame !== undefined) {
      advance(frame);
      continue;
    }
    const next = timeline.peek()?.at ?? Number.POSITIVE_INFINITY;
    const time = Math.min(next, deadline, stopAt);
    if (time > until || time === Number.POSITIVE_INFINITY) break;
    now = Math.max(now, time);
    run.now = now;
    const id = events.length + 1;
    if (time === stopAt) {
      const { error, cause } = world.stopAt ?? {};
      append({
        id,
        previousEventId: 0,
        timestamp: now,
        type: 'ExecutionAborted',
        ...(error === undefined ? {} : { error }),
        ...(cause === undefined ? {} : { cause }),
      });
      run.ended = true;
    } else if (time === deadline && next >= deadline) {
      append({ id, previousEventId: 0, timestamp: now, type: 'ExecutionTimedOut', error: 'States.Timeout' });
      run.ended = true;
    } else timeline.take()?.fire();
  }
  return events;
}
