import type { EventType } from '@steptrail/history';
import type { Json, Unknown } from './expressions/index.ts';
import type { Value } from './value.ts';

/**
 * An event without an id: what the definition says may come next. A field that is absent is not predicted:
 * only the record, or the world, can tell it.
 */
export interface Prediction {
  readonly type: EventType;
  /** The previousEventId that AWS writes, where it is not the frame's last event. */
  readonly previous?: number | undefined;
  /** Other previousEventIds seen in recordings of the same step. */
  readonly orPrevious?: ReadonlySet<number> | undefined;
  /** The state's name; in MapIteration events the Map's. */
  readonly name?: string | undefined;
  readonly index?: number | undefined;
  readonly length?: number | Unknown | undefined;
  /** The input, output or parameters. */
  readonly payload?: Value | undefined;
  /** Another payload that AWS may give here: no reference and no recording settles which. */
  readonly orPayload?: Value | undefined;
  readonly assigned?: ReadonlyMap<string, Json> | undefined;
  readonly failure?: PredictedFailure | undefined;
  readonly settings?: Settings | undefined;
  /** Of EvaluationFailed. */
  readonly location?: string | undefined;
  /** Why nobody outside AWS knows that this event comes here: no reference and no recording settles it. */
  readonly doubt?: string | undefined;
}

/** A prediction with every field in place: what is looked at with every event should have one shape. */
export const predict = (type: EventType, fields: Omit<Prediction, 'type'>): Prediction => ({
  type,
  previous: fields.previous,
  orPrevious: fields.orPrevious,
  name: fields.name,
  index: fields.index,
  length: fields.length,
  payload: fields.payload,
  orPayload: fields.orPayload,
  assigned: fields.assigned,
  failure: fields.failure,
  settings: fields.settings,
  location: fields.location,
  doubt: fields.doubt,
});

/**
 * An error and its cause; null where there is none. `wording` is `derived` where the cause is AWS's own text
 * about a failed evaluation: what failed is certain, how AWS words it is not.
 */
export interface PredictedFailure {
  readonly error: Json;
  readonly cause: Json;
  readonly wording: 'exact' | 'derived';
  /** The cause quotes a value of which a part is not known. */
  readonly quotesUnknown?: boolean | undefined;
  /** Another name that AWS gives the same failure. */
  readonly orError?: string | undefined;
  /** Another name by which Retry and Catch may know it. */
  readonly alsoKnownAs?: string | undefined;
  /** Whether AWS may write it down once for all attempts. */
  readonly perhapsOnce?: boolean | undefined;
  readonly location?: string | undefined;
  /** The service refused these parameters: AWS's text quotes them, what is wrong with them only the service knows. */
  readonly parameters?: Value | undefined;
}

/** What a Scheduled event says about the call, beside its payload. Undefined: must be absent. */
export interface Settings {
  readonly resource: string;
  readonly resourceType?: string | undefined;
  readonly region?: string | undefined;
  readonly timeoutInSeconds?: Json | undefined;
  readonly heartbeatInSeconds?: Json | undefined;
  readonly taskCredentialsRoleArn?: Json | undefined;
}
