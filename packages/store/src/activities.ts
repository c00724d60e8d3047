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

/** Activities by their ARN. */
export async function listActivities(
  sql: Sql,
  filter: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<ActivityRow>> {
  const [arn = ''] = readPageCursor(filter.cursor, ['text']) ?? [];
  const rows = await sql<ActivityRow[]>`
    select * from activities where activity_arn > ${arn} order by activity_arn limit ${pageSize(filter.limit) + 1}`;
  return pageOf(rows, filter.limit, (row) => [row.activityArn]);
}
