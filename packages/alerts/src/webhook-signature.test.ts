import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { signWebhook, verifyWebhookSignature } from './webhook-signature.ts';

const secret = 'a secret of some length';
const now = 1_767_600_000;

test('signs time and body with HMAC-SHA-256', () => {
  // printf '1767600000.{}' | openssl dgst -sha256 -hmac 'a secret of some length'
  expect(signWebhook('{}', secret, now)).toBe(
    't=1767600000,v1=c0d3403989ff3d3f1708c3e943aca3ae55166ce2c3f2548ca874ba6087952f69',
  );
});

test('whatever is signed verifies, and nothing else does', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ minLength: 1 }), fc.string(), (body, key, other) => {
      const header = signWebhook(body, key, now);
      expect(verifyWebhookSignature({ body, header, secret: key, now })).toEqual({ valid: true });
      if (other !== body) {
        expect(verifyWebhookSignature({ body: other, header, secret: key, now }).valid).toBe(false);
      }
      if (other !== key) {
        expect(verifyWebhookSignature({ body, header, secret: `${key}x`, now }).valid).toBe(false);
      }
    }),
  );
});

describe('verifyWebhookSignature', () => {
  const body = '{"change":"opened"}';
  const header = signWebhook(body, secret, now);
  const v1 = header.split('v1=')[1] ?? '';

  test.each([
    ['no header', undefined, 'malformed'],
    ['an empty header', '', 'malformed'],
    ['no time', `v1=${v1}`, 'malformed'],
    ['a short signature', `t=${now},v1=abcd`, 'malformed'],
    ['another time than the signed one', `t=${now + 1},v1=${v1}`, 'mismatch'],
    ['another signature', `t=${now},v1=${'0'.repeat(64)}`, 'mismatch'],
  ])('refuses %s', (_name, given, reason) => {
    expect(verifyWebhookSignature({ body, header: given, secret, now })).toEqual({ valid: false, reason });
  });

  test('refuses one that is five minutes old, or ahead', () => {
    for (const offset of [-301, 301]) {
      expect(verifyWebhookSignature({ body, header, secret, now: now + offset })).toEqual({
        valid: false,
        reason: 'expired',
      });
    }
    expect(verifyWebhookSignature({ body, header, secret, now: now + 300 })).toEqual({ valid: true });
  });

  test('takes one of several signatures, as at a change of secrets', () => {
    const both = `t=${now},v1=${'0'.repeat(64)},v1=${v1}`;
    expect(verifyWebhookSignature({ body, header: both, secret, now })).toEqual({ valid: true });
  });
});
