import type { Finding } from '@steptrail/rules';
import { describe, expect, test } from 'vitest';
import { type Notification, notificationFor } from './notification.ts';
import { formatSnsMessage } from './sns-message.ts';

const stateMachineArn = 'arn:aws:states:eu-west-1:111111111111:stateMachine:orders';
const executionArn = 'arn:aws:states:eu-west-1:111111111111:execution:orders:42';

const finding: Finding = {
  ruleId: 'execution-stuck',
  severity: 'critical',
  message: 'unbounded',
  data: { state: 'Approve', stray: '{"card":"4111"}' },
  evidence: { pointers: ['/States/Approve'], executions: [{ executionArn, eventIds: [5] }] },
  key: '/States/Approve unbounded',
};

const subject = {
  stateMachineArn,
  executionArn,
  fingerprint: 'f'.repeat(64),
  words: {
    title: 'Execution is stuck',
    text: 'Approve has waited for a callback token since 2026-01-05T08:00:00Z.',
  },
  occurredAt: Date.UTC(2026, 0, 6, 8),
};
const links = { finding: 'http://127.0.0.1:4400/findings/ffff' };

describe('notificationFor', () => {
  test('says what changed, where, and with which evidence', () => {
    expect(notificationFor(finding, 'opened', subject, links)).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      change: 'opened',
      fingerprint: 'f'.repeat(64),
      ruleId: 'execution-stuck',
      severity: 'critical',
      title: 'Execution is stuck',
      text: subject.words.text,
      stateMachineArn,
      executionArn,
      evidence: finding.evidence,
      url: links.finding,
      occurredAt: '2026-01-06T08:00:00.000Z',
    });
  });

  test('has the same id at every attempt, and another one for every change', () => {
    const opened = notificationFor(finding, 'opened', subject, links);
    const later = { ...subject, occurredAt: subject.occurredAt + 1000 };
    const ids = [
      opened,
      notificationFor(finding, 'opened', later, links),
      notificationFor(finding, 'resolved', subject, links),
    ].map(({ id }) => id);
    expect(notificationFor(finding, 'opened', subject, links)).toEqual(opened);
    expect(new Set(ids).size).toBe(3);
  });

  test('carries no data of the finding, which might hold a payload', () => {
    expect(JSON.stringify(notificationFor(finding, 'opened', subject, links))).not.toContain('4111');
  });

  test('leaves the execution out where the finding is about a definition', () => {
    const { executionArn: _, ...definition } = subject;
    expect(notificationFor(finding, 'opened', definition, links)).not.toHaveProperty('executionArn');
  });

  test('stays small whatever the evidence', () => {
    const many = Array.from({ length: 5_000 }, (_, index) => index + 1);
    const evidence = {
      pointers: many.map((index) => `/States/State ${index}`),
      executions: many.map((index) => ({ executionArn: `${executionArn}-${index}`, eventIds: many })),
    };
    const notification = notificationFor({ ...finding, evidence }, 'opened', subject, links);
    expect(JSON.stringify(notification).length).toBeLessThan(32_768);
  });
});

describe('formatSnsMessage', () => {
  const notification: Notification = notificationFor(finding, 'resolved', subject, links);

  test('is text for people, with the notification as JSON in its last line', () => {
    const { Message } = formatSnsMessage(notification);
    const lines = Message.split('\n');
    expect(lines.slice(0, 2)).toEqual([
      'Execution is stuck (critical, resolved at 2026-01-06T08:00:00.000Z)',
      subject.words.text,
    ]);
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual(notification);
  });

  test.each([
    ['short', 'Execution is stuck'],
    ['long', 'x'.repeat(300)],
    ['not ASCII', 'Ausführung hängt — seit\nTagen 🚨'],
  ])('gives a subject that SNS takes: %s', (_name, title) => {
    const { Subject } = formatSnsMessage({ ...notification, title });
    expect(Subject).toMatch(/^[\x20-\x7e]{1,100}$/);
    expect(Subject).toMatch(/^\[critical\] resolved: /);
  });
});
