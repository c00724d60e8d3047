import { dayOfStart, executionIdFloor } from './execution-ids.ts';
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
  /**
   * That ListExecutions gave and the archive had not even asked for, at the last whole pass; and child executions that
   * a Map Run has started, by its own counts, and its list did not give.
   */
  readonly missing: number;
  /** Map Runs of executions of this day whose children were not compared with their counts yet. */
  readonly mapRunsUnchecked: number;
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
  readonly cursor?: string | undefined;
  readonly limit: number;
}

const EXPIRING_DAYS = 7;
/** For which AWS keeps closed executions where nothing else is known. */
const RETENTION_DAYS = 90;
/** An Express run lasts 5 minutes; its log may lag behind so long again. */
const ENDLESS_AFTER = 10 * 60_000;

const COUNTED = ['seen', 'archived', 'running', 'waiting', 'expiring', 'lost', 'missing'] as const;

/** The sums of all days, whatever page they are on. */
export type CoverageTotals = { readonly [Name in (typeof COUNTED)[number]]: number } & {
  /**
   * Days of Standard state machines that no whole pass through ListExecutions has met yet, or that have a Map Run whose
   * children were not compared with its counts.
   */
  readonly unchecked: number;
};

/** The days of state machines, the newest first: each with what was seen and what became of it, and the sums of all. */
export async function listCoverage(
  sql: Sql,
  filter: CoverageFilter,
): Promise<Page<CoverageRow> & { readonly totals: CoverageTotals }> {
  const after = readPageCursor(filter.cursor, ['text', 'text']);
  const days = await readDays(sql, filter);
  const rows = days
    .filter(
      ({ day, stateMachineArn }) =>
        after === undefined || day < after[0] || (day === after[0] && stateMachineArn > after[1]),
    )
    .sort((a, b) => compare(b.day, a.day) || compare(a.stateMachineArn, b.stateMachineArn))
    .slice(0, pageSize(filter.limit) + 1);
  return { ...pageOf(rows, filter.limit, (row) => [row.day, row.stateMachineArn]), totals: sumOf(days) };
}

function sumOf(days: readonly CoverageRow[]): CoverageTotals {
  const totals = {
    seen: 0,
    archived: 0,
    running: 0,
    waiting: 0,
    expiring: 0,
    lost: 0,
    missing: 0,
    unchecked: 0,
  };
  for (const day of days) {
    for (const name of COUNTED) totals[name] += day[name];
    const isChecked = day.reconciledAt !== null && day.mapRunsUnchecked === 0;
    if (day.type === 'STANDARD' && !isChecked) totals.unchecked += 1;
  }
  return totals;
}

