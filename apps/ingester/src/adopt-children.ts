import { AwsError, describeExecution, describeMapRun } from '@steptrail/aws';
import {
  type Client,
  findExecutionIds,
  listChildrenApart,
  listOrphaningMapRuns,
  type MapRunWithDefinition,
  readCursor,
  readMapRun,
  saveCursor,
} from '@steptrail/store';
import { askForListed } from './ask-for-executions.ts';
import { resolveChild } from './child-definition.ts';
import type { Judging } from './conclude.ts';
import { type IngestContext, present } from './context.ts';
import { type ProblemBook, tolerate } from './problems.ts';
import { rejudge } from './rejudge.ts';

const BATCH = 100;
const DAY = 86_400_000;

/** What judging children needs. */
type Adopting = Judging & Pick<IngestContext, 'sql' | 'signal' | 'scope'>;

/**
 * Judges the children of Map Runs that came before their parent, now that it is here: they ran with its definition.
 * Gives how many, and the Map Runs of which nothing is known yet.
 */
export async function adoptChildren(
  context: Adopting,
): Promise<{ readonly adopted: number; readonly orphaning: readonly string[] }> {
  const { sql, scope } = context;
  const orphaning: string[] = [];
  let adopted = 0;
  for (const mapRunArn of await listOrphaningMapRuns(sql, scope)) {
    const run = await readMapRun(sql, mapRunArn);
    if (run === undefined) orphaning.push(mapRunArn);
    else if (run.definitionSha256 !== null) adopted += await judgeChildren(context, run);
  }
  return { adopted, orphaning };
}

/** Judges the children of a Map Run anew that are not judged by what their parent ran with. Gives how many. */
export async function judgeChildren(
  context: Judging & { readonly sql: Client; readonly signal?: AbortSignal | undefined },
  run: MapRunWithDefinition,
): Promise<number> {
  const { sql, signal } = context;
  let judged = 0;
  let after: string | undefined;
  for (;;) {
    const children = await listChildrenApart(sql, run.mapRunArn, run, after, BATCH);
    for (const { executionArn } of children) {
      signal?.throwIfAborted();
      // A definition without a Map that this one can be of explains none of them.
      if ((await resolveChild(sql, executionArn, run.mapRunArn)).revision === undefined) return judged;
      await sql.begin((tx) => rejudge(tx, context, executionArn));
      judged += 1;
    }
    after = children.at(-1)?.executionId;
    if (after === undefined) return judged;
  }
}

/**
 * Asks AWS who started these Map Runs, once a day each, and for the histories of those executions: no list has told of
 * them, for their state machine was deleted, or nobody has read it yet. Gives how many were asked for.
 */
export async function findParents(
  context: IngestContext,
  book: ProblemBook,
  mapRunArns: readonly string[],
): Promise<number> {
  const { sql, clients, signal } = context;
  const now = present(context);
  let queued = 0;
  for (const mapRunArn of mapRunArns) {
    const cursor = `parent of ${mapRunArn}`;
    const askedAt = await readCursor(sql, cursor);
    if (typeof askedAt === 'number' && now.getTime() - askedAt < DAY) continue;
    const parent = await tolerate(book, sql, mapRunArn, async () => {
      try {
        const { executionArn } = await describeMapRun(clients, mapRunArn, signal);
        if (executionArn === undefined || (await findExecutionIds(sql, [executionArn])).size > 0) return null;
        return await describeExecution(clients, executionArn, signal);
      } catch (error) {
        if (error instanceof AwsError && /DoesNotExist|ResourceNotFound/.test(error.code)) return null;
        throw error;
      }
    });
    if (parent === undefined) continue;
    await book.clear(sql, `DescribeMapRun ${mapRunArn}`, `DescribeExecution ${mapRunArn}`);
    await saveCursor(sql, cursor, now.getTime());
    if (parent !== null) queued += (await askForListed(context, [parent], now)).wanted.length;
  }
  return queued;
}
