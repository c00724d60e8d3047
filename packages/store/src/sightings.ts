import type { Sql } from './sql.ts';

/** What a state machine was, from one description to another that found it the same. */
export interface SightingRow {
  readonly stateMachineArn: string;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  /** '' is the first revision, which AWS leaves without an id. */
  readonly revisionId: string;
  readonly definitionSha256: string;
  readonly logLevel: string;
  /** Null at level OFF. */
  readonly logGroupName: string | null;
}

/** Notes what a state machine was found to be at `at`. Found the same as the last time, it has been that in between. */
export async function noteSighting(
  sql: Sql,
  seen: Omit<SightingRow, 'firstSeenAt' | 'lastSeenAt'>,
  at: Date,
): Promise<void> {
  const { stateMachineArn, revisionId, definitionSha256, logLevel, logGroupName } = seen;
  const same = await sql`
    update state_machine_sightings set last_seen_at = greatest(last_seen_at, ${at})
    where state_machine_arn = ${stateMachineArn} and revision_id = ${revisionId}
      and definition_sha256 = ${definitionSha256} and log_level = ${logLevel}
      and log_group_name is not distinct from ${logGroupName}
      and first_seen_at = (
        select max(first_seen_at) from state_machine_sightings where state_machine_arn = ${stateMachineArn})
    returning true`;
  if (same.length > 0) return;
  await sql`
    insert into state_machine_sightings
      (state_machine_arn, first_seen_at, last_seen_at, revision_id, definition_sha256, log_level, log_group_name)
    values (${stateMachineArn}, ${at}, ${at}, ${revisionId}, ${definitionSha256}, ${logLevel}, ${logGroupName})
    on conflict (state_machine_arn, first_seen_at) do nothing`;
}

/** What a state machine was at any time that it was looked at, the oldest first. */
export async function listSightings(sql: Sql, stateMachineArn: string): Promise<readonly SightingRow[]> {
  return sql<SightingRow[]>`
    select * from state_machine_sightings where state_machine_arn = ${stateMachineArn} order by first_seen_at`;
}

/** Log groups to which state machines of an account's Region have logged since an instant. */
export async function listLogGroupsSince(
  sql: Sql,
  place: { readonly accountId: string | undefined; readonly region: string },
  since: Date,
): Promise<readonly string[]> {
  const rows = await sql<{ logGroupName: string }[]>`
    select distinct log_group_name from state_machine_sightings
    where log_group_name is not null and last_seen_at >= ${since}
      and split_part(state_machine_arn, ':', 4) = ${place.region}
      and split_part(state_machine_arn, ':', 5) =
        coalesce(${place.accountId ?? null}, split_part(state_machine_arn, ':', 5))
    order by log_group_name`;
  return rows.map((row) => row.logGroupName);
}
