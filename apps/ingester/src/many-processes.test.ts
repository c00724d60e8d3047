import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAwsClients, PLACEHOLDER_CREDENTIALS } from '@steptrail/aws';
import { type Account, type Fault, type Sandbox, startSandbox } from '@steptrail/sandbox';
import { type Client, connect, migrate, type ProblemRow, startEmbeddedPostgres } from '@steptrail/store';
import { createTestDatabase, type TestDatabase } from '@steptrail/store/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ingestOnce } from './ingest.ts';
import { type TestMachine, testAccount } from './testing/account.ts';
import { type BuiltProcess, buildProcess } from './testing/build-process.ts';
import { startCuttingProxy } from './testing/cutting-proxy.ts';
import { dump } from './testing/dump.ts';
import {
  APPROVAL,
  approvalHistory,
  CHECKOUT,
  checkoutHistory,
  DAY,
  HOUR,
  LOOP,
  loopHistory,
  MINUTE,
  REGION,
  redrivenHistory,
  START,
} from './testing/events.ts';
import { shop } from './testing/map-run-shop.ts';
import { verifyArchive } from './verify-archive.ts';

const NOW = START + 5 * DAY;
/** When the faults are over and whatever was put off is due. */
const LATER = NOW + 3 * HOUR;

const times = <T>(count: number, make: (i: number) => T) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`e${i}`, make(i)]));

const MACHINES: readonly TestMachine[] = [
  {
    name: 'Approvals',
    definition: APPROVAL,
    versions: [{ version: 1, revision: 0, from: START }],
    aliases: [
      { name: 'live', routing: [{ version: 1, weight: 100 }], creationDate: START, updateDate: START },
    ],
    histories: {
      ...times(16, (i) => approvalHistory(START + i * MINUTE, (i % 4) * 2 * DAY)),
      // They end between NOW and LATER.
      ...{ ends: approvalHistory(NOW - HOUR, 2 * HOUR), fails: redrivenHistory(NOW - HOUR, NOW + HOUR) },
      redriven: redrivenHistory(START, START + DAY),
    },
  },
  { name: 'Loop', definition: LOOP, histories: times(3, (i) => loopHistory(START + i * MINUTE, 600)) },
  {
    name: 'Checkout',
    type: 'EXPRESS',
    definition: CHECKOUT,
    histories: times(6, (i) => checkoutHistory(START + i * MINUTE)),
  },
  shop(),
];

let built: BuiltProcess;

/** An ingest in a process of its own, under way, and its exit code: null where it was killed. */
interface IngestProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
}

function ingest(url: string, now: number, errors: 'inherit' | 'ignore' = 'inherit'): IngestProcess {
  const child = spawn(process.execPath, [built.program, url, sandbox.endpoint, String(now)], {
    stdio: ['ignore', 'ignore', errors],
  });
  return { child, ended: new Promise((resolve) => child.once('close', resolve)) };
}

/** What an ingest that nothing disturbs makes: at NOW, and at NOW and then LATER. */
const calm: { now: readonly string[]; later: readonly string[]; questions: number } = {
  now: [],
  later: [],
  questions: 0,
};

/** The account, and what is told of each question about a history, with its number. */
let onQuestion: (n: number) => void = () => {};
let questions = 0;
function watched(account: Account): Account {
  return {
    ...account,
    history: (...asked) => {
      questions += 1;
      onQuestion(questions);
      return account.history(...asked);
    },
  };
}

let sandbox: Sandbox;
const clock = { now: NOW };
beforeAll(async () => {
  built = await buildProcess('./ingest-process.ts');
  sandbox = await startSandbox({ source: { account: watched(testAccount(MACHINES)) }, now: () => clock.now });
  const db = await createTestDatabase();
  expect(await ingest(db.url, NOW).ended).toBe(0);
  calm.questions = questions;
  calm.now = await dump(db.sql);
  expect(await ingestLater(db.sql)).toEqual([]);
  calm.later = await dump(db.sql);
  await db.drop();
}, 60_000);
afterAll(async () => {
  built.remove();
  await sandbox.close();
});

const databases: TestDatabase[] = [];
afterEach(async () => {
  onQuestion = () => {};
  questions = 0;
  clock.now = NOW;
  sandbox.faults.clear();
  for (const db of databases.splice(0)) await db.drop();
});

