import { describeLogGroups } from '@steptrail/aws';
import { readCursor } from '@steptrail/store';
import { type IngestContext, present } from './context.ts';
import { type ProblemBook, tolerate } from './problems.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Records come late and out of order: so much of what was read is read again. */
const OVERLAP = 15 * MINUTE;
/** How far back the first look goes where the log group keeps its records longer. */
const FIRST_LOOK_DAYS = 90;

/** What to read of a log group; epoch milliseconds. */
export interface ReadingWindow {
  readonly startTime: number;
  readonly endTime: number;
}

export function cursorSource(logGroupName: string): string {
  return `logs ${logGroupName}`;
}

/** From where the last reading came to, with some overlap, up to the present; at first, all that the group keeps. */
export async function nextWindow(
  context: IngestContext,
  book: ProblemBook,
  logGroupName: string,
): Promise<ReadingWindow> {
  const endTime = present(context).getTime();
  const cursor = await readCursor(context.sql, cursorSource(logGroupName));
  if (typeof cursor === 'number') return { startTime: Math.max(0, cursor - OVERLAP), endTime };
  const oldest = endTime - FIRST_LOOK_DAYS * DAY;
  const group = await tolerate(book, context.sql, logGroupName, () => findGroup(context, logGroupName));
  const kept = group?.retentionInDays === undefined ? 0 : endTime - group.retentionInDays * DAY;
  return { startTime: Math.max(oldest, kept, 0), endTime };
}

async function findGroup(context: IngestContext, logGroupName: string) {
  for await (const { items } of describeLogGroups(context.clients, logGroupName, context.signal)) {
    const found = items.find((group) => group.logGroupName === logGroupName);
    if (found !== undefined) return found;
  }
  return undefined;
}
