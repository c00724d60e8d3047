import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readStatusChange, STATUS_CHANGE } from './status-event.ts';

const at = 'arn:aws:states:us-east-1:111111111111';
const detail = {
  executionArn: `${at}:execution:Orders:e1`,
  stateMachineArn: `${at}:stateMachine:Orders`,
  name: 'e1',
  status: 'SUCCEEDED',
  startDate: 1551225271984,
  stopDate: 1551225272000,
  input: '{}',
  output: null,
  redriveCount: 1,
  redriveDate: null,
  stateMachineVersionArn: null,
  stateMachineAliasArn: `${at}:stateMachine:Orders:live`,
  somethingNew: { a: 1 },
};
const event = (more: object = {}, envelope: object = {}) =>
  JSON.stringify({
    version: '0',
    source: 'aws.states',
    'detail-type': STATUS_CHANGE,
    detail: { ...detail, ...more },
    ...envelope,
  });

const change = {
  executionArn: detail.executionArn,
  stateMachineArn: detail.stateMachineArn,
  name: 'e1',
  status: 'SUCCEEDED',
  startDate: 1551225271984,
  stopDate: 1551225272000,
  redriveCount: 1,
  stateMachineAliasArn: `${at}:stateMachine:Orders:live`,
};

describe('reads', () => {
  test.each([
    ['an event', event(), change],
    ['one that SNS wraps', JSON.stringify({ Type: 'Notification', Message: event() }), change],
    [
      'a version in the ARN of the machine',
      event({ stateMachineArn: `${at}:stateMachine:Orders:7` }),
      change,
    ],
    ['no redriveCount', event({ redriveCount: null }), { ...change, redriveCount: undefined }],
    [
      'no end',
      event({ status: 'RUNNING', stopDate: null }),
      { ...change, status: 'RUNNING', stopDate: undefined },
    ],
    [
      'a child of a Map Run',
      event({ executionArn: `${at}:execution:Orders/Each:e1`, name: undefined }),
      {
        ...change,
        executionArn: `${at}:execution:Orders/Each:e1`,
        stateMachineArn: `${at}:stateMachine:Orders/Each`,
      },
    ],
  ])('%s', (_, body, expected) => {
    expect(readStatusChange(body)).toEqual({ ok: true, change: expected });
  });
});

describe('refuses', () => {
  test.each([
    ['nothing', '', 'it is no JSON object'],
    ['garbage', '{"source":"aws.st', 'it is no JSON object'],
    ['a list', '[1]', 'it is no JSON object'],
    ['a text', '"hello"', 'it is no JSON object'],
    [
      'garbage that SNS wraps',
      JSON.stringify({ Type: 'Notification', Message: 'hi' }),
      'it is no JSON object',
    ],
    ['something else', '{"a":1}', 'it is no event of EventBridge'],
    ['a test of S3', '{"Event":"s3:TestEvent"}', 'it is no event of EventBridge'],
    [
      'another service',
      event({}, { source: 'aws.ec2', 'detail-type': 'EC2 Change' }),
      'it is a "EC2 Change"',
    ],
    ['someone who pretends', event({}, { source: 'my.app' }), `it is a "${STATUS_CHANGE}"`],
    ['no detail', event({}, { detail: 3 }), `it is a "${STATUS_CHANGE}"`],
    [
      'an Express execution',
      event({ executionArn: `${at}:express:O:e:u` }),
      'it names no Standard execution',
    ],
    ['no execution', event({ executionArn: null }), 'it names no Standard execution'],
    ['no status', event({ status: 7 }), 'it lacks the status or the time of the start'],
    ['no time', event({ startDate: '2026' }), 'it lacks the status or the time of the start'],
    ['no possible time', event({ startDate: 1e300 }), 'it lacks the status or the time of the start'],
  ])('%s', (_, body, why) => {
    expect(readStatusChange(body)).toEqual({ ok: false, why });
  });
});

const found = join(
  process.env.STEPTRAIL_CORPUS ?? resolve(import.meta.dirname, '../../../../shared/corpus'),
  'found',
);

describe.skipIf(!existsSync(found))('events that AWS documents (skipped without the corpus)', () => {
  const events = (existsSync(found) ? readdirSync(found) : [])
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(join(found, file), 'utf8')))
    .filter((recorded) => typeof recorded?.statusEvent === 'object' && recorded.statusEvent !== null);

  test('are read', () => {
    expect(events.length).toBeGreaterThan(0);
    for (const { statusEvent, status, executionArn } of events) {
      const read = readStatusChange(JSON.stringify(statusEvent));
      expect(read).toMatchObject({ ok: true, change: { status, executionArn } });
      expect(read).toMatchObject({ change: { startDate: statusEvent.detail.startDate } });
    }
  });
});
