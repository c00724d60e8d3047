import type { WorkflowType } from '@steptrail/asl';
import {
  type Event,
  EXECUTION_STATUSES,
  type ExecutionStatus,
  findLogLines,
  findLogMessages,
  groupLogRecords,
  type LogLevel,
  leastLogLevel,
  normaliseHistory,
  normaliseLogRecords,
  parseStatesArn,
  readStandIns,
  type StandIns,
  stateMachineArnOf,
} from '@steptrail/history';

/** A history as found in a file, with what the file says about it. */
export interface RecordedHistory {
  readonly events: readonly Event[];
  /** As they stand in the file: history events, or log records where there is a `logLevel`. None of an answer. */
  readonly rawEvents: readonly unknown[];
  /** The definition in the file: text or object; undefined where the file has none. */
  readonly definition?: unknown;
  readonly type?: WorkflowType;
  readonly executionArn?: string;
  readonly stateMachineArn?: string;
  /** What the file's notes say was replaced in it. */
  readonly standIns?: StandIns;
  /** Of log records: the level of the log, as the file says or as its records show. */
  readonly logLevel?: LogLevel;
  /** The input of the execution as the file tells it, as JSON text. */
  readonly input?: string;
  /** How the file says that the execution stands. */
  readonly status?: ExecutionStatus;
  /** What could not be read of it, one sentence each. */
  readonly problems: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function workflowTypeOf(value: unknown, executionArn: string | undefined): WorkflowType | undefined {
  if (value === 'STANDARD' || value === 'EXPRESS') return value;
  const arn = executionArn === undefined ? undefined : parseStatesArn(executionArn);
  return arn?.kind === 'express' ? 'EXPRESS' : undefined;
}

/** A list fetched with --reverse-order is turned round; any other disorder is left for replay to report. */
function oldestFirst(events: readonly Event[]): readonly Event[] {
  const reversed =
    events.length > 1 && events.every((event, i) => event.id < (events[i - 1]?.id ?? Infinity));
  return reversed ? events.toReversed() : events;
}

/** What a file says of an execution beside its events. */
function describeFile(
  recorded: Fields,
  givenArn: string | undefined,
): Omit<RecordedHistory, 'events' | 'rawEvents' | 'problems'> {
  const executionArn = givenArn ?? textOf(recorded.executionArn);
  const stateMachineArn =
    textOf(recorded.stateMachineArn) ??
    (executionArn === undefined ? undefined : stateMachineArnOf(executionArn));
  const type = workflowTypeOf(recorded.type, executionArn);
  const standIns = readStandIns(recorded.notes);
  return {
    ...(recorded.definition === undefined || recorded.definition === null
      ? {}
      : { definition: recorded.definition }),
    ...(type === undefined ? {} : { type }),
    ...(executionArn === undefined ? {} : { executionArn }),
    ...(stateMachineArn === undefined ? {} : { stateMachineArn }),
    ...(standIns === undefined ? {} : { standIns }),
  };
}

/** The input that a case or an answer of DescribeExecution tells: JSON text as the API has it, or the value. */
function inputOf(value: unknown): string | undefined {
  return value === undefined || typeof value === 'string' ? value : JSON.stringify(value);
}

function parseMessage(message: unknown): unknown {
  if (typeof message !== 'string') return message;
  try {
    return JSON.parse(message);
  } catch {
    return undefined; // counted among what could not be read
  }
}

/** Of a whole history: a page that another follows need not hold the end. */
function statusIn({ status, nextToken }: Fields): Pick<RecordedHistory, 'status'> {
  const known = EXECUTION_STATUSES.find((each) => each === status);
  return known === undefined || typeof nextToken === 'string' ? {} : { status: known };
}

/** Log records, sorted out by execution. */
function readLogRecords(messages: readonly unknown[], recorded: Fields): readonly RecordedHistory[] {
  const { records, problems } = normaliseLogRecords(messages);
  const { loggingConfiguration } = recorded;
  const level = isObject(loggingConfiguration) ? loggingConfiguration.level : undefined;
  const told = problems.map((problem) => problem.message);
  const input = inputOf(recorded.input);
  const parsed = messages.map(parseMessage);
  return [...groupLogRecords(records)].map(([executionArn, own], index) => {
    const events = own.map(({ event }) => event);
    return {
      ...describeFile(recorded, executionArn),
      events,
      rawEvents: parsed.filter((raw) => isObject(raw) && raw.execution_arn === executionArn),
      logLevel: level === 'ALL' || level === 'ERROR' || level === 'FATAL' ? level : leastLogLevel(events),
      ...(input === undefined ? {} : { input }),
      problems: index === 0 ? told : [],
    };
  });
}

const ENDS: Readonly<Record<string, string>> = {
  SUCCEEDED: 'ExecutionSucceeded',
  FAILED: 'ExecutionFailed',
  TIMED_OUT: 'ExecutionTimedOut',
  ABORTED: 'ExecutionAborted',
};

/**
 * The end of an execution as StartSyncExecution or DescribeExecution tell it, in the place of its last log record:
 * the last event of a history of which nothing else is known. Undefined where it is no such answer, or still open.
 */
function readAnswer(answer: unknown, recorded: Fields): readonly RecordedHistory[] | undefined {
  if (!isObject(answer)) return undefined;
  const executionArn = textOf(answer.executionArn);
  const type = ENDS[String(answer.status)];
  const { stopDate, output, error, cause } = answer;
  if (executionArn === undefined || type === undefined || stopDate === undefined) return undefined;
  const key = `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
  const end = { id: 2, previousEventId: 0, timestamp: stopDate, type, [key]: { output, error, cause } };
  const { events, problems } = normaliseHistory([end]);
  const input = inputOf(answer.input ?? recorded.input);
  return [
    {
      ...describeFile({ ...answer, ...recorded }, executionArn),
      events,
      rawEvents: [],
      logLevel: 'FATAL',
      ...(input === undefined ? {} : { input }),
      problems: problems.map((problem) => problem.message),
    },
  ];
}

/** Executions of which a case has nothing but definition, input and output: the rows of a table. */
function readRows(recorded: Fields): readonly RecordedHistory[] | undefined {
  if (!Array.isArray(recorded.cases)) return undefined;
  const rows = recorded.cases.flatMap((row: unknown): readonly RecordedHistory[] => {
    if (!isObject(row) || row.definition === undefined || row.output === undefined) return [];
    const output = JSON.stringify(row.output);
    const details = { executionSucceededEventDetails: { output } };
    const end = { id: 2, previousEventId: 0, timestamp: 0, type: 'ExecutionSucceeded', ...details };
    const { events } = normaliseHistory([end]);
    const input = JSON.stringify(row.input);
    const about = describeFile({ ...recorded, definition: row.definition }, undefined);
    return [{ ...about, events, rawEvents: [], logLevel: 'FATAL', input, problems: [] }];
  });
  return rows.length === 0 ? undefined : rows;
}

/**
 * The histories in a parsed file: the output of `aws stepfunctions get-execution-history`, a bare array of events, a
 * recorded case `{ definition, history, … }`, log records as CloudWatch Logs gives them (one history for each
 * execution), the answer of StartSyncExecution or DescribeExecution, or a table of inputs and outputs. Undefined where it holds none of these.
 */
export function readRecordedHistories(value: unknown): readonly RecordedHistory[] | undefined {
  const recorded = isObject(value) ? value : {};
  const list = Array.isArray(value) ? value : (recorded.history ?? recorded.events);
  const page = isObject(list) ? list.events : list;
  const history = Array.isArray(page) ? normaliseHistory(page) : undefined;
  const isEmpty = Array.isArray(page) && page.length === 0;
  if (history !== undefined && (history.events.length > 0 || isEmpty)) {
    return [
      {
        ...describeFile(recorded, undefined),
        ...statusIn(recorded),
        events: oldestFirst(history.events),
        rawEvents: Array.isArray(page) ? page : [],
        problems: history.problems.map((problem) => problem.message),
      },
    ];
  }
  const messages = findLogMessages(value);
  if (messages !== undefined) return readLogRecords(messages, recorded);
  const rows = readRows(recorded);
  if (rows !== undefined) return rows;
  return readAnswer(recorded.describe ?? value, recorded.describe === undefined ? {} : recorded);
}

/** The histories in a text of one log record a line; undefined where it holds no log record. */
export function readLoggedHistories(text: string): readonly RecordedHistory[] | undefined {
  const messages = findLogLines(text);
  return messages === undefined ? undefined : readLogRecords(messages, {});
}
