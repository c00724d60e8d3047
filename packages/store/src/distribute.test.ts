import { afterAll, beforeAll, expect, test } from 'vitest';
import { distributeTables, findMissingOfCluster, findObstacles } from './distribute.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('every key of every partitioned table holds the column by which a cluster distributes', async () => {
  const { sql } = database;
  expect(await findObstacles(sql)).toEqual([]);
  const [count] = await sql<{ tables: number; keys: number }[]>`
    select (select count(*)::int from partitioned_tables) as tables,
           count(*)::int as keys from pg_constraint c join partitioned_tables p on c.conrelid = p.table_name::regclass
    where c.contype in ('p', 'u', 'f') and c.conparentid = 0`;
  expect(count?.tables).toBeGreaterThanOrEqual(5);
  expect(count?.keys).toBeGreaterThanOrEqual(2 * (count?.tables ?? 0) - 3);
});

const changes: readonly (readonly [string, string, RegExp])[] = [
  ['a unique index', 'create unique index x on visits (entered_event_id, execution_id, state)', /^$/],
  [
    'a foreign key to a local table',
    'alter table executions add foreign key (definition_sha256) references definitions',
    /leads to definitions, which stays local/,
  ],
  [
    'a foreign key from a local table',
    'alter table findings add foreign key (execution_id) references executions',
    /findings stays local.* leads to executions/,
  ],
  [
    'a trigger',
    'create trigger t before update on visits for each row execute function suppress_redundant_updates_trigger()',
    /visits has the trigger t/,
  ],
  [
    'a function of ours in an index',
    'create index on visits (uuid_time(execution_id))',
    /visits needs the function uuid_time\(uuid\)/,
  ],
  [
    'a table of another key',
    `create table other (id int primary key, execution_id uuid) partition by range (id);
     insert into partitioned_tables (table_name) values ('other')`,
    /Table other is not partitioned by range of execution_id/,
  ],
  [
    'a key without the column',
    `create table other (id int primary key, execution_id uuid not null);
     insert into partitioned_tables (table_name) values ('other')`,
    /unique index other_pkey of table other does not hold execution_id/,
  ],
];

test.each(changes)('an obstacle is named: %s', async (_, change, expected) => {
  const found = await database.sql
    .begin(async (sql) => {
      await sql.unsafe(change).simple();
      throw Object.assign(new Error('rolled back'), { found: await findObstacles(sql) });
    })
    .catch((error: Error & { found?: readonly string[] }) => error.found ?? [error.message]);
  expect(found.join(' ')).toMatch(expected);
});

test('a server without Citus is told so, and nothing of it is changed', async () => {
  expect(await findMissingOfCluster(database.sql)).toEqual([
    expect.stringMatching(/^The server has no Citus: install it/),
  ]);
  await expect(distributeTables(database.sql)).rejects.toThrow('pg_dist_partition');
});
