import type { Json, StateMachine } from '@steptrail/asl';
import type { MapRunAnswer, MapRunCall, TaskAnswer, TaskCall } from '@steptrail/interpreter';
import type { Encryption, Logging } from '../account.ts';
import type { Dice } from './dice.ts';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Where the demo account is, for the ARNs that payloads and definitions hold. */
export interface Place {
  readonly accountId: string;
  readonly region: string;
}

/** One execution before it happens: what it is given, and what the world does with its calls. */
export interface Plan {
  /** Default: a UUID. */
  readonly name?: string;
  readonly input: Json;
  readonly task: (call: TaskCall) => TaskAnswer;
  readonly mapRun?: (call: MapRunCall) => MapRunAnswer;
  /** What the Map Runs of the one distributed Map start. */
  readonly children?: { readonly state: string; readonly plans: readonly ChildPlan[] };
  /** StopExecution, so many milliseconds after the start. */
  readonly stop?: { readonly after: number; readonly error?: string; readonly cause?: string };
}

/** A child execution of a Map Run before it happens. */
export interface ChildPlan {
  readonly input: Json;
  /** Milliseconds from the start of the Map Run to its own. */
  readonly after: number;
  readonly task: (call: TaskCall) => TaskAnswer;
}

/** A version that was published, so many milliseconds before the anchor. */
export interface ScenarioVersion {
  readonly version: number;
  readonly before: number;
}

/** What a plan may depend on. */
export interface Occasion {
  readonly dice: Dice;
  /** Counts the executions of a machine in order of time; the first after the anchor is 0. */
  readonly index: number;
  /** Epoch milliseconds. */
  readonly start: number;
  readonly place: Place;
}

/** An execution that the demo wants at a certain distance from the anchor, whatever the dice say. */
export interface Incident {
  /** Milliseconds before the anchor; below 0 it lies ahead. */
  readonly before: number;
  readonly plan: (occasion: Occasion) => Plan;
}

/** A state machine of the demo account: its definition, the world it works in, and when it runs. */
export interface Scenario {
  readonly name: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly logging: Pick<Logging, 'level' | 'includeExecutionData'>;
  /** Oldest first; `before`: milliseconds before the anchor at which it came into force. */
  readonly revisions: (place: Place) => readonly [ScenarioRevision, ...ScenarioRevision[]];
  /** Milliseconds between two executions, before the anchor and after it. */
  readonly every: { readonly past: number; readonly live: number };
  /** How far back executions go; default 100 days. */
  readonly since?: number;
  /** Each execution is the child of one of another machine: it shares its dice, and starts so much later. */
  readonly childOf?: { readonly name: string; readonly after: number };
  /** Oldest first. */
  readonly versions?: readonly ScenarioVersion[];
  /** An alias that leads to the newest version there is; whoever starts executions does so through it. */
  readonly alias?: { readonly name: string; readonly description: string };
  readonly encryption?: Encryption;
  readonly plan: (occasion: Occasion) => Plan;
  readonly incidents: readonly Incident[];
}

export interface ScenarioRevision {
  readonly before: number;
  readonly definition: StateMachine;
}

/** ARN of a Lambda function of the demo account. */
export function functionArn({ region, accountId }: Place, name: string): string {
  return `arn:aws:lambda:${region}:${accountId}:function:${name}`;
}
