import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { StoreError } from '../store-error.ts';
import { canReach, chooseRunAs, type RunAs } from './run-as.ts';

/** Where an embedded server lives. */
export interface Place {
  /** The data folder as given, absolute: for sentences. */
  readonly folder: string;
  /** Holds everything: the data folder itself, or where root had to put it. */
  readonly home: string;
  readonly pgdata: string;
  /** Holds the unix socket; undefined: loopback TCP. */
  readonly socketFolder: string | undefined;
  readonly log: string;
  readonly runAs: RunAs | undefined;
  /** Where programs are copied to if they must be. */
  readonly copies: string;
}

const ROOTS_PLACE = '/var/lib/steptrail';
const LONGEST_SOCKET_PATH = 107;
const SOCKET_NAME = '/.s.PGSQL.5432';

/**
 * Makes the data folder (mode 700) and finds out where the server can live and as whom. As root, when the folder lies
 * where the server's user cannot go, the data lives in /var/lib/steptrail and `location.json` in the folder says so.
 * @throws StoreError ('data folder') when it cannot be written or belongs to somebody else
 */
export function prepareDataFolder(dataDir: string): Place {
  const folder = resolve(dataDir);
  try {
    return prepare(folder);
  } catch (error) {
    throw describeFolderError(error, folder);
  }
}

function prepare(folder: string): Place {
  mkdirSync(dirname(folder), { recursive: true });
  const isNew = makeFolder(folder);
  const runAs = chooseRunAs(ownerOf(join(readLocation(folder) ?? folder, 'postgres')));
  const home = readLocation(folder) ?? chooseHome(folder, runAs);
  if (home === folder) own(folder, runAs, isNew);
  const pgdata = join(home, 'postgres');
  refuseOthersData(pgdata, folder);
  const copies = runAs === undefined ? folder : ROOTS_PLACE;
  return {
    folder,
    home,
    pgdata,
    socketFolder: socketFolder(home, runAs),
    log: join(home, 'postgres.log'),
    runAs,
    copies,
  };
}

/** Not recursive: where nothing can be made, as below /proc, Node would try for ever. */
function makeFolder(folder: string): boolean {
  try {
    mkdirSync(folder, { mode: 0o700 });
    return true;
  } catch (error) {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return false;
    throw error;
  }
}

function ownerOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.uid;
}

/** The server's user owns the folder, and nobody else sees into it. */
function own(folder: string, runAs: RunAs | undefined, isNew: boolean): void {
  const { uid, mode } = statSync(folder);
  if (runAs !== undefined && uid !== runAs.uid) chownSync(folder, runAs.uid, runAs.gid);
  const mine = runAs !== undefined || uid === process.getuid?.();
  if ((isNew || (mode & 0o777) !== 0o700) && mine) chmodSync(folder, 0o700);
}

function chooseHome(folder: string, runAs: RunAs | undefined): string {
  if (runAs === undefined || canReach(dirname(folder), runAs)) return folder;
  // Never a place of before: who removes the folder wants to begin anew.
  const home = join(ROOTS_PLACE, `${shortHash(folder)}-${randomBytes(4).toString('hex')}`);
  mkdirSync(ROOTS_PLACE, { recursive: true, mode: 0o755 });
  mkdirSync(home, { recursive: true, mode: 0o700 });
  own(home, runAs, true);
  writeFileSync(join(folder, 'location.json'), `${JSON.stringify({ location: home })}\n`, { mode: 0o600 });
  return home;
}

function shortHash(folder: string): string {
  return createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 16);
}

function readLocation(folder: string): string | undefined {
  const file = join(folder, 'location.json');
  if (!existsSync(file)) return undefined;
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof value !== 'object' || value === null || !('location' in value)) return undefined;
  const { location } = value;
  if (typeof location !== 'string') return undefined;
  if (existsSync(location)) return location;
  throw new StoreError(
    'data folder',
    `The data of ${folder} should be in ${location}, which is not there; restore it, or remove ${file} to begin anew.`,
  );
}

