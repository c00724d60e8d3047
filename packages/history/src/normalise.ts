import type { Event } from './event.ts';
import { type EventReader, readerOf } from './event-readers.ts';
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

/** No time of AWS's is so many seconds after 1970 (5138), and each is more milliseconds (1973). */
const MOST_SECONDS = 100_000_000_000;

/**
 * Epoch milliseconds from AWS's forms of a timestamp: epoch seconds with a fraction (the wire), an ISO 8601 text
 * (the AWS CLI), a Date (the SDK), epoch milliseconds (events of EventBridge, programs' own exports). NaN for anything
 * else.
 */
export function readTimestamp(value: unknown): number {
  if (typeof value === 'number') return value > MOST_SECONDS ? value : Math.round(value * 1000);
  if (typeof value === 'string') return Date.parse(value);
  if (value instanceof Date) return value.getTime();
  return Number.NaN;
}

/** A number, or a text that is one; anything else is none, an object with a toString of its own included. */
function readNumber(value: unknown): number {
  if (typeof value === 'string' && value !== '') return Number(value);
  return typeof value === 'number' ? value : Number.NaN;
}

/** An event of what every event has and of its details; a text says why it is none. */
function readEvent(
  givenId: unknown,
  givenPrevious: unknown,
  timestamp: number,
  type: unknown,
  detailsFor: (reader: EventReader) => unknown,
): Event | string {
  const id = readNumber(givenId);
  if (!Number.isSafeInteger(id) || id < 1) return 'its id is no positive integer';
  const absent = givenPrevious === undefined || givenPrevious === null || givenPrevious === '';
  const previousEventId = absent ? 0 : readNumber(givenPrevious);
  if (!Number.isSafeInteger(previousEventId) || previousEventId < 0) {
    return 'its previousEventId is no integer';
  }
  if (Number.isNaN(timestamp)) return 'its timestamp is no time';
  if (typeof type !== 'string') return 'its type is no text';
  const reader = readerOf(type);
  if (reader === undefined) {
    return { id, previousEventId, timestamp, type: 'Unrecognised', recordedType: type };
  }
  const details = detailsFor(reader);
  return reader.read(reader.type, id, previousEventId, timestamp, isObject(details) ? details : NO_DETAILS);
}

/** One event in the shape of GetExecutionHistory; a text says why it is none. */
function readHistoryEvent(raw: unknown): Event | string {
  if (!isObject(raw)) return 'it is no object';
  const { id, previousEventId, timestamp, type } = raw;
  return readEvent(id, previousEventId, readTimestamp(timestamp), type, ({ details }) =>
    details === null ? undefined : raw[details],
  );
}

/** One log record of an execution, with the ARN and the redrive that it belongs to. */
export interface LogRecord {
  readonly executionArn: string;
  readonly redriveCount: number;
  readonly event: Event;
}

/** One text for all that are equal. */
function createShared(): (text: string) => string {
  const texts = new Map<string, string>();
  let last = '';
  return (text) => {
    if (text === last) return last;
    const known = texts.get(text);
    if (known === undefined) texts.set(text, text);
    last = known ?? text;
    return last;
  };
}

function readLogRecord(raw: unknown, shared: (text: string) => string): LogRecord | string {
  if (!isObject(raw)) return 'it is no object';
  const arn = raw.execution_arn;
  if (typeof arn !== 'string') return 'it names no execution_arn';
  const time = readNumber(raw.event_timestamp);
  const event = readEvent(raw.id, raw.previous_event_id, time, raw.type, () => raw.details);
  if (typeof event === 'string') return event;
  return { executionArn: shared(arn), redriveCount: readNumber(raw.redrive_count) || 0, event };
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
  // Each record brings the ARN of its execution.
  const shared = createShared();
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
    const read = readLogRecord(raw, shared);
    if (typeof read === 'string') {
      problems.push({ index, message: `Entry ${index} is no log record of an execution: ${read}.` });
    } else records.push(read);
  });
  return { records, problems };
}
