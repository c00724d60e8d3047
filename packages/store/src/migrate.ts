import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeDatabaseError } from './database-error.ts';
import { holdPartitions } from './partitions.ts';
import type { Client, Sql } from './sql.ts';
import { StoreError } from './store-error.ts';

interface Migration {
  readonly name: string;
  readonly sha256: string;
  readonly text: string;
}

/**
 * Brings the schema up to date: the numbered files of `migrations/`, each in its own transaction, all under an
 * advisory lock, so that doing it again or by several processes at once does no harm.
 * @throws StoreError ('migration') when an applied file has changed or is gone, or a file does not run
 */
export async function migrate(
  client: Client,
  options: { readonly directory?: string | undefined } = {},
): Promise<{ readonly applied: readonly string[] }> {
  const migrations = await readMigrations(options.directory ?? findMigrations());
  const applied: string[] = [];
  for (;;) {
    const name = await applyNext(client, migrations);
    if (name === undefined) return { applied };
    applied.push(name);
  }
}

/** Applies the first migration that the database does not have; gives its name, undefined when there is none. */
async function applyNext(client: Client, migrations: readonly Migration[]): Promise<string | undefined> {
  return client.begin(async (sql) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('steptrail migrations', 0))`;
    await holdPartitions(sql);
    await sql`
      create table if not exists schema_migrations (
        name text primary key, sha256 text not null, applied_at timestamptz not null default now())`;
    const next = firstMissing(
      migrations,
      await sql<{ name: string; sha256: string }[]>`
      select name, sha256 from schema_migrations order by name`,
    );
    if (next === undefined) return undefined;
    await run(sql, next);
    return next.name;
  });
}

async function run(sql: Sql, migration: Migration): Promise<void> {
  try {
    await sql.unsafe(migration.text).simple();
  } catch (error) {
    const why = describeDatabaseError(error, 'the database');
    throw new StoreError('migration', `Migration ${migration.name} does not run: ${why}`, { cause: error });
  }
  await sql`insert into schema_migrations (name, sha256) values (${migration.name}, ${migration.sha256})`;
}

function firstMissing(
  migrations: readonly Migration[],
  inDatabase: readonly { readonly name: string; readonly sha256: string }[],
): Migration | undefined {
  const byName = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { name, sha256 } of inDatabase) {
    const file = byName.get(name);
    if (file?.sha256 === sha256) continue;
    throw new StoreError(
      'migration',
      file === undefined
        ? `The database has migration ${name}, which this version of Steptrail does not know; run a newer version.`
        : `Migration ${name} was changed after it had been applied; restore the file and write a new one instead.`,
    );
  }
  const known = new Set(inDatabase.map((row) => row.name));
  return migrations.find((migration) => !known.has(migration.name));
}

async function readMigrations(directory: string): Promise<readonly Migration[]> {
  const names = (await readdir(directory)).filter((name) => /^\d{4}_.+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = (await readFile(join(directory, name), 'utf8')).replaceAll('\r\n', '\n');
      return { name, text, sha256: createHash('sha256').update(text).digest('hex') };
    }),
  );
}

/** `migrations/` in the nearest folder above this file that has one: in the sources as well as in a bundle. */
export function findMigrations(): string {
  const start = dirname(fileURLToPath(import.meta.url));
  for (let folder = start; ; folder = dirname(folder)) {
    const directory = join(folder, 'migrations');
    if (existsSync(join(directory, '0001_archive.sql'))) return directory;
    if (folder === dirname(folder)) break;
  }
  throw new StoreError('migration', `There is no folder migrations/ above ${start}; install Steptrail anew.`);
}
