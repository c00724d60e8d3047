import type { DefinitionAssumed } from './executions.ts';
import { inScope, type TaskScope } from './ingest-tasks.ts';
import { type Page, pageOf, pageSize, readPageCursor } from './page.ts';
import type { Sql } from './sql.ts';
import { storedJsonOrNull, storedKeyOrNull } from './stored-text.ts';

/** A Map Run as the archive has it. */
export interface MapRunRow {
  /** Of the execution that started it, as are `executionArn` and `stateMachineArn`. */
  readonly executionId: string;
  readonly mapRunArn: string;
  readonly executionArn: string;
  readonly stateMachineArn: string;
  /** The Map state; null where the history does not lead to it. */
  readonly state: string | null;
  readonly startedEventId: number | null;
  readonly lastEventId: number;
  /** As DescribeMapRun said last, else as the parent's history has it. */
  readonly status: string | null;
  readonly startDate: Date | null;
  readonly stopDate: Date | null;
  readonly maxConcurrency: number | null;
  readonly toleratedFailureCount: number | null;
  readonly toleratedFailurePercentage: number | null;
  /** As DescribeMapRun gives them: `pending`, `running`, `succeeded`, `failed` … `total`. */
  readonly itemCounts: unknown;
  readonly executionCounts: unknown;
  readonly redriveCount: number;
  readonly redriveDate: Date | null;
  /** Child executions at the last whole pass through their list; null: never listed. */
  readonly childrenListed: number | null;
  readonly describedAt: Date | null;
  /** Of the children that have started, those that the archive neither has, nor had, nor has asked for. */
  readonly childrenMissing: number | null;
  /** When that was found out; null: never. */
  readonly childrenReconciledAt: Date | null;
  /** When AWS was found to know it no more. */
  readonly goneAt: Date | null;
  /** When to ask AWS again; null: all is known. */
  readonly dueAt: Date | null;
}

/** What a parent's history says of a Map Run. */
export interface NotedMapRun {
  readonly mapRunArn: string;
  readonly state: string | undefined;
  readonly startedEventId: number | undefined;
  readonly lastEventId: number;
  readonly status: string;
  readonly startDate: Date | undefined;
  readonly stopDate: Date | undefined;
}

/**
 * Notes what a parent's history says of its Map Runs. One of which it says more than before is due at `now`. Pass the
 * transaction that archives the parent.
 */
export async function noteMapRuns(
  sql: Sql,
  parent: { readonly executionId: string; readonly executionArn: string; readonly stateMachineArn: string },
  noted: readonly NotedMapRun[],
  now: Date,
): Promise<void> {
  for (const run of noted) {
    await sql`
      insert into map_runs as kept (execution_id, map_run_arn, execution_arn, state_machine_arn, state,
        started_event_id, last_event_id, status, start_date, stop_date, due_at)
      values (${parent.executionId}, ${run.mapRunArn}, ${parent.executionArn}, ${parent.stateMachineArn},
        ${storedKeyOrNull(run.state)}, ${run.startedEventId ?? null}, ${run.lastEventId}, ${run.status},
        ${run.startDate ?? null}, ${run.stopDate ?? null}, ${now})
      on conflict (execution_id, map_run_arn) do update set
        state = coalesce(excluded.state, kept.state),
        started_event_id = coalesce(excluded.started_event_id, kept.started_event_id),
        last_event_id = excluded.last_event_id, status = excluded.status, stop_date = excluded.stop_date,
        start_date = coalesce(kept.start_date, excluded.start_date), due_at = excluded.due_at
      where excluded.last_event_id > kept.last_event_id`;
  }
}

/** So many that are due are tried for: of those that others took meanwhile the next is taken. */
const CANDIDATES = 20;

/**
 * Takes a Map Run that is due, the one that waits the longest, and puts it off: who fails to settle it leaves it to
 * whoever comes after `nextAt`. Without SELECT FOR UPDATE, which a cluster refuses over several shards: of those who
 * try, one finds it as it was.
 * @param scope only Map Runs of this account and Region
 */
