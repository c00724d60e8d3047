import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type PartHealth, type RunningServer, startServer } from '@steptrail/api';
import type { ChosenSource } from './choose-source.ts';
import type { Configuration } from './configuration.ts';
import type { OpenDatabase } from './open-database.ts';
import { VERSION } from './version.ts';

/** The built dashboard beside the bundle; undefined where it was not built: then there is the API alone. */
function findDashboard(): string | undefined {
  const folder = join(dirname(fileURLToPath(import.meta.url)), 'dashboard');
  return existsSync(join(folder, 'index.html')) ? folder : undefined;
}

interface Parts {
  readonly source?: ChosenSource;
  readonly health: () => readonly PartHealth[];
}

/** Starts API and dashboard over an open database. */
export async function serveDashboard(
  configuration: Configuration,
  database: OpenDatabase,
  { source, health }: Parts,
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
      database: database.kind,
      ...(source === undefined
        ? {}
        : {
            source: {
              kind: source.kind,
              accountId: source.accountId,
              region: source.region,
              endpoint: source.endpoint,
            },
          }),
    },
    health,
    dataFolderNote: database.description,
    now: Date.now,
  });
}
