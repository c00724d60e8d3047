import type { Sql } from './sql.ts';
import { storedJson, storedText } from './stored-text.ts';

export type FindingSeverity = 'critical' | 'high' | 'medium' | 'low' | 'information';

/** From the gravest to the mildest; a severity's place is its rank. */
export const FINDING_SEVERITIES: readonly FindingSeverity[] = [
  'critical',
  'high',
  'medium',
  'low',
  'information',
];

export interface FindingRow {
  readonly findingId: string;
  readonly ruleId: string;
  readonly severity: FindingSeverity;
  readonly severityRank: number;
  readonly message: string;
  readonly data: unknown;
  readonly evidence: unknown;
  readonly stateMachineArn: string;
  readonly executionArn: string | null;
  readonly executionId: string | null;
  readonly openedAt: Date;
  readonly lastSeenAt: Date;
  readonly resolvedAt: Date | null;
  /** How often it was opened; each opening is announced once. */
  readonly openings: number;
}

export interface NewFinding {
  /** Fingerprint of rule, subject and key. */
  readonly findingId: string;
  readonly ruleId: string;
  readonly severity: FindingSeverity;
  readonly message: string;
  readonly data: unknown;
  readonly evidence: unknown;
}

/**
 * What was judged. With an execution: its findings; without: those of the state machine itself, and with `ruleIds`
 * only those of these rules.
 */
export interface FindingSubject {
  readonly stateMachineArn: string;
  readonly executionArn?: string | undefined;
  readonly executionId?: string | undefined;
  readonly ruleIds?: readonly string[] | undefined;
  /** Nothing was found of it before. */
  readonly isNew?: boolean | undefined;
}

/** What a judgement changed; `kept` were open and stay so, and of those `raised` are graver than they were. */
export interface FindingChanges {
  readonly opened: readonly FindingRow[];
  readonly raised: readonly FindingRow[];
  readonly resolved: readonly FindingRow[];
  readonly kept: number;
}

/**
 * Makes the subject's open findings those given: opens new ones, opens again those that were resolved (`openings`
 * goes up), resolves those that are absent. Pass a transaction.
 */
export async function syncFindings(
  sql: Sql,
  subject: FindingSubject,
  findings: readonly NewFinding[],
  now: Date,
): Promise<FindingChanges> {
  const given = [...new Map(findings.map((finding) => [finding.findingId, finding])).values()].sort((a, b) =>
    a.findingId < b.findingId ? -1 : 1,
  );
  const ids = given.map((finding) => finding.findingId);
  if (given.length === 0) {
    const resolved = subject.isNew ? [] : await resolveAbsent(sql, subject, ids, now);
    return { opened: [], raised: [], resolved, kept: 0 };
  }
  // Sent together, in this order.
  const before = sql<{ findingId: string; severityRank: number }[]>`
    select finding_id, severity_rank from findings where finding_id = any(${ids}::text[]) and resolved_at is null
    order by finding_id for update`.execute();
  const [open, saved, resolved] = await Promise.all([
    before,
    saveFindings(sql, subject, given, now),
    resolveAbsent(sql, subject, ids, now),
  ]);
  const rankBefore = new Map(open.map((row) => [row.findingId, row.severityRank]));
  const opened = saved.filter((row) => !rankBefore.has(row.findingId));
  const raised = saved.filter((row) => row.severityRank < (rankBefore.get(row.findingId) ?? 0));
  return { opened, raised, resolved, kept: saved.length - opened.length };
}

async function saveFindings(
  sql: Sql,
  subject: FindingSubject,
  given: readonly NewFinding[],
  now: Date,
): Promise<readonly FindingRow[]> {
  return sql<FindingRow[]>`
    insert into findings as kept (
      finding_id, rule_id, severity, severity_rank, message, data, evidence, state_machine_arn, execution_arn,
      execution_id, opened_at, last_seen_at)
    select f.finding_id, f.rule_id, f.severity, f.rank, f.message, f.data::jsonb, f.evidence::jsonb,
           ${subject.stateMachineArn}, ${subject.executionArn ?? null}, ${subject.executionId ?? null}::uuid,
           ${now}::timestamptz, ${now}::timestamptz
    from unnest(
      ${given.map((finding) => finding.findingId)}::text[],
      ${given.map((finding) => finding.ruleId)}::text[],
      ${given.map((finding) => finding.severity)}::text[],
      ${given.map((finding) => FINDING_SEVERITIES.indexOf(finding.severity))}::smallint[],
      ${given.map((finding) => storedText(finding.message))}::text[],
      ${given.map((finding) => storedJson(finding.data))}::text[],
      ${given.map((finding) => storedJson(finding.evidence))}::text[]
    ) as f (finding_id, rule_id, severity, rank, message, data, evidence)
    on conflict (finding_id) do update set
      severity = excluded.severity, severity_rank = excluded.severity_rank, message = excluded.message,
      data = excluded.data, evidence = excluded.evidence, state_machine_arn = excluded.state_machine_arn,
      execution_arn = excluded.execution_arn, execution_id = excluded.execution_id,
      last_seen_at = excluded.last_seen_at,
      opened_at = case when kept.resolved_at is null then kept.opened_at else excluded.opened_at end,
      openings = kept.openings + (kept.resolved_at is not null)::int,
      resolved_at = null
    returning *`;
}

async function resolveAbsent(
  sql: Sql,
  subject: FindingSubject,
  present: readonly string[],
  now: Date,
): Promise<readonly FindingRow[]> {
  const ofSubject =
    subject.executionArn === undefined
      ? sql`state_machine_arn = ${subject.stateMachineArn} and execution_arn is null`
      : sql`execution_arn = ${subject.executionArn}`;
  const ofRules =
    subject.ruleIds === undefined ? sql`` : sql`and rule_id = any(${[...subject.ruleIds]}::text[])`;
  return sql<FindingRow[]>`
    update findings set resolved_at = ${now}
    where finding_id in (
      select finding_id from findings
      where ${ofSubject} ${ofRules} and resolved_at is null and finding_id <> all(${[...present]}::text[])
      order by finding_id for update)
    returning *`;
}

/** One finding, undefined where there is none with this id. */
export async function readFinding(sql: Sql, findingId: string): Promise<FindingRow | undefined> {
  const [row] = await sql<FindingRow[]>`select * from findings where finding_id = ${findingId}`;
  return row;
}

/** Open findings by severity; every severity is there. */
export async function countFindings(sql: Sql): Promise<Record<FindingSeverity, number>> {
  const rows = await sql<{ severityRank: number; count: number }[]>`
    select severity_rank, count(*)::float8 as count from findings where resolved_at is null group by severity_rank`;
  const of = (severity: FindingSeverity) =>
    rows.find((row) => row.severityRank === FINDING_SEVERITIES.indexOf(severity))?.count ?? 0;
  return {
    critical: of('critical'),
    high: of('high'),
    medium: of('medium'),
    low: of('low'),
    information: of('information'),
  };
}
