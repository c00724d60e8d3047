import { conditions, type ExecutionFilter } from './execution-conditions.ts';
import { chooseLead } from './execution-leads.ts';
import type { ExecutionRow, ExecutionVerdict } from './executions.ts';
import { cursorOf, type Page, pageOf, pageSize, readPageCursor } from './page.ts';
import type { Sql } from './sql.ts';
import { storedJson } from './stored-text.ts';

/** An execution as lists show it: without its cause, with replay's counts. */
export type ExecutionListRow = Omit<ExecutionRow, 'cause'> & ExecutionVerdict;

/**
 * Executions, the latest start first. Index reads only. A page looks through a bounded number of candidates: it may hold
 * fewer rows than asked for, or none, and still have a `next`, which goes on from there.
 * @throws StoreError ('cursor') when the cursor is none of this list's
 */
export async function listExecutions(sql: Sql, filter: ExecutionFilter): Promise<Page<ExecutionListRow>> {
  const [before] = readPageCursor(filter.cursor, ['uuid']) ?? [];
  const take = pageSize(filter.limit) + 1;
  const machines = await findMachines(sql, filter);
  if (machines?.length === 0) return { rows: [] };
  const lead = await chooseLead(sql, filter, { before, take }, machines);
  // The limits of 1 keep the planner from reading a whole table to join a page of it.
  const rows = await sql<ExecutionListRow[]>`
    select p.*, r.* from (
      select e.* from (${lead.ids}) c
      cross join lateral (
        select execution_id, execution_arn, state_machine_arn, name, type, source, status, start_date, stop_date,
               redrive_count, redrive_date, state_machine_version_arn, state_machine_alias_arn, map_run_arn, revision_id,
               definition_sha256, events, last_event_id, complete, failed_state, error, problem, archived_at
        from executions e
        where e.execution_id = c.execution_id ${conditions(sql, filter, machines)} limit 1) e
      order by c.execution_id desc limit ${take}) p
    left join lateral (
      select interpreter_version, replayed_at, agrees, unverifiable, divergences
      from replays where replays.execution_id = p.execution_id limit 1) r on true
    order by p.execution_id desc`;
  const page = pageOf(rows, filter.limit, (row) => [row.executionId]);
  if (page.next !== undefined || lead.floor === undefined) return page;
  return { ...page, next: cursorOf([lead.floor]) };
}

/** The state machines that are asked for, by name or by tag; undefined: any. */
async function findMachines(sql: Sql, filter: ExecutionFilter): Promise<readonly string[] | undefined> {
  const { stateMachineArn, tag } = filter;
  if (tag === undefined) return stateMachineArn === undefined ? undefined : [stateMachineArn];
  const rows = await sql<{ stateMachineArn: string }[]>`
    select state_machine_arn from state_machines where tags @> ${storedJson([tag])}::text::jsonb
    ${stateMachineArn === undefined ? sql`` : sql`and state_machine_arn = ${stateMachineArn}`} order by 1`;
  return rows.map((row) => row.stateMachineArn);
}
