import { describe, expect, test } from 'vitest';
import { fingerprint } from './fingerprint.ts';
import { fillTemplate, formatDuration, renderFinding } from './render-finding.ts';
import type { Finding } from './rule.ts';

const finding: Finding = {
  ruleId: 'execution-stuck',
  severity: 'critical',
  message: 'unbounded',
  data: { state: 'Approve', waitsFor: 'callback token', sinceAt: 1_767_600_000_000, waitedSeconds: 273_600 },
  evidence: { pointers: [], executions: [] },
  key: '/States/Approve unbounded',
};

test('a finding in words', () => {
  expect(renderFinding(finding)).toMatchObject({
    title: 'Execution is stuck',
    text: 'Approve has waited since 2026-01-05T08:00:00Z (3 d 4 h) for its callback token, and nothing bounds the wait but the limit of the service.',
  });
});

test('a finding of a rule that is gone stays readable', () => {
  expect(renderFinding({ ...finding, ruleId: 'gone', data: { state: 'Approve', events: 25_000 } })).toEqual({
    title: 'gone',
    text: 'unbounded. state Approve events 25,000',
    why: '',
    mend: '',
    reference: '',
  });
});

test.each([
  ['{a} of {b}', { a: 1_234_567, b: 12.34 }, '1,234,567 of 12.3'],
  ['{a} {missing}', { a: null }, 'unknown {missing}'],
  ['{sizeBytes}', { sizeBytes: 225_280 }, '220 KiB'],
  ['{startAt}', { startAt: Number.NaN }, 'unknown'],
  ['{a}', { a: '{b}', b: 'inner' }, '{b}'],
])('%s with %j', (template, data, text) => {
  expect(fillTemplate(template, data)).toBe(text);
});

test.each([
  [0, '0 s'],
  [59.6, '1 min'],
  [3_600, '1 h'],
  [3_605, '1 h'],
  [90_061, '1 d 1 h'],
  [31_536_000, '365 d'],
  [-5, '0 s'],
])('%d seconds are %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

describe('fingerprint', () => {
  const arn = 'arn:aws:states:eu-west-1:111111111111:execution:orders:42';

  test('is the same whatever a later run says of the same thing', () => {
    const later = { ...finding, severity: 'high', message: 'other', data: {} } as const;
    expect(fingerprint(later, arn)).toBe(fingerprint(finding, arn));
    expect(fingerprint(finding, arn)).toMatch(/^[0-9a-f]{64}$/);
  });

  test('differs by rule, subject and key', () => {
    const all = [
      fingerprint(finding, arn),
      fingerprint({ ...finding, ruleId: 'other' }, arn),
      fingerprint({ ...finding, key: 'other' }, arn),
      fingerprint(finding, `${arn}3`),
    ];
    expect(new Set(all).size).toBe(all.length);
  });
});
