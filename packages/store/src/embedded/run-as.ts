import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { StoreError } from '../store-error.ts';

/** The user as whom the server runs, where it is not the one who runs this process. PostgreSQL refuses root. */
export interface RunAs {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
}

const PREFERRED = ['postgres', 'nobody'];

/** Whom root drops to: an owner the data has already, else `postgres`, else `nobody`. Undefined for other users. */
export function chooseRunAs(ownerUid: number | undefined): RunAs | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readUsers();
  if (ownerUid !== undefined && ownerUid !== 0) {
    return (
      users.find((user) => user.uid === ownerUid) ?? { uid: ownerUid, gid: ownerUid, name: `${ownerUid}` }
    );
  }
  const chosen = PREFERRED.map((name) => users.find((user) => user.name === name && user.uid !== 0)).find(
    (user) => user !== undefined,
  );
  if (chosen !== undefined) return chosen;
  throw new StoreError(
    'platform',
    'PostgreSQL does not run as root and there is no user postgres or nobody; run Steptrail as another user or set DATABASE_URL.',
  );
}

function readUsers(): readonly RunAs[] {
  let text: string;
  try {
    text = readFileSync('/etc/passwd', 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':');
    if (name === undefined || uid === undefined || gid === undefined) return [];
    return [{ name, uid: Number(uid), gid: Number(gid) }];
  });
}

/** What `spawn` needs to run a program of the server: the user, and an environment without PG… settings. */
export function spawnSettings(runAs: RunAs | undefined) {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG|NODE_)/.test(name));
  return {
    cwd: process.platform === 'win32' ? undefined : '/',
    env: { ...Object.fromEntries(kept), LC_ALL: 'C' },
    ...(runAs === undefined ? {} : { uid: runAs.uid, gid: runAs.gid }),
  };
}

/** Whether the server's user can go into this folder: asked of the system, not computed. */
export function canReach(folder: string, runAs: RunAs | undefined): boolean {
  if (runAs === undefined) return true;
  const tried = spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], {
    ...spawnSettings(runAs),
    stdio: 'ignore',
  });
  if (tried.error === undefined) return tried.status === 0;
  throw new StoreError(
    'platform',
    `PostgreSQL does not run as root, and root cannot act as ${runAs.name} here (${tried.error.message}); run Steptrail as another user or set DATABASE_URL.`,
  );
}
