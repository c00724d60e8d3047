import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';

/** Builds the dashboard as it is now into a folder of its own, and gives the folder. */
export async function buildDashboard(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'steptrail-dashboard-'));
  await build({
    root: join(import.meta.dirname, '..', '..', 'apps', 'dashboard'),
    logLevel: 'error',
    build: { outDir: directory, emptyOutDir: true },
  });
  return directory;
}
