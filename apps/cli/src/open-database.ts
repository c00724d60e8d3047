import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  attachEmbeddedPostgres,
  type Client,
  checkDatabase,
  connect,
  describeDatabaseUrl,
  ensureDatabase,
  migrate,
  readCursor,
  StoreError,
  saveCursor,
  startEmbeddedPostgres,
} from '@steptrail/store';
import { type Configuration, readConfiguration } from './configuration.ts';
import { writeNote } from './write-output.ts';

/** What a database holds: the executions of AWS accounts, or the sandbox's demo data. They are never mixed. */
export type Holds = 'account' | 'demo';

export interface OpenDatabase {
  readonly sql: Client;
  readonly kind: 'embedded' | 'server';
  /** Where it is, for people: no password in it. */
  readonly description: string;
  readonly close: () => Promise<void>;
}

interface OpenOptions {
  /** What is going to be written; undefined: whatever was written last is read. */
  readonly holds?: Holds;
  /** The part that opens it: shown in pg_stat_activity and to whoever else wants the data folder. */
  readonly as: string;
  /** Connections at most; more where several accounts are read. */
  readonly connections?: number;
}

const DATABASE_NAMES: Readonly<Record<Holds, string>> = { account: 'steptrail', demo: 'steptrail_demo' };

/** More than the ingester's workers and the API's requests need at once. */
const CONNECTIONS = 12;

/** Which of the embedded databases was written last, remembered in the data folder. */
async function rememberHolds(dataDir: string, holds: Holds | undefined): Promise<Holds> {
  const file = join(dataDir, 'holds');
  if (holds !== undefined) {
    await writeFile(file, `${holds}\n`);
    return holds;
  }
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trim() === 'demo' ? 'demo' : 'account';
}

/** Refuses to write demo data beside an account's, or the reverse, into one database of a server. */
async function refuseMixture(sql: Client, holds: Holds | undefined): Promise<void> {
  if (holds === undefined) return;
  const cursor = await readCursor(sql, 'database holds');
  if (cursor === undefined) await saveCursor(sql, 'database holds', { holds });
  else if (typeof cursor === 'object' && cursor !== null && 'holds' in cursor && cursor.holds !== holds) {
    throw new StoreError(
      'connection',
      holds === 'demo'
        ? "DATABASE_URL leads to a database with an account's archive, which the sandbox must not fill: give AWS credentials, or another database."
        : "DATABASE_URL leads to a database with the sandbox's demo data: give an empty database for the account's archive.",
    );
  }
}

async function openServer(
  url: string,
  { holds, as, connections = CONNECTIONS }: OpenOptions,
): Promise<OpenDatabase> {
  const description = describeDatabaseUrl(url);
  const sql = connect(url, { max: connections, applicationName: `steptrail ${as}` });
  const close = () => sql.end({ timeout: 5 });
  try {
    const check = await checkDatabase(sql, description);
    if (!check.ok) throw new StoreError('connection', check.message);
    await migrate(sql);
    await refuseMixture(sql, holds);
  } catch (error) {
    await close();
    throw error;
  }
  return { sql, kind: 'server', description, close };
}

/** The embedded server: this process's own, or, for a command that only looks, the one that runs already. */
async function reachEmbedded({ dataDir, port }: Configuration, { holds, as }: OpenOptions) {
  const running =
    holds === undefined && as === 'command' ? await attachEmbeddedPostgres({ dataDir }) : undefined;
  if (running !== undefined) return { ...running, stop: async () => {} };
  return startEmbeddedPostgres({ dataDir, port, onEvent: writeNote });
}

async function openEmbedded(configuration: Configuration, options: OpenOptions): Promise<OpenDatabase> {
  const { dataDir } = configuration;
  const embedded = await reachEmbedded(configuration, options);
  try {
    const database = DATABASE_NAMES[await rememberHolds(dataDir, options.holds)];
    await ensureDatabase(embedded.connection, database);
    const to = { ...embedded.connection, database };
    const sql = connect(to, {
      max: options.connections ?? CONNECTIONS,
      applicationName: `steptrail ${options.as}`,
    });
    const close = async () => {
      await sql.end({ timeout: 5 });
      await embedded.stop();
    };
    try {
      await migrate(sql);
    } catch (error) {
      await sql.end({ timeout: 5 });
      throw error;
    }
    return { sql, kind: 'embedded', description: `embedded PostgreSQL in ${embedded.folder}`, close };
  } catch (error) {
    await embedded.stop();
    throw error;
  }
}

/**
 * Opens the archive, its schema up to date: the server behind DATABASE_URL, or the embedded one in the data folder.
 * @throws StoreError in one sentence where it cannot be opened
 */
export function openDatabase(configuration: Configuration, options: OpenOptions): Promise<OpenDatabase> {
  return configuration.databaseUrl === undefined
    ? openEmbedded(configuration, options)
    : openServer(configuration.databaseUrl, options);
}

/** Opens the archive for a command that looks at it, also while the product runs on the same data folder. */
export async function withDatabase<T>(look: (database: OpenDatabase) => Promise<T>): Promise<T> {
  const database = await openDatabase(readConfiguration(process.env), { as: 'command' });
  try {
    return await look(database);
  } finally {
    await database.close();
  }
}
