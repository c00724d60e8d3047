import type { Sql } from './sql.ts';
import { storedJson, storedText, storedTextOrNull } from './stored-text.ts';

/** A published version of a state machine. */
export interface VersionRow {
  readonly stateMachineVersionArn: string;
  readonly stateMachineArn: string;
  readonly version: number | null;
  readonly creationDate: Date | null;
  readonly description: string | null;
  /** '' is the first revision; null: the version could not be described. */
  readonly revisionId: string | null;
  readonly definitionSha256: string | null;
  readonly firstSeenAt: Date;
  /** When AWS no longer listed it. */
  readonly goneAt: Date | null;
}

/** Keeps a version; what is left out keeps what is known. */
export async function saveVersion(
  sql: Sql,
  given: Pick<VersionRow, 'stateMachineVersionArn' | 'stateMachineArn'> & {
    readonly [Key in 'creationDate' | 'description' | 'revisionId' | 'definitionSha256']?:
      | VersionRow[Key]
      | undefined;
  },
): Promise<void> {
  const version = Number(given.stateMachineVersionArn.split(':')[7]);
  await sql`
    insert into state_machine_versions as kept (state_machine_version_arn, state_machine_arn, version, creation_date,
      description, revision_id, definition_sha256)
    values (${given.stateMachineVersionArn}, ${given.stateMachineArn}, ${Number.isSafeInteger(version) ? version : null},
      ${given.creationDate ?? null}, ${storedTextOrNull(given.description)}, ${given.revisionId ?? null},
      ${given.definitionSha256 ?? null})
    on conflict (state_machine_version_arn) do update set
      creation_date = coalesce(excluded.creation_date, kept.creation_date),
      description = coalesce(excluded.description, kept.description),
      revision_id = coalesce(excluded.revision_id, kept.revision_id),
      definition_sha256 = coalesce(excluded.definition_sha256, kept.definition_sha256), gone_at = null`;
}

/** The known versions of a state machine, the newest first. */
export async function listVersions(sql: Sql, stateMachineArn: string): Promise<readonly VersionRow[]> {
  return sql<VersionRow[]>`
    select * from state_machine_versions where state_machine_arn = ${stateMachineArn}
    order by version desc nulls last, state_machine_version_arn`;
}

/** Marks as gone the versions of a state machine that are not among these. */
export async function markVersionsGone(
  sql: Sql,
  stateMachineArn: string,
  presentArns: readonly string[],
  now: Date,
): Promise<void> {
  await sql`
    update state_machine_versions set gone_at = ${now}
    where state_machine_arn = ${stateMachineArn} and gone_at is null
      and state_machine_version_arn <> all(${[...presentArns]}::text[])`;
}

/** An alias of a state machine, as it was described last. */
export interface AliasRow {
  readonly stateMachineAliasArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly description: string | null;
  /** `{ stateMachineVersionArn, weight }` each. */
  readonly routingConfiguration: unknown;
  readonly creationDate: Date | null;
  readonly updateDate: Date | null;
  readonly firstSeenAt: Date;
  /** When AWS no longer listed it. */
  readonly goneAt: Date | null;
}

/** Keeps an alias as it is now; what is left out keeps what is known. */
export async function saveAlias(
  sql: Sql,
  given: Pick<AliasRow, 'stateMachineAliasArn' | 'stateMachineArn' | 'name'> & {
    readonly [Key in 'description' | 'routingConfiguration' | 'creationDate' | 'updateDate']?:
      | AliasRow[Key]
      | undefined;
  },
): Promise<void> {
  await sql`
    insert into state_machine_aliases as kept (state_machine_alias_arn, state_machine_arn, name, description,
      routing_configuration, creation_date, update_date)
    values (${given.stateMachineAliasArn}, ${given.stateMachineArn}, ${storedText(given.name)},
      ${storedTextOrNull(given.description)}, ${storedJson(given.routingConfiguration ?? [])}::text::jsonb,
      ${given.creationDate ?? null}, ${given.updateDate ?? null})
    on conflict (state_machine_alias_arn) do update set
      description = coalesce(excluded.description, kept.description),
      routing_configuration = case when ${given.routingConfiguration === undefined}::boolean
                                   then kept.routing_configuration else excluded.routing_configuration end,
      creation_date = coalesce(excluded.creation_date, kept.creation_date),
      update_date = coalesce(excluded.update_date, kept.update_date), gone_at = null`;
}

/** The known aliases of a state machine, by name. */
export async function listAliases(sql: Sql, stateMachineArn: string): Promise<readonly AliasRow[]> {
  return sql<AliasRow[]>`
    select * from state_machine_aliases where state_machine_arn = ${stateMachineArn}
    order by name, state_machine_alias_arn`;
}

/** Marks as gone the aliases of a state machine that are not among these. */
export async function markAliasesGone(
  sql: Sql,
  stateMachineArn: string,
  presentArns: readonly string[],
  now: Date,
): Promise<void> {
  await sql`
    update state_machine_aliases set gone_at = ${now}
    where state_machine_arn = ${stateMachineArn} and gone_at is null
      and state_machine_alias_arn <> all(${[...presentArns]}::text[])`;
}
