import { type Page, pageOf, pageSize, readPageCursor } from './page.ts';
import type { Sql } from './sql.ts';
import { storedJson, storedJsonOrNull, storedText } from './stored-text.ts';

export interface StateMachineRow {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly status: string | null;
  readonly accountId: string;
  readonly region: string;
  readonly creationDate: Date | null;
  readonly revisionId: string | null;
  readonly definitionSha256: string | null;
  readonly roleArn: string | null;
  readonly loggingConfiguration: unknown;
  readonly tracingConfiguration: unknown;
  readonly encryptionConfiguration: unknown;
  /** As ListTagsForResource gives them: an array of `{ key, value }`. */
  readonly tags: unknown;
  /** Days for which AWS keeps closed executions, as its account's configuration says; null: not known. */
  readonly retentionDays: number | null;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  /** When AWS no longer listed it. */
  readonly goneAt: Date | null;
}

type Required = 'stateMachineArn' | 'name' | 'type' | 'accountId' | 'region';

/** A state machine to save: what is left out keeps what is known. */
export type NewStateMachine = Pick<StateMachineRow, Required> & {
  readonly [Key in Exclude<keyof StateMachineRow, Required | 'firstSeenAt' | 'lastSeenAt' | 'goneAt'>]?:
    | StateMachineRow[Key]
    | undefined;
};

/** Inserts or updates a state machine that AWS lists; it is no longer gone. */
export async function saveStateMachine(
  sql: Sql,
  given: NewStateMachine,
  now: Date = new Date(),
): Promise<void> {
  await sql`
    insert into state_machines as kept (
      state_machine_arn, name, type, status, account_id, region, creation_date, revision_id, definition_sha256,
      role_arn, logging_configuration, tracing_configuration, encryption_configuration, tags, retention_days,
      first_seen_at, last_seen_at)
    values (
      ${given.stateMachineArn}, ${storedText(given.name)}, ${given.type}, ${given.status ?? null}, ${given.accountId},
      ${given.region}, ${given.creationDate ?? null}, ${given.revisionId ?? null}, ${given.definitionSha256 ?? null},
      ${given.roleArn ?? null}, ${storedJsonOrNull(given.loggingConfiguration)}::text::jsonb,
      ${storedJsonOrNull(given.tracingConfiguration)}::text::jsonb,
      ${storedJsonOrNull(given.encryptionConfiguration)}::text::jsonb, ${storedJson(given.tags ?? [])}::text::jsonb,
      ${given.retentionDays ?? null}, ${now}, ${now})
    on conflict (state_machine_arn) do update set
      name = excluded.name, type = excluded.type, status = coalesce(excluded.status, kept.status),
      creation_date = coalesce(excluded.creation_date, kept.creation_date),
      revision_id = case when excluded.definition_sha256 is null then kept.revision_id else excluded.revision_id end,
      definition_sha256 = coalesce(excluded.definition_sha256, kept.definition_sha256),
      role_arn = coalesce(excluded.role_arn, kept.role_arn),
      logging_configuration = coalesce(excluded.logging_configuration, kept.logging_configuration),
      tracing_configuration = coalesce(excluded.tracing_configuration, kept.tracing_configuration),
      encryption_configuration = coalesce(excluded.encryption_configuration, kept.encryption_configuration),
      tags = case when ${given.tags === undefined}::boolean then kept.tags else excluded.tags end,
      retention_days = coalesce(excluded.retention_days, kept.retention_days),
      last_seen_at = greatest(excluded.last_seen_at, kept.last_seen_at), gone_at = null`;
}

/** Marks as gone what an account's region has listed before and lists no more. Gives their ARNs. */
export async function markGone(
  sql: Sql,
  presentArns: readonly string[],
  place: { readonly accountId: string; readonly region: string },
  now: Date = new Date(),
): Promise<readonly string[]> {
  const rows = await sql<{ stateMachineArn: string }[]>`
    update state_machines set gone_at = ${now}
    where account_id = ${place.accountId} and region = ${place.region} and gone_at is null
      and state_machine_arn <> all(${[...presentArns]}::text[])
    returning state_machine_arn`;
  return rows.map((row) => row.stateMachineArn);
}

/** One state machine, undefined where it is not known. */
export async function readStateMachine(
  sql: Sql,
  stateMachineArn: string,
): Promise<StateMachineRow | undefined> {
  const [row] = await sql<StateMachineRow[]>`
    select * from state_machines where state_machine_arn = ${stateMachineArn}`;
  return row;
}

/** A state machine with its counts; a status or severity without any is absent. */
export type StateMachineListRow = StateMachineRow & {
  readonly executions: Readonly<Record<string, number>>;
  readonly openFindings: Readonly<Record<string, number>>;
};

/**
 * State machines by name, with archived executions by status and open findings by severity; `search` is any part of
 * the name, in any case.
 * @throws StoreError ('cursor') when the cursor is none of this list's
 */
export async function listStateMachines(
  sql: Sql,
  filter: {
    readonly search?: string | undefined;
    readonly cursor?: string | undefined;
    readonly limit: number;
  },
): Promise<Page<StateMachineListRow>> {
  const [name, arn] = readPageCursor(filter.cursor, ['text', 'text']) ?? [];
  const search = storedText(filter.search ?? '').replace(/[\\%_]/g, '\\$&');
  const found = await sql<Omit<StateMachineListRow, 'executions'>[]>`
    select m.*,
      (select coalesce(jsonb_object_agg(c.severity, c.count), '{}') from (
         select severity, count(*) as count from findings f
         where f.state_machine_arn = m.state_machine_arn and f.resolved_at is null group by severity) c) as open_findings
    from (
      select * from state_machines
      where true
        ${name === undefined || arn === undefined ? sql`` : sql`and (name, state_machine_arn) > (${name}, ${arn})`}
        ${search === '' ? sql`` : sql`and name ilike ${`%${search}%`}`}
      order by name, state_machine_arn limit ${pageSize(filter.limit) + 1}) m
    order by m.name, m.state_machine_arn`;
  const page = pageOf(found, filter.limit, (row) => [row.name, row.stateMachineArn]);
  const counted = await sql<{ stateMachineArn: string; status: string; count: number }[]>`
    select state_machine_arn, status, count(*)::float8 as count from executions
    where state_machine_arn = any(${page.rows.map((row) => row.stateMachineArn)}::text[]) group by 1, 2`;
  const executions = new Map<string, Record<string, number>>();
  for (const { stateMachineArn, status, count } of counted) {
    executions.set(stateMachineArn, { ...executions.get(stateMachineArn), [status]: count });
  }
  return {
    ...page,
    rows: page.rows.map((row) => ({ ...row, executions: executions.get(row.stateMachineArn) ?? {} })),
  };
}
