import type { Sql } from './sql.ts';

export interface NewRevision {
  readonly stateMachineArn: string;
  /** '' is the first revision, which AWS leaves without an id. */
  readonly revisionId: string;
  readonly definitionSha256: string;
  readonly roleArn?: string | null | undefined;
  readonly updateDate?: Date | null | undefined;
}

/** Keeps a revision; its state machine and its definition must be known. */
export async function saveRevision(sql: Sql, given: NewRevision): Promise<void> {
  await sql`
    insert into state_machine_revisions as kept
      (state_machine_arn, revision_id, definition_sha256, role_arn, update_date)
    values (${given.stateMachineArn}, ${given.revisionId}, ${given.definitionSha256}, ${given.roleArn ?? null},
            ${given.updateDate ?? null})
    on conflict (state_machine_arn, revision_id) do update set
      definition_sha256 = excluded.definition_sha256, role_arn = coalesce(excluded.role_arn, kept.role_arn),
      update_date = coalesce(excluded.update_date, kept.update_date)`;
}

/** A revision of a state machine, with the executions that are archived of it. */
export interface RevisionRow {
  /** '' is the first revision, which AWS leaves without an id. */
  readonly revisionId: string;
  readonly definitionSha256: string;
  readonly roleArn: string | null;
  /** When AWS says it was made. */
  readonly updateDate: Date | null;
  readonly firstSeenAt: Date;
  readonly executions: number;
}

/** The known revisions of a state machine, the newest first. */
export async function listRevisions(sql: Sql, stateMachineArn: string): Promise<readonly RevisionRow[]> {
  const revisions = await sql<Omit<RevisionRow, 'executions'>[]>`
    select revision_id, definition_sha256, role_arn, update_date, first_seen_at
    from state_machine_revisions where state_machine_arn = ${stateMachineArn}
    order by coalesce(update_date, first_seen_at) desc, revision_id desc`;
  const ran = await sql<{ revisionId: string; executions: number }[]>`
    select revision_id, count(*)::float8 as executions from executions
    where state_machine_arn = ${stateMachineArn} and revision_id is not null group by revision_id`;
  const counts = new Map(ran.map((row) => [row.revisionId, row.executions]));
  return revisions.map((row) => ({ ...row, executions: counts.get(row.revisionId) ?? 0 }));
}

export type RevisionSpan = Pick<
  RevisionRow,
  'revisionId' | 'definitionSha256' | 'updateDate' | 'firstSeenAt'
> & {
  readonly lastStart: Date | null;
};

/**
 * Revisions of a state machine with the time in which executions are known, by AWS, to have run with each. Child executions of
 * Map Runs run with their parent's, however late they start.
 */
export async function listRevisionSpans(sql: Sql, stateMachineArn: string): Promise<readonly RevisionSpan[]> {
  const revisions = await sql<Omit<RevisionSpan, 'lastStart'>[]>`
    select revision_id, definition_sha256, update_date, first_seen_at
    from state_machine_revisions where state_machine_arn = ${stateMachineArn}
    order by coalesce(update_date, first_seen_at)`;
  const ran = await sql<{ revisionId: string; lastStart: Date }[]>`
    select revision_id, max(start_date) as last_start from executions
    where state_machine_arn = ${stateMachineArn} and revision_id is not null and map_run_arn is null
      and definition_assumed is null
    group by revision_id`;
  const lastStarts = new Map(ran.map((row) => [row.revisionId, row.lastStart]));
  return revisions.map((row) => ({ ...row, lastStart: lastStarts.get(row.revisionId) ?? null }));
}
