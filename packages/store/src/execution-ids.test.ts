import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { executionIdFloor, executionIdFor, rememberExecutionId } from './execution-ids.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';

const ARN = 'arn:aws:states:eu-central-1:123456789012:execution:order:one';
const START = new Date('2026-10-05T10:00:00.123Z');

describe('executionIdFor', () => {
  const id = executionIdFor(ARN, START);

  test('is a UUID of version 7 and the RFC variant, led by the start', () => {
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(START.getTime());
  });

  test('depends on ARN and start alone', () => {
    expect(executionIdFor(ARN, new Date(START))).toBe(id);
    expect(executionIdFor(`${ARN}x`, START)).not.toBe(id);
  });

  test('sorts by start', () => {
    const later = executionIdFor(ARN, new Date(START.getTime() + 1));
    expect([later, executionIdFloor(new Date(START.getTime() + 1)), id].sort()).toEqual([
      id,
      executionIdFloor(new Date(START.getTime() + 1)),
      later,
    ]);
  });
});

describe('in the database', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  test('the first id given to an ARN stays, also when several give one at once', async () => {
    const starts = [0, 1, 2, 3].map((more) => new Date(START.getTime() + more));
    const ids = await Promise.all(starts.map((start) => rememberExecutionId(database.sql, ARN, start)));
    expect(new Set(ids).size).toBe(1);
    expect(await rememberExecutionId(database.sql, ARN, new Date(0))).toBe(ids[0]);
  });

  test('SQL reads the start out of the id and knows its floor', async () => {
    const [row] = await database.sql<{ time: Date; floor: string }[]>`
      select uuid_time(${executionIdFor(ARN, START)}::uuid) as time, uuid_floor(${START}::timestamptz) as floor`;
    expect(row).toEqual({ time: START, floor: executionIdFloor(START) });
  });
});
