import {
  type AwsClients,
  AwsError,
  describeLogGroups,
  filterLogEvents,
  type LogGroup,
  RETENTION_DAYS,
} from '@steptrail/aws';

const DAY = 86_400_000;
/** Bytes of records that one call of FilterLogEvents gives at most. */
const BYTES_A_CALL = 1_048_576;
/** Records that one call of FilterLogEvents gives at most. */
const RECORDS_A_CALL = 10_000;

/** A log group of Express executions, and what reading it takes. */
export interface PlannedLogGroup {
  readonly logGroupName: string;
  /** Of what is read first: at most 90 days. */
  readonly bytes: number;
  readonly calls: number;
  /** Days that it reaches back, at most 90. */
  readonly days: number;
  /** Days after which CloudWatch forgets its records; undefined: never. */
  readonly retentionInDays: number | undefined;
  /** What the numbers follow from: the bytes that CloudWatch says it stores, or one page of the last day's records. */
  readonly basis: 'stored bytes' | 'last day';
}

/**
 * Looks at a log group: two calls at most. Undefined where there is none of this name.
 * @throws AwsError where it may not be looked at
 */
export async function surveyLogGroup(
  clients: AwsClients,
  logGroupName: string,
  now: number,
  signal?: AbortSignal,
): Promise<PlannedLogGroup | undefined> {
  let group: LogGroup | undefined;
  for await (const { items } of describeLogGroups(clients, logGroupName, signal)) {
    group = items.find((one) => one.logGroupName === logGroupName);
    if (group !== undefined) break;
  }
  if (group === undefined) return undefined;
  const { retentionInDays, creationTime, storedBytes = 0 } = group;
  const kept = Math.min(
    retentionInDays ?? Infinity,
    creationTime === undefined ? Infinity : (now - creationTime) / DAY,
  );
  const days = Math.min(RETENTION_DAYS, kept);
  const common = { logGroupName, days, retentionInDays };
  if (storedBytes > 0) {
    const bytes = storedBytes * (Number.isFinite(kept) ? days / Math.max(kept, days) : 1);
    return { ...common, bytes, calls: Math.ceil(bytes / BYTES_A_CALL), basis: 'stored bytes' };
  }
  const aDay = await measureDay(clients, logGroupName, now, signal);
  const calls = Math.max(
    1,
    Math.ceil(days * Math.max(aDay.bytes / BYTES_A_CALL, aDay.records / RECORDS_A_CALL)),
  );
  return { ...common, bytes: days * aDay.bytes, calls, basis: 'last day' };
}

/** What a day's records come to, by the first page of the last day's that holds any. */
async function measureDay(clients: AwsClients, logGroupName: string, now: number, signal?: AbortSignal) {
  const startTime = now - DAY;
  try {
    for await (const { items } of filterLogEvents(
      clients,
      { logGroupName, startTime, endTime: now },
      signal,
    )) {
      const last = items.at(-1);
      if (last === undefined) continue;
      const bytes = items.reduce((sum, { message }) => sum + Buffer.byteLength(message), 0);
      const isFull = items.length === RECORDS_A_CALL || bytes > BYTES_A_CALL / 2;
      const share = isFull ? Math.max(last.timestamp - startTime, 1) / DAY : 1;
      return { bytes: bytes / share, records: items.length / share };
    }
  } catch (error) {
    if (!(error instanceof AwsError) || !/ResourceNotFound/.test(error.code)) throw error;
  }
  return { bytes: 0, records: 0 };
}
