import type { FindingSeverity } from './findings.ts';
import { type Page, pageOf, pageSize, readPageCursor } from './page.ts';
import type { Sql } from './sql.ts';
import { storedJsonOrNull, storedText } from './stored-text.ts';

export interface ActivityRow {
  readonly activityArn: string;
  readonly name: string;
  readonly creationDate: Date | null;
  readonly encryptionConfiguration: unknown;
  readonly firstSeenAt: Date;
  /** When AWS no longer listed it. */
  readonly goneAt: Date | null;
}

/** Keeps an activity; what is left out keeps what is known. */
export async function saveActivity(
  sql: Sql,
  given: Pick<ActivityRow, 'activityArn' | 'name'> & {
    readonly [Key in 'creationDate' | 'encryptionConfiguration']?: ActivityRow[Key] | undefined;
  },
): Promise<void> {
  await sql`
    insert into activities as kept (activity_arn, name, creation_date, encryption_configuration)
    values (${given.activityArn}, ${storedText(given.name)}, ${given.creationDate ?? null},
      ${storedJsonOrNull(given.encryptionConfiguration)}::text::jsonb)
    on conflict (activity_arn) do update set
      creation_date = coalesce(excluded.creation_date, kept.creation_date),
      encryption_configuration = coalesce(excluded.encryption_configuration, kept.encryption_configuration),
      gone_at = null`;
}

/** Of these activities, those that are known. */
export async function findActivities(sql: Sql, arns: readonly string[]): Promise<readonly ActivityRow[]> {
  return sql<ActivityRow[]>`select * from activities where activity_arn = any(${[...arns]}::text[])`;
}

/** Marks as gone the activities of an account's Region that are not among these. */
export async function markActivitiesGone(
  sql: Sql,
  presentArns: readonly string[],
  place: { readonly accountId: string; readonly region: string },
  now: Date,
): Promise<void> {
  await sql`
    update activities set gone_at = ${now}
    where gone_at is null and split_part(activity_arn, ':', 5) = ${place.accountId}
      and split_part(activity_arn, ':', 4) = ${place.region} and activity_arn <> all(${[...presentArns]}::text[])`;
}

/** A state that offers its work to the workers of an activity. */
export interface ActivityUse {
  readonly activityArn: string;
  readonly stateMachineArn: string;
  readonly state: string;
  /** JSON pointer to the state. */
  readonly pointer: string;
}

/** Puts these in place of what a state machine's definition said before of the activities that it uses. */
export async function replaceActivityUses(
  sql: Sql,
  stateMachineArn: string,
  uses: readonly Omit<ActivityUse, 'stateMachineArn'>[],
): Promise<void> {
  await sql`delete from activity_uses where state_machine_arn = ${stateMachineArn}`;
  if (uses.length === 0) return;
  await sql`
    insert into activity_uses (activity_arn, state_machine_arn, pointer, state)
    select u.arn, ${stateMachineArn}, u.pointer, u.state from unnest(
      ${uses.map((use) => storedText(use.activityArn))}::text[], ${uses.map((use) => storedText(use.pointer))}::text[],
      ${uses.map((use) => storedText(use.state))}::text[]) as u (arn, pointer, state)`;
}

const FINDINGS_NAMED = 5;

/** A finding that names an activity. */
export interface NamingFinding {
  readonly findingId: string;
  readonly ruleId: string;
  readonly severity: FindingSeverity;
  readonly stateMachineArn: string;
  /** Null where it is about the definition. */
  readonly executionArn: string | null;
}

/** An activity with the states that use it, and the open findings that name it. */
export type ActivityListRow = ActivityRow & {
  readonly uses: readonly Omit<ActivityUse, 'activityArn'>[];
  readonly findings: number;
  /** The gravest five of them. */
  readonly gravest: readonly NamingFinding[];
};

/** Activities by their ARN. */
export async function listActivities(
  sql: Sql,
  filter: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<ActivityListRow>> {
  const [arn = ''] = readPageCursor(filter.cursor, ['text']) ?? [];
  const rows = await sql<ActivityRow[]>`
    select * from activities where activity_arn > ${arn} order by activity_arn limit ${pageSize(filter.limit) + 1}`;
  const arns = rows.map((row) => row.activityArn);
  const uses = await sql<ActivityUse[]>`
    select * from activity_uses where activity_arn = any(${arns}::text[]) order by state_machine_arn, pointer`;
  const found = await sql<(NamingFinding & { activityArn: string; findings: number })[]>`
    select activity_arn, finding_id, rule_id, severity, state_machine_arn, execution_arn, findings from (
      select data ->> 'resource' as activity_arn, finding_id, rule_id, severity, state_machine_arn,
             execution_arn,
             count(*) over (partition by data ->> 'resource')::float8 as findings,
             row_number() over (partition by data ->> 'resource' order by severity_rank, opened_at, finding_id) as place
      from findings where resolved_at is null and data ->> 'resource' = any(${arns}::text[])) f
    where place <= ${FINDINGS_NAMED} order by activity_arn, place`;
  const described = rows.map((row) => ({
    ...row,
    uses: uses.flatMap(({ activityArn, ...use }) => (activityArn === row.activityArn ? [use] : [])),
    findings: found.find((one) => one.activityArn === row.activityArn)?.findings ?? 0,
    gravest: found.flatMap(({ activityArn, findings, ...finding }) =>
      activityArn === row.activityArn ? [finding] : [],
    ),
  }));
  return pageOf(described, filter.limit, (row) => [row.activityArn]);
}