function refuseOthersData(pgdata: string, folder: string): void {
  const owner = ownerOf(pgdata);
  const me = process.getuid?.();
  if (owner === undefined || me === undefined || me === 0 || owner === me) return;
  throw new StoreError(
    'data folder',
    `The data folder ${folder} belongs to another user (uid ${owner}); start Steptrail as that user or name another folder with STEPTRAIL_DATA.`,
  );
}

/** The home itself where its path is short enough for a socket, else a private folder under the system's temp folder. */
function socketFolder(home: string, runAs: RunAs | undefined): string | undefined {
  if (process.platform === 'win32') return undefined;
  if (Buffer.byteLength(home + SOCKET_NAME) <= LONGEST_SOCKET_PATH) return home;
  const short = join(tmpdir(), `steptrail-${shortHash(home)}`);
  if (Buffer.byteLength(short + SOCKET_NAME) > LONGEST_SOCKET_PATH || !canReach(tmpdir(), runAs))
    return undefined;
  const owner = runAs?.uid ?? process.getuid?.();
  const found = lstatSync(short, { throwIfNoEntry: false });
  if (found === undefined) {
    mkdirSync(short, { mode: 0o700 });
    if (runAs !== undefined) chownSync(short, runAs.uid, runAs.gid);
    return short;
  }
  return found.isDirectory() && found.uid === owner && (found.mode & 0o077) === 0 ? short : undefined;
}

export function passwordFile(place: Place): string {
  return join(place.home, 'password');
}

/** The password of a server on loopback TCP: made once, kept beside the data. */
export function readPassword(place: Place): string {
  const file = passwordFile(place);
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 });
  if (place.runAs !== undefined) chownSync(file, place.runAs.uid, place.runAs.gid);
  return readFileSync(file, 'utf8');
}

/**
 * Refuses data of another major version.
 * @returns whether there is a database already
 */
export function checkVersion(place: Place, major: string): boolean {
  const file = join(place.pgdata, 'PG_VERSION');
  if (!existsSync(file)) return false;
  const found = readFileSync(file, 'utf8').trim();
  if (found === major) return true;
  throw new StoreError(
    'data folder',
    `The data folder ${place.folder} was made by PostgreSQL ${found}, this is PostgreSQL ${major}; dump it with version ${found} and restore it, or name another folder with STEPTRAIL_DATA.`,
  );
}

/** Removes what an interrupted first start left; a complete database is never touched. */
export function removeUnfinished(place: Place): string {
  const unfinished = `${place.pgdata}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  return unfinished;
}

/** One sentence for what a folder can have against us. */
export function describeFolderError(error: unknown, folder: string): unknown {
  if (error instanceof StoreError || !(error instanceof Error) || !('code' in error)) return error;
  const sentences: Readonly<Record<string, string>> = {
    ENOSPC: `The disk of the data folder ${folder} is full; free some space.`,
    EDQUOT: `The quota of the data folder ${folder} is used up; free some space.`,
    EACCES: `The data folder ${folder} cannot be written; change its owner or name another with STEPTRAIL_DATA.`,
    EPERM: `The data folder ${folder} cannot be written; change its owner or name another with STEPTRAIL_DATA.`,
    EROFS: `The data folder ${folder} is on a read-only disk; name another with STEPTRAIL_DATA.`,
    EEXIST: `The data folder ${folder} is not a folder; name another with STEPTRAIL_DATA.`,
    ENOENT: `The data folder ${folder} cannot be made there; name another with STEPTRAIL_DATA.`,
    ENOTDIR: `The data folder ${folder} is not below a folder; name another with STEPTRAIL_DATA.`,
  };
  const sentence = sentences[String(error.code)];
  return sentence === undefined ? error : new StoreError('data folder', sentence, { cause: error });
}
