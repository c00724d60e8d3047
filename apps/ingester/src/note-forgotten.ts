import { readExecution, rememberExecutionId, type Sql, saveExecution } from '@steptrail/store';
import { rowOf } from './archive-execution.ts';
import type { Judging } from './conclude.ts';
import { present } from './context.ts';
import type { ListedFacts } from './listed.ts';
import { FORGOTTEN, rejudge } from './rejudge.ts';

/**
 * Says of an execution that AWS has no history of it any more. What was archived stays, but of the present it says
 * nothing more. Pass a transaction.
 */
export async function noteForgotten(sql: Sql, context: Judging, listed: ListedFacts): Promise<void> {
  const known = await readExecution(sql, listed.executionArn);
  const executionId =
    known?.executionId ?? (await rememberExecutionId(sql, listed.executionArn, listed.startDate));
  if (known?.problem === FORGOTTEN) return;
  const { stopDate } = listed;
  const problem = FORGOTTEN;
  await saveExecution(sql, {
    ...rowOf(listed, executionId),
    stopDate,
    lastEventId: known?.lastEventId,
    problem,
    forgottenAt: present(context),
  });
  if (known !== undefined) await rejudge(sql, context, listed.executionArn);
}
