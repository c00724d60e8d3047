import type { Sql } from './sql.ts';

/** What the archive has of an execution, as far as it decides whether to look again. */
export interface KnownExecution {
  readonly executionArn: string;
  readonly status: string;
  readonly redriveCount: number;
  readonly complete: boolean;
  readonly startDate: Date;
  readonly name: string;
  /** When something new of it was archived last. */
  readonly archivedAt: Date;
}

/** What the archive has of these executions, by ARN. */
export async function findKnown(
  sql: Sql,
  executionArns: readonly string[],
): Promise<ReadonlyMap<string, KnownExecution>> {
  const rows = await sql<KnownExecution[]>`
    select e.execution_arn, e.status, e.redrive_count, e.complete, e.start_date, e.name, e.archived_at
    from execution_ids i join executions e on e.execution_id = i.execution_id
    where i.execution_arn = any(${[...executionArns]}::text[])`;
  return new Map(rows.map((row) => [row.executionArn, row]));
}

/** Executions of a state machine that the archive takes for running. */
export async function listOpen(sql: Sql, stateMachineArn: string): Promise<readonly KnownExecution[]> {
  return sql<KnownExecution[]>`
    select execution_arn, status, redrive_count, complete, start_date, name, archived_at
    from executions
    where state_machine_arn = ${stateMachineArn} and status in ('RUNNING', 'PENDING_REDRIVE')
      and source = 'history'`;
}

/** Which of these were archived once and then removed by retention: they are not fetched again. */
export async function findRemoved(sql: Sql, executionArns: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await sql<{ executionArn: string }[]>`
    select i.execution_arn from execution_ids i
    where i.execution_arn = any(${[...executionArns]}::text[])
      and not exists (select from executions e where e.execution_id = i.execution_id)`;
  return new Set(rows.map((row) => row.executionArn));
}
