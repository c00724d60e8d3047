import { createHmac, timingSafeEqual } from 'node:crypto';

/** The header that carries the signature of a webhook. */
export const SIGNATURE_HEADER = 'X-Steptrail-Signature';

/**
 * The value of `X-Steptrail-Signature`: `t=<unix seconds>,v1=<hex>`, where v1 is HMAC-SHA-256 with the secret over
 * `<t>.<body>`.
 * @param body the exact text that is sent
 * @param timestamp unix seconds
 */
export function signWebhook(body: string, secret: string, timestamp: number): string {
  const t = Math.floor(timestamp);
  return `t=${t},v1=${digest(body, secret, String(t)).toString('hex')}`;
}

function digest(body: string, secret: string, timestamp: string): Buffer {
  return createHmac('sha256', secret).update(`${timestamp}.${body}`, 'utf8').digest();
}

export type SignatureVerdict =
  | { readonly valid: true }
  | { readonly valid: false; readonly reason: 'malformed' | 'expired' | 'mismatch' };

/** How far the time of a signature may be from the receiver's, in seconds. */
const TOLERANCE_SECONDS = 300;

/**
 * For receivers: whether a webhook comes from who knows the secret, and is recent. Compares in constant time. More than
 * one v1 may be given (a change of secrets); one that fits is enough.
 * @param now unix seconds
 */
export function verifyWebhookSignature(received: {
  readonly body: string;
  readonly header: string | undefined;
  readonly secret: string;
  readonly now: number;
  readonly toleranceSeconds?: number;
}): SignatureVerdict {
  const { body, header = '', secret, now, toleranceSeconds = TOLERANCE_SECONDS } = received;
  const fields = header.split(',').map((field) => field.trim());
  const t = fields.find((field) => /^t=\d{1,12}$/.test(field))?.slice(2);
  const signatures = fields.filter((field) => /^v1=[0-9a-f]{64}$/.test(field)).map((field) => field.slice(3));
  if (t === undefined || signatures.length === 0) return { valid: false, reason: 'malformed' };
  const expected = digest(body, secret, t);
  const matches = signatures.filter((signature) => timingSafeEqual(Buffer.from(signature, 'hex'), expected));
  if (matches.length === 0) return { valid: false, reason: 'mismatch' };
  return Math.abs(now - Number(t)) > toleranceSeconds ? { valid: false, reason: 'expired' } : { valid: true };
}
