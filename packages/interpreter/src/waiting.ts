import type { Json } from './expressions/index.ts';
import type { WaitsFor } from './trace.ts';
import type { Value } from './value.ts';
import type { TaskResource } from './world.ts';

/** What the world is asked when a frame waits (simulation), and what a person is told (pending). */
export interface Waiting {
  readonly waitsFor: WaitsFor;
  /** Epoch milliseconds, and the event, since when. */
  readonly since: number;
  readonly eventId: number;
  /** Epoch milliseconds at which a timer or a back-off is over; undefined where an unknown value decides. */
  readonly until?: number | undefined;
  /** JSON pointer of the retrier whose back-off it is. */
  readonly pointer?: string | undefined;
  readonly resource?: string | undefined;
  readonly work?: Work | undefined;
  /** What the start call of a job or a child execution answered. */
  readonly answer?: Value | undefined;
  /** Whether AWS waits a random part of it (JitterStrategy FULL). */
  readonly jitter?: boolean | undefined;
}

/** The call that a frame waits for. */
export type Work =
  | {
      readonly kind: 'task';
      readonly phase: 'scheduled' | 'started' | 'submitted';
      readonly call: WorkCall;
    }
  | {
      readonly kind: 'map run';
      readonly items: readonly Json[] | undefined;
      readonly phase: 'start' | 'end';
    };

/** A call while it lasts. */
export type OpenCall = { -readonly [Field in keyof WorkCall]: WorkCall[Field] };

export interface WorkCall {
  readonly resource: TaskResource;
  readonly parameters: Value;
  readonly attempt: number;
  readonly scheduledAt: number;
  /** Epoch milliseconds of its latest event. */
  readonly since: number;
  /** What its start answered. */
  readonly answer?: Value | undefined;
  /** Epoch milliseconds from which its time-outs count; undefined while nobody has started it. */
  readonly startedAt?: number | undefined;
  readonly timeoutSeconds?: number | 'unknown' | undefined;
  readonly heartbeatSeconds?: number | 'unknown' | undefined;
}
