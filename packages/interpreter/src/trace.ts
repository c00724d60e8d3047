import type { ExecutionStatus, StateType } from '@steptrail/history';

/** A recorded value that the definition does not explain. Replay adopts the recorded one and goes on. */
export interface Divergence {
  /** The event at which the disagreement shows. */
  readonly eventId: number;
  /** The state it belongs to; undefined before the first state and after the last. */
  readonly state?: string | undefined;
  /** What kind of disagreement: stable words, for filters and tests. */
  readonly kind: DivergenceKind;
  /** What the definition said must come next, in words or as JSON text. */
  readonly expected: string;
  /** What was recorded, in words or as JSON text. */
  readonly recorded: string;
  /** One sentence: what disagrees and why it matters. */
  readonly why: string;
}

export type DivergenceKind =
  | 'event' // another event type, or one that no open frame can produce
  | 'transition' // another state entered than the definition leads to
  | 'payload' // an input, output, parameter or variable with another value
  | 'failure' // another error or cause
  | 'setting' // timeout, heartbeat, resource, length, index, credentials
  | 'chain' // previousEventId points elsewhere
  | 'order' // ids missing, doubled, going back; timestamps going back
  | 'definition'; // a state or branch that the definition does not have

/** A comparison that could not be made, and why: derived by the evaluators, never assumed. */
export interface Unverifiable {
  readonly eventId: number;
  readonly state?: string | undefined;
  /** One phrase: `execution data was withheld`, `States.UUID() draws randomness`, … */
  readonly reason: string;
}

/** One stay in a state, from its Entered to its Exited event, with its attempts. */
export interface Visit {
  readonly state: string;
  readonly stateType: StateType;
  /** JSON pointer of the state in the definition; undefined where the definition does not have it. */
  readonly pointer?: string | undefined;
  /** Where in the execution: the enclosing visits, outermost first, as `Map[3]` or `Parallel[0]` steps. */
  readonly path: string;
  readonly enteredEventId: number;
  readonly exitedEventId?: number | undefined;
  /** Epoch milliseconds. */
  readonly entered: number;
  readonly exited?: number | undefined;
  /** 1 plus the number of retries; for states that do no work, 1. */
  readonly attempts: number;
  readonly outcome: 'open' | 'succeeded' | 'caught' | 'failed' | 'aborted';
  /** The error of the last failed attempt, whatever came of it. */
  readonly error?: string | undefined;
  /** UTF-8 bytes of the recorded texts; undefined where truncated or withheld. */
  readonly inputBytes?: number | undefined;
  readonly outputBytes?: number | undefined;
  /** Events that belong to this visit itself; for Map and Parallel without those of inner visits. */
  readonly events: number;
  /** Indexes into Retry, one for each retry taken, in order. */
  readonly retriers: readonly number[];
  /** Index into Catch, where one was taken. */
  readonly catcher?: number | undefined;
  /** Index into Choices, or `default`. */
  readonly choice?: number | 'default' | undefined;
}

/** What an open frame waits for. */
export type WaitsFor =
  | 'task result'
  | 'job completion' // .sync
  | 'callback token'
  | 'activity worker' // scheduled, polled by nobody yet
  | 'activity result'
  | 'wait timer'
  | 'retry back-off'
  | 'map run'
  | 'next event'; // nothing is waited for: the history ends between two events

/** An open frame: what it waits for, since when, and the earliest bound that would end the wait. */
export interface Pending {
  readonly state?: string | undefined;
  readonly path: string;
  readonly pointer?: string | undefined;
  readonly enteredEventId?: number | undefined;
  /** The event since which it waits. */
  readonly eventId: number;
  readonly waitsFor: WaitsFor;
  /** Epoch milliseconds. */
  readonly since: number;
  /** Epoch milliseconds of the earliest bound; undefined: nothing bounds it but the service's own limit. */
  readonly until?: number | undefined;
  readonly bound: Bound;
  /** What is waited for, as recorded: resource, activity ARN, map run ARN. */
  readonly resource?: string | undefined;
}

/** Where a bound comes from. `service limit` (a year, 5 minutes for Express) is no bound that anybody chose. */
export interface Bound {
  readonly source:
    | 'task TimeoutSeconds'
    | 'task HeartbeatSeconds'
    | 'machine TimeoutSeconds'
    | 'wait'
    | 'retry'
    | 'service limit'
    | 'none';
  /** JSON pointer into the definition, where the bound is written there. */
  readonly pointer?: string | undefined;
  /** Epoch milliseconds at which the service itself ends the execution. */
  readonly serviceLimit?: number | undefined;
}

/** The failure that ended the execution, not one that a retry survived or a Catch handled. */
export interface TerminalFailure {
  /** The event at which it happened (for example TaskFailed), not the ExecutionFailed that reports it. */
  readonly eventId: number;
  readonly state?: string | undefined;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

/** What replay returns: everything the history and the definition say together. */
export interface Trace {
  readonly status: ExecutionStatus;
  /** Number of events given, and the id of the last. */
  readonly events: number;
  readonly lastEventId: number;
  /** Epoch milliseconds. */
  readonly started?: number | undefined;
  readonly stopped?: number | undefined;
  /** Comparisons that agreed. */
  readonly agrees: number;
  readonly unverifiable: readonly Unverifiable[];
  readonly divergences: readonly Divergence[];
  readonly visits: readonly Visit[];
  readonly pending: readonly Pending[];
  readonly failure?: TerminalFailure | undefined;
  /** ARNs of the map runs and child executions that the history names, with the event that names them. */
  readonly mapRuns: readonly { readonly mapRunArn: string; readonly eventId: number }[];
  /** Largest known payload in UTF-8 bytes, with its event. */
  readonly largestPayload?: { readonly bytes: number; readonly eventId: number } | undefined;
}
