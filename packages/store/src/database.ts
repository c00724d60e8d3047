import { setTimeout as wait } from 'node:timers/promises';
import { describeDatabaseError } from './database-error.ts';
import postgres from './postgres-client.generated.js';
import type { Client } from './sql.ts';
import { StoreError } from './store-error.ts';

/** Where an embedded server listens: a unix socket's folder or a loopback address. */
export interface EmbeddedConnection {
  /** A folder (unix socket) or 127.0.0.1. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string | undefined;
  readonly database: string;
}

export interface ConnectOptions {
  /** Connections at most; 10 unless told. */
  readonly max?: number | undefined;
  /** Shown in pg_stat_activity; `steptrail` unless told. */
  readonly applicationName?: string | undefined;
  /** Seconds until a connection attempt is given up; 10 unless told. */
  readonly connectTimeout?: number | undefined;
}

/** The oldest PostgreSQL that the schema runs on. */
const OLDEST_MAJOR = 15;

/** Seconds between attempts to connect again: a server that is started again is not waited for longer than it takes. */
const pauseBefore = (attempt: number) => Math.min(3 ** attempt / 100, 1) * (0.5 + Math.random() / 2);

/**
 * A client of the server behind a `postgres://` URL (DATABASE_URL) or of an embedded one. Connects at the first query.
 * Column names become camelCase, the keys inside JSON stay; timestamps are Dates, undefined parameters are null.
 * @throws StoreError ('connection') when the URL is none
 */
export function connect(to: string | EmbeddedConnection, options: ConnectOptions = {}): Client {
  const common = {
    max: options.max ?? 10,
    connect_timeout: options.connectTimeout ?? 10,
    backoff: pauseBefore,
    connection: { application_name: options.applicationName ?? 'steptrail' },
    onnotice: () => {},
    transform: { undefined: null, column: { from: postgres.toCamel, to: postgres.fromCamel } },
  };
  if (typeof to === 'string') {
    const url = new URL(checkedUrl(to));
    const socketFolder = url.searchParams.get('host'); // libpq's way to name a unix socket
    if (socketFolder === null) return postgres(to, common);
    url.searchParams.delete('host');
    return postgres(url.href, { ...common, host: socketFolder });
  }
  return postgres({
    ...common,
    host: to.host,
    port: to.port,
    user: to.user,
    database: to.database,
    ...(to.password === undefined ? {} : { password: to.password }),
  });
}

function checkedUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed !== undefined && ['postgres:', 'postgresql:'].includes(parsed.protocol)) return url;
  throw new StoreError(
    'connection',
    'DATABASE_URL is not a PostgreSQL URL; write it as postgres://user:password@host:5432/database.',
  );
}

export type DatabaseCheck =
  | { readonly ok: true; readonly version: string }
  | { readonly ok: false; readonly message: string };

/**
 * Whether the database answers and is new enough; where not, one sentence that says why and what to do. Also what
 * accepts a connection and then says nothing is given up, after `patience` milliseconds.
 */
export async function checkDatabase(
  sql: Client,
  where = 'The database',
  patience = 10_000,
): Promise<DatabaseCheck> {
  const noMore = new AbortController();
  const silence = wait(patience, undefined, { signal: noMore.signal }).then(
    () => Promise.reject(Object.assign(new Error('no answer'), { code: 'CONNECT_TIMEOUT' })),
    () => [],
  );
  try {
    const [row] = await Promise.race([readVersion(sql), silence]);
    const version = row?.version ?? 'unknown';
    if (row !== undefined && row.number >= OLDEST_MAJOR * 10_000) return { ok: true, version };
    const message = `PostgreSQL ${version} at ${where} is too old; Steptrail needs version ${OLDEST_MAJOR} or later.`;
    return { ok: false, message };
  } catch (error) {
    return { ok: false, message: describeDatabaseError(error, where) };
  } finally {
    noMore.abort();
  }
}

async function readVersion(
  sql: Client,
): Promise<readonly { readonly version: string; readonly number: number }[]> {
  return sql<{ version: string; number: number }[]>`
    select current_setting('server_version') as version, current_setting('server_version_num')::int as number`;
}

/** Where a `postgres://` URL leads, without its password: for sentences and logs. */
export function describeDatabaseUrl(url: string): string {
  if (!URL.canParse(url)) return 'DATABASE_URL';
  const { hostname, port, pathname, searchParams } = new URL(url);
  const socketFolder = searchParams.get('host');
  if (socketFolder !== null) return `${socketFolder}${pathname}`;
  return `${hostname === '' ? 'localhost' : hostname}:${port === '' ? '5432' : port}${pathname}`;
}