async function open(): Promise<TestDatabase> {
  clock.now = NOW;
  questions = 0;
  const db = await createTestDatabase();
  databases.push(db);
  return db;
}

async function damages(sql: Client): Promise<readonly string[]> {
  const found: string[] = [];
  const report = await verifyArchive(sql, { onDamage: ({ message }) => found.push(message) });
  expect(report.verified).toBeGreaterThan(10);
  return found;
}

/** What is wrong after an ingest that nothing disturbs, LATER. */
async function ingestLater(sql: Client): Promise<readonly ProblemRow[]> {
  clock.now = LATER;
  const { endpoint } = sandbox;
  const clients = createAwsClients({ region: REGION, endpoint, credentials: PLACEHOLDER_CREDENTIALS });
  const source = { kind: 'sandbox', region: REGION, endpoint } as const;
  const report = await ingestOnce({ sql, clients, source, now: () => new Date(LATER), concurrency: 2 });
  clients.close();
  return report.problems;
}

/** The faults are over: whatever is left is fetched, and the archive is what it would have been without them. */
async function expectMended(sql: Client): Promise<void> {
  sandbox.faults.clear();
  onQuestion = () => {};
  expect(await ingestLater(sql)).toEqual([]);
  expect(await dump(sql)).toEqual(calm.later);
  expect(await damages(sql)).toEqual([]);
}

/** Numbers from 0 to 1 that a seed determines. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const start = (
  url: string,
  count: number,
  now: (i: number) => number = () => NOW,
): readonly IngestProcess[] => Array.from({ length: count }, (_, i) => ingest(url, now(i), 'ignore'));

/** Waits for all; gives their exit codes. */
const end = (processes: readonly IngestProcess[]) => Promise.all(processes.map(({ ended }) => ended));

describe('several ingester processes on one database', { timeout: 90_000 }, () => {
  it('share the work: nothing is lost, nothing fetched twice', async () => {
    const db = await open();
    const codes = await end(start(db.url, 4));
    expect(codes).toEqual([0, 0, 0, 0]);
    expect(await dump(db.sql)).toEqual(calm.now);
    expect(questions).toBe(calm.questions);
    expect(await damages(db.sql)).toEqual([]);
  });

  it('whose clocks are an hour off', async () => {
    const db = await open();
    const codes = await end(start(db.url, 3, (i) => NOW + (i - 1) * HOUR));
    expect(codes).toEqual([0, 0, 0]);
    await expectMended(db.sql);
  });

  it.each([1, 2])('are killed one after the other at random points, seed %i', async (seed) => {
    const db = await open();
    const random = randomFrom(seed);
    const alive = [...start(db.url, 3)];
    onQuestion = () => {
      if (random() < 0.12) alive.splice(Math.floor(random() * alive.length), 1)[0]?.child.kill('SIGKILL');
    };
    const codes = await end([...alive]);
    expect(codes).toContain(null);
    await expectMended(db.sql);
  });

  it('lose their connections to the database again and again', async () => {
    const db = await open();
    const cutter = connect(db.url, { max: 1, applicationName: 'cutter' });
    const cuts: Promise<unknown>[] = [];
    onQuestion = (n) => {
      if (n % 9 !== 0) return;
      cuts.push(
        cutter`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'steptrail'`.execute(),
      );
    };
    await end(start(db.url, 3));
    await Promise.allSettled(cuts);
    await cutter.end();
    expect(cuts.length).toBeGreaterThan(0);
    await expectMended(db.sql);
  });

  it('are cut off in the middle of a chunk', async () => {
    const db = await open();
    const proxy = await startCuttingProxy(db.url, 5);
    await end(start(proxy.url, 2));
    expect(proxy.cuts()).toBeGreaterThan(1);
    await proxy.close();
    await expectMended(db.sql);
  });

  const storm = (kind: Fault['kind'], after: number, count: number): Fault => ({ kind, after, times: count });
  const throttled = (operation: string, after: number, count: number): Fault => ({
    ...storm('throttle', after, count),
    operation,
  });
  const FOR_EVER = Number.POSITIVE_INFINITY;
  it.each<[string, readonly Fault[]]>([
    ['throttling', [throttled('GetExecutionHistory', 2, 8), throttled('ListExecutions', 1, 2)]],
    ['500s with HTML', [storm('server error', 8, 4), storm('server error', 30, 6)]],
    ['hangs', [{ kind: 'slow', delay: 60_000, after: 12, times: 3 }]],
    ['cut pages', [storm('cut connection', 9, 4), storm('cut connection', 30, 4)]],
    ['garbled pages', [storm('garbled', 9, 4), storm('garbled', 30, 8)]],
    ['paging that is ignored', [{ kind: 'paging ignored' }]],
    ['page tokens that have expired', [{ kind: 'expired page tokens' }]],
    ['credentials that expire', [storm('expired credentials', 30, FOR_EVER)]],
    [
      'all of them',
      [
        storm('cut connection', 8, 2),
        throttled('GetExecutionHistory', 4, 2),
        storm('server error', 16, 2),
        { kind: 'expired page tokens', operation: 'GetExecutionHistory', times: 2 },
        storm('garbled', 20, 2),
        storm('expired credentials', 40, FOR_EVER),
      ],
    ],
  ])('come through %s', async (_, faults) => {
    const db = await open();
    for (const fault of faults) sandbox.faults.add(fault);
    await end(start(db.url, 2));
    await expectMended(db.sql);
  });
});

