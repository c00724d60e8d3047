import type { Sql } from './sql.ts';
import { storedJson } from './stored-text.ts';

export interface RunRow {
  /** A decimal number as text: PostgreSQL's bigint. */
  readonly runId: string;
  /** Account, region, endpoint, sandbox. */
  readonly source: unknown;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly progress: unknown;
}

/** A run of the ingester begins; gives its id. */
export async function startRun(sql: Sql, source: unknown, startedAt: Date = new Date()): Promise<string> {
  const [row] = await sql<{ runId: string }[]>`
    insert into ingest_runs (source, started_at) values (${storedJson(source)}::text::jsonb, ${startedAt})
    returning run_id::text`;
  return row?.runId ?? '';
}

/** Keeps a run's progress: any JSON value. */
export async function updateRun(sql: Sql, runId: string, progress: unknown): Promise<void> {
  await sql`update ingest_runs set progress = ${storedJson(progress)}::text::jsonb where run_id = ${runId}::bigint`;
}

/** The run has ended, with this progress. */
export async function finishRun(
  sql: Sql,
  runId: string,
  progress: unknown,
  finishedAt: Date = new Date(),
): Promise<void> {
  await sql`
    update ingest_runs set progress = ${storedJson(progress)}::text::jsonb, finished_at = ${finishedAt}
    where run_id = ${runId}::bigint`;
}

/** The run that was started last, undefined before the first. */
export async function readLatestRun(sql: Sql): Promise<RunRow | undefined> {
  const [row] = await sql<RunRow[]>`
    select run_id::text, source, started_at, finished_at, progress from ingest_runs order by ingest_runs.run_id desc limit 1`;
  return row;
}
