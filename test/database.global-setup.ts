import { chmodSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { announceTestServer, removeTestServer } from '@steptrail/store/testing';

const PREFIX = 'steptrail-test-';

/**
 * One real PostgreSQL for all tests of a run. Nothing is started here: the first test that asks for a database starts
 * the server, so that runs without such a test pay nothing.
 */
export default async function setup(): Promise<() => Promise<void>> {
  await removeLeftovers();
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  chmodSync(folder, 0o711); // as root the server runs as another user, who must be able to pass
  announceTestServer(folder);
  return () => removeTestServer(folder);
}

/** Servers of runs that were killed. */
async function removeLeftovers(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const pid = Number(/^steptrail-test-(\d+)-/.exec(name)?.[1]);
    if (Number.isSafeInteger(pid) && !isRunning(pid)) await removeTestServer(join(tmpdir(), name));
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