async function readDays(sql: Sql, filter: CoverageFilter): Promise<readonly CoverageRow[]> {
  const { stateMachineArn, to, now } = filter;
  const from = new Date(Math.floor(filter.from.getTime() / DAY) * DAY);
  const lastDay = new Date(to.getTime() - 1);
  const endless = new Date(now.getTime() - ENDLESS_AFTER);
  const machines = await sql<
    (Pick<CoverageRow, 'stateMachineArn' | 'type'> & { readonly retentionDays: number })[]
  >`
    select state_machine_arn, type, coalesce(retention_days, ${RETENTION_DAYS})::int as retention_days from state_machines
    ${stateMachineArn === undefined ? sql`` : sql`where state_machine_arn = ${stateMachineArn}`}`;
  const arns = machines.map((machine) => machine.stateMachineArn);
  const soon = machines.map(({ retentionDays }) =>
    new Date(now.getTime() - (retentionDays - EXPIRING_DAYS) * DAY).toISOString(),
  );
  const forgottenSoon = sql`(${soon}::timestamptz[])[array_position(${arns}::text[], state_machine_arn)]`;
  const ofTime = sql`
    state_machine_arn = any(${arns}::text[])
    and execution_id >= ${executionIdFloor(from)} and execution_id < ${executionIdFloor(to)}`;
  // A query for each table, put together here: on a cluster executions are elsewhere than the rest.
  const known = await sql<Counts<'known' | 'children' | 'archived' | 'open'>[]>`
    select state_machine_arn, ${dayOfStart(sql)} as day, count(*)::float8 as known,
           (count(*) filter (where map_run_arn is not null))::float8 as children,
           (count(*) filter (where complete))::float8 as archived,
           (count(*) filter (where not complete and status in ('RUNNING', 'PENDING_REDRIVE')))::float8 as open
    from executions where ${ofTime} group by 1, 2`;
  const partly = await sql<Counts<'lost' | 'endless' | 'waiting' | 'expiring'>[]>`
    select state_machine_arn, ${dayOfStart(sql)} as day,
           (count(*) filter (where forgotten_at is not null or (type = 'EXPRESS' and start_date < ${endless})))::float8
             as lost,
           (count(*) filter (where type = 'EXPRESS' and start_date < ${endless}
                             and status in ('RUNNING', 'PENDING_REDRIVE')))::float8 as endless,
           (count(*) filter (where forgotten_at is null and type = 'STANDARD' and stop_date is not null))::float8
             as waiting,
           (count(*) filter (where forgotten_at is null and type = 'STANDARD' and stop_date < ${forgottenSoon}))::float8
             as expiring
    from executions where not complete and ${ofTime} group by 1, 2`;
  const mapRuns = await sql<Counts<'missing' | 'unchecked'>[]>`
    select state_machine_arn, ${dayOfStart(sql)} as day, coalesce(sum(children_missing), 0)::float8 as missing,
           (count(*) filter (where children_reconciled_at is null))::float8 as unchecked
    from map_runs where ${ofTime} group by 1, 2`;
  const asked = await sql<Counts<'waiting' | 'expiring' | 'children'>[]>`
    select t.state_machine_arn,
           to_char((t.listed ->> 'startDate')::timestamptz at time zone 'UTC', 'YYYY-MM-DD') as day,
           count(*)::float8 as waiting,
           (count(*) filter (where t.listed ->> 'mapRunArn' is not null))::float8 as children,
           (count(*) filter (where (t.listed ->> 'stopDate')::timestamptz < ${forgottenSoon}))::float8 as expiring
    from ingest_tasks t
    where t.state_machine_arn = any(${arns}::text[])
      and (t.listed ->> 'startDate')::timestamptz >= ${from} and (t.listed ->> 'startDate')::timestamptz < ${to}
      and not exists (select from execution_ids i where i.execution_arn = t.execution_arn)
    group by 1, 2`;
  const reconciled = await sql<(Counts<'listed' | 'missing'> & { readonly reconciledAt: Date })[]>`
    select state_machine_arn, to_char(day, 'YYYY-MM-DD') as day, listed, missing, reconciled_at from coverage
    where state_machine_arn = any(${arns}::text[]) and day >= ${from.toISOString().slice(0, 10)}::date
      and day <= ${lastDay.toISOString().slice(0, 10)}::date`;

  const days = new Map<string, Day>();
  for (const row of [...known, ...partly, ...asked, ...mapRuns, ...reconciled]) days.set(keyOf(row), row);
  const [knownOf, partlyOf, askedOf, mapRunsOf, reconciledOf] = [
    find(known),
    find(partly),
    find(asked),
    find(mapRuns),
    find(reconciled),
  ];
  const typeOf = new Map(machines.map((machine) => [machine.stateMachineArn, machine.type]));
  return [...days.values()].map((one) => {
    const [k, p, a, r] = [knownOf(one), partlyOf(one), askedOf(one), reconciledOf(one)];
    const m = mapRunsOf(one);
    const children = (k?.children ?? 0) + (a?.children ?? 0);
    const others = (k?.known ?? 0) + (a?.waiting ?? 0) - children;
    return {
      stateMachineArn: one.stateMachineArn,
      type: typeOf.get(one.stateMachineArn) ?? 'STANDARD',
      day: one.day,
      seen: Math.max(r?.listed ?? 0, others) + children + (m?.missing ?? 0),
      archived: k?.archived ?? 0,
      running: (k?.open ?? 0) - (p?.endless ?? 0),
      waiting: (a?.waiting ?? 0) + (p?.waiting ?? 0),
      expiring: (a?.expiring ?? 0) + (p?.expiring ?? 0),
      lost: p?.lost ?? 0,
      missing: (r?.missing ?? 0) + (m?.missing ?? 0),
      mapRunsUnchecked: m?.unchecked ?? 0,
      reconciledAt: r?.reconciledAt ?? null,
    };
  });
}

interface Day {
  readonly stateMachineArn: string;
  /** YYYY-MM-DD, UTC. */
  readonly day: string;
}

type Counts<Name extends string> = Day & { readonly [Key in Name]: number };

const keyOf = ({ day, stateMachineArn }: Day): string => `${day} ${stateMachineArn}`;

function find<Row extends Day>(rows: readonly Row[]): (day: Day) => Row | undefined {
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));
  return (day) => byKey.get(keyOf(day));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