const urlOf = ({ host, port, user, password = '', database }: Connection) =>
  `postgres://${user}:${encodeURIComponent(password)}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`;

/** A database of one's own in a folder, migrated. */
async function startDatabase(dataDir: string) {
  const embedded = await startEmbeddedPostgres({ dataDir });
  const sql = connect(embedded.connection, { max: 4 });
  await migrate(sql);
  return { embedded, sql };
}

it('a database that is started again in the middle of it', { timeout: 90_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'steptrail-restart-'));
  await chmod(folder, 0o755); // as root the database runs as another user, who must get there
  const dataDir = join(folder, 'data');
  let { embedded, sql } = await startDatabase(dataDir);
  try {
    clock.now = NOW;
    questions = 0;
    let restarted: Promise<unknown> | undefined;
    onQuestion = (n) => {
      if (n < 9 || restarted !== undefined) return;
      restarted = embedded.stop().then(async () => {
        embedded = await startEmbeddedPostgres({ dataDir });
      });
    };
    await end(start(urlOf(embedded.connection), 2));
    await restarted;
    expect(restarted).toBeDefined();
    await sql.end({ timeout: 5 });
    sql = connect(embedded.connection, { max: 4 });
    await expectMended(sql);
  } finally {
    await sql.end({ timeout: 5 });
    await embedded.stop();
    await rm(folder, { recursive: true, force: true });
  }
});

/** A disk of so many megabytes; undefined where this user may not mount one. */
function mountSmallDisk(
  megabytes: number,
): { readonly folder: string; readonly unmount: () => void } | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'steptrail-disk-'));
  const options = ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', folder];
  if (process.platform === 'linux' && spawnSync('mount', options).status === 0) {
    return {
      folder,
      unmount: () => {
        spawnSync('umount', [folder]);
        rmSync(folder, { recursive: true });
      },
    };
  }
  rmSync(folder, { recursive: true });
  return undefined;
}

const disk = mountSmallDisk(128);
afterAll(() => disk?.unmount());
if (disk === undefined)
  console.log('The test of a full disk is skipped: this user may not mount a small one.');

it.skipIf(disk === undefined)('a disk that is full', { timeout: 90_000 }, async () => {
  const { folder = '' } = disk ?? {};
  let { embedded, sql } = await startDatabase(join(folder, 'data'));
  const filler = join(folder, 'filler');
  try {
    clock.now = NOW;
    questions = 0;
    let left = 0;
    onQuestion = (n) => {
      if (n !== 5) return;
      writeFileSync(filler, '');
      try {
        for (;;) appendFileSync(filler, Buffer.alloc(64 * 1024));
      } catch {
        left = statfsSync(folder).bavail;
      }
    };
    const codes = await end(start(urlOf(embedded.connection), 2));
    expect(codes).not.toContain(0);
    expect(left).toBeLessThan(16);
    rmSync(filler);
    await sql.end({ timeout: 5 });
    sql = connect(embedded.connection, { max: 4 });
    await expectMended(sql);
  } finally {
    await sql.end({ timeout: 5 });
    await embedded.stop();
  }
});

type Connection = Awaited<ReturnType<typeof startEmbeddedPostgres>>['connection'];
