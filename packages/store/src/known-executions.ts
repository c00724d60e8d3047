import { findExecutionIds } from './execution-ids.ts';
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
  const ids = await findExecutionIds(sql, executionArns);
  if (ids.size === 0) return new Map();
  const rows = await sql<KnownExecution[]>`
    select execution_arn, status, redrive_count, complete, start_date, name, archived_at
    from executions where execution_id = any(${[...ids.values()]}::uuid[])`;
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
  const ids = await findExecutionIds(sql, executionArns);
  if (ids.size === 0) return new Set();
  const rows = await sql<{ executionId: string }[]>`
    select execution_id from executions where execution_id = any(${[...ids.values()]}::uuid[])`;
  const there = new Set(rows.map((row) => row.executionId));
  return new Set([...ids].flatMap(([arn, id]) => (there.has(id) ? [] : [arn])));
}
