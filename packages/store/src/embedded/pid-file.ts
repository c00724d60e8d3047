import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandOf, isRunning } from './process-state.ts';

/** What `postmaster.pid` says. @see postgres/src/include/utils/pidfile.h */
export interface PidFile {
  readonly pid: number;
  readonly port: number;
  /** Undefined: it listens on loopback TCP only. */
  readonly socketFolder: string | undefined;
  readonly status: string;
}

const NOBODYS_PID = '999999999';

/** The server's own note of itself, undefined where there is none. */
export function readPidFile(pgdata: string): PidFile | undefined {
  const lines = readLines(pgdata);
  const pid = Number(lines[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  const socketFolder = lines[4] === '' ? undefined : lines[4];
  return { pid, port: Number(lines[3]), socketFolder, status: (lines[7] ?? '').trim() };
}

function readLines(pgdata: string): readonly string[] {
  try {
    return readFileSync(join(pgdata, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return [];
  }
}

/** Whether the process is the server of this data, and not a later process with the same id. */
export function isPostmaster(pid: number, pgdata: string): boolean {
  if (!isRunning(pid)) return false;
  const command = commandOf(pid);
  return command === '' || (command.includes('postgres') && command.includes(pgdata));
}

/**
 * A dead server's id may belong to another process by now (after a restart of a container nearly always), for which
 * PostgreSQL would refuse to start. The id is replaced and the file kept: from its other lines PostgreSQL still
 * sees whether processes of the dead server live on.
 */
export function disownPidFile(pgdata: string): void {
  const found = readPidFile(pgdata);
  if (found === undefined || isPostmaster(found.pid, pgdata)) return;
  const [, ...rest] = readLines(pgdata);
  writeFileSync(join(pgdata, 'postmaster.pid'), [NOBODYS_PID, ...rest].join('\n'));
}
