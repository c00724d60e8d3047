import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** A browser to test with and where it came from, or why there is none: one sentence each. */
export type FoundChromium =
  | { readonly path: string; readonly says: string }
  | { readonly path?: undefined; readonly says: string };

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const PLACES = [
  '/usr/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/**
 * Finds Chromium: the one that STEPTRAIL_CHROMIUM names, one on PATH, one in a usual place. Where there is none, and
 * this is Debian and we are root, installs Debian's own.
 */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): FoundChromium {
  const named = environment.STEPTRAIL_CHROMIUM;
  if (named !== undefined && named !== '') {
    if (isProgram(named)) return { path: named, says: `Browser tests run in ${named} (STEPTRAIL_CHROMIUM).` };
    return {
      says: `Browser tests are skipped: STEPTRAIL_CHROMIUM names ${named}, and that is no program; correct or unset it.`,
    };
  }
  const found = lookUp(environment.PATH ?? '');
  if (found !== undefined) return { path: found, says: `Browser tests run in ${found}.` };
  return install(environment.PATH ?? '');
}

function lookUp(path: string): string | undefined {
  const onPath = path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...onPath, ...PLACES].find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function install(path: string): FoundChromium {
  const skipped = 'Browser tests are skipped: there is no Chromium here';
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) {
    return { says: `${skipped}; install Chromium or Chrome, or name one in STEPTRAIL_CHROMIUM.` };
  }
  process.stderr.write('No Chromium here: installing Debian’s for the browser tests …\n');
  for (const words of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    const done = spawnSync('apt-get', words, {
      encoding: 'utf8',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (done.status !== 0) {
      const why = (done.stderr ?? '').trim().split('\n').at(-1) ?? '';
      return { says: `${skipped}, and \`apt-get ${words.join(' ')}\` failed: ${why}` };
    }
  }
  const found = lookUp(path);
  return found === undefined
    ? { says: `${skipped}, though Debian’s package was installed.` }
    : { path: found, says: `Browser tests run in ${found}, installed just now from Debian.` };
}

/** Starts it without a window; as root without its sandbox, and never asking the world outside anything. */
export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
