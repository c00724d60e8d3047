import type { Sql } from './sql.ts';

/** How often AWS was asked for a running execution, by whichever process, and when last. */
export interface ExecutionLook {
  readonly looks: number;
  readonly lookedAt: Date;
}

/** The looks at these executions, by ARN; none where it was never looked at while it ran. */
export async function readLooks(
  sql: Sql,
  executionArns: readonly string[],
): Promise<ReadonlyMap<string, ExecutionLook>> {
  const rows = await sql<(ExecutionLook & { readonly executionArn: string })[]>`
    select execution_arn, looks, looked_at from execution_looks
    where execution_arn = any(${[...executionArns]}::text[])`;
  return new Map(rows.map((row) => [row.executionArn, row]));
}

/** Counts a look at a running execution. Pass the transaction that archived what it brought. */
export async function noteLook(sql: Sql, executionArn: string, lookedAt: Date): Promise<void> {
  await sql`
    insert into execution_looks as kept (execution_arn, looks, looked_at) values (${executionArn}, 1, ${lookedAt})
    on conflict (execution_arn) do update set looks = kept.looks + 1, looked_at = excluded.looked_at`;
}

/** The execution runs no more. */
export async function forgetLooks(sql: Sql, executionArn: string): Promise<void> {
  await sql`delete from execution_looks where execution_arn = ${executionArn}`;
}
