import { executionIdFloor } from './execution-ids.ts';
import type { ExecutionRow, ExecutionVerdict } from './executions.ts';
import { type Page, pageOf, pageSize, readPageCursor } from './page.ts';
import type { Fragment, Sql } from './sql.ts';
import { storedText } from './stored-text.ts';

/** Which executions a list shows; what is left out does not narrow it. */
export interface ExecutionFilter {
  readonly stateMachineArn?: string | undefined;
  readonly status?: readonly string[] | undefined;
  /** Started at or after. */
  readonly from?: Date | undefined;
  /** Started before. */
  readonly to?: Date | undefined;
  /** Beginning of the name. */
  readonly search?: string | undefined;
  readonly error?: string | undefined;
  /** Only those with divergences. */
  readonly diverging?: boolean | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** An execution as lists show it: without its cause, with replay's counts. */
export type ExecutionListRow = Omit<ExecutionRow, 'cause'> & ExecutionVerdict;

const AFTER_EVERY_NAME = '\u{10ffff}';

/**
 * Executions, the latest start first. Index reads only: one ordered range for each status asked for.
 * @throws StoreError ('cursor') when the cursor is none of this list's
 */
export async function listExecutions(sql: Sql, filter: ExecutionFilter): Promise<Page<ExecutionListRow>> {
  const [before] = readPageCursor(filter.cursor, ['uuid']) ?? [];
  const take = pageSize(filter.limit) + 1;
  const where = conditions(sql, filter, before);
  const diverging =
    filter.diverging === true
      ? sql`join replays d on d.execution_id = e.execution_id and d.divergences > 0`
      : sql``;
  const page = (status: Fragment) => sql`
    select e.execution_id, e.execution_arn, e.state_machine_arn, e.name, e.type, e.source, e.status, e.start_date,
           e.stop_date, e.redrive_count, e.redrive_date, e.state_machine_version_arn, e.state_machine_alias_arn,
           e.map_run_arn, e.revision_id, e.definition_sha256, e.events, e.last_event_id, e.complete, e.failed_state,
           e.error, e.problem, e.archived_at
    from executions e ${diverging}
    where ${status} ${where}
    order by e.execution_id desc limit ${take}`;
  const pageOfAll =
    filter.status === undefined || filter.status.length === 0
      ? page(sql`true`)
      : sql`
          select p.* from unnest(${[...new Set(filter.status)]}::text[]) as s (status)
          cross join lateral (${page(sql`e.status = s.status`)}) p
          order by p.execution_id desc limit ${take}`;
  // The inner limit keeps the planner from reading all replays to join a page of them.
  const rows = await sql<ExecutionListRow[]>`
    select e.*, r.* from (${pageOfAll}) e
    left join lateral (
      select interpreter_version, replayed_at, agrees, unverifiable, divergences
      from replays where replays.execution_id = e.execution_id limit 1) r on true
    order by e.execution_id desc`;
  return pageOf(rows, filter.limit, (row) => [row.executionId]);
}

function conditions(sql: Sql, filter: ExecutionFilter, before: string | undefined): Fragment {
  const { stateMachineArn, from, to, error } = filter;
  const name = filter.search === undefined || filter.search === '' ? undefined : storedText(filter.search);
  return sql`
    ${stateMachineArn === undefined ? sql`` : sql`and e.state_machine_arn = ${stateMachineArn}`}
    ${from === undefined ? sql`` : sql`and e.execution_id >= ${executionIdFloor(from)}`}
    ${to === undefined ? sql`` : sql`and e.execution_id < ${executionIdFloor(to)}`}
    ${before === undefined ? sql`` : sql`and e.execution_id < ${before}`}
    ${name === undefined ? sql`` : sql`and e.name ~>=~ ${name} and e.name ~<~ ${name + AFTER_EVERY_NAME}`}
    ${error === undefined ? sql`` : sql`and e.error = ${storedText(error)}`}`;
}
