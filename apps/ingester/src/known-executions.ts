import type { Sql } from '@steptrail/store';

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

/** The starts of executions that wait to be fetched, one a month: their partitions must exist. */
export async function listWaitingMonths(sql: Sql): Promise<readonly Date[]> {
  const rows = await sql<{ month: Date }[]>`
    select distinct date_trunc('month', (listed ->> 'startDate')::timestamptz, 'UTC') as month from ingest_tasks`;
  return rows.flatMap((row) => (row.month === null ? [] : [row.month]));
}

/** The execution of a state machine that waits to be fetched and started last before an instant. */
export async function findLatestWaiting(
  sql: Sql,
  stateMachineArn: string,
  before: Date,
): Promise<{ readonly executionArn: string; readonly startDate: Date } | undefined> {
  const [row] = await sql<{ executionArn: string; startDate: Date }[]>`
    select execution_arn, (listed ->> 'startDate')::timestamptz as start_date from ingest_tasks
    where state_machine_arn = ${stateMachineArn} and (listed ->> 'startDate')::timestamptz < ${before}
      and listed ->> 'stateMachineVersionArn' is null
    order by (listed ->> 'startDate')::timestamptz desc limit 1`;
  return row;
}

/** Revisions of a state machine with the time in which executions are known to have run with each. */
export async function listRevisionSpans(
  sql: Sql,
  stateMachineArn: string,
): Promise<
  readonly {
    readonly revisionId: string;
    readonly definitionSha256: string;
    readonly updateDate: Date | null;
    readonly firstSeenAt: Date;
    readonly lastStart: Date | null;
  }[]
> {
  return sql`
    select r.revision_id, r.definition_sha256, r.update_date, r.first_seen_at,
           (select max(e.start_date) from executions e
            where e.state_machine_arn = r.state_machine_arn and e.revision_id = r.revision_id) as last_start
    from state_machine_revisions r where r.state_machine_arn = ${stateMachineArn}
    order by coalesce(r.update_date, r.first_seen_at)`;
}

/** Archived executions that were never replayed, in the order of their ids, after the given one. */
export async function listNeverReplayed(
  sql: Sql,
  after: string | undefined,
  limit: number,
): Promise<readonly { readonly executionId: string; readonly executionArn: string }[]> {
  return sql`
    select e.execution_id, e.execution_arn from executions e
    where e.execution_id > ${after ?? '00000000-0000-0000-0000-000000000000'}::uuid
      and not exists (select from replays r where r.execution_id = e.execution_id)
    order by e.execution_id limit ${limit}`;
}
