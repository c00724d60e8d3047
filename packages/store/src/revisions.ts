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
  return sql<RevisionRow[]>`
    with ran as (
      select revision_id, count(*)::float8 as executions from executions
      where state_machine_arn = ${stateMachineArn} and revision_id is not null group by revision_id)
    select r.revision_id, r.definition_sha256, r.role_arn, r.update_date, r.first_seen_at,
           coalesce(ran.executions, 0) as executions
    from state_machine_revisions r left join ran using (revision_id)
    where r.state_machine_arn = ${stateMachineArn}
    order by coalesce(r.update_date, r.first_seen_at) desc, r.revision_id desc`;
}

export type RevisionSpan = Pick<
  RevisionRow,
  'revisionId' | 'definitionSha256' | 'updateDate' | 'firstSeenAt'
> & {
  readonly lastStart: Date | null;
};

/** Revisions of a state machine with the time in which executions are known to have run with each. */
export async function listRevisionSpans(sql: Sql, stateMachineArn: string): Promise<readonly RevisionSpan[]> {
  return sql<RevisionSpan[]>`
    select r.revision_id, r.definition_sha256, r.update_date, r.first_seen_at,
           (select max(e.start_date) from executions e
            where e.state_machine_arn = r.state_machine_arn and e.revision_id = r.revision_id) as last_start
    from state_machine_revisions r where r.state_machine_arn = ${stateMachineArn}
    order by coalesce(r.update_date, r.first_seen_at)`;
}
