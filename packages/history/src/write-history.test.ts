import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Event } from './event.ts';
import { EVENT_TYPES, type EventType } from './event-types.ts';
import { normaliseHistory, normaliseLogRecords } from './normalise.ts';
import { writeHistoryEvent, writeLogRecord } from './write-history.ts';

const types = Object.keys(EVENT_TYPES) as readonly EventType[];
const executionArn = 'arn:aws:states:us-east-1:111122223333:execution:Orders:one';

const details = fc.record(
  {
    name: fc.string(),
    input: fc.json(),
    inputDetails: fc.record({ truncated: fc.boolean() }),
    output: fc.json(),
    outputDetails: fc.record({ truncated: fc.boolean() }),
    parameters: fc.json(),
    error: fc.string(),
    cause: fc.string(),
    resource: fc.string(),
    resourceType: fc.string(),
    region: fc.string(),
    roleArn: fc.string(),
    stateMachineAliasArn: fc.string(),
    stateMachineVersionArn: fc.string(),
    timeoutInSeconds: fc.nat(),
    heartbeatInSeconds: fc.nat(),
    taskCredentials: fc.record({ roleArn: fc.string() }),
    workerName: fc.string(),
    index: fc.nat(),
    length: fc.nat(),
    mapRunArn: fc.string(),
    redriveCount: fc.nat(),
    state: fc.string(),
    location: fc.string(),
    assignedVariables: fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), fc.json()),
    assignedVariablesDetails: fc.record({ truncated: fc.boolean() }),
  },
  { requiredKeys: [] },
);

/** Any event that `normaliseHistory` can give. */
const anyEvent: fc.Arbitrary<Event> = fc
  .record({
    type: fc.oneof(fc.constantFrom(...types), fc.constant('SomethingNewHappened')),
    id: fc.integer({ min: 1, max: 25_000 }),
    previousEventId: fc.nat(25_000),
    timestamp: fc.integer({ min: 1_500_000_000_000, max: 1_900_000_000_000 }).map((ms) => ms / 1000),
    details,
  })
  .map(({ details: given, ...envelope }) => {
    const key = (EVENT_TYPES as Record<string, { details: string | null }>)[envelope.type]?.details;
    const read = normaliseHistory([key ? { ...envelope, [key]: given } : envelope]).events[0];
    if (read === undefined) throw new Error('The generator made something that is no event.');
    return read;
  });

describe('writing is the inverse of normalising', () => {
  test('for a history event, through JSON text', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        const text = JSON.stringify({ events: [writeHistoryEvent(event)] });
        expect(normaliseHistory(JSON.parse(text))).toStrictEqual({ events: [event], problems: [] });
      }),
    );
  });

  test('for a log record', () => {
    fc.assert(
      fc.property(anyEvent, fc.nat(5), (event, redriveCount) => {
        const text = JSON.stringify(writeLogRecord(event, { executionArn, redriveCount }));
        expect(normaliseLogRecords([text])).toStrictEqual({
          records: [{ executionArn, redriveCount, event }],
          problems: [],
        });
      }),
    );
  });
});

const started: Event = {
  id: 1,
  previousEventId: 0,
  timestamp: 1_751_425_445_123,
  type: 'ExecutionStarted',
  input: '{"orderId":"A-1"}',
  roleArn: 'arn:aws:iam::111122223333:role/orders',
};

describe('shapes on the wire', () => {
  test('a history event has epoch seconds and its details member', () => {
    expect(writeHistoryEvent(started)).toStrictEqual({
      timestamp: 1_751_425_445.123,
      type: 'ExecutionStarted',
      id: 1,
      previousEventId: 0,
      executionStartedEventDetails: {
        input: '{"orderId":"A-1"}',
        inputDetails: { truncated: false },
        roleArn: 'arn:aws:iam::111122223333:role/orders',
      },
    });
  });

  test('without execution data, payloads are absent and failures stay', () => {
    expect(writeHistoryEvent(started, { includeExecutionData: false })).toMatchObject({
      executionStartedEventDetails: { roleArn: 'arn:aws:iam::111122223333:role/orders' },
    });
    const failed: Event = { ...started, type: 'ExecutionFailed', error: 'E', cause: 'because' };
    expect(
      writeLogRecord(failed, { executionArn, redriveCount: 0 }, { includeExecutionData: false }),
    ).toMatchObject({ details: { error: 'E', cause: 'because' } });
  });

  test('a log record has texts in its envelope and bare details', () => {
    const record = writeLogRecord(
      started,
      { executionArn, redriveCount: 1 },
      { includeExecutionData: false },
    );
    expect(record).toStrictEqual({
      id: '1',
      type: 'ExecutionStarted',
      details: { roleArn: 'arn:aws:iam::111122223333:role/orders' },
      previous_event_id: '0',
      event_timestamp: '1751425445123',
      execution_arn: executionArn,
      redrive_count: '1',
    });
  });

  test('a payload above 248 KiB is cut in a log record and flagged', () => {
    const long: Event = { ...started, input: JSON.stringify('x'.repeat(250 * 1024)) };
    const record = writeLogRecord(long, { executionArn, redriveCount: 0 });
    expect(record.details).toMatchObject({ inputDetails: { truncated: true } });
    expect(normaliseLogRecords([record]).records[0]?.event).toMatchObject({
      input: { known: false, why: 'truncated' },
    });
  });
});