export async function takeDueMapRun(
  sql: Sql,
  now: Date,
  nextAt: Date,
  scope?: TaskScope,
): Promise<MapRunRow | undefined> {
  for (;;) {
    const candidates = await sql<Pick<MapRunRow, 'executionId' | 'mapRunArn'>[]>`
      select execution_id, map_run_arn from map_runs
      where due_at <= ${now} and ${inScope(sql, scope)} order by due_at limit ${CANDIDATES}`;
    for (const { executionId, mapRunArn } of candidates) {
      const [taken] = await sql<MapRunRow[]>`
        update map_runs set due_at = ${nextAt}
        where execution_id = ${executionId} and map_run_arn = ${mapRunArn} and due_at <= ${now}
        returning *`;
      if (taken !== undefined) return taken;
    }
    if (candidates.length < CANDIDATES) return undefined;
  }
}

/** Open Map Runs wait until `latest` at most: a later time was written by a clock that was wrong. */
export async function hurryMapRuns(sql: Sql, latest: Date): Promise<void> {
  await sql`update map_runs set due_at = ${latest} where due_at > ${latest}`;
}

type Said =
  | 'status'
  | 'startDate'
  | 'stopDate'
  | 'maxConcurrency'
  | 'toleratedFailureCount'
  | 'toleratedFailurePercentage'
  | 'itemCounts'
  | 'executionCounts'
  | 'redriveCount'
  | 'redriveDate'
  | 'childrenListed'
  | 'childrenMissing'
  | 'childrenReconciledAt'
  | 'describedAt'
  | 'goneAt'
  | 'dueAt';

/** Keeps what AWS says of a Map Run now; what is left out stays, but for `dueAt`: left out, it is settled. */
export async function settleMapRun(
  sql: Sql,
  { executionId, mapRunArn }: Pick<MapRunRow, 'executionId' | 'mapRunArn'>,
  said: { readonly [Key in Said]?: MapRunRow[Key] | undefined },
): Promise<void> {
  await sql`
    update map_runs set
      status = coalesce(${said.status ?? null}, status), start_date = coalesce(${said.startDate ?? null}, start_date),
      stop_date = case when ${said.status ?? null}::text is null then stop_date else ${said.stopDate ?? null} end,
      max_concurrency = coalesce(${said.maxConcurrency ?? null}, max_concurrency),
      tolerated_failure_count = coalesce(${said.toleratedFailureCount ?? null}, tolerated_failure_count),
      tolerated_failure_percentage =
        coalesce(${said.toleratedFailurePercentage ?? null}, tolerated_failure_percentage),
      item_counts = coalesce(${storedJsonOrNull(said.itemCounts)}::text::jsonb, item_counts),
      execution_counts = coalesce(${storedJsonOrNull(said.executionCounts)}::text::jsonb, execution_counts),
      redrive_count = coalesce(${said.redriveCount ?? null}, redrive_count),
      redrive_date = coalesce(${said.redriveDate ?? null}, redrive_date),
      children_listed = coalesce(${said.childrenListed ?? null}, children_listed),
      children_missing = coalesce(${said.childrenMissing ?? null}, children_missing),
      children_reconciled_at = coalesce(${said.childrenReconciledAt ?? null}, children_reconciled_at),
      described_at = coalesce(${said.describedAt ?? null}, described_at),
      gone_at = coalesce(${said.goneAt ?? null}, gone_at), due_at = ${said.dueAt ?? null}
    where execution_id = ${executionId} and map_run_arn = ${mapRunArn}`;
}

/** A Map Run, with what its children run: the definition of their parent. */
export type MapRunWithDefinition = MapRunRow & {
  readonly revisionId: string | null;
  readonly definitionSha256: string | null;
  readonly definitionAssumed: DefinitionAssumed | null;
};

