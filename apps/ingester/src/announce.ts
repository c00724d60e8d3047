import { type FindingChange, notificationFor } from '@steptrail/alerts';
import { type Evidence, type Finding, renderFinding } from '@steptrail/rules';
import {
  enqueueAlerts,
  type FindingChanges,
  type FindingRow,
  listAlerts,
  type NewAlert,
  type Sql,
} from '@steptrail/store';
import type { IngestContext } from './context.ts';

const DASHBOARD = 'http://127.0.0.1:4400';

/**
 * Puts into the outbox what is to be announced: critical findings that opened or have become so, and that those announced are resolved.
 * Pass the transaction that changed the findings.
 */
export async function announce(
  sql: Sql,
  context: Pick<IngestContext, 'destinations' | 'dashboardUrl'>,
  changes: FindingChanges,
  now: Date,
): Promise<void> {
  const destinations = context.destinations ?? [];
  if (destinations.length === 0) return;
  const alerts: NewAlert[] = [];
  for (const row of [...changes.opened, ...changes.raised]) {
    if (row.severity !== 'critical') continue;
    for (const { kind } of destinations) alerts.push(alertOf(row, 'opened', kind, context));
  }
  for (const row of changes.resolved) {
    const announced = await listAlerts(sql, row.findingId);
    for (const { change, opening, destination } of announced) {
      if (change !== 'opened' || opening !== row.openings) continue;
      alerts.push(alertOf(row, 'resolved', destination, context));
    }
  }
  await enqueueAlerts(sql, alerts, now);
}

function alertOf(
  row: FindingRow,
  change: FindingChange,
  destination: string,
  { dashboardUrl = DASHBOARD }: Pick<IngestContext, 'dashboardUrl'>,
): NewAlert {
  const finding: Finding = {
    ruleId: row.ruleId,
    severity: row.severity,
    message: row.message,
    data: row.data as Finding['data'],
    evidence: row.evidence as Evidence,
    key: '',
  };
  const subject = {
    stateMachineArn: row.stateMachineArn,
    executionArn: row.executionArn ?? undefined,
    fingerprint: row.findingId,
    words: renderFinding(finding),
    occurredAt: ((change === 'resolved' ? row.resolvedAt : null) ?? row.openedAt).getTime(),
  };
  const links = { finding: `${dashboardUrl.replace(/\/$/, '')}/findings/${row.findingId}` };
  const notification = notificationFor(finding, change, subject, links);
  return { findingId: row.findingId, opening: row.openings, change, destination, notification };
}
