import { conditions, type ExecutionFilter, elsewhere, isValue, valueBegins } from './execution-conditions.ts';
import { type ChosenLead, chooseLead } from './execution-leads.ts';
import type { ExecutionRow, ExecutionVerdict } from './executions.ts';
import { cursorOf, type Page, pageOf, pageSize, readPageCursor } from './page.ts';
import type { NewSearchValue } from './search-values.ts';
import type { Fragment, Sql } from './sql.ts';
import { storedJson } from './stored-text.ts';

/** An execution as lists show it: without what only its own page says, with replay's counts. */
export type ExecutionListRow = Omit<ExecutionRow, 'cause' | 'definitionAssumed' | 'forgottenAt'> &
  ExecutionVerdict & {
    /** Where the values stand that were asked for, the first ten; absent: none were. */
    readonly matches?: readonly FoundValue[];
  };

export interface FoundValue {
  readonly side: 'input' | 'output';
  readonly path: string;
  /** Its first bytes, as far as they are searched. */
  readonly value: string;
}

const MOST_MATCHES = 10;

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
  const lead = await chooseLead(sql, filter, before, machines);
  const found = await readMatching(sql, filter, machines, { lead, before, take });
  const page = pageOf(found, filter.limit, (row) => [row.executionId]);
  const rows = await withMatches(sql, filter, await withVerdicts(sql, page.rows));
  if (page.next !== undefined || lead.floor === undefined) return { ...page, rows };
  return { rows, next: cursorOf([lead.floor]) };
}

/** The child executions of a Map Run, the latest start first. */
export async function listChildExecutions(
  sql: Sql,
  mapRunArn: string,
  filter: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<WithVerdict>> {
  const [before] = readPageCursor(filter.cursor, ['uuid']) ?? [];
  const found = await sql<WithoutVerdict[]>`
    select ${columns(sql)} from executions
    where map_run_arn = ${mapRunArn} ${before === undefined ? sql`` : sql`and execution_id < ${before}`}
    order by execution_id desc limit ${pageSize(filter.limit) + 1}`;
  const page = pageOf(found, filter.limit, (row) => [row.executionId]);
  return { ...page, rows: await withVerdicts(sql, page.rows) };
}

type WithoutVerdict = Omit<ExecutionListRow, keyof ExecutionVerdict | 'matches'>;
type WithVerdict = WithoutVerdict & ExecutionVerdict;

const columns = (sql: Sql): Fragment => sql`
  execution_id, execution_arn, state_machine_arn, name, type, source, status, start_date, stop_date,
  redrive_count, redrive_date, state_machine_version_arn, state_machine_alias_arn, map_run_arn, revision_id,
  definition_sha256, events, last_event_id, complete, failed_state, error, problem, archived_at`;

/**
 * Of the candidates the first `take` that are as asked: looked at some at a time, more each time. Each question is a query
 * on one table, for a cluster has no way to ask them of one row after another.
 */
async function readMatching(
  sql: Sql,
  filter: ExecutionFilter,
  machines: readonly string[] | undefined,
  page: { readonly lead: ChosenLead; readonly before: string | undefined; readonly take: number },
): Promise<readonly WithoutVerdict[]> {
  const { lead, take } = page;
  const found: WithoutVerdict[] = [];
  let { before } = page;
  for (let size = take; found.length < take; size *= 8) {
    const candidates = await lead.read(before, lead.floor, size);
    const ids = await keepFound(sql, filter, candidates);
    if (ids.length > 0) {
      const rows = await sql<WithoutVerdict[]>`
        select ${columns(sql)}
        from executions where execution_id = any(${[...ids]}::uuid[]) ${conditions(sql, filter, machines)}
        order by execution_id desc limit ${take - found.length}`;
      found.push(...rows);
    }
    if (candidates.length < size) break;
    before = candidates.at(-1);
  }
  return found;
}

/** Of these ids those that other tables than `executions` know to be as asked. */
async function keepFound(
  sql: Sql,
  filter: ExecutionFilter,
  candidates: readonly string[],
): Promise<readonly string[]> {
  let ids = candidates;
  for (const found of elsewhere(sql, filter)) {
    if (ids.length === 0) return ids;
    const rows = await sql<{ executionId: string }[]>`
      select distinct execution_id from ${found} and execution_id = any(${[...ids]}::uuid[])`;
    ids = rows.map((row) => row.executionId);
  }
  return ids;
}

async function withVerdicts(
  sql: Sql,
  executions: readonly WithoutVerdict[],
): Promise<readonly WithVerdict[]> {
  if (executions.length === 0) return [];
  const verdicts = await sql<(ExecutionVerdict & { executionId: string })[]>`
    select execution_id, interpreter_version, replayed_at, agrees, unverifiable, divergences
    from replays where execution_id = any(${executions.map((row) => row.executionId)}::uuid[])`;
  const byId = new Map(verdicts.map((row) => [row.executionId, row]));
  return executions.map((row) => ({ ...row, ...(byId.get(row.executionId) ?? NOT_REPLAYED) }));
}

const NOT_REPLAYED: ExecutionVerdict = {
  interpreterVersion: null,
  replayedAt: null,
  agrees: null,
  unverifiable: null,
  divergences: null,
};

/** With the values that were asked for, where any were. */
async function withMatches(
  sql: Sql,
  { value, valuePrefix, path, side }: ExecutionFilter,
  executions: readonly ExecutionListRow[],
): Promise<readonly ExecutionListRow[]> {
  if (executions.length === 0 || (value === undefined && valuePrefix === undefined)) return executions;
  const found = await sql<(NewSearchValue & { executionId: string })[]>`
    select execution_id, side, path, value from search_values
    where execution_id = any(${executions.map((row) => row.executionId)}::uuid[])
      and (${value === undefined ? sql`false` : isValue(sql, value, path)}
           or ${valuePrefix === undefined ? sql`false` : valueBegins(sql, valuePrefix, path)})
      ${side === undefined ? sql`` : sql`and side in (${side}, 'both')`}
    order by execution_id, side, path, value`;
  const matchesOf = new Map<string, FoundValue[]>();
  for (const { executionId, ...match } of found) {
    const sides = match.side === 'both' ? (['input', 'output'] as const) : [match.side];
    const here = sides.filter((each) => each === (side ?? each)).map((each) => ({ ...match, side: each }));
    matchesOf.set(executionId, [...(matchesOf.get(executionId) ?? []), ...here]);
  }
  return executions.map((row) => ({
    ...row,
    matches: (matchesOf.get(row.executionId) ?? []).slice(0, MOST_MATCHES),
  }));
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
