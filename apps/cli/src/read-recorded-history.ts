import { type Event, normaliseHistory, parseStatesArn, stateMachineArnOf } from '@steptrail/history';

export type WorkflowType = 'STANDARD' | 'EXPRESS';

/** A history as found in a file, with what the file says about it. */
export interface RecordedHistory {
  readonly events: readonly Event[];
  /** The definition in the file: text or object; undefined where the file has none. */
  readonly definition?: unknown;
  readonly type?: WorkflowType;
  readonly executionArn?: string;
  readonly stateMachineArn?: string;
  /** What could not be read of it, one sentence each. */
  readonly problems: readonly string[];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
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

/**
 * The history in a parsed file: the output of `aws stepfunctions get-execution-history`, a bare array of events,
 * or a recorded case `{ definition, history, … }`. Undefined where the file holds no history at all.
 */
export function readRecordedHistory(value: unknown): RecordedHistory | undefined {
  const recorded = isObject(value) ? value : {};
  const list = Array.isArray(value) ? value : (recorded.history ?? recorded.events);
  const page = isObject(list) ? list.events : list;
  if (!Array.isArray(page)) return undefined;
  const { events, problems } = normaliseHistory(page);
  if (events.length === 0 && page.length > 0) return undefined; // a list of something else
  const executionArn = textOf(recorded.executionArn);
  const stateMachineArn =
    textOf(recorded.stateMachineArn) ??
    (executionArn === undefined ? undefined : stateMachineArnOf(executionArn));
  const type = workflowTypeOf(recorded.type, executionArn);
  return {
    events: oldestFirst(events),
    ...(recorded.definition === undefined || recorded.definition === null
      ? {}
      : { definition: recorded.definition }),
    ...(type === undefined ? {} : { type }),
    ...(executionArn === undefined ? {} : { executionArn }),
    ...(stateMachineArn === undefined ? {} : { stateMachineArn }),
    problems: problems.map((problem) => problem.message),
  };
}
