import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepCostly } from './keep-costly.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ empty: true });
});
afterAll(() => database.drop());

test.each([
  ['cheap: asked anew each time', 249, 0, 2],
  ['costly: kept for twenty times as long', 1000, 19_999, 1],
  ['costly, but that time is over', 1000, 20_000, 2],
])('%s', async (_what, took, later, asked) => {
  let now = 0;
  let times = 0;
  const ask = keepCostly(
    async (sql) => {
      await sql`select 1`;
      now += took;
      times += 1;
      return times;
    },
    () => now,
  );
  expect(await Promise.all([ask(database.sql), ask(database.sql)])).toEqual([1, 1]);
  now += later;
  expect(await ask(database.sql)).toBe(asked);
});

test('a failure is told to those who wait, and not kept', async () => {
  let times = 0;
  const ask = keepCostly(async (sql) => {
    times += 1;
    await (times === 1 ? sql`select 1 / 0` : sql`select 1`);
    return times;
  });
  await expect(ask(database.sql)).rejects.toThrow('division by zero');
  expect(await ask(database.sql)).toBe(2);
});
