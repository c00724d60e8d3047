import type { Notification } from './notification.ts';
import { SIGNATURE_HEADER, signWebhook } from './webhook-signature.ts';

export interface WebhookTarget {
  readonly url: string;
  readonly secret: string;
  readonly fetch?: typeof globalThis.fetch;
  /** For the whole request; default 10 s. */
  readonly timeoutMs?: number;
  /** Epoch milliseconds, for the signature; default the present. */
  readonly now?: number;
}

/** `reason` is one sentence without secrets: of the URL it names the origin only. */
export type Delivery =
  | { readonly delivered: true }
  | { readonly delivered: false; readonly retriable: boolean; readonly reason: string };

const TIMEOUT_MS = 10_000;

/** Answers that the same request will get again; all others may pass (a receiver that is being deployed, a full one). */
const FINAL_STATUSES: ReadonlySet<number> = new Set([400, 405, 410, 413, 415, 422]);

/**
 * Sends one notification as signed JSON by POST. Any 2xx counts as delivered; redirects are not followed, for the
 * signature was meant for this address. Never throws.
 */
export async function deliverWebhook(target: WebhookTarget, notification: Notification): Promise<Delivery> {
  const { url, secret, fetch = globalThis.fetch, timeoutMs = TIMEOUT_MS, now = Date.now() } = target;
  const body = JSON.stringify(notification);
  const origin = URL.canParse(url) ? new URL(url).origin : undefined;
  if (origin === undefined) {
    return {
      delivered: false,
      retriable: false,
      reason: 'The webhook URL is no URL: correct STEPTRAIL_WEBHOOK_URL.',
    };
  }
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'User-Agent': 'steptrail',
        [SIGNATURE_HEADER]: signWebhook(body, secret, now / 1000),
        'X-Steptrail-Notification': notification.id,
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
    return judge(response.status, origin);
  } catch (error) {
    return { delivered: false, retriable: true, reason: describeFailure(error, origin, timeoutMs) };
  }
}

function judge(status: number, origin: string): Delivery {
  if (status >= 200 && status < 300) return { delivered: true };
  if (status >= 300 && status < 400) {
    const reason = `The webhook at ${origin} answered ${status} with a redirect, which is not followed: set STEPTRAIL_WEBHOOK_URL to the final address.`;
    return { delivered: false, retriable: true, reason };
  }
  return {
    delivered: false,
    retriable: !FINAL_STATUSES.has(status),
    reason: `The webhook at ${origin} answered ${status}.`,
  };
}

function describeFailure(error: unknown, origin: string, timeoutMs: number): string {
  if (error instanceof Error && error.name === 'TimeoutError') {
    return `The webhook at ${origin} did not answer within ${timeoutMs} ms.`;
  }
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  return `The webhook at ${origin} could not be reached${code}.`;
}
