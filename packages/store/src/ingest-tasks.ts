import type { Fragment, Sql } from './sql.ts';
import { storedJson, storedText } from './stored-text.ts';

/** Work of the ingesters: one execution to fetch. */
export interface IngestTaskRow {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  /** 0 goes first. */
  readonly priority: number;
  readonly dueAt: Date;
  /** The row of ListExecutions that asked for it. */
  readonly listed: unknown;
  readonly attempts: number;
  readonly lastError: string | null;
  readonly createdAt: Date;
  /** Looks at the running execution when the task was decided on. */
  readonly looks: number;
}

export interface NewIngestTask {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly priority: number;
  readonly dueAt?: Date | undefined;
  readonly listed: unknown;
  /** Looks at the running execution so far (`readLooks`), read before it was decided to ask for it; default none. */
  readonly looks?: number | undefined;
}

/**
 * Asks for executions. One that waits already stays one task: with the more urgent priority, the earlier time unless
 * it was postponed, and the newer row.
 */
export async function enqueueTasks(sql: Sql, tasks: readonly NewIngestTask[]): Promise<void> {
  const given = [...new Map(tasks.map((task) => [task.executionArn, task])).values()].sort((a, b) =>
    a.executionArn < b.executionArn ? -1 : 1,
  );
  if (given.length === 0) return;
  const now = new Date();
  await sql`
    insert into ingest_tasks as kept (execution_arn, state_machine_arn, priority, due_at, listed, looks)
    select t.arn, t.machine, t.priority, t.due_at, t.listed::jsonb, t.looks from unnest(
      ${given.map((task) => task.executionArn)}::text[],
      ${given.map((task) => task.stateMachineArn)}::text[],
      ${given.map((task) => task.priority)}::smallint[],
      ${given.map((task) => (task.dueAt ?? now).toISOString())}::timestamptz[],
      ${given.map((task) => storedJson(task.listed))}::text[],
      ${given.map((task) => task.looks ?? 0)}::int[]) as t (arn, machine, priority, due_at, listed, looks)
    on conflict (execution_arn) do update set
      priority = least(kept.priority, excluded.priority),
      due_at = case when kept.attempts > 0 then kept.due_at else least(kept.due_at, excluded.due_at) end,
      listed = case when ${age(sql, sql`excluded.listed`)} < ${age(sql, sql`kept.listed`)} then kept.listed else excluded.listed end,
      looks = greatest(kept.looks, excluded.looks)`;
}

/** What makes one row of an execution newer than another: a redrive, then an end. */
function age(sql: Sql, listed: Fragment): Fragment {
  return sql`row(
    coalesce((${listed} ->> 'redriveCount')::int, 0),
    (coalesce(${listed} ->> 'status', 'RUNNING') not in ('RUNNING', 'PENDING_REDRIVE'))::int)`;
}

/** Whose executions a source may ask for: where an installation reads several, each works on its own. */
export interface TaskScope {
  readonly accountId: string;
  readonly region: string;
}

/** The condition that a row with `account_id` and `region` is in scope. */
export function inScope(sql: Sql, scope: TaskScope | undefined): Fragment {
  if (scope === undefined) return sql`true`;
  return sql`account_id = ${scope.accountId} and region = ${scope.region}`;
}

/** Which tasks somebody works on; all unless told. */
export interface TaskChoice {
  readonly scope?: TaskScope | undefined;
  /** Only tasks of these executions. */
  readonly among?: readonly string[] | undefined;
  /** Only what runs, or ran when it was looked at last: tasks of this priority, or that were decided on after a look. */
  readonly running?: number | undefined;
}

/**
 * Takes the most urgent task that is due and that nobody else holds; it is held until the transaction ends. Pass a
 * transaction, and finish the task in it.
 */
export async function claimTask(
  sql: Sql,
  now: Date = new Date(),
  { scope, among, running }: TaskChoice = {},
): Promise<IngestTaskRow | undefined> {
  const wanted = among === undefined ? sql`true` : sql`execution_arn = any(${[...among]}::text[])`;
  const kind = running === undefined ? sql`true` : sql`(priority = ${running} or looks > 0)`;
  const [row] = await sql<IngestTaskRow[]>`
    select execution_arn, state_machine_arn, priority, due_at, listed, attempts, last_error, created_at, looks
    from ingest_tasks where due_at <= ${now} and ${inScope(sql, scope)} and ${wanted} and ${kind}
    order by priority, due_at limit 1 for update skip locked`;
  return row;
}

/** The task can wait longer than it asked for: it is given this priority. */
export async function deferTask(sql: Sql, executionArn: string, priority: number): Promise<void> {
  await sql`update ingest_tasks set priority = ${priority} where execution_arn = ${executionArn}`;
}

/** The task is done. */
export async function finishTask(sql: Sql, executionArn: string): Promise<void> {
  await sql`delete from ingest_tasks where execution_arn = ${executionArn}`;
}

/** The task failed and is to be tried again; not within the transaction that was rolled back. False: it is done. */
export async function postponeTask(
  sql: Sql,
  executionArn: string,
  postponed: { readonly error: string; readonly dueAt: Date },
): Promise<boolean> {
  const { count } = await sql`
    update ingest_tasks
    set attempts = attempts + 1, last_error = ${storedText(postponed.error)}, due_at = ${postponed.dueAt}
    where execution_arn = ${executionArn}`;
  return count === 1;
}

/** Tasks wait until `latest` at most: a later time was written by a clock that was wrong. */
export async function hurryTasks(sql: Sql, latest: Date): Promise<void> {
  await sql`update ingest_tasks set due_at = ${latest} where due_at > ${latest}`;
}

/** Tasks that wait, those of them due by `now`, and those that have failed before; of a scope, or of all. */
export async function countTasks(
  sql: Sql,
  now: Date = new Date(),
  scope?: TaskScope,
): Promise<{ readonly waiting: number; readonly due: number; readonly failed: number }> {
  const [row] = await sql<{ waiting: number; due: number; failed: number }[]>`
    select count(*)::float8 as waiting, (count(*) filter (where due_at <= ${now}))::float8 as due,
           (count(*) filter (where attempts > 0))::float8 as failed
    from ingest_tasks where ${inScope(sql, scope)}`;
  return row ?? { waiting: 0, due: 0, failed: 0 };
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
      and listed ->> 'stateMachineVersionArn' is null and listed ->> 'mapRunArn' is null
    order by (listed ->> 'startDate')::timestamptz desc limit 1`;
  return row;
}

/** Which of these executions wait to be fetched. */
export async function findWaiting(sql: Sql, executionArns: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await sql<{ executionArn: string }[]>`
    select execution_arn from ingest_tasks where execution_arn = any(${[...executionArns]}::text[])`;
  return new Set(rows.map((row) => row.executionArn));
}
