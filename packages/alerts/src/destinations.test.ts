import { expect, test } from 'vitest';
import { nextAttemptAt, RETRY_DELAYS_SECONDS } from './delivery-schedule.ts';
import { parseDestinations } from './destinations.ts';

const secret = 'a secret of some length';
const topicArn = 'arn:aws:sns:eu-west-1:111111111111:alerts';

test('none set: nothing to announce to, nothing wrong', () => {
  expect(parseDestinations({})).toEqual({ destinations: [], problems: [] });
  expect(parseDestinations({ STEPTRAIL_WEBHOOK_URL: '', STEPTRAIL_SNS_TOPIC_ARN: ' ' })).toEqual({
    destinations: [],
    problems: [],
  });
});

test('both set', () => {
  expect(
    parseDestinations({
      STEPTRAIL_WEBHOOK_URL: 'https://example.com/hooks',
      STEPTRAIL_WEBHOOK_SECRET: secret,
      STEPTRAIL_SNS_TOPIC_ARN: topicArn,
    }),
  ).toEqual({
    destinations: [
      { kind: 'webhook', url: 'https://example.com/hooks', secret },
      { kind: 'sns', topicArn },
    ],
    problems: [],
  });
});

test.each([
  [
    'an address without a scheme',
    { STEPTRAIL_WEBHOOK_URL: 'example.com', STEPTRAIL_WEBHOOK_SECRET: secret },
    'URL',
  ],
  ['another scheme', { STEPTRAIL_WEBHOOK_URL: 'ftp://example.com', STEPTRAIL_WEBHOOK_SECRET: secret }, 'URL'],
  [
    'a password in it',
    { STEPTRAIL_WEBHOOK_URL: 'https://a:hunter2@example.com', STEPTRAIL_WEBHOOK_SECRET: secret },
    'URL',
  ],
  ['no secret', { STEPTRAIL_WEBHOOK_URL: 'https://example.com' }, 'SECRET'],
  [
    'a short secret',
    { STEPTRAIL_WEBHOOK_URL: 'https://example.com', STEPTRAIL_WEBHOOK_SECRET: 'hunter2' },
    'SECRET',
  ],
  ['a secret alone', { STEPTRAIL_WEBHOOK_SECRET: secret }, 'URL'],
  ['no topic', { STEPTRAIL_SNS_TOPIC_ARN: 'alerts' }, 'TOPIC_ARN'],
  ['a queue', { STEPTRAIL_SNS_TOPIC_ARN: 'arn:aws:sqs:eu-west-1:111111111111:alerts' }, 'TOPIC_ARN'],
  ['a FIFO topic', { STEPTRAIL_SNS_TOPIC_ARN: `${topicArn}.fifo` }, 'TOPIC_ARN'],
])('one sentence for %s, which quotes no value', (_name, env, variable) => {
  const { destinations, problems } = parseDestinations(env);
  expect(destinations).toEqual([]);
  expect(problems).toHaveLength(1);
  expect(problems[0]?.variable).toMatch(new RegExp(`_${variable}$`));
  expect(problems[0]?.message).toMatch(/^[A-Z][^\n]*\.$/);
  expect(problems[0]?.message).not.toContain('hunter2');
});

test('a bad destination leaves the good one usable', () => {
  const { destinations, problems } = parseDestinations({
    STEPTRAIL_WEBHOOK_URL: 'nonsense',
    STEPTRAIL_SNS_TOPIC_ARN: topicArn,
  });
  expect(destinations).toEqual([{ kind: 'sns', topicArn }]);
  expect(problems).toHaveLength(1);
});

test('attempts come later and later, and never end', () => {
  const delays = Array.from({ length: 12 }, (_, index) => nextAttemptAt(index + 1, 0) / 1000);
  expect(delays.slice(0, RETRY_DELAYS_SECONDS.length)).toEqual(RETRY_DELAYS_SECONDS);
  expect(new Set(delays.slice(RETRY_DELAYS_SECONDS.length))).toEqual(new Set([21_600]));
  expect(nextAttemptAt(0, 1000)).toBe(11_000);
});
