import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { connect, type EmbeddedConnection } from './database.ts';
import { findBinaries } from './embedded/binaries.ts';
import { prepareDataFolder } from './embedded/data-folder.ts';
import { readPidFile } from './embedded/pid-file.ts';
import { launchPostmaster, stopPostmaster } from './embedded/postmaster.ts';
import { migrate } from './migrate.ts';
import type { Client } from './sql.ts';

/** The folder of the test run's server; set by test/database.global-setup.ts. */
const FOLDER = 'STEPTRAIL_TEST_DATABASE_FOLDER';
const TEMPLATE = 'steptrail_template';

/** An empty, migrated database of its own. */
export interface TestDatabase {
  readonly sql: Client;
  /** For processes under test: what DATABASE_URL takes. */
  readonly url: string;
  /** Closes the client and removes the database. */
  drop(): Promise<void>;
}

/**
 * A database cloned from a migrated template, on one real PostgreSQL for the whole test run, which the first caller
 * starts. Test files are independent of each other; call it in `beforeAll` and `drop` in `afterAll`.
 */
export async function createTestDatabase(
  options: {
    /** True: a database without any table, for tests of the migrations. */
    readonly empty?: boolean;
    /** Connections of the client at most; 4 unless told. */
    readonly max?: number;
  } = {},
): Promise<TestDatabase> {
  const server = await testServer();
  const name = `test_${randomBytes(8).toString('hex')}`;
  await withAdmin(server, async (admin) => {
    await admin`create database ${admin(name)} template ${admin(options.empty === true ? 'template0' : TEMPLATE)} strategy file_copy`;
  });
  const sql = connect({ ...server, database: name }, { max: options.max ?? 4 });
  return {
    sql,
    url: `postgres://${server.user}@localhost:${server.port}/${name}?host=${encodeURIComponent(server.host)}`,
    async drop() {
      await sql.end({ timeout: 5 });
      await withAdmin(server, async (admin) => {
        await admin`drop database if exists ${admin(name)} with (force)`;
      });
    },
  };
}

async function withAdmin<T>(server: EmbeddedConnection, use: (admin: Client) => Promise<T>): Promise<T> {
  const admin = connect(server, { max: 1 });
  try {
    return await use(admin);
  } finally {
    await admin.end({ timeout: 5 });
  }
}

/** The run's server: whoever makes the folder `starting` first starts it, the others wait for its note. */
async function testServer(): Promise<EmbeddedConnection> {
  const folder = process.env[FOLDER];
  if (folder === undefined) {
    throw new Error(
      `${FOLDER} is not set: run vitest from the root, whose vitest.config.ts names the global set-up.`,
    );
  }
  const note = join(folder, 'server.json');
  if (isFirst(join(folder, 'starting'))) {
    const connection = await startTestServer(join(folder, 'data')).catch((error: unknown) => {
      writeFileSync(join(folder, 'failed'), String(error));
      throw error;
    });
    writeFileSync(`${note}.new`, JSON.stringify(connection));
    renameSync(`${note}.new`, note);
  }
  while (!existsSync(note)) {
    if (existsSync(join(folder, 'failed'))) throw new Error(readFileSync(join(folder, 'failed'), 'utf8'));
    await wait(20);
  }
  const connection: EmbeddedConnection = JSON.parse(readFileSync(note, 'utf8'));
  return connection;
}

function isFirst(marker: string): boolean {
  try {
    mkdirSync(marker);
    return true;
  } catch {
    return false;
  }
}

async function startTestServer(dataDir: string): Promise<EmbeddedConnection> {
  const place = prepareDataFolder(dataDir);
  const { connection } = await launchPostmaster(place, findBinaries(place.runAs, place.copies), {
    durable: false,
  });
  await withAdmin(connection, async (admin) => {
    await admin`create database ${admin(TEMPLATE)}`;
  });
  await withAdmin({ ...connection, database: TEMPLATE }, (template) => migrate(template));
  return connection;
}

/** Gives a test run its folder. */
export function announceTestServer(folder: string): void {
  process.env[FOLDER] = folder;
}

/** Ends the test run's server, if any test needed one, and removes its folder. */
export async function removeTestServer(folder: string): Promise<void> {
  const running = readPidFile(join(folder, 'data', 'postgres'));
  if (running !== undefined) await stopPostmaster(running.pid);
  rmSync(folder, { recursive: true, force: true });
}
