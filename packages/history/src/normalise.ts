import type { Event } from './event.ts';
import { readerOf } from './event-readers.ts';
import type { Envelope } from './read-details.ts';
import type { Details } from './read-fields.ts';

/** An entry of a page that is no history event: `index` is its place in the page, 0-based. */
export interface ReadingProblem {
  readonly index: number;
  readonly message: string;
}

/** Events in the order they were given, and what could not be read. Nothing good is lost for something bad. */
export interface Reading {
  readonly events: readonly Event[];
  readonly problems: readonly ReadingProblem[];
}

const NO_DETAILS: Details = {};

function isObject(value: unknown): value is Details {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Epoch milliseconds from AWS's forms of a timestamp: epoch seconds with a fraction (the wire), an ISO 8601 text
 * (the AWS CLI), a Date (the SDK). NaN for anything else.
 */
export function readTimestamp(value: unknown): number {
  if (typeof value === 'number') return Math.round(value * 1000);
  if (typeof value === 'string') return Date.parse(value);
  if (value instanceof Date) return value.getTime();
  return Number.NaN;
}

/** A number, or a text that is one; anything else is none, an object with a toString of its own included. */
function readNumber(value: unknown): number {
  if (typeof value === 'string' && value !== '') return Number(value);
  return typeof value === 'number' ? value : Number.NaN;
}

function readEnvelope(id: unknown, previousEventId: unknown, timestamp: number): Envelope | string {
  const number = readNumber(id);
  if (!Number.isSafeInteger(number) || number < 1) {
    return 'its id is no positive integer';
  }
  const absent = previousEventId === undefined || previousEventId === null || previousEventId === '';
  const previous = absent ? 0 : readNumber(previousEventId);
  if (!Number.isSafeInteger(previous) || previous < 0) return 'its previousEventId is no integer';
  if (Number.isNaN(timestamp)) return 'its timestamp is no time';
  return { id: number, previousEventId: previous, timestamp };
}

/** One event in the shape of GetExecutionHistory; a text says why it is none. */
function readHistoryEvent(raw: unknown): Event | string {
  if (!isObject(raw)) return 'it is no object';
  const at = readEnvelope(raw.id, raw.previousEventId, readTimestamp(raw.timestamp));
  if (typeof at === 'string') return at;
  const type = raw.type;
  if (typeof type !== 'string') return 'its type is no text';
  const reader = readerOf(type);
  if (reader === undefined) return { ...at, type: 'Unrecognised', recordedType: type };
  const details = reader.details === null ? undefined : raw[reader.details];
  return reader.read(reader.type, at, isObject(details) ? details : NO_DETAILS);
}

/** One log record of an execution, with the ARN and the redrive that it belongs to. */
export interface LogRecord {
  readonly executionArn: string;
  readonly redriveCount: number;
  readonly event: Event;
}

function readLogRecord(raw: unknown, arns: Map<string, string>): LogRecord | string {
  if (!isObject(raw)) return 'it is no object';
  const arn = raw.execution_arn;
  if (typeof arn !== 'string') return 'it names no execution_arn';
  const known = arns.get(arn);
  if (known === undefined) arns.set(arn, arn);
  const at = readEnvelope(raw.id, raw.previous_event_id, readNumber(raw.event_timestamp));
  if (typeof at === 'string') return at;
  const type = raw.type;
  if (typeof type !== 'string') return 'its type is no text';
  const redriveCount = readNumber(raw.redrive_count) || 0;
  const reader = readerOf(type);
  const event: Event =
    reader === undefined
      ? { ...at, type: 'Unrecognised', recordedType: type }
      : reader.read(reader.type, at, isObject(raw.details) ? raw.details : NO_DETAILS);
  return { executionArn: known ?? arn, redriveCount, event };
}

/**
 * Events of a GetExecutionHistory page: the parsed body `{ events: […] }`, what the AWS CLI or SDK gives, or the
 * bare array. An event of an unknown type is kept as `Unrecognised`; an entry that is no event becomes a problem.
 */
export function normaliseHistory(page: unknown): Reading {
  const list = isObject(page) ? page.events : page;
  if (!Array.isArray(list)) {
    return { events: [], problems: [{ index: -1, message: 'There is no list of events.' }] };
  }
  const events: Event[] = [];
  const problems: ReadingProblem[] = [];
  list.forEach((raw: unknown, index) => {
    const read = readHistoryEvent(raw);
    if (typeof read === 'string') {
      problems.push({ index, message: `Entry ${index} is no history event: ${read}.` });
    } else events.push(read);
  });
  return { events, problems };
}

/**
 * Log records of CloudWatch Logs: each entry is a message as text, or already parsed. Records of several
 * executions may be mixed, in any order and doubled: see `groupLogRecords`.
 */
export function normaliseLogRecords(messages: readonly unknown[]): {
  readonly records: readonly LogRecord[];
  readonly problems: readonly ReadingProblem[];
} {
  const records: LogRecord[] = [];
  // One text for all records of an execution: each brings its own.
  const arns = new Map<string, string>();
  const problems: ReadingProblem[] = [];
  messages.forEach((message, index) => {
    let raw = message;
    if (typeof message === 'string') {
      try {
        raw = JSON.parse(message);
      } catch {
        raw = undefined;
      }
    }
    const read = readLogRecord(raw, arns);
    if (typeof read === 'string') {
      problems.push({ index, message: `Entry ${index} is no log record of an execution: ${read}.` });
    } else records.push(read);
  });
  return { records, problems };
}
