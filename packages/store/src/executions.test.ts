import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { execution, START } from './archived.fixture.ts';
import { rememberExecutionId } from './execution-ids.ts';
import { countExecutionsByDay, type NewExecution, readExecution, saveExecution } from './executions.ts';
import { ensurePartitions } from './partitions.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await ensurePartitions(database.sql, [START]);
});
afterAll(() => database.drop());

describe('the newer state wins, whichever comes first', () => {
  const running = { status: 'RUNNING', lastEventId: 5, events: 5 };
  const cases: readonly (readonly [string, Partial<NewExecution>, Partial<NewExecution>])[] = [
    ['the end over RUNNING', running, { status: 'FAILED', lastEventId: 5, error: 'E' }],
    ['the end over RUNNING, even with fewer events', running, { status: 'FAILED', lastEventId: 0 }],
    ['the higher event id', running, { status: 'RUNNING', lastEventId: 6 }],
    ['a redrive over the end', { status: 'FAILED', lastEventId: 9 }, { ...running, redriveCount: 1 }],
  ];
  test.each(cases)('%s', async (name, older, newer) => {
    for (const order of [
      [older, newer],
      [newer, older],
    ]) {
      const ends: boolean[] = [];
      const same = { name: `${name} ${order[0] === older}` };
      for (const state of order)
        ends.push(await saveExecution(database.sql, execution(1, { ...state, ...same })));
      const { executionArn, startDate } = execution(1, same);
      await rememberExecutionId(database.sql, executionArn, startDate);
      const row = await readExecution(database.sql, executionArn);
      expect(row).toMatchObject({ status: newer.status, redriveCount: newer.redriveCount ?? 0 });
      expect(row?.lastEventId).toBeGreaterThanOrEqual(newer.lastEventId ?? 0);
      expect(ends).toEqual(order[0] === older ? [true, true] : [true, false]);
    }
  });
});

test('saving the same again changes nothing', async () => {
  const given = execution(2, {
    name: 'same',
    cause: 'with a \0 in it',
    complete: true,
    events: 3,
    lastEventId: 3,
  });
  await rememberExecutionId(database.sql, given.executionArn, given.startDate);
  await saveExecution(database.sql, given);
  const first = await readExecution(database.sql, given.executionArn);
  await saveExecution(database.sql, given);
  expect(await readExecution(database.sql, given.executionArn)).toEqual(first);
  expect(first).toMatchObject({ cause: 'with a \ufffd in it', complete: true, startDate: given.startDate });
});

describe('counts by day', () => {
  let own: TestDatabase;
  const day = (n: number) => new Date(START.getTime() + n * 86_400_000);
  beforeAll(async () => {
    own = await createTestDatabase();
    await ensurePartitions(own.sql, [START]);
    for (const n of [0, 1, 2]) {
      const status = n === 1 ? 'FAILED' : 'SUCCEEDED';
      await saveExecution(own.sql, execution(n, { status, startDate: day(n) }));
    }
  });
  afterAll(() => own.drop());

  test('counts by day', async () => {
    const rows = await countExecutionsByDay(own.sql, { from: day(0), to: day(2) });
    expect(rows).toEqual([
      { day: '2026-10-05', status: 'SUCCEEDED', count: 1 },
      { day: '2026-10-06', status: 'FAILED', count: 1 },
    ]);
  });
});
