import { Buffer } from 'node:buffer';
import { parseStatesArn } from '@steptrail/history';
import { type Answered, textOf } from './event-from-prediction.ts';
import type { Draws, Json } from './expressions/index.ts';
import type { Frame, Option } from './frame.ts';
import { PAYLOAD_LIMIT } from './progress.ts';
import { jsonOf, jsonValue } from './value.ts';
import type { WorkCall } from './waiting.ts';
import type { MapRunAnswer, TaskAnswer, World } from './world.ts';

/*
 * Work in a simulation: the world is asked once for each call, and what it answers happens at its virtual time.
 */

/** What a waiting frame was answered, for as long as its call lasts. */
interface Answering {
  readonly call: WorkCall;
  readonly answer: TaskAnswer;
  startedAt: number;
}

/** What work may do to the simulation that it runs in. */
export interface Stage {
  /** Virtual now, in epoch milliseconds. */
  readonly clock: () => number;
  /** Something happens to a frame at a time, unless something else happens to it before. */
  readonly at: (frame: Frame, time: number, fire: () => void) => void;
  readonly emit: (frame: Frame, option: Option, answered?: Answered) => void;
  /** A number between two, drawn. */
  readonly between: (least: number, most: number) => number;
  readonly delays: Draws;
  /** How often a state has been entered. */
  readonly visitsOf: (state: string) => number;
}

export interface SimulatedWork {
  readonly waitForTask: (
    frame: Frame,
    work: { readonly phase: 'scheduled' | 'started' | 'submitted'; readonly call: WorkCall },
    options: readonly Option[],
  ) => void;
  readonly waitForMapRun: (
    frame: Frame,
    work: { readonly phase: 'start' | 'end'; readonly items: readonly Json[] | undefined },
    options: readonly Option[],
  ) => void;
  /** The frame has ended: what was asked for it is forgotten. */
  readonly forget: (frame: Frame) => void;
}

