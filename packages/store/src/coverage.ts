import { executionIdFloor } from './execution-ids.ts';
import { type Page, pageOf, pageSize, readPageCursor } from './page.ts';
import type { Sql } from './sql.ts';

const DAY = 86_400_000;

/** What a whole pass through ListExecutions found of one day. */
export interface ReconciledDay {
  /** YYYY-MM-DD, UTC. */
  readonly day: string;
  readonly listed: number;
  readonly missing: number;
}

/** How many of these executions the archive neither has, nor had, nor has asked for. */
export async function countMissing(sql: Sql, executionArns: readonly string[]): Promise<number> {
  const [row] = await sql<{ missing: number }[]>`
    select count(*)::float8 as missing from unnest(${[...executionArns]}::text[]) as given (arn)
    where not exists (select from execution_ids i where i.execution_arn = arn)
      and not exists (select from ingest_tasks t where t.execution_arn = arn)`;
  return row?.missing ?? executionArns.length;
}

/** Keeps what a whole pass found. What AWS has forgotten since an earlier pass stays counted. */
export async function saveReconciledDays(
  sql: Sql,
  stateMachineArn: string,
  days: readonly ReconciledDay[],
  at: Date,
): Promise<void> {
  if (days.length === 0) return;
  await sql`
    insert into coverage as kept (state_machine_arn, day, listed, missing, reconciled_at)
    select ${stateMachineArn}, d.day, d.listed, d.missing, ${at} from unnest(
      ${days.map(({ day }) => day)}::date[], ${days.map(({ listed }) => listed)}::int[],
      ${days.map(({ missing }) => missing)}::int[]) as d (day, listed, missing)
    on conflict (state_machine_arn, day) do update set
      listed = greatest(kept.listed, excluded.listed), missing = excluded.missing,
      reconciled_at = excluded.reconciled_at`;
}

/** One day of a state machine: what there was, and what became of it. Executions by their day of start. */
export interface CoverageRow {
  readonly stateMachineArn: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  /** YYYY-MM-DD, UTC. */
  readonly day: string;
  /** That AWS listed or logged, at any time. */
  readonly seen: number;
  /** Archived to their end. */
  readonly archived: number;
  /** Running, and archived as far as they have come. */
  readonly running: number;
  /** Asked for and not fetched yet, or not whole. */
  readonly waiting: number;
  /** Of the waiting: those that AWS forgets within 7 days. */
  readonly expiring: number;
  /** Whose history, or end, nobody can get any more. */
  readonly lost: number;
  /** That ListExecutions gave and the archive had not even asked for, at the last whole pass. */
  readonly missing: number;
  /** When a whole pass through ListExecutions last met this day; null: never, as for Express. */
  readonly reconciledAt: Date | null;
}

export interface CoverageFilter {
  readonly stateMachineArn?: string | undefined;
  /** Included, with its whole day (UTC). */
  readonly from: Date;
  /** Not included. */
  readonly to: Date;
  readonly now: Date;
  /** Days for which AWS keeps closed executions; 90 unless told. */
  readonly retentionDays?: number | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

const EXPIRING_DAYS = 7;
/** An Express run lasts 5 minutes; its log may lag behind so long again. */
const ENDLESS_AFTER = 10 * 60_000;

/** The days of state machines, the newest first: each with what was seen and what became of it. */
export async function listCoverage(sql: Sql, filter: CoverageFilter): Promise<Page<CoverageRow>> {
  const { stateMachineArn, to, now } = filter;
  const from = new Date(Math.floor(filter.from.getTime() / DAY) * DAY);
  const lastDay = new Date(to.getTime() - 1);
  const after = readPageCursor(filter.cursor, ['text', 'text']);
  const forgottenSoon = new Date(now.getTime() - ((filter.retentionDays ?? 90) - EXPIRING_DAYS) * DAY);
  const endless = new Date(now.getTime() - ENDLESS_AFTER);
  const between = sql`execution_id >= ${executionIdFloor(from)} and execution_id < ${executionIdFloor(to)}`;
  const day = sql`to_char(uuid_time(execution_id) at time zone 'UTC', 'YYYY-MM-DD')`;
  const rows = await sql<CoverageRow[]>`
    with machines as (
      select state_machine_arn, type from state_machines
      ${stateMachineArn === undefined ? sql`` : sql`where state_machine_arn = ${stateMachineArn}`}),
    known as (
      select m.state_machine_arn, k.* from machines m cross join lateral (
        select ${day} as day, count(*) as known, count(*) filter (where complete) as archived,
               count(*) filter (where not complete and status in ('RUNNING', 'PENDING_REDRIVE')) as open
        from executions e where e.state_machine_arn = m.state_machine_arn and ${between} group by 1) k),
    partly as (
      select m.state_machine_arn, p.* from machines m cross join lateral (
        select ${day} as day,
               count(*) filter (where forgotten_at is not null or (type = 'EXPRESS' and start_date < ${endless})) as lost,
               count(*) filter (where type = 'EXPRESS' and start_date < ${endless}
                                and status in ('RUNNING', 'PENDING_REDRIVE')) as endless,
               count(*) filter (where forgotten_at is null and type = 'STANDARD' and stop_date is not null) as waiting,
               count(*) filter (where forgotten_at is null and type = 'STANDARD' and stop_date < ${forgottenSoon})
                 as expiring
        from executions e where e.state_machine_arn = m.state_machine_arn and not complete and ${between}
        group by 1) p),
    asked as (
      select t.state_machine_arn,
             to_char((t.listed ->> 'startDate')::timestamptz at time zone 'UTC', 'YYYY-MM-DD') as day,
             count(*) as waiting,
             count(*) filter (where (t.listed ->> 'stopDate')::timestamptz < ${forgottenSoon}) as expiring
      from ingest_tasks t join machines using (state_machine_arn)
      where (t.listed ->> 'startDate')::timestamptz >= ${from} and (t.listed ->> 'startDate')::timestamptz < ${to}
        and not exists (select from execution_ids i where i.execution_arn = t.execution_arn)
      group by 1, 2),
    reconciled as (
      select c.state_machine_arn, to_char(c.day, 'YYYY-MM-DD') as day, c.listed, c.missing, c.reconciled_at
      from coverage c join machines using (state_machine_arn)
      where c.day >= ${from.toISOString().slice(0, 10)}::date and c.day <= ${lastDay.toISOString().slice(0, 10)}::date)
    select state_machine_arn, machines.type, day,
           greatest(coalesce(listed, 0), coalesce(known, 0) + coalesce(a.waiting, 0))::float8 as seen,
           coalesce(archived, 0)::float8 as archived, (coalesce(open, 0) - coalesce(endless, 0))::float8 as running,
           (coalesce(a.waiting, 0) + coalesce(p.waiting, 0))::float8 as waiting,
           (coalesce(a.expiring, 0) + coalesce(p.expiring, 0))::float8 as expiring,
           coalesce(lost, 0)::float8 as lost, coalesce(missing, 0)::float8 as missing, reconciled_at
    from known full join partly p using (state_machine_arn, day)
    full join asked a using (state_machine_arn, day) full join reconciled using (state_machine_arn, day)
    join machines using (state_machine_arn)
    ${after === undefined ? sql`` : sql`where day < ${after[0]} or (day = ${after[0]} and state_machine_arn > ${after[1]})`}
    order by day desc, state_machine_arn limit ${pageSize(filter.limit) + 1}`;
  return pageOf(rows, filter.limit, (row) => [row.day, row.stateMachineArn]);
}
