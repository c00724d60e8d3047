import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensurePartitions } from './partitions.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const partitionsOf = async (table: string) => {
  const rows = await database.sql<{ name: string }[]>`
    select inhrelid::regclass::text as name from pg_inherits where inhparent = ${table}::regclass order by 1`;
  return rows.map(({ name }) => name);
};

it('gives a table that comes later the months that are there, and the months after', async () => {
  const { sql } = database;
  await ensurePartitions(sql, [new Date('2025-12-31T23:59:59Z'), new Date('2026-01-01T00:00:00Z')]);
  await sql`create table later (execution_id uuid primary key) partition by range (execution_id)`;
  await sql`insert into partitioned_tables (table_name) values ('later')`;
  await sql.begin(async (tx) => {
    await tx`set local time zone 'Pacific/Auckland'`;
    await tx`select create_missing_partitions()`;
  });
  expect(await partitionsOf('later')).toEqual(['later_2025_12', 'later_2026_01']);
  expect(await partitionsOf('executions')).toEqual(['executions_2025_12', 'executions_2026_01']);
  await ensurePartitions(sql, [new Date('2026-02-10T00:00:00Z')]);
  expect(await partitionsOf('later')).toEqual(['later_2025_12', 'later_2026_01', 'later_2026_02']);
});
