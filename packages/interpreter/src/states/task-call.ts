import type { TaskState } from '@steptrail/asl';
import type { Event } from '@steptrail/history';
import type { DataFlow } from '../data-flow.ts';
import { type Evaluation, type Json, unknown } from '../expressions/index.ts';
import { type Frame, type Run, waitingOf } from '../frame.ts';
import type { Settings } from '../prediction.ts';
import type { Value } from '../value.ts';
import type { OpenCall, WorkCall } from '../waiting.ts';
import type { TaskResource } from '../world.ts';
import { compileCredentials, compileSeconds } from './task-settings.ts';

/** What a Task is about to call its resource with. */
export interface Terms {
  readonly parameters: Value;
  /** Undefined where nothing is known of the resource. */
  readonly settings: Settings | undefined;
  readonly timeout: Json | undefined;
  readonly heartbeat: Json | undefined;
}

/** The call that a Task makes: before it is scheduled, and as the history shows it. */
export interface TaskCall {
  readonly prepare: (run: Run, frame: Frame) => Evaluation<Terms>;
  /** The call that a Scheduled event makes. */
  readonly scheduled: (run: Run, frame: Frame, event: Event, terms: Terms) => OpenCall;
  /** The call that an event belongs to: the one under way, else what the event itself tells. */
  readonly of: (run: Run, frame: Frame, event: Event) => OpenCall;
}

type Seconds = WorkCall['timeoutSeconds'];

/** A time-out as the Scheduled event has it, else as the definition has it; null counts as absent. */
const secondsOf = (recorded: unknown, predicted: Json | undefined): Seconds => {
  if (typeof recorded === 'number') return recorded;
  if (typeof predicted === 'number') return predicted;
  return predicted === undefined || predicted === null ? undefined : 'unknown';
};

const timeoutIn = (event: Event, defined: Json | undefined): Seconds =>
  secondsOf('timeoutInSeconds' in event ? event.timeoutInSeconds : undefined, defined);

const heartbeatIn = (event: Event, defined: Json | undefined): Seconds =>
  secondsOf('heartbeatInSeconds' in event ? event.heartbeatInSeconds : undefined, defined);

/** What the definition alone says of a time-out. */
const definedSeconds = (state: TaskState, field: 'TimeoutSeconds' | 'HeartbeatSeconds'): Json | undefined => {
  const fixed = state[field];
  if (typeof fixed === 'number') return fixed;
  return fixed === undefined && state[`${field}Path`] === undefined ? undefined : unknown('a time-out');
};

export const compileTaskCall = (
  state: TaskState,
  resource: TaskResource,
  flow: DataFlow,
  jsonata: boolean,
): TaskCall => {
  const { TimeoutSeconds, TimeoutSecondsPath, HeartbeatSeconds, HeartbeatSecondsPath } = state;
  const timeout = compileSeconds(TimeoutSeconds, TimeoutSecondsPath, 'TimeoutSeconds', jsonata);
  const heartbeat = compileSeconds(HeartbeatSeconds, HeartbeatSecondsPath, 'HeartbeatSeconds', jsonata);
  const credentials = compileCredentials(state, jsonata);
  // Only a worker or the holder of a token can send heartbeats: elsewhere AWS waits for none.
  const beats = resource.kind === 'activity' || resource.pattern === 'callback';

  const settingsOf = (
    timeoutInSeconds: Json | undefined,
    heartbeatInSeconds: Json | undefined,
    role: Json | undefined,
    region: string | undefined,
  ): Settings | undefined =>
    resource.kind === 'unknown'
      ? undefined
      : {
          resource: resource.resource,
          resourceType: resource.kind === 'service' ? resource.resourceType : undefined,
          region,
          timeoutInSeconds,
          heartbeatInSeconds: resource.kind === 'lambda' ? undefined : heartbeatInSeconds,
          taskCredentialsRoleArn: resource.kind === 'activity' ? undefined : role,
        };

  const regionOf = (run: Run): string | undefined =>
    resource.kind === 'service' ? run.facts.region : undefined;

  // Most Tasks are called the same way each time.
  const constant = [TimeoutSecondsPath, HeartbeatSecondsPath, state.Credentials].every(
    (field) => field === undefined,
  );
  const timeoutSeconds = typeof TimeoutSeconds === 'number' ? TimeoutSeconds : undefined;
  const heartbeatSeconds = typeof HeartbeatSeconds === 'number' ? HeartbeatSeconds : undefined;
  const isSettled = constant && timeoutSeconds === TimeoutSeconds && heartbeatSeconds === HeartbeatSeconds;
  const bare = settingsOf(timeoutSeconds, heartbeatSeconds, undefined, undefined);

  const prepare = (run: Run, frame: Frame): Evaluation<Terms> => {
    const work = flow.work(run, frame, frame.input);
    if (!work.ok) return work;
    if (isSettled) {
      const region = regionOf(run);
      const settings =
        region === undefined ? bare : settingsOf(timeoutSeconds, heartbeatSeconds, undefined, region);
      const terms = {
        parameters: work.value,
        settings,
        timeout: timeoutSeconds,
        heartbeat: heartbeatSeconds,
      };
      return { ok: true, value: terms };
    }
    const input = flow.input(run, frame, frame.input);
    if (!input.ok) return input;
    const seconds = timeout(run, frame, input.value);
    if (!seconds.ok) return seconds;
    const beat = heartbeat(run, frame, input.value);
    if (!beat.ok) return beat;
    const role = credentials(run, frame, input.value);
    if (!role.ok) return role;
    const settings = settingsOf(seconds.value, beat.value, role.value, regionOf(run));
    return {
      ok: true,
      value: { parameters: work.value, settings, timeout: seconds.value, heartbeat: beat.value },
    };
  };

  return {
    prepare,
    scheduled: (run, frame, event, terms) => ({
      resource,
      parameters: run.payload,
      attempt: frame.attempt,
      scheduledAt: event.timestamp,
      since: event.timestamp,
      answer: undefined,
      startedAt: undefined,
      timeoutSeconds: timeoutIn(event, terms.timeout),
      heartbeatSeconds: beats ? heartbeatIn(event, terms.heartbeat) : undefined,
    }),
    of: (run, frame, event) => {
      const { call } = frame;
      if (call !== undefined && waitingOf(frame)?.work?.kind === 'task') return call;
      return {
        resource,
        parameters: run.payload,
        attempt: frame.attempt,
        scheduledAt: event.timestamp,
        since: event.timestamp,
        answer: undefined,
        startedAt: event.type.endsWith('Scheduled') ? undefined : event.timestamp,
        timeoutSeconds: timeoutIn(event, definedSeconds(state, 'TimeoutSeconds')),
        heartbeatSeconds: beats ? heartbeatIn(event, definedSeconds(state, 'HeartbeatSeconds')) : undefined,
      };
    },
  };
};
