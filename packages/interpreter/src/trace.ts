import type { ExecutionStatus, StateType } from '@steptrail/history';
import type { Spread } from './spread.ts';

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

/** A branch of a Parallel or an iteration of an inline Map, in one attempt of that state. */
export interface VisitPlace {
  /** Of the visit of the Parallel or Map. */
  readonly enteredEventId: number;
  readonly startedEventId: number;
  /** Which branch or item. */
  readonly index: number;
  /** It came to its end: an iteration with MapIterationSucceeded, a branch with its last state. */
  readonly ended: boolean;
}

/** One stay in a state, from its Entered to its Exited event, with its attempts. */
export interface Visit {
  readonly state: string;
  readonly stateType: StateType;
  /** JSON pointer of the state in the definition; undefined where the definition does not have it. */
  readonly pointer?: string | undefined;
  /** Where in the execution: the enclosing visits, outermost first, as `Map[3]` or `Parallel[0]` steps. */
  readonly path: string;
  /** The branch or iteration that it is in; the same object for all visits of it. Undefined at the top. */
  readonly within?: VisitPlace | undefined;
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
  /**
   * Events that belong to this visit itself, markers of iterations to the Map's; for Map and Parallel without those of
   * inner visits.
   */
  readonly events: number;
  /** The retries taken, in order: index into Retry, and the error that was retried. */
  readonly retries: readonly { readonly retrier: number; readonly error?: string | undefined }[];
  /** Index into Catch, where one was taken. */
  readonly catcher?: number | undefined;
  /** Index into Choices, or `default`. */
  readonly choice?: number | 'default' | undefined;
}

/** What an open frame waits for. */
export type WaitsFor =
  | 'task result'
  | 'job completion' // .sync
  | 'child execution' // startExecution.sync and .sync:2
  | 'callback token'
  | 'activity worker' // scheduled, polled by nobody yet
  | 'activity result'
  | 'wait timer'
  | 'retry back-off'
  | 'branches' // of a Parallel; what they wait for is told of each
  | 'map iterations' // of an inline Map; what they wait for is told of each
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
  /**
   * Epoch milliseconds of the earliest bound; undefined where nobody chose one (`bound` is a Standard workflow's
   * service limit, a year away) and where its value is in no event (`bound.at` is undefined too).
   */
  readonly until?: number | undefined;
  /** The earliest bound. Source `service limit`: that nothing else bounds the wait is known. */
  readonly bound: Bound;
  /** Bounds that come later, earliest first: they count where heartbeats move the earliest one on. */
  readonly laterBounds: readonly Bound[];
  /** What is waited for, as recorded: resource, activity ARN, map run ARN. */
  readonly resource?: string | undefined;
  /** The execution that `startExecution` started and this one waits for, as TaskSubmitted names it. */
  readonly childExecutionArn?: string | undefined;
  /** How far `branches` and `map iterations` are. */
  readonly children?: Children | undefined;
}

/** Branches or iterations; `total` is undefined where the items are not recorded. */
export interface Children {
  readonly open: number;
  readonly ended: number;
  readonly total?: number | undefined;
}

/** Something that ends a wait. */
export interface Bound {
  readonly source:
    | 'task TimeoutSeconds'
    | 'task HeartbeatSeconds' // each SendTaskHeartbeat moves it on, and leaves no event: not before `at`
    | 'machine TimeoutSeconds'
    | 'wait'
    | 'retry' // with JitterStrategy FULL at the latest at `at`
    | 'service limit'; // a year, 5 minutes for Express
  /** Epoch milliseconds; undefined: the definition has the bound, but its value is in no event. */
  readonly at?: number | undefined;
  /** JSON pointer into the definition, where the bound is written there. */
  readonly pointer?: string | undefined;
}

/**
 * The failure that ended the execution (FAILED or TIMED_OUT), not one that a retry survived or a Catch handled. Of a
 * time-out of the machine, and at the limit of events, the event is the one that reports it.
 */
export interface TerminalFailure {
  /** The event at which it happened (for example TaskFailed), not the ExecutionFailed that reports it. */
  readonly eventId: number;
  /** The ExecutionFailed or ExecutionTimedOut that reports it. */
  readonly reportedEventId: number;
  readonly state?: string | undefined;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

/** A loop: a state that the same machine, branch or iteration entered again. A turn goes from one entry to the next. */
export interface Loop {
  /** The state at which turns begin, and its JSON pointer. */
  readonly state: string;
  readonly pointer?: string | undefined;
  /** Where it turned most often, as visits have it. */
  readonly path: string;
  /** The states of its turns, in the order in which they were first entered. */
  readonly states: readonly string[];
  /** How many branches and iterations (or the machine itself) turned in it. */
  readonly places: number;
  /** Whole turns: in all places, and in the one with the most. */
  readonly turns: number;
  readonly mostTurns: number;
  /** Events of a turn, those of inner branches, iterations and loops too. */
  readonly events: Spread;
  readonly meanMilliseconds: number;
  /** Where it turned most often it is still in one of its states. */
  readonly open: boolean;
  /** The Entered events of its first state at the first turn, and of the latest turn. */
  readonly firstEventId: number;
  readonly lastEventId: number;
}

/** What an item of an inline Map costs, from MapIterationStarted to MapIterationSucceeded. */
export interface MapItems {
  readonly state: string;
  readonly pointer?: string | undefined;
  /** Of the first visit of this Map. */
  readonly enteredEventId: number;
  readonly visits: number;
  /** Iterations that came to their end; those that were cut count nowhere. */
  readonly items: number;
  readonly events: Spread;
}

/** A retrier, a catcher or a branch of a Choice that was taken. */
export interface Taken {
  readonly kind: 'retrier' | 'catcher' | 'choice';
  readonly state: string;
  /** JSON pointer of the retrier, the catcher, the choice rule or the Default. */
  readonly pointer: string;
  readonly index: number | 'default';
  readonly times: number;
  /** The Entered events of the first and the latest visit that took it. */
  readonly firstEventId: number;
  readonly lastEventId: number;
  /** Of retriers and catchers: the errors that they took, at most five different ones. */
  readonly errors: readonly string[];
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
  readonly loops: readonly Loop[];
  readonly mapItems: readonly MapItems[];
  readonly taken: readonly Taken[];
  /** Largest known payload in UTF-8 bytes, with its event. */
  readonly largestPayload?: { readonly bytes: number; readonly eventId: number } | undefined;
}
