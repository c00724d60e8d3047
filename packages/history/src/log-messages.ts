import type { Event } from './event.ts';
import { EVENT_TYPES, type LogLevel } from './event-types.ts';

/*
 * Where log records are found: CloudWatch Logs wraps them in many ways.
 */

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A log record, parsed or as text; CloudWatch's own notices are none. */
const isRecord = (value: unknown): boolean =>
  typeof value === 'string'
    ? value.includes('"execution_arn"')
    : isFields(value) && typeof value.execution_arn === 'string';

/** The `@message` of a row of CloudWatch Logs Insights: a list of fields, or one object. */
const insightsMessage = (row: unknown): unknown => {
  if (Array.isArray(row)) {
    const found: unknown = row.find((cell) => isFields(cell) && cell.field === '@message');
    return isFields(found) ? found.value : undefined;
  }
  return isFields(row) ? row['@message'] : undefined;
};

const messageOf = (entry: unknown): unknown => {
  if (isRecord(entry)) return entry;
  const message = (isFields(entry) ? entry.message : undefined) ?? insightsMessage(entry);
  return isRecord(message) ? message : undefined;
};

/**
 * The messages in a parsed answer of CloudWatch Logs: of FilterLogEvents and GetLogEvents (`events`), of a
 * subscription (`logEvents`), of Insights (`results`), a bare list of log events or of messages, or one of them.
 * Undefined where it holds no log record of Step Functions.
 */
export function findLogMessages(value: unknown): readonly unknown[] | undefined {
  if (isRecord(value)) return [value];
  const list = isFields(value)
    ? (value.events ?? value.logEvents ?? value.results ?? value.logs ?? [value])
    : value;
  if (!Array.isArray(list)) return undefined;
  const messages = list.map(messageOf).filter((message) => message !== undefined);
  return messages.length === 0 ? undefined : messages;
}

/**
 * The messages in a text of one log event a line: JSON lines, or lines that begin with a time and a stream, as
 * `aws logs tail` and `sam logs` print them. Undefined where no line holds a log record.
 */
export function findLogLines(text: string): readonly unknown[] | undefined {
  const messages = text.split(/\r?\n/).flatMap((line): readonly unknown[] => {
    const from = line.indexOf('{');
    if (from < 0 || !line.includes('execution_arn')) return [];
    const body = line.slice(from).trim();
    try {
      const parsed: unknown = JSON.parse(body);
      return findLogMessages(parsed) ?? [];
    } catch {
      // A line that was cut: it is counted as a record that cannot be read.
      return [body];
    }
  });
  return messages.length === 0 ? undefined : messages;
}

/**
 * The least verbose log level at which CloudWatch could have received these records. A log without its beginning
 * that holds nothing but failures may be one of a higher level, or what is left of a log at level ALL.
 */
export function leastLogLevel(events: readonly Event[]): LogLevel {
  let level: 'ERROR' | 'FATAL' = 'FATAL';
  for (const { type } of events) {
    const least = type === 'Unrecognised' ? 'ALL' : EVENT_TYPES[type].log;
    if (least === 'ALL') return 'ALL';
    if (least === 'ERROR') level = 'ERROR';
  }
  return level;
}
