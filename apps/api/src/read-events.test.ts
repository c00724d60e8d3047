import { CODECS, encodeBlock } from '@steptrail/archive';
import { ensurePartitions, rememberExecutionId, saveChunks, saveExecution } from '@steptrail/store';
import { createTestDatabase, type TestDatabase } from '@steptrail/store/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readEvents } from './read-events.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

it('a page of large payloads ends where it is long enough, and says where the next begins', async () => {
  const startDate = new Date('2026-03-01T00:00:00Z');
  const stateMachineArn = 'arn:aws:states:us-east-1:123456789012:stateMachine:M';
  const executionArn = 'arn:aws:states:us-east-1:123456789012:execution:M:e';
  await ensurePartitions(db.sql, [startDate]);
  const executionId = await rememberExecutionId(db.sql, executionArn, startDate);
  await saveExecution(db.sql, {
    executionId,
    executionArn,
    stateMachineArn,
    name: 'e',
    type: 'STANDARD',
    source: 'history',
    status: 'RUNNING',
    startDate,
  });
  const input = JSON.stringify('x'.repeat(100_000));
  const rawEvents = Array.from({ length: 120 }, (_, index) => ({
    id: index + 1,
    timestamp: 1,
    type: 'PassStateEntered',
    stateEnteredEventDetails: { name: 'One', input },
  }));
  await saveChunks(db.sql, executionId, [
    ...encodeBlock({ firstEventId: 1, rawEvents }, CODECS.historyEvents),
  ]);
  const read = async (from: number, withPayloads: boolean) => {
    const page = await readEvents(
      db.sql,
      { executionId, lastEventId: 120 },
      { from, limit: 1000, withPayloads },
    );
    return [page.rows[0]?.id, page.rows.at(-1)?.id, page.rows.length, page.next];
  };
  expect(await read(1, false)).toEqual([1, 120, 120, undefined]);
  expect(await read(1, true)).toEqual([1, 100, 100, 101]);
  expect(await read(101, true)).toEqual([101, 120, 20, undefined]);
});
