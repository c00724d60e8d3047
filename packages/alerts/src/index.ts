export { type Delivery, deliverWebhook, type WebhookTarget } from './deliver-webhook.ts';
export { nextAttemptAt, RETRY_DELAYS_SECONDS } from './delivery-schedule.ts';
export {
  type AlertDestination,
  type DestinationProblem,
  type Destinations,
  parseDestinations,
} from './destinations.ts';
export {
  type FindingChange,
  type Notification,
  type NotificationLinks,
  type NotificationSubject,
  notificationFor,
} from './notification.ts';
export { formatSnsMessage, type SnsMessage } from './sns-message.ts';
export {
  SIGNATURE_HEADER,
  type SignatureVerdict,
  signWebhook,
  verifyWebhookSignature,
} from './webhook-signature.ts';
