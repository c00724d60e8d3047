// Builds dist/: one bundle for Node (our own code; dependencies stay in node_modules) and the dashboard's files.
// Each is made beside its place and moved there, so that two builds at once do no harm.
import { mkdirSync, renameSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle, dashboard, root } from './set-up.mjs';

/** Everything that is not ours is left to Node's own resolution. */
const dependenciesStayOutside = {
  name: 'dependencies-stay-outside',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || path.startsWith('@steptrail/') ? undefined : { path, external: true },
    );
  },
};

/** Bundles one of our TypeScript entry points into a file that Node can run. */
export async function bundleForNode(entry, outfile) {
  const { build: esbuild, stop } = await import('esbuild');
  await esbuild({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'linked',
    logLevel: 'warning',
    plugins: [dependenciesStayOutside],
  });
  await stop(); // else its process would live as long as ours
}

async function buildDashboard() {
  const { build: vite } = await import('vite');
  const made = `${dashboard}.${process.pid}`;
  await vite({
    root: join(root, 'apps', 'dashboard'),
    logLevel: 'error',
    build: { outDir: made, emptyOutDir: true },
  });
  rmSync(dashboard, { recursive: true, force: true });
  renameSync(made, dashboard);
  const now = new Date();
  utimesSync(join(dashboard, 'index.html'), now, now);
}

export async function build({ quiet = false } = {}) {
  console.error('Building …');
  mkdirSync(join(root, 'dist'), { recursive: true });
  const made = join(root, 'dist', `steptrail.${process.pid}.mjs`);
  await bundleForNode(join(root, 'apps', 'cli', 'src', 'main.ts'), made);
  await buildDashboard();
  renameSync(`${made}.map`, `${bundle}.map`);
  renameSync(made, bundle);
  if (!quiet) console.error(`Built ${bundle} and ${dashboard}.`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
