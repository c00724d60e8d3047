import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type PartHealth, type RunningServer, type ServedSource, startServer } from '@steptrail/api';
import type { Configuration } from './configuration.ts';
import type { OpenDatabase } from './open-database.ts';
import { VERSION } from './version.ts';

/** The built dashboard beside the bundle; undefined where it was not built: then there is the API alone. */
function findDashboard(): string | undefined {
  const folder = join(dirname(fileURLToPath(import.meta.url)), 'dashboard');
  return existsSync(join(folder, 'index.html')) ? folder : undefined;
}

interface Parts {
  /** What is ingested from; may grow. */
  readonly sources?: readonly ServedSource[];
  readonly health: () => readonly PartHealth[];
}

/** Starts API and dashboard over an open database. */
export async function serveDashboard(
  configuration: Configuration,
  database: OpenDatabase,
  { sources, health }: Parts,
): Promise<RunningServer> {
  const dashboardDir = findDashboard();
  return startServer({
    sql: database.sql,
    host: configuration.host,
    port: configuration.port,
    ...(configuration.token === undefined ? {} : { token: configuration.token }),
    ...(dashboardDir === undefined ? {} : { dashboardDir }),
    facts: {
      version: VERSION,
      ...(sources === undefined ? {} : { sources }),
    },
    health,
    dataFolderNote: database.description,
    now: Date.now,
  });
}
