import { describe, expect, test } from 'vitest';
import type { Event } from './event.ts';
import { findLogLines, findLogMessages, leastLogLevel } from './log-messages.ts';

const record = { id: '1', type: 'ExecutionStarted', details: {}, execution_arn: 'arn', event_timestamp: '1' };
const message = JSON.stringify(record);

describe('log records are found', () => {
  test.each([
    ['in FilterLogEvents', { events: [{ logStreamName: 's', timestamp: 1, message, eventId: 'e' }] }],
    ['in GetLogEvents', { events: [{ timestamp: 1, message }], nextForwardToken: 'f/1' }],
    ['in a subscription', { messageType: 'DATA_MESSAGE', logEvents: [{ id: '1', timestamp: 1, message }] }],
    [
      'in Insights',
      {
        results: [
          [
            { field: '@timestamp', value: '2026' },
            { field: '@message', value: message },
          ],
        ],
      },
    ],
    ['in rows of Insights', [{ '@timestamp': '2026', '@message': message }]],
    ['as a list of messages', [message]],
    ['as a list of parsed messages', [record]],
    ['in a recorded case', { definition: {}, history: null, logs: [{ message: record }] }],
    ['alone', record],
  ])('%s', (_, value) => {
    const found = findLogMessages(value);
    expect(found?.map((each) => (typeof each === 'string' ? JSON.parse(each) : each))).toEqual([record]);
  });

  test.each([
    ['JSON lines', `${message}\n${message}\n`],
    ['lines of log events', `${JSON.stringify({ timestamp: 1, message })}\r\n${message}`],
    [
      'lines of aws logs tail',
      `2026-01-01T00:00:00 states/M/2026-01-01-00-00/0a1b2c3d ${message}\n\n${message}`,
    ],
  ])('in %s', (_, text) => {
    expect(findLogLines(text)).toHaveLength(2);
  });

  test('but not in anything else', () => {
    for (const value of [
      null,
      1,
      'text',
      [],
      {},
      { events: [] },
      { events: [{ id: 1 }] },
      [{ message: 'hello' }],
    ]) {
      expect(findLogMessages(value)).toBeUndefined();
    }
    expect(findLogLines('{"a":1}\nCloudWatch validates the permissions\n')).toBeUndefined();
  });
});

test('the level of a log shows in its records', () => {
  const at = { id: 3, previousEventId: 2, timestamp: 1 };
  const failed: Event = { ...at, type: 'ExecutionFailed' };
  expect(leastLogLevel([failed])).toBe('FATAL');
  expect(leastLogLevel([failed, { ...at, type: 'WaitStateAborted' }])).toBe('ERROR');
  expect(leastLogLevel([failed, { ...at, type: 'ExecutionStarted', input: '{}' }])).toBe('ALL');
});
