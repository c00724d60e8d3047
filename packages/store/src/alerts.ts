import type { Sql } from './sql.ts';
import { storedJson, storedText } from './stored-text.ts';

/** One notification of the outbox. */
export interface AlertRow {
  /** A decimal number as text: PostgreSQL's bigint. */
  readonly alertId: string;
  readonly findingId: string;
  /** Which opening of the finding it announces. */
  readonly opening: number;
  readonly change: 'opened' | 'resolved';
  /** 'webhook' or 'sns'. */
  readonly destination: string;
  readonly notification: unknown;
  readonly createdAt: Date;
  readonly attempts: number;
  readonly nextAttemptAt: Date;
  readonly deliveredAt: Date | null;
  readonly givenUpAt: Date | null;
  readonly lastError: string | null;
}

export type NewAlert = Pick<AlertRow, 'findingId' | 'opening' | 'change' | 'destination' | 'notification'>;

/** Puts notifications into the outbox, each opening, change and destination once. Gives how many were new. */
export async function enqueueAlerts(
  sql: Sql,
  alerts: readonly NewAlert[],
  now: Date = new Date(),
): Promise<number> {
  if (alerts.length === 0) return 0;
  const added = await sql`
    insert into alerts (finding_id, opening, change, destination, notification, created_at, next_attempt_at)
    select a.finding_id, a.opening, a.change, a.destination, a.notification::jsonb, ${now}::timestamptz,
           ${now}::timestamptz
    from unnest(
      ${alerts.map((alert) => alert.findingId)}::text[],
      ${alerts.map((alert) => alert.opening)}::int[],
      ${alerts.map((alert) => alert.change)}::text[],
      ${alerts.map((alert) => alert.destination)}::text[],
      ${alerts.map((alert) => storedJson(alert.notification))}::text[]
    ) as a (finding_id, opening, change, destination, notification)
    on conflict (finding_id, opening, change, destination) do nothing returning true`;
  return added.length;
}

/**
 * Takes notifications that are due and that nobody else holds, the longest due first; they are held until the
 * transaction ends. Pass a transaction, and mark them in it.
 */
export async function claimDueAlerts(sql: Sql, now: Date, limit: number): Promise<readonly AlertRow[]> {
  return sql<AlertRow[]>`
    select * from alerts
    where delivered_at is null and given_up_at is null and next_attempt_at <= ${now}
    order by next_attempt_at, alert_id limit ${limit} for update skip locked`;
}

/** It arrived. */
export async function markDelivered(sql: Sql, alertId: string, now: Date = new Date()): Promise<void> {
  await sql`
    update alerts set delivered_at = ${now}, attempts = attempts + 1, last_error = null
    where alert_id = ${alertId}::bigint`;
}

/** It did not arrive: when to try again, or since when it is given up. */
export async function markFailed(
  sql: Sql,
  alertId: string,
  failed: { readonly error: string } & ({ readonly nextAttemptAt: Date } | { readonly givenUp: Date | true }),
): Promise<void> {
  const error = storedText(failed.error);
  if ('nextAttemptAt' in failed) {
    await sql`
      update alerts set attempts = attempts + 1, last_error = ${error}, next_attempt_at = ${failed.nextAttemptAt}
      where alert_id = ${alertId}::bigint`;
    return;
  }
  await sql`
    update alerts set attempts = attempts + 1, last_error = ${error},
                      given_up_at = ${failed.givenUp === true ? new Date() : failed.givenUp}
    where alert_id = ${alertId}::bigint`;
}

/** The notifications of a finding, the latest first. */
export async function listAlerts(sql: Sql, findingId: string): Promise<readonly AlertRow[]> {
  return sql<AlertRow[]>`select * from alerts where finding_id = ${findingId} order by alert_id desc`;
}
