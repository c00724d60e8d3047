import {
  type AlertDestination,
  type Delivery,
  deliverWebhook,
  formatSnsMessage,
  type Notification,
  nextAttemptAt,
} from '@steptrail/alerts';
import { AwsError, publishSns } from '@steptrail/aws';
import { type AlertRow, claimDueAlerts, markDelivered, markFailed } from '@steptrail/store';
import { type IngestContext, present, type Tally } from './context.ts';

/**
 * Delivers what waits in the outbox and is due, one notification a transaction: a kill between sending and marking
 * sends it again, with the same id, and loses none. What fails is tried again later.
 */
export async function deliverAlerts(
  context: Pick<IngestContext, 'sql' | 'clients' | 'alertClients' | 'destinations' | 'now' | 'signal'>,
  tally: Pick<Tally, 'alertsDelivered' | 'alertsFailed'> = { alertsDelivered: 0, alertsFailed: 0 },
): Promise<{ readonly alertsDelivered: number; readonly alertsFailed: number }> {
  for (;;) {
    context.signal?.throwIfAborted();
    const outcome = await context.sql.begin(async (tx) => {
      const now = present(context);
      const [alert] = await claimDueAlerts(tx, now, 1);
      if (alert === undefined) return undefined;
      const delivery = await send(context, alert);
      if (delivery.delivered) await markDelivered(tx, alert.alertId, now);
      else if (delivery.retriable) {
        const next = new Date(nextAttemptAt(alert.attempts + 1, now.getTime()));
        await markFailed(tx, alert.alertId, { error: delivery.reason, nextAttemptAt: next });
      } else await markFailed(tx, alert.alertId, { error: delivery.reason, givenUp: now });
      return delivery;
    });
    if (outcome === undefined) return tally;
    if (outcome.delivered) tally.alertsDelivered += 1;
    else tally.alertsFailed += 1;
  }
}

async function send(
  context: Pick<IngestContext, 'clients' | 'alertClients' | 'destinations' | 'signal'>,
  alert: AlertRow,
): Promise<Delivery> {
  const destination = context.destinations?.find(({ kind }) => kind === alert.destination);
  if (destination === undefined) {
    const reason = `The destination ${alert.destination} is not configured any more: set its variables again to have it told.`;
    return { delivered: false, retriable: true, reason };
  }
  const notification = alert.notification as Notification;
  if (destination.kind === 'webhook') return deliverWebhook(destination, notification);
  return sendToTopic(context, destination, notification);
}

async function sendToTopic(
  context: Pick<IngestContext, 'clients' | 'alertClients' | 'signal'>,
  { topicArn }: Extract<AlertDestination, { kind: 'sns' }>,
  notification: Notification,
): Promise<Delivery> {
  try {
    const clients = context.alertClients ?? context.clients;
    await publishSns(clients, topicArn, formatSnsMessage(notification), context.signal);
    return { delivered: true };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { delivered: false, retriable: true, reason: error.message };
  }
}
