import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile, replay } from '@steptrail/interpreter';
import { afterAll, describe, expect, it } from 'vitest';
import { readLargeHistory } from './read-large-history.ts';
import { readRecordedHistories } from './read-recorded-history.ts';

const folder = mkdtempSync(join(tmpdir(), 'steptrail-large-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const definition = { StartAt: 'One', States: { One: { Type: 'Pass', End: true } } };
const executionArn = 'arn:aws:states:us-east-1:123456789012:execution:M:e';
const events = [
  { id: 1, timestamp: 1, type: 'ExecutionStarted', executionStartedEventDetails: { input: '{"a":1}' } },
  {
    id: 2,
    timestamp: 1,
    type: 'PassStateEntered',
    stateEnteredEventDetails: { name: 'One', input: '{"a":1}' },
  },
  {
    id: 3,
    previousEventId: 2,
    timestamp: 1,
    type: 'PassStateExited',
    stateExitedEventDetails: { name: 'One', output: '{"a":1}' },
  },
];

function read(value: unknown) {
  const file = join(folder, 'history.json');
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
  return readLargeHistory(file, 1);
}

describe('a large file', () => {
  it.each<[string, unknown]>([
    ['an answer of the AWS CLI', { events }],
    ['a bare array', events],
    ['a recorded case', { definition, executionArn, history: { events } }],
    ['a case that tells of itself last', { history: events, definition, executionArn }],
  ])('%s: is read as it would be whole', (_, value) => {
    const [whole] = readRecordedHistories(value) ?? [];
    const large = read(value);
    expect({ ...large, events: [...(large?.events ?? [])], rawEvents: events }).toEqual({
      ...whole,
      rawEvents: events,
    });
    const again = read(value);
    const program = compile(definition);
    expect(replay(program, again?.events ?? [])).toMatchObject({ agrees: 3, divergences: [] });
  });

  it('names entries that are no events', () => {
    expect(read([...events, { id: 0 }])?.problems).toEqual([
      expect.stringMatching(/^Entry 3 is no history event/),
    ]);
  });

  it.each<[string, unknown, RegExp]>([
    ['that breaks off', JSON.stringify({ events }).slice(0, -3), /it is no JSON/],
    ['that is newest first', { events: events.toReversed() }, /without --reverse-order/],
  ])('%s is told', (_, value, message) => {
    expect(() => read(value)).toThrow(message);
  });

  it.each<[string, unknown]>([
    ['is no history', { rows: [1] }],
    ['is no JSON', 'hello'],
  ])('that %s is left to others', (_, value) => {
    expect(read(value)).toBeUndefined();
  });
});
