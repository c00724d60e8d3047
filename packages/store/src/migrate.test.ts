import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connect } from './database.ts';
import { findMigrations, migrate } from './migrate.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';

let database: TestDatabase;
let directory: string;

beforeEach(async () => {
  database = await createTestDatabase({ empty: true });
  directory = mkdtempSync(join(tmpdir(), 'store-migrations-'));
});

afterEach(async () => {
  rmSync(directory, { recursive: true });
  await database.drop();
});

test('the second time nothing is applied', async () => {
  expect((await migrate(database.sql)).applied).toContain('0001_archive.sql');
  expect(await migrate(database.sql)).toEqual({ applied: [] });
});

test('several at once apply each migration once', async () => {
  const clients = [0, 1, 2, 3].map(() => connect(database.url, { max: 1 }));
  const results = await Promise.all(clients.map((client) => migrate(client)));
  expect(results.flatMap((result) => result.applied).sort()).toEqual((await migrationsApplied()).sort());
  await Promise.all(clients.map((client) => client.end()));
});

test('a file that was changed after it had been applied is named', async () => {
  copyFileSync(join(findMigrations(), '0001_archive.sql'), join(directory, '0001_archive.sql'));
  writeFileSync(join(directory, '0002_more.sql'), 'create table more (a int);');
  await migrate(database.sql, { directory });
  writeFileSync(join(directory, '0002_more.sql'), 'create table more (a int, b int);');
  await expect(migrate(database.sql, { directory })).rejects.toThrow(
    'Migration 0002_more.sql was changed after it had been applied; restore the file and write a new one instead.',
  );
});

test('a database of a newer version is not touched', async () => {
  writeFileSync(join(directory, '0001_a.sql'), 'select 1;');
  writeFileSync(join(directory, '0002_b.sql'), 'select 1;');
  await migrate(database.sql, { directory });
  rmSync(join(directory, '0002_b.sql'));
  await expect(migrate(database.sql, { directory })).rejects.toThrow(
    'which this version of Steptrail does not know',
  );
});

test('a file that does not run leaves nothing of itself, and those before it stay', async () => {
  writeFileSync(join(directory, '0001_good.sql'), 'create table good (a int);');
  writeFileSync(join(directory, '0002_bad.sql'), 'create table bad (a int); create table bad (a int);');
  await expect(migrate(database.sql, { directory })).rejects.toThrow('Migration 0002_bad.sql does not run');
  const tables = await database.sql`
    select to_regclass('good') is not null as good, to_regclass('bad') is not null as bad`;
  expect(tables[0]).toEqual({ good: true, bad: false });
  expect(await migrationsApplied()).toEqual(['0001_good.sql']);
});

async function migrationsApplied(): Promise<string[]> {
  const rows = await database.sql<{ name: string }[]>`select name from schema_migrations order by name`;
  return rows.map((row) => row.name);
}

test('each migration has a number of its own', () => {
  const numbers = readdirSync(findMigrations()).map((name) => name.slice(0, 4));
  expect(numbers.sort()).toEqual(numbers.map((_, at) => String(at + 1).padStart(4, '0')));
});
