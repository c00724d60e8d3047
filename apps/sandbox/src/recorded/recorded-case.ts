import { createHash } from 'node:crypto';
import { readTimestamp } from '@steptrail/history';
import type { Logging } from '../account.ts';

type Members = Readonly<Record<string, unknown>>;

/** A recorded execution: its own definition, and its history, or its log records, or both. */
export interface RecordedCase {
  readonly id: string;
  readonly file: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly stateMachineArn: string;
  readonly executionArn: string;
  /** JSON text. */
  readonly definition: string;
  readonly status: string | undefined;
  /** Events as recorded, oldest first; their timestamps are epoch milliseconds in `times`. */
  readonly history: readonly Members[] | undefined;
  readonly times: readonly number[];
  /** Log records as recorded, parsed. */
  readonly logs: readonly Members[];
  readonly logging: Logging | undefined;
  readonly describe: Members | undefined;
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function nameFrom(id: string): string {
  return id.replace(/[^A-Za-z0-9_-]+/g, '-').slice(-80);
}

/** A log record is the record itself, or an entry of CloudWatch Logs that holds it as `message`. */
function readLogs(value: unknown): readonly Members[] {
  if (!Array.isArray(value)) return [];
  return value
    .map((entry: unknown) => (isMembers(entry) && isMembers(entry.message) ? entry.message : entry))
    .filter(isMembers)
    .filter((record) => typeof record.event_timestamp === 'string');
}

function readLogging(value: unknown): Logging | undefined {
  if (!isMembers(value)) return undefined;
  const level = value.level;
  if (level !== 'ALL' && level !== 'ERROR' && level !== 'FATAL') return undefined;
  const group = /"logGroupArn":"[^"]*:log-group:([^":]+)/.exec(JSON.stringify(value));
  return { level, includeExecutionData: value.includeExecutionData === true, logGroupName: group?.[1] };
}

/** `arn:aws:states:us-east-1:111122223333:stateMachine:NAME`, and the execution's, where a case names none. */
function fallbackArns(id: string, type: RecordedCase['type']): { machine: string; execution: string } {
  const at = 'arn:aws:states:us-east-1:111122223333';
  const name = nameFrom(id);
  const digest = createHash('sha256').update(id).digest('hex').slice(0, 32);
  const uuid = digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  const execution =
    type === 'EXPRESS' ? `${at}:express:${name}:${uuid}:${uuid}` : `${at}:execution:${name}:${uuid}`;
  return { machine: `${at}:stateMachine:${name}`, execution };
}

/** Reads one case. A text says in one sentence why it cannot be served. */
export function readRecordedCase(file: string, value: unknown): RecordedCase | string {
  if (!isMembers(value)) return 'it is no JSON object';
  const { definition } = value;
  if (!isMembers(definition)) return 'it has no definition';
  const logs = readLogs(value.logs);
  const events = Array.isArray(value.history) ? value.history : undefined;
  if (events === undefined && logs.length === 0) return 'it has neither history nor logs';
  const history = events?.filter(isMembers);
  if (history !== undefined && history.length !== events?.length)
    return 'its history holds entries that are no events';
  const times = (history ?? []).map((event) => readTimestamp(event.timestamp));
  if (times.some(Number.isNaN)) return 'its history holds a timestamp that is no time';
  const id = text(value.id) ?? file;
  const type = value.type === 'EXPRESS' ? 'EXPRESS' : 'STANDARD';
  const fallback = fallbackArns(id, type);
  const machine = text(value.stateMachineArn);
  const usesFallback = machine === undefined || !machine.startsWith('arn:');
  const logged = text(logs[0]?.execution_arn);
  const own = usesFallback ? undefined : text(value.executionArn);
  return {
    id,
    file,
    type,
    stateMachineArn: usesFallback ? fallback.machine : machine,
    executionArn: (type === 'EXPRESS' ? logged : own) ?? fallback.execution,
    definition: JSON.stringify(definition),
    status: text(value.status),
    history,
    times,
    logs,
    logging: readLogging(value.loggingConfiguration),
    describe: isMembers(value.describe) ? value.describe : undefined,
  };
}
