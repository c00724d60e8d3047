import { rmSync } from 'node:fs';
import { startServer } from '@steptrail/api';
import { createAwsClients, PLACEHOLDER_CREDENTIALS } from '@steptrail/aws';
import { ingestOnce } from '@steptrail/ingester';
import { startSandbox } from '@steptrail/sandbox';
import { slowDownQuota, takeQuota } from '@steptrail/store';
import { createTestDatabase } from '@steptrail/store/testing';
import { buildDashboard } from './build-dashboard.ts';

const REGION = 'eu-central-1';

const COMMON = {
  host: '127.0.0.1',
  port: 0,
  facts: { version: '0.0.0', database: 'embedded' },
  health: () => [],
  dataFolderNote: 'a database of the test',
  now: Date.now,
} as const;

/** The product on a free port, without its command line. */
export interface Shop {
  /** Where the dashboard is. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** A server over a database in which nothing is yet. */
export async function openEmpty(): Promise<Shop> {
  const [database, dashboardDir] = await Promise.all([createTestDatabase(), buildDashboard()]);
  const server = await startServer({ ...COMMON, sql: database.sql, dashboardDir });
  return {
    url: server.url,
    close: async () => {
      await server.close();
      await database.drop();
      rmSync(dashboardDir, { recursive: true, force: true });
    },
  };
}

/**
 * Histories come in through the AWS SDK from the sandbox's demo account, land in a real PostgreSQL, are replayed and
 * judged, and are served with the dashboard as it is now. Ages count from the present, for the browser has its own
 * clock.
 */
export async function openShop(): Promise<Shop> {
  const [database, sandbox, dashboardDir] = await Promise.all([
    createTestDatabase(),
    startSandbox({ region: REGION }),
    buildDashboard(),
  ]);
  const { endpoint } = sandbox;
  const clients = createAwsClients({ region: REGION, endpoint, credentials: PLACEHOLDER_CREDENTIALS });
  const source = { kind: 'sandbox', region: REGION, accountId: '111122223333', endpoint } as const;
  await ingestOnce({ sql: database.sql, clients, source, concurrency: 3 });
  const quota = { accountId: source.accountId, region: REGION, operation: 'ListExecutions' };
  await takeQuota(database.sql, quota, { capacity: 50, refillPerSecond: 1 }, 1);
  await slowDownQuota(database.sql, quota);
  const facts = { ...COMMON.facts, sources: [source] };
  const server = await startServer({ ...COMMON, facts, sql: database.sql, dashboardDir });
  return {
    url: server.url,
    close: async () => {
      await server.close();
      clients.close();
      await sandbox.close();
      await database.drop();
      rmSync(dashboardDir, { recursive: true, force: true });
    },
  };
}
