import type { Event, UnknownPayload } from './event.ts';
import { EVENT_TYPES } from './event-types.ts';

/** What of an event is written. Without execution data, inputs, outputs, parameters and variables are left out. */
export interface Writing {
  /** Default true. */
  readonly includeExecutionData?: boolean;
}

/** One event in the wire shape of GetExecutionHistory: `timestamp` in epoch seconds, details in their own member. */
export interface HistoryEventOnWire {
  readonly timestamp: number;
  readonly type: string;
  readonly id: number;
  readonly previousEventId: number;
  readonly [details: `${string}EventDetails`]: Readonly<Record<string, unknown>>;
}

/** One record as CloudWatch Logs holds it: numbers of the envelope are texts, details are not wrapped. */
export interface LogRecordOnWire {
  readonly id: string;
  readonly type: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly previous_event_id: string;
  /** Epoch milliseconds. */
  readonly event_timestamp: string;
  readonly execution_arn: string;
  readonly redrive_count: string;
}

type Written = Readonly<Record<string, unknown>>;

const NOTHING: Written = {};
const TRUNCATED: Written = { truncated: true };
const WHOLE: Written = { truncated: false };
/** Bytes of the escaped text above which Step Functions cuts a payload that goes to CloudWatch Logs. */
const LOGGED_PAYLOAD_LIMIT = 248 * 1024;

const ENVELOPE: ReadonlySet<string> = new Set(['id', 'previousEventId', 'timestamp', 'type', 'recordedType']);
const EXECUTION_DATA: ReadonlySet<string> = new Set(['input', 'output', 'parameters', 'assignedVariables']);

function isUnknown(value: unknown): value is UnknownPayload {
  return typeof value === 'object' && value !== null && 'known' in value && value.known === false;
}

/** `TaskScheduled` has no flag for its parameters: what is unknown there is absent. */
function writePayload(details: Record<string, unknown>, key: string, value: unknown): void {
  const unknown = isUnknown(value);
  if (!unknown) details[key] = value;
  if (key === 'parameters' || (unknown && value.why === 'withheld')) return;
  details[`${key}Details`] = unknown ? TRUNCATED : WHOLE;
}

function writeDetails(event: Event, writing: Writing): Written {
  const details: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(event)) {
    if (value === undefined || ENVELOPE.has(key)) continue;
    if (!EXECUTION_DATA.has(key)) {
      if (key === 'taskCredentialsRoleArn') details.taskCredentials = { roleArn: value };
      else details[key] = value;
    } else if (writing.includeExecutionData !== false) writePayload(details, key, value);
  }
  return details;
}

/**
 * The inverse of `normaliseHistory` for one event: `normaliseHistory([writeHistoryEvent(e)])` gives `e` back, but
 * for what the wire cannot say (why parameters are unknown; the members of a type we do not know).
 * Reference: step-functions.md 1.1 to 1.3.
 */
export function writeHistoryEvent(event: Event, writing: Writing = {}): HistoryEventOnWire {
  const { id, previousEventId } = event;
  const timestamp = event.timestamp / 1000;
  if (event.type === 'Unrecognised') return { timestamp, type: event.recordedType, id, previousEventId };
  const key = EVENT_TYPES[event.type].details;
  const details = key === null ? NOTHING : { [key]: writeDetails(event, writing) };
  return { timestamp, type: event.type, id, previousEventId, ...details };
}

function cutLongPayloads(details: Written): Written {
  const cut: Record<string, unknown> = { ...details };
  for (const key of ['input', 'output']) {
    const text = details[key];
    // Escaping can make six bytes of one, never less than one of one: short texts need no closer look.
    if (typeof text !== 'string' || text.length * 6 <= LOGGED_PAYLOAD_LIMIT) continue;
    if (Buffer.byteLength(JSON.stringify(text)) <= LOGGED_PAYLOAD_LIMIT) continue;
    cut[key] = text.slice(0, LOGGED_PAYLOAD_LIMIT);
    cut[`${key}Details`] = TRUNCATED;
  }
  return cut;
}

/**
 * The inverse of `normaliseLogRecords` for one event: the record that CloudWatch Logs would hold (its message is
 * this object as JSON text). Payloads above 248 KiB are cut and flagged. Whether a log level holds the type at all
 * says `EVENT_TYPES[type].log`. Reference: step-functions.md 4.2.
 */
export function writeLogRecord(
  event: Event,
  execution: { readonly executionArn: string; readonly redriveCount: number },
  writing: Writing = {},
): LogRecordOnWire {
  return {
    id: String(event.id),
    type: event.type === 'Unrecognised' ? event.recordedType : event.type,
    details: cutLongPayloads(writeDetails(event, writing)),
    previous_event_id: String(event.previousEventId),
    event_timestamp: String(event.timestamp),
    execution_arn: execution.executionArn,
    redrive_count: String(execution.redriveCount),
  };
}
