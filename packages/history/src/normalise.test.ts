import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normaliseHistory, normaliseLogRecords, readTimestamp } from './normalise.ts';

const entered = {
  id: 2,
  previousEventId: 0,
  timestamp: 1735689600.05,
  type: 'PassStateEntered',
  stateEnteredEventDetails: { name: 'A', input: '{"x": 1}', inputDetails: { truncated: false } },
};

describe('normaliseHistory', () => {
  const expected = {
    id: 2,
    previousEventId: 0,
    timestamp: 1735689600050,
    type: 'PassStateEntered',
    name: 'A',
    input: '{"x": 1}',
  };

  test.each([
    ['the body of GetExecutionHistory', { events: [entered] }],
    ['a bare array', [entered]],
    ['ISO times, as the AWS CLI prints them', [{ ...entered, timestamp: '2025-01-01T00:00:00.050Z' }]],
    ['ISO times with an offset', [{ ...entered, timestamp: '2025-01-01T01:00:00.050+01:00' }]],
    ['Dates, as the SDK gives them', [{ ...entered, timestamp: new Date(1735689600050) }]],
  ])('%s', (_, page) => {
    expect(normaliseHistory(page)).toEqual({ events: [expected], problems: [] });
  });

  test.each([
    ['withheld where absent', {}, { known: false, why: 'withheld' }],
    [
      'truncated where AWS says so',
      { input: '{"a', inputDetails: { truncated: true } },
      { known: false, why: 'truncated' },
    ],
  ])('a payload is %s', (_, details, input) => {
    const page = [{ ...entered, stateEnteredEventDetails: { name: 'A', ...details } }];
    expect(normaliseHistory(page).events[0]).toMatchObject({ input });
  });

  test('an unknown type is kept, with its envelope', () => {
    const page = [{ ...entered, type: 'TaskTeleported' }];
    expect(normaliseHistory(page).events).toEqual([
      {
        id: 2,
        previousEventId: 0,
        timestamp: 1735689600050,
        type: 'Unrecognised',
        recordedType: 'TaskTeleported',
      },
    ]);
  });

  test.each(['toString', '__proto__', 'constructor'])('a type named %s is unknown, not inherited', (type) => {
    expect(normaliseHistory([{ ...entered, type }]).events[0]).toMatchObject({ type: 'Unrecognised' });
  });

  test.each([
    ['null', null],
    ['no id', { ...entered, id: undefined }],
    ['id 0', { ...entered, id: 0 }],
    ['a time that is none', { ...entered, timestamp: 'yesterday' }],
    ['no type', { ...entered, type: undefined }],
  ])('an entry that is no event (%s) becomes a problem and costs no other', (_, bad) => {
    const { events, problems } = normaliseHistory([bad, entered]);
    expect(events).toEqual([expected]);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.index).toBe(0);
  });

  test('never throws, whatever it is given', () => {
    fc.assert(fc.property(fc.anything({ withNullPrototype: true }), (page) => void normaliseHistory(page)));
  });
});

describe('normaliseLogRecords', () => {
  const record = {
    id: '2',
    type: 'PassStateEntered',
    details: { input: '{}', inputDetails: { truncated: false }, name: 'State_1' },
    previous_event_id: '0',
    event_timestamp: '1717165478441',
    execution_arn: 'arn:aws:states:us-east-1:111111111111:express:M:e1:u1',
    redrive_count: '1',
  };

  test('a record as text gives the same event as the API would', () => {
    expect(normaliseLogRecords([JSON.stringify(record)]).records).toEqual([
      {
        executionArn: record.execution_arn,
        redriveCount: 1,
        event: {
          id: 2,
          previousEventId: 0,
          timestamp: 1717165478441,
          type: 'PassStateEntered',
          name: 'State_1',
          input: '{}',
        },
      },
    ]);
  });

  test.each([
    [
      'the text that validates the log delivery',
      'Permissions are set correctly to allow AWS CloudWatch Logs',
    ],
    ['a record cut in the middle', JSON.stringify(record).slice(0, 40)],
    ['a record without an ARN', JSON.stringify({ ...record, execution_arn: undefined })],
  ])('%s becomes a problem', (_, message) => {
    const { records, problems } = normaliseLogRecords([message, record]);
    expect(records).toHaveLength(1);
    expect(problems).toHaveLength(1);
  });
});

test.each([
  [1735689600.05, 1735689600050],
  [1735689600050, 1735689600050],
  ['2025-01-01T00:00:00Z', 1735689600000],
  [undefined, Number.NaN],
  [{}, Number.NaN],
])('readTimestamp(%s)', (value, expected) => {
  expect(readTimestamp(value)).toBe(expected);
});
