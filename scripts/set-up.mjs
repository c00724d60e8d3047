// What a fresh machine needs before anything of ours can run: dependencies and the build, each made only when it
// is missing or stale. Uses nothing but Node, for it runs before `npm ci`.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const bundle = join(root, 'dist', 'steptrail.mjs');
export const dashboard = join(root, 'dist', 'dashboard');

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(
    `Steptrail needs Node 20.19 or newer; this is ${process.versions.node}. Install a newer Node and try again.`,
  );
  process.exit(1);
}

/** Runs npm without a shell where npm told us its path (under `npm start`), else by name. */
export function runNpm(args, cwd = root) {
  const npm = process.env.npm_execpath;
  const [command, all] = npm?.endsWith('.js') ? [process.execPath, [npm, ...args]] : ['npm', args];
  return spawnSync(command, all, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, npm_config_loglevel: 'error' },
    shell: process.platform === 'win32' && command === 'npm',
  });
}

function installDependencies() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  const digest = createHash('sha256').update(lock).digest('hex');
  const stamp = join(root, 'node_modules', '.steptrail-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  console.error('Installing dependencies from the npm registry …');
  const result = runNpm(['ci', '--no-audit', '--no-fund']);
  if (result.status !== 0) {
    console.error(result.stderr || result.error?.message || '');
    console.error(
      'npm ci failed, so nothing was started: see the lines above, mend that and run the command again.',
    );
    process.exit(1);
  }
  writeFileSync(stamp, digest);
}

/** The newest change among the sources, in epoch milliseconds. */
function newestSource() {
  let newest = statSync(join(root, 'package-lock.json')).mtimeMs;
  const visit = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== 'node_modules' && entry.name !== 'dist') visit(path);
      } else newest = Math.max(newest, statSync(path).mtimeMs);
    }
  };
  for (const folder of ['packages', 'apps']) visit(join(root, folder));
  return newest;
}

async function buildIfStale() {
  const page = join(dashboard, 'index.html');
  const newest = newestSource();
  const stale = (file) => !existsSync(file) || statSync(file).mtimeMs < newest;
  if (!stale(bundle) && !stale(page)) return;
  const { build } = await import('./build.mjs');
  await build({ quiet: true });
}

/** Makes the checkout runnable; says what it does on stderr, and nothing when there is nothing to do. */
export async function setUp({ build = true } = {}) {
  checkNode();
  installDependencies();
  if (build) await buildIfStale();
}
