import { chownSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from '../store-error.ts';
import type { Place } from './data-folder.ts';
import { isRunning, startOf } from './process-state.ts';
import type { RunAs } from './run-as.ts';

/** Who holds a data folder: `holder.json` in it. */
interface Holder {
  readonly pid: number;
  /** Tells a process from a later one with the same id. */
  readonly started: string;
  /** ISO 8601. */
  readonly since: string;
  /** Of the HTTP server, where it has one. */
  readonly port?: number | undefined;
}

/**
 * Takes a data folder for this process; the answer gives it back. What a dead process left is taken over.
 * @throws StoreError ('held') naming the process that holds it
 */
export function holdFolder(place: Place, port: number | undefined): () => void {
  const file = join(place.home, 'holder.json');
  const mine = JSON.stringify({
    pid: process.pid,
    started: startOf(process.pid),
    since: new Date().toISOString(),
    ...(port === undefined ? {} : { port }),
  });
  while (!tryLink(file, mine, place.runAs)) {
    const text = readIfThere(file);
    if (text === undefined) continue; // given back in between
    const holder = parseHolder(text);
    if (holder !== undefined && isAlive(holder)) throw held(holder, place.folder);
    removeStale(file, text);
  }
  return () => {
    if (readIfThere(file) === mine) rmSync(file, { force: true });
  };
}

/** A link is made whole or not at all, and only where there is none. */
function tryLink(file: string, text: string, runAs: RunAs | undefined): boolean {
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, text, { mode: 0o600 });
  if (runAs !== undefined) chownSync(mine, runAs.uid, runAs.gid); // may start Steptrail here itself one day
  try {
    linkSync(mine, file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Removes exactly the text that was judged stale: another process may have been faster and hold the folder now. */
function removeStale(file: string, stale: string): void {
  const aside = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (readIfThere(aside) !== stale) {
    try {
      linkSync(aside, file);
    } catch {
      // a third process holds it: the next round says so
    }
  }
  rmSync(aside, { force: true });
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    if (!('pid' in value && 'started' in value && 'since' in value)) return undefined;
    const { pid, started, since } = value;
    if (typeof pid !== 'number' || typeof started !== 'string' || typeof since !== 'string') return undefined;
    const port = 'port' in value && typeof value.port === 'number' ? value.port : undefined;
    return { pid, started, since, port };
  } catch {
    return undefined;
  }
}

function isAlive(holder: Holder): boolean {
  return isRunning(holder.pid) && startOf(holder.pid) === holder.started;
}

function held(holder: Holder, folder: string): StoreError {
  const at = holder.port === undefined ? '' : `, on port ${holder.port}`;
  return new StoreError(
    'held',
    `The data folder ${folder} is held by another Steptrail (process ${holder.pid}, since ${holder.since}${at}); stop it, or name another folder with STEPTRAIL_DATA.`,
  );
}
