import { setTimeout as wait } from 'node:timers/promises';
import type { EmbeddedConnection } from '../database.ts';
import { describeDatabaseError } from '../database-error.ts';
import { findBinaries } from './binaries.ts';
import { describeFolderError, type Place, prepareDataFolder } from './data-folder.ts';
import { holdFolder } from './holder.ts';
import { findPostmaster, hasEnded, launchPostmaster, type Postmaster, stopPostmaster } from './postmaster.ts';
import { isRunning } from './process-state.ts';

export interface EmbeddedOptions {
  /** STEPTRAIL_DATA: made when it is not there. */
  readonly dataDir: string;
  /** Of this process's HTTP server: told to whoever tries to start a second one. */
  readonly port?: number | undefined;
  /** Hears one sentence when the server died and is started again, or cannot be. */
  readonly onEvent?: ((sentence: string) => void) | undefined;
}

/** A PostgreSQL of our own; `connect(embedded.connection)` gives a client. */
export interface EmbeddedPostgres {
  readonly connection: EmbeddedConnection;
  /** Where the data really lies: the data folder, or, where root had to put it elsewhere, a folder of /var/lib/steptrail. */
  readonly folder: string;
  /** A server was running already, left by a process that was killed. */
  readonly adopted: boolean;
  /** Of the server as it runs now. */
  readonly pid: number;
  /** Ends the server in order and gives the data folder back; doing it twice does no harm. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL in the data folder, or adopts the one that runs there, and keeps it running: when it dies it is
 * started again in the same place, and clients connect anew by themselves.
 * @throws StoreError ('held', 'platform', 'data folder', 'server') with one sentence
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const place = prepareDataFolder(options.dataDir);
  try {
    const release = holdFolder(place, options.port);
    try {
      return await run(place, options.onEvent ?? (() => {}), release);
    } catch (error) {
      release();
      throw error;
    }
  } catch (error) {
    throw describeFolderError(error, place.folder);
  }
}

async function run(
  place: Place,
  onEvent: (sentence: string) => void,
  release: () => void,
): Promise<EmbeddedPostgres> {
  const launch = () => launchPostmaster(place, findBinaries(place.runAs, place.copies), { durable: true });
  const first = await launch();
  const stopping = new AbortController();
  let current = first;
  const supervision = supervise(first, launch, stopping.signal, onEvent, (next) => {
    current = next;
  });
  return {
    connection: first.connection,
    folder: place.home,
    adopted: first.adopted,
    get pid() {
      return current.pid;
    },
    async stop() {
      stopping.abort();
      await supervision;
      await stopPostmaster(current.pid);
      release();
    },
  };
}

const TOO_SHORT_MS = 10_000;
const RESTARTS = 5;

/** Starts the server again whenever it dies, until told to stop or it dies at once five times in a row. */
async function supervise(
  first: Postmaster,
  launch: () => Promise<Postmaster>,
  stopping: AbortSignal,
  onEvent: (sentence: string) => void,
  onStarted: (next: Postmaster) => void,
): Promise<void> {
  let current = first;
  let failures = 0;
  while (failures < RESTARTS) {
    const since = Date.now();
    await ended(current, stopping);
    if (stopping.aborted) return;
    failures = Date.now() - since < TOO_SHORT_MS ? failures + 1 : 0;
    onEvent(`PostgreSQL (process ${current.pid}) has died; starting it again, nothing committed is lost.`);
    try {
      current = await launch();
    } catch (error) {
      onEvent(describeDatabaseError(error, 'the embedded PostgreSQL'));
      return;
    }
    onStarted(current);
  }
  onEvent(
    `PostgreSQL died ${RESTARTS} times in a row and is not started again; its log is in the data folder.`,
  );
}

/** Resolves when the server has ended or `stopping` says that nobody cares. Keeps no process alive. */
async function ended(server: Postmaster, stopping: AbortSignal): Promise<void> {
  const { child } = server;
  if (child === undefined) {
    while (isRunning(server.pid) && !stopping.aborted) {
      await wait(250, undefined, { ref: false, signal: stopping }).catch(() => {});
    }
    return;
  }
  await new Promise<void>((resolve) => {
    if (hasEnded(child) || stopping.aborted) return resolve();
    child.once('exit', () => resolve());
    stopping.addEventListener('abort', () => resolve(), { once: true });
  });
}

/**
 * The server that another process runs in this data folder, for a command that looks while `steptrail serve` is at
 * work; undefined when none runs there.
 */
export async function attachEmbeddedPostgres(options: {
  readonly dataDir: string;
}): Promise<Pick<EmbeddedPostgres, 'connection' | 'folder'> | undefined> {
  const place = prepareDataFolder(options.dataDir);
  const found = await findPostmaster(place);
  return found === undefined ? undefined : { connection: found.connection, folder: place.home };
}
