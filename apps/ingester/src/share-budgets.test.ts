import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import {
  AwsError,
  createAwsClients,
  listStateMachines,
  PLACEHOLDER_CREDENTIALS,
  quotasOf,
} from '@steptrail/aws';
import { type Sandbox, startSandbox } from '@steptrail/sandbox';
import { listQuotaBuckets, takeQuota } from '@steptrail/store';
import { createTestDatabase, type TestDatabase } from '@steptrail/store/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { closeBudgets, createSharedBudget, shareBudgets } from './share-budgets.ts';
import { testAccount } from './testing/account.ts';
import { type BuiltProcess, buildProcess } from './testing/build-process.ts';
import { REGION, START } from './testing/events.ts';

let db: TestDatabase;
beforeEach(async () => {
  db = await createTestDatabase();
});
afterEach(() => db.drop());

const KEY = { accountId: '111122223333', region: 'us-east-1', operation: 'ListExecutions' };

describe('four processes at one bucket', () => {
  let built: BuiltProcess;
  beforeAll(async () => {
    built = await buildProcess('./hammer-process.ts');
  });
  afterAll(() => built.remove());

  it('make no more requests together than bucket and refill allow', { timeout: 60_000 }, async () => {
    const [capacity, refill, each] = [20, 200, 100];
    const outputs = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const args = [built.program, db.url, String(capacity), String(refill), String(each)];
        const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
        const run: { began: number; takenAt: number[] } = JSON.parse(await text(child.stdout));
        return run;
      }),
    );
    const began = Math.min(...outputs.map((run) => run.began));
    const all = outputs.flatMap((run) => run.takenAt).sort((a, b) => a - b);
    expect(all).toHaveLength(4 * each);
    // A timer of Node may be a millisecond early.
    const allowed = (at: number) => capacity + refill * ((at - began) / 1e6 + 0.002);
    expect(all.filter((at, i) => i + 1 > allowed(at))).toEqual([]);
    const [bucket] = await listQuotaBuckets(db.sql);
    expect(bucket).toMatchObject({ ...KEY, capacity, refillPerSecond: refill, pace: 1 });
    expect(bucket?.tokens).toBeLessThanOrEqual(capacity);
  });
});

it('takes in batches where there is plenty, one by one where there is none, and lends', async () => {
  const size = { capacity: 5, refillPerSecond: 0.001 };
  expect(await takeQuota(db.sql, KEY, size, 4)).toEqual({ taken: 4, waitMilliseconds: 0 });
  expect(await takeQuota(db.sql, KEY, size, 4)).toEqual({ taken: 1, waitMilliseconds: 0 });
  const first = await takeQuota(db.sql, KEY, size, 4);
  expect(first.taken).toBe(1);
  const second = await takeQuota(db.sql, KEY, size, 4);
  expect(Math.round((second.waitMilliseconds - first.waitMilliseconds) / 100_000)).toBe(10);
});

it('gives back what it holds when it closes, and what a stopped wait had lent', async () => {
  const waits: number[] = [];
  const timing = {
    now: () => 0,
    wait: async (ms: number, signal?: AbortSignal) => {
      waits.push(ms);
      signal?.throwIfAborted();
    },
  };
  const size = { capacity: 40, refillPerSecond: 20 };
  const budget = createSharedBudget(db.sql, KEY, size, timing);
  const tokens = async () => {
    await db.sql`update quota_buckets set refilled_at = clock_timestamp() + interval '1 hour'`;
    return Math.round((await listQuotaBuckets(db.sql))[0]?.tokens ?? Number.NaN);
  };
  await budget.take();
  expect(await tokens()).toBe(30);
  await budget.close();
  expect(await tokens()).toBe(39);
  for (let i = 0; i < 39; i++) await budget.take();
  expect(waits).toEqual([]);
  const stop = new AbortController();
  const stopped = budget.take(stop.signal);
  stop.abort(new Error('stop'));
  await expect(stopped).rejects.toThrow('stop');
  expect(await tokens()).toBe(0);
});

it('holds when the clock of the database jumps back', async () => {
  const size = { capacity: 2, refillPerSecond: 1000 };
  await takeQuota(db.sql, KEY, size, 2);
  await db.sql`update quota_buckets set refilled_at = clock_timestamp() + interval '1 day'`;
  expect((await takeQuota(db.sql, KEY, size, 2)).waitMilliseconds).toBeGreaterThan(0);
});

it('says that the database is away, and blames no one else', async () => {
  const other = await createTestDatabase();
  const own = createAwsClients({
    region: REGION,
    endpoint: 'http://127.0.0.1:9',
    credentials: PLACEHOLDER_CREDENTIALS,
    quotas: quotasOf(REGION),
  });
  const place = { accountId: KEY.accountId, region: REGION };
  const clients = shareBudgets(other.sql, own, place, quotasOf(REGION));
  await other.drop();
  const failure = await listStateMachines(clients)
    .next()
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'CONNECTION_ENDED' });
  expect(failure).not.toBeInstanceOf(AwsError);
  own.close();
});

describe('throttling', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await startSandbox({ source: { account: testAccount([]) }, now: () => START });
  });
  afterEach(() => sandbox.close());

  it('halves the pace for all processes, once a storm, and the pace recovers slowly', async () => {
    const place = { accountId: KEY.accountId, region: REGION };
    const own = createAwsClients({
      region: REGION,
      endpoint: sandbox.endpoint,
      credentials: PLACEHOLDER_CREDENTIALS,
      quotas: quotasOf(REGION),
      maxAttempts: 4,
    });
    const clients = shareBudgets(db.sql, own, place, quotasOf(REGION));
    sandbox.faults.add({ kind: 'throttle', operation: 'ListStateMachines', times: 2 });
    for await (const { items } of listStateMachines(clients)) expect(items).toEqual([]);
    const [slowed] = await listQuotaBuckets(db.sql);
    expect(slowed).toMatchObject({ operation: 'ListStateMachines', refillPerSecond: 5 });
    expect(slowed?.pace).toBeGreaterThanOrEqual(0.5);
    expect(slowed?.pace).toBeLessThan(0.52);
    // Attempts that the SDK repeats are requests too: three were made, and the storm emptied the bucket.
    expect(slowed?.tokens).toBeLessThan(5);

    const key = { ...place, operation: 'ListStateMachines' };
    const size = { capacity: 100, refillPerSecond: 5 };
    // Eleven tokens short: 2.2 s at AWS's pace, 4.4 s at half of it, however slow the machine is.
    await db.sql`update quota_buckets set tokens = -10, refilled_at = clock_timestamp()`;
    expect((await takeQuota(db.sql, key, size, 1)).waitMilliseconds).toBeGreaterThan(2300);
    await db.sql`update quota_buckets set refilled_at = refilled_at - interval '150 seconds'`;
    await takeQuota(db.sql, key, size, 1);
    expect((await listQuotaBuckets(db.sql))[0]?.pace).toBeCloseTo(0.75, 1);
    await db.sql`update quota_buckets set refilled_at = refilled_at - interval '1 hour'`;
    await takeQuota(db.sql, key, size, 1);
    expect((await listQuotaBuckets(db.sql))[0]?.pace).toBe(1);
    await closeBudgets(clients);
    own.close();
  });
});
