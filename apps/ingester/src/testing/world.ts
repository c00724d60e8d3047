import { createAwsClients, PLACEHOLDER_CREDENTIALS } from '@steptrail/aws';
import { type Account, type Sandbox, startSandbox } from '@steptrail/sandbox';
import { createTestDatabase, type TestDatabase } from '@steptrail/store/testing';
import { onTestFinished } from 'vitest';
import type { IngestContext } from '../context.ts';
import { REGION } from './events.ts';

/** A database, a server that stands for AWS, and a clock that both sides share. */
export interface TestWorld {
  readonly db: TestDatabase;
  readonly sandbox: Sandbox;
  readonly context: IngestContext;
  /** Sets the clock; epoch milliseconds. */
  readonly setNow: (now: number) => void;
  readonly close: () => Promise<void>;
}

/** A world for the test that runs: it is closed when that ends. */
export async function openWorld(
  account: Account,
  now: number,
  more: Partial<IngestContext> = {},
): Promise<TestWorld> {
  const world = await openSharedWorld(account, now, more);
  onTestFinished(world.close);
  return world;
}

/** A world for several tests; who opens it closes it. */
export async function openSharedWorld(
  account: Account,
  now: number,
  more: Partial<IngestContext> = {},
): Promise<TestWorld> {
  const clock = { now };
  const db = await createTestDatabase();
  const sandbox = await startSandbox({ source: { account }, now: () => clock.now });
  const clients = createAwsClients({
    region: REGION,
    endpoint: sandbox.endpoint,
    credentials: PLACEHOLDER_CREDENTIALS,
    maxAttempts: 1,
    requestTimeout: 2000,
  });
  return {
    db,
    sandbox,
    context: {
      sql: db.sql,
      clients,
      source: { kind: 'sandbox', region: REGION, endpoint: sandbox.endpoint },
      now: () => new Date(clock.now),
      concurrency: 2,
      ...more,
    },
    setNow: (next) => {
      clock.now = next;
    },
    close: async () => {
      clients.close();
      await sandbox.close();
      await db.drop();
    },
  };
}
