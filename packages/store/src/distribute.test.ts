import { afterAll, beforeAll, expect, test } from 'vitest';
import { execution } from './archived.fixture.ts';
import {
  type DistributedTable,
  distributeTables,
  findMissingOfCluster,
  findObstacles,
} from './distribute.ts';
import { saveExecution } from './executions.ts';
import { ensurePartitions } from './partitions.ts';
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
  await expect(distributeTables(database.sql).next()).rejects.toThrow('pg_dist_partition');
});

// Functions of a cluster's names that keep its order: a table is distributed after those that it refers to, and what
// the coordinator still holds of it goes only when all are.
const STAND_IN = `
  create table pg_dist_partition (position int generated always as identity, logicalrelid regclass unique);
  create table refused (name text);
  create function create_distributed_table(relation regclass, by text, colocate_with text) returns void
    language plpgsql as $$
  begin
    if by <> 'execution_id' or (colocate_with = 'none') is distinct from (relation = 'executions'::regclass) then
      raise exception 'not beside the others: %', relation;
    end if;
    if exists (select from pg_constraint where conrelid = relation and contype = 'f' and conparentid = 0
               and confrelid not in (select logicalrelid from pg_dist_partition)) then
      raise exception 'refers to a local table: %', relation;
    end if;
    if relation::text in (select name from refused) then raise exception 'out of shared memory'; end if;
    insert into pg_dist_partition (logicalrelid) values (relation);
  end $$;
  create function truncate_local_data_after_distributing_table(relation regclass) returns void
    language plpgsql as $$
  begin
    if exists (select from pg_constraint where confrelid = relation and conparentid = 0
               and conrelid not in (select logicalrelid from pg_dist_partition)) then
      raise exception 'cannot truncate a table referenced by a local table';
    end if;
    execute format('truncate %s cascade', relation);
  end $$;`;

test('what stopped half way is taken up where it stopped, and a third time nothing is left to do', async () => {
  const { sql } = database;
  const archived = execution(1);
  await ensurePartitions(sql, [archived.startDate]);
  await saveExecution(sql, archived);
  await sql.unsafe(STAND_IN).simple();
  const tables = (
    await sql<{ name: string }[]>`select table_name as name from partitioned_tables order by position`
  ).map(({ name }) => name);
  const [first, second, third = '', ...others] = tables;
  const collect = async () => {
    const done: DistributedTable[] = [];
    const changed = () => done.filter((one) => one.changed).map((one) => one.table);
    try {
      for await (const one of distributeTables(sql)) done.push(one);
    } catch (error) {
      return { changed: changed(), error: String(error) };
    }
    return { changed: changed(), error: undefined };
  };
  await sql`insert into refused values (${third})`;
  expect(await collect()).toEqual({
    changed: [first, second],
    error: expect.stringMatching(/out of shared memory/),
  });
  expect((await sql`select from executions`).length).toBe(1);
  await sql`delete from refused`;
  expect(await collect()).toEqual({ changed: [third, ...others], error: undefined });
  expect((await sql`select from executions`).length).toBe(0);
  expect(await collect()).toEqual({ changed: [], error: undefined });
});
