import { parseStatesArn } from './arn.ts';

/**
 * What a "Step Functions Execution Status Change" event of EventBridge says of an execution; payloads are left out, for
 * the history has them. Times are epoch milliseconds.
 * @see step-functions.md section 9.1
 */
export interface StatusChange {
  readonly executionArn: string;
  /** Without version or alias. */
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: string;
  readonly startDate: number;
  readonly stopDate?: number | undefined;
  /** Undefined in older events: they do not tell redrives apart. */
  readonly redriveCount?: number | undefined;
  readonly redriveDate?: number | undefined;
  readonly stateMachineVersionArn?: string | undefined;
  readonly stateMachineAliasArn?: string | undefined;
  readonly mapRunArn?: string | undefined;
}

/** A status change, or why a text is none: the end of a sentence. */
export type ReadStatusChange =
  | { readonly ok: true; readonly change: StatusChange }
  | { readonly ok: false; readonly why: string };

export const STATUS_CHANGE = 'Step Functions Execution Status Change';
const LONGEST_TIME = 8.64e15;

type Members = Readonly<Record<string, unknown>>;

function members(value: unknown): Members | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

function parseObject(text: string): Members | undefined {
  try {
    return members(JSON.parse(text));
  } catch {
    return undefined;
  }
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

const timeOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Math.abs(value) <= LONGEST_TIME ? value : undefined;

const countOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

/** The event itself, or the one that SNS has wrapped in a notification of its own. */
function unwrap(body: string): Members | undefined {
  const event = parseObject(body);
  if (event?.Type !== 'Notification' || typeof event.Message !== 'string') return event;
  return parseObject(event.Message);
}

/** A status-change event from the body of a queue's message. What is unknown in it is passed over. */
export function readStatusChange(body: string): ReadStatusChange {
  const event = unwrap(body);
  if (event === undefined) return { ok: false, why: 'it is no JSON object' };
  const detail = members(event.detail);
  if (event.source !== 'aws.states' || event['detail-type'] !== STATUS_CHANGE || detail === undefined) {
    const kind = textOf(event['detail-type']);
    return { ok: false, why: kind === undefined ? 'it is no event of EventBridge' : `it is a "${kind}"` };
  }
  const executionArn = textOf(detail.executionArn);
  const arn = executionArn === undefined ? undefined : parseStatesArn(executionArn);
  if (executionArn === undefined || arn?.kind !== 'execution') {
    return { ok: false, why: 'it names no Standard execution' };
  }
  const status = textOf(detail.status);
  const startDate = timeOf(detail.startDate);
  if (status === undefined || startDate === undefined) {
    return { ok: false, why: 'it lacks the status or the time of the start' };
  }
  const machine = `${arn.stateMachineName}${arn.mapRunLabel === undefined ? '' : `/${arn.mapRunLabel}`}`;
  return {
    ok: true,
    change: {
      executionArn,
      stateMachineArn: `arn:${arn.partition}:states:${arn.region}:${arn.accountId}:stateMachine:${machine}`,
      name: textOf(detail.name) ?? arn.executionName,
      status,
      startDate,
      stopDate: timeOf(detail.stopDate),
      redriveCount: countOf(detail.redriveCount),
      redriveDate: timeOf(detail.redriveDate),
      stateMachineVersionArn: textOf(detail.stateMachineVersionArn),
      stateMachineAliasArn: textOf(detail.stateMachineAliasArn),
      mapRunArn: textOf(detail.mapRunArn),
    },
  };
}
