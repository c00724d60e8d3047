import type { Event, EventType } from '@steptrail/history';
import type { Json } from './expressions/index.ts';

/** The resource of a Task, taken apart. */
export interface TaskResource {
  /** The text of the definition's `Resource`. */
  readonly arn: string;
  readonly kind: 'lambda' | 'service' | 'activity' | 'unknown';
  /** As TaskScheduled spells them: `lambda` and `invoke.waitForTaskToken`; for Lambda ARNs `lambda` and the ARN. */
  readonly resourceType: string;
  readonly resource: string;
  readonly pattern: 'request-response' | 'sync' | 'callback' | 'activity';
}

/** What a simulated Task asks of the world. */
export interface TaskCall {
  readonly state: string;
  /** JSON pointer of the state in the definition. */
  readonly pointer: string;
  /** The enclosing Map and Parallel states, such as `Orders[3]/Checks[0]`; empty at the top. */
  readonly path: string;
  readonly resource: TaskResource;
  /** What the task is called with, after Parameters or Arguments. */
  readonly parameters: Json;
  /** 1 for the first attempt of this visit, 2 for its first retry … */
  readonly attempt: number;
  /** 1 for the first visit of this state in this execution, anywhere. */
  readonly visit: number;
  /** Epoch milliseconds at which it was scheduled. */
  readonly at: number;
  readonly taskToken?: string | undefined;
}

/** What the start call of `.sync` and `.waitForTaskToken` answers, and when (milliseconds after it started). */
export interface Submission {
  readonly output?: Json | undefined;
  readonly after?: number | undefined;
}

/** What becomes of a call. All times in milliseconds after the task started. */
export type TaskAnswer = {
  /** Milliseconds between Scheduled and Started; default 20. */
  readonly startsAfter?: number | undefined;
  /** Only `.sync` and `.waitForTaskToken`: the answer of the start call. */
  readonly submitted?: Submission | undefined;
  /** Activities only: the worker that took it. */
  readonly workerName?: string | undefined;
  /** Heartbeats, in milliseconds after it started; without any, HeartbeatSeconds counts from the start. */
  readonly heartbeats?: readonly number[] | undefined;
} & (
  | { readonly kind: 'succeeds'; readonly output: Json; readonly after: number }
  | {
      readonly kind: 'fails';
      readonly error?: string | undefined;
      readonly cause?: string | undefined;
      readonly after: number;
    }
  | { readonly kind: 'hangs' }
  /** An activity that no worker takes. */
  | { readonly kind: 'never polled' }
);

/** What a simulated Map Run (distributed Map) asks of the world. */
export interface MapRunCall {
  readonly state: string;
  readonly pointer: string;
  readonly path: string;
  /** The items as the state has them; undefined where an ItemReader reads them elsewhere. */
  readonly items: readonly Json[] | undefined;
  readonly visit: number;
  readonly at: number;
  readonly mapRunArn: string;
}

export type MapRunAnswer =
  | { readonly kind: 'succeeds'; readonly output: Json; readonly after: number }
  | {
      readonly kind: 'fails';
      readonly error: string;
      readonly cause?: string | undefined;
      readonly after: number;
    }
  | { readonly kind: 'hangs' };

/** One step of an execution, told apart from all its others. */
export interface Step {
  readonly type: EventType;
  /** The state's name; empty for what befalls the execution as a whole. */
  readonly state: string;
  /** The enclosing Map and Parallel states, each with how often it has started: `Orders#1[3]/Checks#2[0]`. */
  readonly path: string;
  /** 1 for the first event of this type of this state at this path, 2 for the second … */
  readonly occurrence: number;
}

/** What a record has of a step. */
export interface Recalled {
  readonly event: Event;
  /** Milliseconds between the time at which the step was due (the event before it, or the end of a wait) and it. */
  readonly late: number;
}

/** Everything outside the state machine, as data and pure functions. Times are epoch milliseconds. */
export interface World {
  /** When the execution starts. */
  readonly start: number;
  /** Undefined where nobody knows it: then expressions that use it are unknown. */
  readonly executionArn: string | undefined;
  readonly stateMachineArn: string | undefined;
  readonly roleArn: string | undefined;
  /** Randomness of the simulation: UUIDs, random numbers, small delays. */
  readonly seed: number;
  /** Virtual now: what is later has not happened yet, so that the history may stay open. */
  readonly until?: number | undefined;
  /** StopExecution at this time. */
  readonly stopAt?: { readonly at: number; readonly error?: string; readonly cause?: string } | undefined;
  readonly stateMachineVersionArn?: string | undefined;
  readonly stateMachineAliasArn?: string | undefined;
  readonly task: (call: TaskCall) => TaskAnswer;
  /** Default: succeeds after 1,000 ms with the items as output. */
  readonly mapRun?: ((call: MapRunCall) => MapRunAnswer) | undefined;
  /** Milliseconds that a step takes which waits for nothing; default 0, so that branches take turns only at waits. */
  readonly latency?: ((step: Step) => number) | undefined;
  /**
   * What a record has of a step: the answers of tasks and Map Runs, what AWS drew, and how long it all took.
   * What the definition says is worked out all the same; `task` and `mapRun` are asked for what is not recalled.
   */
  readonly recall?: ((step: Step) => Recalled | undefined) | undefined;
  /**
   * Steps that are not recalled come after this time, the end of the record: what a branch would have done that was cut
   * off must not come before what cut it off.
   */
  readonly recalledUntil?: number | undefined;
}
