import { findKnown } from './known-executions.ts';
import { type Page, pageOf, pageSize, readPageCursor } from './page.ts';
import type { Sql } from './sql.ts';

/** What an execution's events say of another one. */
export interface NewExecutionLink {
  /** What the other is to this one: it was started by it, or has started it. */
  readonly relation: 'parent' | 'child';
  readonly otherExecutionArn: string;
  readonly eventId: number;
}

/**
 * Puts these links in place of all that the execution's events have said. Pass a transaction.
 * @param isNew they have said none
 */
export async function replaceLinks(
  sql: Sql,
  executionId: string,
  links: readonly NewExecutionLink[],
  isNew = false,
): Promise<void> {
  if (isNew) return addLinks(sql, executionId, links);
  const removal = sql`delete from execution_links where execution_id = ${executionId}`.execute();
  await Promise.all([removal, addLinks(sql, executionId, links)]); // sent together
}

async function addLinks(sql: Sql, executionId: string, links: readonly NewExecutionLink[]): Promise<void> {
  if (links.length === 0) return;
  await sql`
    insert into execution_links (execution_id, relation, other_execution_arn, event_id)
    select ${executionId}::uuid, l.* from unnest(
      ${links.map(({ relation }) => relation)}::text[], ${links.map((link) => link.otherExecutionArn)}::text[],
      ${links.map(({ eventId }) => eventId)}::int[]) as l`;
}

/** An execution that started another, or was started by it, whichever of the two says so. */
export interface ExecutionLinkRow {
  readonly relation: 'parent' | 'child';
  readonly executionArn: string;
  /** The event of this execution that says so; null: only the other one says it. */
  readonly eventId: number | null;
  /** The event of the other one that says so; null: only this one says it. */
  readonly otherEventId: number | null;
  /** Of the other one; null: it is not archived. */
  readonly status: string | null;
  readonly startDate: Date | null;
}

interface Said {
  readonly relation: 'parent' | 'child';
  readonly executionArn: string;
  readonly eventId: number;
}

/**
 * Which executions this one started, and which started it, both ways of telling put together: children first, then by
 * ARN.
 */
export async function listLinks(
  sql: Sql,
  execution: { readonly executionId: string; readonly executionArn: string },
  filter: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<ExecutionLinkRow>> {
  const [relation = '', arn = ''] = readPageCursor(filter.cursor, ['text', 'text']) ?? [];
  const take = pageSize(filter.limit) + 1;
  const own = await sql<Said[]>`
    select relation, other_execution_arn as execution_arn, event_id from execution_links
    where execution_id = ${execution.executionId}
      and (relation collate "C", other_execution_arn collate "C") > (${relation}, ${arn})
    order by relation collate "C", other_execution_arn collate "C" limit ${take}`;
  const others = await sql<Said[]>`
    select * from (
      select case l.relation when 'child' then 'parent' else 'child' end as relation, e.execution_arn, l.event_id
      from execution_links l join executions e on e.execution_id = l.execution_id
      where l.other_execution_arn = ${execution.executionArn}) said
    where (relation collate "C", execution_arn collate "C") > (${relation}, ${arn})
    order by relation collate "C", execution_arn collate "C" limit ${take}`;
  const rows = [...merge(own, others).values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)).slice(0, take);
  const known = await findKnown(
    sql,
    rows.map((row) => row.executionArn),
  );
  const described = rows.map((row) => {
    const { status = null, startDate = null } = known.get(row.executionArn) ?? {};
    return { ...row, status, startDate };
  });
  return pageOf(described, filter.limit, (row) => [row.relation, row.executionArn]);
}

type Told = Omit<ExecutionLinkRow, 'status' | 'startDate'>;

const keyOf = ({ relation, executionArn }: Pick<Told, 'relation' | 'executionArn'>): string =>
  `${relation} ${executionArn}`;

function merge(own: readonly Said[], others: readonly Said[]): ReadonlyMap<string, Told> {
  const told = new Map<string, Told>();
  for (const { eventId, ...said } of own) told.set(keyOf(said), { ...said, eventId, otherEventId: null });
  for (const { eventId, ...said } of others) {
    const key = keyOf(said);
    told.set(key, { ...said, eventId: told.get(key)?.eventId ?? null, otherEventId: eventId });
  }
  return told;
}
