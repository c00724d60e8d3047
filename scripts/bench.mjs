// `npm run bench`: every benchmark, one JSON line each, against a floor that is measured in the same run.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root, runNpm, setUp } from './set-up.mjs';

const bench = join(root, 'test', 'bench');

/** What we are measured against has a lock of its own; where it cannot be had, the bench says so and goes on. */
function installRivals() {
  if (existsSync(join(bench, 'node_modules', '.package-lock.json'))) return;
  console.error('Installing what the bench compares with …');
  const { status, stderr } = runNpm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], bench);
  if (status !== 0) console.error(stderr);
}

await setUp({ build: false });
installRivals();
const { bundleForNode } = await import('./build.mjs');
const entries = ['main', 'peak-memory', 'ingest-sandbox', 'ingest-run'].map((name) => [
  name,
  join(root, 'dist', 'bench', `${name}.mjs`),
]);
for (const [name, outfile] of entries) await bundleForNode(join(bench, `${name}.ts`), outfile);
await import(entries[0][1]);