export const createSimulatedWork = (world: World, stage: Stage): SimulatedWork => {
  const { clock, at, emit, between, delays } = stage;
  const answers = new Map<Frame, Answering>();
  const mapRuns = new Map<Frame, MapRunAnswer>();

  const find = (options: readonly Option[], ...ends: readonly string[]): Option | undefined =>
    options.find((option) => ends.some((end) => option.prediction.type.endsWith(end)));

  const answerFor = (frame: Frame, call: WorkCall): Answering => {
    const known = answers.get(frame);
    if (
      known !== undefined &&
      known.call.scheduledAt === call.scheduledAt &&
      known.call.attempt === call.attempt
    ) {
      return known;
    }
    const state = frame.state?.name ?? '';
    const answer = world.task({
      state,
      pointer: frame.state?.pointer ?? '',
      path: frame.path,
      resource: call.resource,
      parameters: jsonOf(call.parameters),
      attempt: call.attempt,
      visit: stage.visitsOf(state),
      at: call.scheduledAt,
      taskToken: typeof frame.taskToken === 'string' ? frame.taskToken : undefined,
    });
    const answering: Answering = { call, answer, startedAt: call.scheduledAt };
    answers.set(frame, answering);
    return answering;
  };

  const waitForTask = (
    frame: Frame,
    work: { readonly phase: 'scheduled' | 'started' | 'submitted'; readonly call: WorkCall },
    options: readonly Option[],
  ): void => {
    const answering = answerFor(frame, work.call);
    const { answer, call } = answering;
    const timedOut = find(options, 'TimedOut');
    const [first] = options;
    if (first === undefined) return;
    if (work.phase === 'scheduled') {
      if (answer.kind !== 'never polled') {
        at(frame, clock() + (answer.startsAfter ?? between(10, 50)), () => {
          answering.startedAt = clock();
          emit(frame, first, { workerName: answer.workerName });
        });
      }
      // The time-outs of an activity count from ActivityStarted.
      return;
    }
    const { startedAt } = answering;
    const succeeded = find(options, 'Succeeded');
    const failed = find(options, 'Failed');
    const submits = find(options, 'Submitted');
    if (submits !== undefined) {
      const { submitted } = answer;
      at(frame, startedAt + (submitted?.after ?? between(30, 120)), () =>
        emit(frame, submits, { output: jsonValue(submitted?.output ?? {}) }),
      );
    }
    if (answer.kind === 'succeeds' && succeeded !== undefined) {
      at(frame, startedAt + answer.after, () => {
        const output = jsonValue(answer.output);
        const bytes = Buffer.byteLength(textOf(output));
        if (bytes > PAYLOAD_LIMIT && failed !== undefined) {
          emit(frame, failed, {
            error: 'States.DataLimitExceeded',
            cause: `The state/task '${call.resource.resourceType}' returned a result with a size exceeding the maximum number of bytes service limit.`,
          });
        } else emit(frame, succeeded, { output });
      });
    }
    if (answer.kind === 'fails' && failed !== undefined) {
      at(frame, startedAt + answer.after, () =>
        emit(frame, failed, { error: answer.error, cause: answer.cause }),
      );
    }
    if (timedOut === undefined) return;
    if (typeof call.timeoutSeconds === 'number') {
      at(frame, startedAt + call.timeoutSeconds * 1000, () => emit(frame, timedOut));
    }
    if (typeof call.heartbeatSeconds === 'number') {
      let beat = startedAt;
      const patience = call.heartbeatSeconds * 1000;
      for (const after of [...(answer.heartbeats ?? [])].sort((a, b) => a - b)) {
        if (startedAt + after > beat + patience) break;
        beat = Math.max(beat, startedAt + after);
      }
      at(frame, beat + patience, () => emit(frame, timedOut));
    }
  };

  const waitForMapRun = (
    frame: Frame,
    work: { readonly phase: 'start' | 'end'; readonly items: readonly Json[] | undefined },
    options: readonly Option[],
  ): void => {
    const [first] = options;
    if (first === undefined) return;
    const state = frame.state?.name ?? '';
    if (work.phase === 'start') {
      const mapRunArn = mapRunArnOf(
        world.executionArn,
        labelOf(frame) ?? `${delays.uuid()}`,
        `${delays.uuid()}`,
      );
      const answer: MapRunAnswer = world.mapRun?.({
        state,
        pointer: frame.state?.pointer ?? '',
        path: frame.path,
        items: work.items,
        visit: stage.visitsOf(state),
        at: clock(),
        mapRunArn,
      }) ?? { kind: 'succeeds', output: work.items ?? [], after: 1000 };
      mapRuns.set(frame, answer);
      at(frame, clock() + between(20, 80), () => emit(frame, first, { mapRunArn }));
      return;
    }
    const answer = mapRuns.get(frame);
    if (answer === undefined || answer.kind === 'hangs') return;
    const option = answer.kind === 'succeeds' ? first : find(options, 'MapRunFailed');
    if (option === undefined) return;
    at(frame, clock() + answer.after, () =>
      emit(
        frame,
        option,
        answer.kind === 'succeeds'
          ? { output: jsonValue(answer.output) }
          : { error: answer.error, cause: answer.cause },
      ),
    );
  };

  return {
    waitForTask,
    waitForMapRun,
    forget: (frame) => {
      answers.delete(frame);
      mapRuns.delete(frame);
    },
  };
};

const labelOf = ({ state }: Frame): string | undefined => {
  const { definition } = state ?? {};
  return definition?.Type === 'Map' && typeof definition.Label === 'string' ? definition.Label : undefined;
};

/** `…:mapRun:MACHINE/LABEL:UUID`, of the execution that starts it. */
const mapRunArnOf = (executionArn: string | undefined, label: string, uuid: string): string => {
  const arn = executionArn === undefined ? undefined : parseStatesArn(executionArn);
  if (arn === undefined || arn.kind !== 'execution')
    return `arn:aws:states:us-east-1:000000000000:mapRun:unknown/${label}:${uuid}`;
  return `arn:${arn.partition}:states:${arn.region}:${arn.accountId}:mapRun:${arn.stateMachineName}/${label}:${uuid}`;
};