/** The Map Run with this ARN, undefined where the archive knows none. */
export async function readMapRun(sql: Sql, mapRunArn: string): Promise<MapRunWithDefinition | undefined> {
  const [row] = await sql<MapRunWithDefinition[]>`
    select m.*, e.revision_id, e.definition_sha256, e.definition_assumed
    from map_runs m join executions e on e.execution_id = m.execution_id where m.map_run_arn = ${mapRunArn}`;
  return row;
}

/** How many child executions of a Map Run the archive has, or has asked for. */
export async function countChildren(sql: Sql, mapRunArn: string): Promise<number> {
  const [asked] = await sql<{ children: number }[]>`
    select count(*)::float8 as children from ingest_tasks t
    where t.listed ->> 'mapRunArn' = ${mapRunArn}
      and not exists (select from execution_ids i where i.execution_arn = t.execution_arn)`;
  const [archived] = await sql<{ children: number }[]>`
    select count(*)::float8 as children from executions where map_run_arn = ${mapRunArn}`;
  return (asked?.children ?? 0) + (archived?.children ?? 0);
}

/** Map Runs whose children are archived, and not with what they ran. */
export async function listOrphaningMapRuns(
  sql: Sql,
  scope: TaskScope | undefined,
): Promise<readonly string[]> {
  const ofScope =
    scope === undefined
      ? sql``
      : sql`and split_part(map_run_arn, ':', 5) = ${scope.accountId}
            and split_part(map_run_arn, ':', 4) = ${scope.region}`;
  const rows = await sql<{ mapRunArn: string }[]>`
    select distinct map_run_arn from executions
    where map_run_arn is not null and definition_sha256 is null ${ofScope} order by map_run_arn`;
  return rows.map((row) => row.mapRunArn);
}

/** Children of a Map Run that are archived with another definition than this one, or with none: some after one of them. */
export async function listChildrenApart(
  sql: Sql,
  mapRunArn: string,
  parent: Pick<MapRunWithDefinition, 'definitionSha256' | 'definitionAssumed'>,
  after: string | undefined,
  limit: number,
): Promise<readonly { readonly executionId: string; readonly executionArn: string }[]> {
  const ofRest = after === undefined ? sql`` : sql`and execution_id > ${after}`;
  return sql<{ executionId: string; executionArn: string }[]>`
    select execution_id, execution_arn from executions
    where map_run_arn = ${mapRunArn} ${ofRest}
      and (definition_sha256 is distinct from ${parent.definitionSha256}
        or definition_assumed is distinct from ${parent.definitionAssumed})
    order by execution_id limit ${limit}`;
}

/** The Map Runs of an execution in the order of their starts, with how many of their children are archived. */
export async function listMapRunsOf(
  sql: Sql,
  executionId: string,
  filter: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<MapRunRow & { readonly childrenArchived: number }>> {
  const [event, arn] = readPageCursor(filter.cursor, ['number', 'text']) ?? [];
  const after =
    event === undefined || arn === undefined
      ? sql``
      : sql`and (coalesce(started_event_id, 0), map_run_arn) > (${event}, ${arn})`;
  const rows = await sql<MapRunRow[]>`
    select * from map_runs where execution_id = ${executionId} ${after}
    order by coalesce(started_event_id, 0), map_run_arn limit ${pageSize(filter.limit) + 1}`;
  const counts = await sql<{ mapRunArn: string; children: number }[]>`
    select map_run_arn, count(*)::float8 as children from executions
    where map_run_arn = any(${rows.map((row) => row.mapRunArn)}::text[]) group by map_run_arn`;
  const childrenOf = new Map(counts.map((row) => [row.mapRunArn, row.children]));
  const counted = rows.map((row) => ({ ...row, childrenArchived: childrenOf.get(row.mapRunArn) ?? 0 }));
  return pageOf(counted, filter.limit, (row) => [row.startedEventId ?? 0, row.mapRunArn]);
}
