import { countFindings, type FindingSeverity } from './findings.ts';
import { listProblems, type ProblemRow } from './ingest-problems.ts';
import { type RunRow, readLatestRun } from './ingest-runs.ts';
import { countTasks } from './ingest-tasks.ts';
import { keepCostly } from './keep-costly.ts';
import type { Sql } from './sql.ts';

/** What the first page shows. */
export interface Overview {
  /** Archived executions by status; a status without any is absent. */
  readonly executions: Readonly<Record<string, number>>;
  /** Executions that are not at their end: RUNNING and PENDING_REDRIVE. */
  readonly openExecutions: number;
  /** Archived history events. */
  readonly events: number;
  readonly stateMachines: number;
  readonly divergingExecutions: number;
  readonly openFindings: Readonly<Record<FindingSeverity, number>>;
  readonly tasks: { readonly waiting: number; readonly due: number; readonly failed: number };
  readonly lastRun: RunRow | undefined;
  readonly problems: readonly ProblemRow[];
}

/** Reads through the index of all executions, and so is slow where there are tens of millions. */
const countArchive = keepCostly(async (sql) => {
  const byStatus = await sql<{ status: string; count: number; events: number }[]>`
    select status, count(*)::float8 as count, sum(events)::float8 as events from executions group by status`;
  const [single] = await sql<{ diverging: number }[]>`
    select count(*)::float8 as diverging from replays where divergences > 0`;
  return { byStatus, diverging: single?.diverging ?? 0 };
});

/**
 * What is archived, what is open and what went wrong, as of `now`. Where counting the archive takes longer than a
 * quarter of a second, its counts may be as old as twenty times that.
 */
export async function readOverview(sql: Sql, now: Date): Promise<Overview> {
  const { byStatus, diverging } = await countArchive(sql);
  const [single] = await sql<{ stateMachines: number }[]>`
    select count(*)::float8 as state_machines from state_machines where gone_at is null`;
  const open = byStatus.filter((row) => row.status === 'RUNNING' || row.status === 'PENDING_REDRIVE');
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    executions: Object.fromEntries(byStatus.map((row) => [row.status, row.count])),
    openExecutions: sum(open.map((row) => row.count)),
    events: sum(byStatus.map((row) => row.events)),
    stateMachines: single?.stateMachines ?? 0,
    divergingExecutions: diverging,
    openFindings: await countFindings(sql),
    tasks: await countTasks(sql, now),
    lastRun: await readLatestRun(sql),
    problems: await listProblems(sql),
  };
}
