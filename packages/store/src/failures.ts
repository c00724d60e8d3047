import type { Sql } from './sql.ts';
import { storedKeyOrNull, storedTextOrNull } from './stored-text.ts';

/** A failure that the history records, whether or not a retry or a catcher survived it. Times in epoch milliseconds. */
export interface NewFailure {
  readonly eventId: number;
  readonly state?: string | undefined;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
  readonly failed: number;
}

/** Puts these failures in place of all that the execution has. Pass a transaction. */
export async function replaceFailures(
  sql: Sql,
  executionId: string,
  failures: readonly NewFailure[],
): Promise<void> {
  const removal = sql`delete from failures where execution_id = ${executionId}`.execute();
  await Promise.all([removal, addFailures(sql, executionId, failures)]); // sent together
}

/** Adds these failures; those that are there stay as they are. */
export async function addFailures(
  sql: Sql,
  executionId: string,
  failures: readonly NewFailure[],
): Promise<void> {
  if (failures.length === 0) return;
  await sql`
    insert into failures (execution_id, event_id, state, error, cause, failed_at)
    select ${executionId}::uuid, f.* from unnest(
      ${failures.map((failure) => failure.eventId)}::int[],
      ${failures.map((failure) => storedKeyOrNull(failure.state))}::text[],
      ${failures.map((failure) => storedKeyOrNull(failure.error))}::text[],
      ${failures.map((failure) => storedTextOrNull(failure.cause))}::text[],
      ${failures.map((failure) => new Date(failure.failed).toISOString())}::timestamptz[]) as f
    on conflict (execution_id, event_id) do nothing`;
}

/** The most frequent errors of failures within a time; `from` is included, `to` is not. */
export async function listTopErrors(
  sql: Sql,
  within: { readonly from: Date; readonly to: Date; readonly limit?: number | undefined },
): Promise<
  readonly { readonly error: string | null; readonly failures: number; readonly executions: number }[]
> {
  return sql<{ error: string | null; failures: number; executions: number }[]>`
    select error, count(*)::float8 as failures, count(distinct execution_id)::float8 as executions
    from failures where failed_at >= ${within.from} and failed_at < ${within.to}
    group by error order by count(*) desc, error limit ${within.limit ?? 20}`;
}
