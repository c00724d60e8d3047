import type { Client, Sql } from './sql.ts';

const LOCK = 'Express children of Map Runs';

/**
 * Notes Express child executions that AWS lists of a Map Run. Gives those that are archived without it. Whoever archives
 * another of them meanwhile waits for this, or is waited for: none is missed.
 */
export async function noteListedChildren(
  sql: Client,
  mapRunArn: string,
  executionArns: readonly string[],
): Promise<readonly string[]> {
  if (executionArns.length === 0) return [];
  await sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtextextended(${LOCK}, 0))`;
    await tx`
      insert into listed_children (execution_arn, map_run_arn)
      select execution_arn, ${mapRunArn} from unnest(${[...executionArns]}::text[]) as given (execution_arn)
      on conflict (execution_arn) do nothing`;
  });
  const rows = await sql<{ executionArn: string }[]>`
    select execution_arn from executions
    where execution_arn = any(${[...executionArns]}::text[]) and map_run_arn is null order by execution_arn`;
  return rows.map((row) => row.executionArn);
}

/** The Map Run that lists an Express child execution, undefined where none does yet. Pass the transaction that archives it. */
export async function findListedMapRun(sql: Sql, executionArn: string): Promise<string | undefined> {
  await sql`select pg_advisory_xact_lock_shared(hashtextextended(${LOCK}, 0))`;
  const [row] = await sql<{ mapRunArn: string }[]>`
    select map_run_arn from listed_children where execution_arn = ${executionArn}`;
  return row?.mapRunArn;
}
