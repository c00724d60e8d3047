import { resolve } from 'node:path';
import { refuseOptions } from '@steptrail/api';
import { UsageError } from './usage-error.ts';

/** What the environment says, read once and checked. */
export interface Configuration {
  /** A PostgreSQL server; undefined: the embedded one in `dataDir`. */
  readonly databaseUrl?: string;
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  readonly token?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UsageError(`STEPTRAIL_PORT is "${text}", which is no port: give a number from 0 to 65535.`);
}

function readDatabaseUrl(text: string): string {
  const protocol = URL.canParse(text) ? new URL(text).protocol : '';
  if (protocol === 'postgres:' || protocol === 'postgresql:') return text;
  throw new UsageError(
    'DATABASE_URL is no PostgreSQL address: write it as postgres://user:password@host:5432/database, or unset it to use the embedded database.',
  );
}

/**
 * Reads the configuration. Secure by default: loopback unless told otherwise, and then never without a token.
 * @throws UsageError naming the variable that is wrong and how to mend it.
 */
export function readConfiguration(env: Environment): Configuration {
  const set = (name: string) => {
    const value = env[name]?.trim();
    return value === '' ? undefined : value;
  };
  const databaseUrl = set('DATABASE_URL');
  const host = set('STEPTRAIL_HOST') ?? '127.0.0.1';
  const token = set('STEPTRAIL_TOKEN');
  const refusal = refuseOptions({ host, token });
  if (refusal !== undefined) throw new UsageError(refusal);
  return {
    ...(databaseUrl === undefined ? {} : { databaseUrl: readDatabaseUrl(databaseUrl) }),
    dataDir: resolve(set('STEPTRAIL_DATA') ?? '.steptrail'),
    host,
    port: readPort(set('STEPTRAIL_PORT') ?? '4400'),
    ...(token === undefined ? {} : { token }),
  };
}
