import {
  type ExecutionRow,
  listMapRunsOf,
  listRefusedDefinitions,
  readExecution,
  readMapRun,
  saveExecution,
} from '@steptrail/store';
import { judgeChildren } from './adopt-children.ts';
import type { IngestContext } from './context.ts';
import type { ListedFacts } from './listed.ts';
import { rejudge } from './rejudge.ts';
import type { Revisions } from './revisions.ts';

const BATCH = 100;

/**
 * Asks with which definition those executions ran of which AWS has refused to say it: one question, and where that is
 * answered now, the others. They are judged anew. Gives how many.
 */
export async function askAgain(context: IngestContext, revisions: Revisions): Promise<number> {
  const { sql, scope, signal } = context;
  let settled = 0;
  let before: string | undefined;
  for (;;) {
    // The newest first: it answers for all before it that ran with the same revision.
    const rows = await listRefusedDefinitions(sql, scope, before, BATCH);
    for (const row of rows) {
      signal?.throwIfAborted();
      const { revision, assumed, unanswered } = await revisions.resolve(listedOf(row));
      if (assumed === 'refused' || unanswered !== undefined) return settled;
      await sql.begin(async (tx) => {
        await tx`select pg_advisory_xact_lock(hashtextextended(${row.executionArn}, 0))`;
        const known = await readExecution(tx, row.executionArn);
        if (known === undefined) return;
        await saveExecution(tx, {
          ...known,
          revisionId: revision?.revisionId,
          definitionSha256: revision?.definition.sha256,
          definitionAssumed: assumed,
        });
        await rejudge(tx, context, row.executionArn);
      });
      await judgeChildrenOf(context, row.executionId);
      settled += 1;
    }
    before = rows.at(-1)?.executionId;
    if (before === undefined) return settled;
  }
}

/** Child executions ran with what their parent ran with. */
async function judgeChildrenOf(context: IngestContext, executionId: string): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await listMapRunsOf(context.sql, executionId, { cursor, limit: BATCH });
    for (const { mapRunArn } of page.rows) {
      const run = await readMapRun(context.sql, mapRunArn);
      if (run !== undefined) await judgeChildren(context, run);
    }
    cursor = page.next;
  } while (cursor !== undefined);
}

function listedOf(row: ExecutionRow): ListedFacts {
  return {
    ...row,
    stopDate: row.stopDate ?? undefined,
    redriveDate: row.redriveDate ?? undefined,
    mapRunArn: row.mapRunArn ?? undefined,
    stateMachineVersionArn: row.stateMachineVersionArn ?? undefined,
    stateMachineAliasArn: row.stateMachineAliasArn ?? undefined,
  };
}
