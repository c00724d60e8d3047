import { describeLogGroups } from '@steptrail/aws';
import { readCursor } from '@steptrail/store';
import type { IngestContext } from './context.ts';
import { type ProblemBook, tolerate } from './problems.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Records come late and out of order: so much of what was read is read again every time. */
const OVERLAP = 15 * MINUTE;
/** Now and then one comes much later: so often so much is looked through for such. */
const LOOK_BACK = { every: HOUR, over: DAY } as const;
/** CloudWatch Logs takes no record that is older than 14 days when it comes. */
export const LATEST_RECORDS = 14 * DAY;
const LOOK_FAR_BACK = { every: DAY, over: LATEST_RECORDS } as const;
/** How far back the first look goes where the log group keeps its records longer. */
const FIRST_LOOK_DAYS = 90;

/** How far a log group has been read; epoch milliseconds. */
export interface LogCursor {
  readonly readTo: number;
  /** When all of the last day was read last. */
  readonly lookedBackAt: number;
  /** When all was read last that may still have got records. */
  readonly lookedFarBackAt: number;
}

function readLogCursor(value: unknown): LogCursor | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('readTo' in value) || !('lookedBackAt' in value) || !('lookedFarBackAt' in value)) return undefined;
  const { readTo, lookedBackAt, lookedFarBackAt } = value;
  return typeof readTo === 'number' && typeof lookedBackAt === 'number' && typeof lookedFarBackAt === 'number'
    ? { readTo, lookedBackAt, lookedFarBackAt }
    : undefined;
}

/** What to read of a log group; epoch milliseconds. */
export interface ReadingWindow {
  readonly startTime: number;
  readonly endTime: number;
  /** The cursor as it is. */
  readonly cursor: LogCursor;
  /** The cursor once all of the window is read. */
  readonly after: LogCursor;
}

/** Names a log group's cursor: where several sources are read, groups of one name are several. */
export function cursorSource({ scope }: Pick<IngestContext, 'scope'>, logGroupName: string): string {
  return scope === undefined
    ? `logs ${logGroupName}`
    : `logs ${scope.accountId} ${scope.region} ${logGroupName}`;
}

/**
 * From where the last reading came to, with some overlap, up to `endTime`; once an hour from a day before, and once a
 * day from 14 days before, for what came late; at first, all that the group keeps.
 */
export async function nextWindow(
  context: IngestContext,
  book: ProblemBook,
  logGroupName: string,
  endTime: number,
): Promise<ReadingWindow> {
  const cursor = readLogCursor(await readCursor(context.sql, cursorSource(context, logGroupName)));
  if (cursor !== undefined) {
    // A time to come was written by a clock that was wrong.
    const looksFarBack = Math.abs(endTime - cursor.lookedFarBackAt) >= LOOK_FAR_BACK.every;
    const looksBack = looksFarBack || Math.abs(endTime - cursor.lookedBackAt) >= LOOK_BACK.every;
    const over = looksFarBack ? LOOK_FAR_BACK.over : looksBack ? LOOK_BACK.over : 0;
    const startTime = Math.max(0, Math.min(cursor.readTo - OVERLAP, endTime - Math.max(over, OVERLAP)));
    const after = {
      readTo: cursor.readTo > endTime + HOUR ? endTime : Math.max(endTime, cursor.readTo),
      lookedBackAt: looksBack ? endTime : cursor.lookedBackAt,
      lookedFarBackAt: looksFarBack ? endTime : cursor.lookedFarBackAt,
    };
    return { startTime, endTime, cursor, after };
  }
  const oldest = endTime - FIRST_LOOK_DAYS * DAY;
  const group = await tolerate(book, context.sql, logGroupName, () => findGroup(context, logGroupName));
  const kept = group?.retentionInDays === undefined ? 0 : endTime - group.retentionInDays * DAY;
  const startTime = Math.max(oldest, kept, 0);
  const looked = { lookedBackAt: endTime, lookedFarBackAt: endTime };
  return {
    startTime,
    endTime,
    cursor: { readTo: startTime, ...looked },
    after: { readTo: endTime, ...looked },
  };
}

async function findGroup(context: IngestContext, logGroupName: string) {
  for await (const { items } of describeLogGroups(context.clients, logGroupName, context.signal)) {
    const found = items.find((group) => group.logGroupName === logGroupName);
    if (found !== undefined) return found;
  }
  return undefined;
}
