import { executionIdFloor, NOBODY } from './execution-ids.ts';
import { holdPartitions } from './partitions.ts';
import type { Client, Sql } from './sql.ts';
import { storedText } from './stored-text.ts';

const DAY = 86_400_000;

/** How long the executions of a scope are kept after their end. */
export interface RetentionPolicy {
  /** `*`, a state machine's ARN, or `tag:KEY=VALUE`. */
  readonly scope: string;
  readonly keepDays: number;
  readonly setAt: Date;
}

/** Sets how long a scope's executions are kept. */
export async function setRetention(sql: Sql, scope: string, keepDays: number): Promise<void> {
  await sql`
    insert into retention_policies (scope, keep_days) values (${storedText(scope)}, ${keepDays})
    on conflict (scope) do update set keep_days = excluded.keep_days, set_at = now()`;
}

/** Takes a policy back; tells whether there was one. */
export async function removeRetention(sql: Sql, scope: string): Promise<boolean> {
  const { count } = await sql`delete from retention_policies where scope = ${storedText(scope)}`;
  return count > 0;
}

/** All policies, by scope. */
export async function listRetention(sql: Sql): Promise<readonly RetentionPolicy[]> {
  return sql<RetentionPolicy[]>`select scope, keep_days, set_at from retention_policies order by scope`;
}

/** What retention must not remove. */
export interface LegalHold {
  /** An execution's or a state machine's ARN. */
  readonly subject: string;
  readonly reason: string;
  readonly placedAt: Date;
}

/** Holds an execution, or all of a state machine's. A second hold of a subject replaces the reason. */
export async function placeHold(sql: Sql, subject: string, reason: string): Promise<void> {
  await sql`
    insert into legal_holds (subject, reason) values (${storedText(subject)}, ${storedText(reason)})
    on conflict (subject) do update set reason = excluded.reason`;
}

/** Releases a hold; tells whether there was one. */
export async function releaseHold(sql: Sql, subject: string): Promise<boolean> {
  const { count } = await sql`delete from legal_holds where subject = ${storedText(subject)}`;
  return count > 0;
}

/** All holds, by subject. */
export async function listHolds(sql: Sql): Promise<readonly LegalHold[]> {
  return sql<LegalHold[]>`select subject, reason, placed_at from legal_holds order by subject`;
}

/** The policy that counts for a state machine: its own, else the longest of its tags', else the general one. */
export interface AppliedPolicy {
  readonly stateMachineArn: string;
  readonly scope: string;
  readonly keepDays: number;
}

/** The state machines that have executions, found by steps through an index: also those that only an import knows. */
async function listArchivedStateMachines(sql: Sql): Promise<readonly string[]> {
  const arns: string[] = [];
  for (;;) {
    const [row] = await sql<{ stateMachineArn: string }[]>`
      select state_machine_arn from executions where state_machine_arn > ${arns.at(-1) ?? ''}
      order by state_machine_arn limit 1`;
    if (row === undefined) return arns;
    arns.push(row.stateMachineArn);
  }
}

/** The state machines that have executions and a policy. */
export async function listAppliedPolicies(sql: Sql): Promise<readonly AppliedPolicy[]> {
  const [any] = await sql`select from retention_policies limit 1`;
  if (any === undefined) return [];
  const archived = await listArchivedStateMachines(sql);
  return sql<AppliedPolicy[]>`
    select a.state_machine_arn, p.scope, p.keep_days
    from unnest(${archived}::text[]) as a (state_machine_arn)
    left join state_machines m on m.state_machine_arn = a.state_machine_arn
    cross join lateral (
      select r.scope, r.keep_days from retention_policies r
      where r.scope in ('*', a.state_machine_arn)
         or r.scope in (select 'tag:' || (t ->> 'key') || '=' || (t ->> 'value')
                        from jsonb_array_elements(coalesce(m.tags, '[]')) t)
      order by r.scope = '*', r.scope like 'tag:%', r.keep_days desc limit 1) p`;
}

export interface ExpiredExecution {
  readonly executionId: string;
  readonly executionArn: string;
}

/**
 * Removes executions of a state machine that ended more than `keepDays` before `now` and that nothing holds, oldest
 * first, with all that hangs on them, and gives them. An Express run whose end never came counts from its start. That
 * they were here stays known: they are not fetched again. Pass a transaction.
 */
export async function removeExpired(
  sql: Sql,
  policy: AppliedPolicy,
  now: Date,
  limit: number,
): Promise<readonly ExpiredExecution[]> {
  const before = new Date(now.getTime() - policy.keepDays * DAY);
  const holds = (await sql<{ subject: string }[]>`select subject from legal_holds`).map((row) => row.subject);
  if (holds.includes(policy.stateMachineArn)) return [];
  const expired = sql`
    coalesce(stop_date, start_date) < ${before} and (type = 'EXPRESS' or status not in ('RUNNING', 'PENDING_REDRIVE'))`;
  const found = await sql<{ executionId: string }[]>`
    select execution_id from executions
    where state_machine_arn = ${policy.stateMachineArn} and execution_id < ${executionIdFloor(before)}
      and ${expired} and execution_arn <> all(${holds}::text[])
    order by execution_id limit ${limit}`;
  if (found.length === 0) return [];
  // The condition once more, for one may have been redriven meanwhile; SELECT FOR UPDATE is refused by a cluster.
  const ids = [...found.map((one) => one.executionId), ...NOBODY];
  const removed = await sql<ExpiredExecution[]>`
    delete from executions where execution_id = any(${ids}::uuid[]) and ${expired}
    returning execution_id, execution_arn`;
  const arns = removed.map((one) => one.executionArn);
  await sql`delete from findings where execution_arn = any(${arns}::text[])`;
  await sql`delete from ingest_tasks where execution_arn = any(${arns}::text[])`;
  await sql`delete from import_conflicts where execution_arn = any(${arns}::text[])`;
  return removed.toSorted((a, b) => (a.executionId < b.executionId ? -1 : 1));
}

/** Drops the partitions of months that ended before `before` and hold nothing any more; gives them as YYYY_MM. */
export async function dropEmptyMonths(client: Client, before: Date): Promise<readonly string[]> {
  const oldest = before.toISOString().slice(0, 7).replace('-', '_');
  const months = await client<{ month: string }[]>`
    select right(c.relname, 7) as month from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'executions'::regclass and right(c.relname, 7) < ${oldest} order by 1`;
  const dropped: string[] = [];
  for (const { month } of months) {
    const done = await client.begin(async (sql) => {
      await holdPartitions(sql);
      const [row] = await sql<{ dropped: boolean }[]>`select drop_empty_month(${month}) as dropped`;
      return row?.dropped === true;
    });
    if (done) dropped.push(month);
  }
  return dropped;
}
