import { listTags } from '@steptrail/aws';
import { readCursor, saveCursor } from '@steptrail/store';
import { type IngestContext, present } from './context.ts';
import { type ProblemBook, tolerate } from './problems.ts';

const DAY = 86_400_000;
/** So many failures in a row, and this ingest asks for no more tags. */
const FAILURES_IN_A_ROW = 3;

/** The tags of a state machine; undefined: those that are known stay. */
export type ReadTags = (
  stateMachineArn: string,
) => Promise<readonly { readonly key: string; readonly value: string }[] | undefined>;

/** Reads tags once a day, for AWS allows one such call a second. They are welcome, not needed. */
export function createTagReader(context: IngestContext, book: ProblemBook): ReadTags {
  const { sql, clients, signal } = context;
  let failuresInARow = 0;
  return async (stateMachineArn) => {
    if (failuresInARow >= FAILURES_IN_A_ROW) return undefined;
    const source = `tags ${stateMachineArn}`;
    const now = present(context).getTime();
    const readAt = await readCursor(sql, source);
    const right = () => book.clear(sql, 'ListTagsForResource', `ListTagsForResource ${stateMachineArn}`);
    if (typeof readAt === 'number' && Math.abs(now - readAt) < DAY) {
      await right(); // what failed here, another process has read
      return undefined;
    }
    const tags = await tolerate(book, sql, stateMachineArn, () => listTags(clients, stateMachineArn, signal));
    failuresInARow = tags === undefined ? failuresInARow + 1 : 0;
    if (tags === undefined) return undefined;
    await saveCursor(sql, source, now);
    await right();
    return tags;
  };
}
