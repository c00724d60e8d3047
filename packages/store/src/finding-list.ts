import { FINDING_SEVERITIES, type FindingRow, type FindingSeverity } from './findings.ts';
import { type Page, pageOf, pageSize, readPageCursor } from './page.ts';
import type { Sql } from './sql.ts';

/** Which findings a list shows; what is left out does not narrow it. */
export interface FindingFilter {
  readonly severity?: readonly FindingSeverity[] | undefined;
  readonly ruleId?: string | undefined;
  readonly stateMachineArn?: string | undefined;
  readonly executionArn?: string | undefined;
  readonly state: 'open' | 'resolved' | 'all';
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/**
 * Findings, the gravest first, within a severity the latest opening first. Index reads only: one ordered range for
 * each severity.
 * @throws StoreError ('cursor') when the cursor is none of this list's
 */
export async function listFindings(sql: Sql, filter: FindingFilter): Promise<Page<FindingRow>> {
  const take = pageSize(filter.limit) + 1;
  const ranges = rangesOf(filter);
  const { ruleId, stateMachineArn, executionArn } = filter;
  const state = {
    open: sql`and resolved_at is null`,
    resolved: sql`and resolved_at is not null`,
    all: sql``,
  };
  const rows = await sql<FindingRow[]>`
    select f.* from unnest(
      ${ranges.map((range) => range.rank)}::smallint[],
      ${ranges.map((range) => range.openedBefore)}::timestamptz[],
      ${ranges.map((range) => range.idBefore)}::text[]) as s (rank, opened_before, id_before)
    cross join lateral (
      select * from findings
      where severity_rank = s.rank and (opened_at, finding_id) < (s.opened_before, s.id_before) ${state[filter.state]}
        ${ruleId === undefined ? sql`` : sql`and rule_id = ${ruleId}`}
        ${stateMachineArn === undefined ? sql`` : sql`and state_machine_arn = ${stateMachineArn}`}
        ${executionArn === undefined ? sql`` : sql`and execution_arn = ${executionArn}`}
      order by opened_at desc, finding_id desc limit ${take}) f
    order by f.severity_rank, f.opened_at desc, f.finding_id desc limit ${take}`;
  return pageOf(rows, filter.limit, (row) => [row.severityRank, row.openedAt.toISOString(), row.findingId]);
}

const AFTER_EVERYTHING = '9999-12-31T00:00:00Z';

function rangesOf(filter: FindingFilter) {
  const [rankAt, openedAt, idAt] = readPageCursor(filter.cursor, ['number', 'time', 'text']) ?? [];
  const wanted =
    filter.severity === undefined || filter.severity.length === 0 ? FINDING_SEVERITIES : filter.severity;
  return [...new Set(wanted)]
    .map((severity) => FINDING_SEVERITIES.indexOf(severity))
    .filter((rank) => rank >= (rankAt ?? 0))
    .map((rank) =>
      rank === rankAt
        ? { rank, openedBefore: openedAt ?? AFTER_EVERYTHING, idBefore: idAt ?? '' }
        : { rank, openedBefore: AFTER_EVERYTHING, idBefore: '' },
    );
}
