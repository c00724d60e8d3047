import { type ChildProcess, execFile, spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fchownSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { EmbeddedConnection } from '../database.ts';
import { StoreError } from '../store-error.ts';
import type { Binaries } from './binaries.ts';
import { checkVersion, type Place, passwordFile, readPassword, removeUnfinished } from './data-folder.ts';
import { disownPidFile, isPostmaster, readPidFile } from './pid-file.ts';
import { isRunning } from './process-state.ts';
import { spawnSettings } from './run-as.ts';

/** A server that accepts connections. */
export interface Postmaster {
  readonly pid: number;
  readonly connection: EmbeddedConnection;
  /** It ran already: whoever had started it was killed. */
  readonly adopted: boolean;
  /** Undefined for an adopted one. */
  readonly child: ChildProcess | undefined;
}

export interface PostmasterSettings {
  /** False only for tests: what is committed may be lost when the machine (not the process) dies. */
  readonly durable: boolean;
}

const run = promisify(execFile);

const USER = 'steptrail';
const POLL_MS = 10;
const RECOVERY_MS = 600_000;
const LEFTOVERS_MS = 15_000;
const LARGEST_LOG = 10_000_000;

/** The server that already runs on this data, ready for connections; undefined when none does. */
export async function findPostmaster(place: Place): Promise<Postmaster | undefined> {
  const deadline = Date.now() + RECOVERY_MS;
  while (Date.now() < deadline) {
    const found = readPidFile(place.pgdata);
    if (found === undefined || !isPostmaster(found.pid, place.pgdata)) return undefined;
    if (found.status === 'ready') {
      const connection = connectionTo(place, found.port, found.socketFolder);
      return { pid: found.pid, connection, adopted: true, child: undefined };
    }
    await wait(POLL_MS);
  }
  return undefined;
}

/** Adopts the server that runs on this data, or starts one; makes the database first where there is none. */
export async function launchPostmaster(
  place: Place,
  binaries: Binaries,
  settings: PostmasterSettings,
): Promise<Postmaster> {
  const running = await findPostmaster(place);
  if (running !== undefined) return running;
  const isNew = !checkVersion(place, binaries.major);
  if (isNew) await initialise(place, binaries);
  const deadline = Date.now() + LEFTOVERS_MS;
  for (;;) {
    disownPidFile(place.pgdata);
    const started = await start(place, binaries, settings);
    if (typeof started !== 'string') {
      if (isNew && settings.durable) syncInBackground(place, binaries);
      return started;
    }
    // After a kill of the server its other processes need a moment to notice.
    const leftovers = /pre-existing shared memory block|lock file ".*" already exists/.test(started);
    if (!leftovers || Date.now() > deadline) throw describeStartFailure(place, started);
    await wait(20 * POLL_MS);
  }
}

/** Makes the database beside its place and moves it there, so that an interrupted attempt leaves none behind. */
async function initialise(place: Place, binaries: Binaries): Promise<void> {
  const unfinished = removeUnfinished(place);
  const overTcp = place.socketFolder === undefined;
  if (overTcp) readPassword(place);
  const auth = overTcp ? ['scram-sha-256', '--pwfile', passwordFile(place)] : ['trust'];
  const cluster = [
    '-D',
    unfinished,
    '--username',
    USER,
    '--encoding',
    'UTF8',
    '--locale',
    'C',
    '--auth',
    ...auth,
  ];
  try {
    await run(binaries.initdb, [...cluster, '--no-sync', '--no-instructions'], {
      ...spawnSettings(place.runAs),
      windowsHide: true,
    });
  } catch (error) {
    throw describeStartFailure(place, error instanceof Error ? error.message : String(error));
  }
  renameSync(unfinished, place.pgdata);
}

/**
 * Brings a new database to the disk beside the server's first work, for it takes seconds on a busy disk. Only a
 * machine that dies within these seconds could lose it, and then there is nothing in it yet that AWS has not.
 */
function syncInBackground(place: Place, binaries: Binaries): void {
  const child = spawn(binaries.initdb, ['--sync-only', '-D', place.pgdata], {
    ...spawnSettings(place.runAs),
    detached: true,
    stdio: 'ignore',
    windowsHide: true,
  });
  child.once('error', () => {});
  child.unref();
}

/** Starts the server and waits until it is ready; what it said where it ended instead. */
async function start(
  place: Place,
  binaries: Binaries,
  settings: PostmasterSettings,
): Promise<Postmaster | string> {
  const port = place.socketFolder === undefined ? await freePort() : 5432;
  if (existsSync(place.log) && statSync(place.log).size > LARGEST_LOG) truncateSync(place.log);
  const log = openSync(place.log, 'a', 0o600);
  if (place.runAs !== undefined) fchownSync(log, place.runAs.uid, place.runAs.gid);
  const from = statSync(place.log).size;
  const child = spawn(binaries.postgres, ['-D', place.pgdata, ...switches(place, port, settings)], {
    ...spawnSettings(place.runAs),
    detached: true,
    stdio: ['ignore', log, log],
    windowsHide: true,
  });
  closeSync(log);
  let failure: string | undefined;
  child.once('error', (error) => {
    failure = error.message;
  });
  child.unref();
  const deadline = Date.now() + RECOVERY_MS;
  while (failure === undefined && !hasEnded(child) && Date.now() < deadline) {
    const found = readPidFile(place.pgdata);
    if (child.pid !== undefined && found?.pid === child.pid && found.status === 'ready') {
      return {
        pid: child.pid,
        connection: connectionTo(place, port, place.socketFolder),
        adopted: false,
        child,
      };
    }
    await wait(POLL_MS);
  }
  if (failure !== undefined) return failure;
  return hasEnded(child) ? readLog(place, from) : 'it did not get ready within 10 minutes';
}

/** Whether this child process has ended, by itself or by a signal. */
export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** What the server has logged since; '' where the log is gone. */
function readLog(place: Place, from: number): string {
  try {
    return readFileSync(place.log).subarray(from).toString('utf8');
  } catch {
    return '';
  }
}

function switches(place: Place, port: number, settings: PostmasterSettings): string[] {
  const { socketFolder } = place;
  const quoted = socketFolder === undefined ? '' : `"${socketFolder.replaceAll('"', '""')}"`; // a comma would part it
  const values = {
    listen_addresses: place.socketFolder === undefined ? '127.0.0.1' : '',
    unix_socket_directories: quoted,
    unix_socket_permissions: '0700',
    port: `${port}`,
    timezone: 'UTC',
    log_timezone: 'UTC',
    // No statement, value or row in the log: payloads are secrets.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    wal_level: 'minimal',
    max_wal_senders: '0',
    jit: 'off',
    ...(settings.durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

function connectionTo(place: Place, port: number, socketFolder: string | undefined): EmbeddedConnection {
  const common = { port, user: USER, database: 'postgres' };
  if (socketFolder !== undefined) return { ...common, host: socketFolder };
  return { ...common, host: '127.0.0.1', password: readPassword(place) };
}

async function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 5432));
    });
  });
}

function describeStartFailure(place: Place, said: string): StoreError {
  if (/No space left on device|Disk quota exceeded|wrote only \d+ of \d+ bytes/.test(said)) {
    return new StoreError(
      'data folder',
      `The disk of the data folder ${place.folder} is full; free some space.`,
    );
  }
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  const telling = lines.find((line) => /FATAL|PANIC|error:/.test(line)) ?? lines.at(-1) ?? 'it said nothing';
  const reason = telling.replace(/^.*?(FATAL|PANIC|error): +/, '').trim();
  return new StoreError(
    'server',
    `The embedded PostgreSQL does not start: ${reason} (its log: ${place.log}).`,
  );
}

/** Ends a server: new connections are refused, open ones closed, everything written; harder after a minute. */
export async function stopPostmaster(pid: number): Promise<void> {
  for (const [signal, patience] of [
    ['SIGINT', 60_000],
    ['SIGQUIT', 10_000],
    ['SIGKILL', 5_000],
  ] as const) {
    if (!isRunning(pid)) return;
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    const deadline = Date.now() + patience;
    while (isRunning(pid) && Date.now() < deadline) await wait(POLL_MS);
  }
}
