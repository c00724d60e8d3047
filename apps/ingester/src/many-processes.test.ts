import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Account, type Fault, type Sandbox, startSandbox } from '@steptrail/sandbox';
import { type Client, connect, listProblems, migrate, startEmbeddedPostgres } from '@steptrail/store';
import { createTestDatabase, type TestDatabase } from '@steptrail/store/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type TestMachine, testAccount } from './testing/account.ts';
import { type BuiltProcess, buildProcess } from './testing/build-process.ts';
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
  redrivenHistory,
  START,
} from './testing/events.ts';
import { verifyArchive } from './verify-archive.ts';

const NOW = START + 5 * DAY;
const LATER = NOW + 2 * DAY;

const times = <T>(count: number, make: (i: number) => T) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`e${i}`, make(i)]));

const MACHINES: readonly TestMachine[] = [
  {
    name: 'Approvals',
    definition: APPROVAL,
    histories: {
      ...times(24, (i) => approvalHistory(START + i * MINUTE, (i % 4) * 2 * DAY)),
      redriven: redrivenHistory(START, START + DAY),
    },
  },
  { name: 'Loop', definition: LOOP, histories: times(4, (i) => loopHistory(START + i * MINUTE, 600)) },
  {
    name: 'Checkout',
    type: 'EXPRESS',
    definition: CHECKOUT,
    histories: times(6, (i) => checkoutHistory(START + i * MINUTE)),
  },
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
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
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
  clock.now = LATER;
  expect(await ingest(db.url, LATER).ended).toBe(0);
  calm.later = facts(await dump(db.sql));
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

/** What is so whenever it was fetched: what AWS said, and what follows from that alone. */
function facts(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => /^(executions|execution_ids|chunks|visits|failures|definitions)/.test(line));
}

async function damages(sql: Client): Promise<readonly string[]> {
  const found: string[] = [];
  const report = await verifyArchive(sql, { onDamage: ({ message }) => found.push(message) });
  expect(report.verified).toBeGreaterThan(10);
  return found;
}

/** The faults are over: whatever is left is fetched, and the archive is what it would have been without them. */
async function expectMended(sql: Client, url: string): Promise<void> {
  sandbox.faults.clear();
  onQuestion = () => {};
  clock.now = LATER;
  const code = await ingest(url, LATER).ended;
  expect(await listProblems(sql)).toEqual([]);
  expect(code).toBe(0);
  expect(facts(await dump(sql))).toEqual(calm.later);
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
    await expectMended(db.sql, db.url);
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
    await expectMended(db.sql, db.url);
  });

  it('lose their connections to the database again and again', async () => {
    const db = await open();
    const cuts: Promise<unknown>[] = [];
    onQuestion = (n) => {
      if (n % 9 !== 0) return;
      cuts.push(db.sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and application_name = 'steptrail'`);
    };
    await end(start(db.url, 3));
    await Promise.allSettled(cuts);
    expect(cuts.length).toBeGreaterThan(0);
    await expectMended(db.sql, db.url);
  });

  it('meet page tokens that have expired', async () => {
    const db = await open();
    onQuestion = (n) => {
      if (n % 7 === 0) clock.now += 25 * HOUR;
    };
    await end(start(db.url, 2));
    await expectMended(db.sql, db.url);
  });

  const storm = (kind: Fault['kind'], after: number, count: number): Fault => ({ kind, after, times: count });
  it.each<[string, readonly Fault[]]>([
    [
      'throttling, HTML, cut and garbled answers',
      [
        storm('throttle', 8, 12),
        storm('server error', 20, 4),
        storm('cut connection', 28, 4),
        storm('garbled', 36, 4),
        { kind: 'slow', delay: 700, after: 12, times: 3 },
      ],
    ],
    [
      'credentials that expire, and paging that is ignored',
      [
        { kind: 'paging ignored', operation: 'GetExecutionHistory' },
        storm('expired credentials', 20, Number.POSITIVE_INFINITY),
      ],
    ],
  ])('come through a storm of %s', async (_, faults) => {
    const db = await open();
    for (const fault of faults) sandbox.faults.add(fault);
    await end(start(db.url, 3));
    await expectMended(db.sql, db.url);
  });
});

it('a database that is started again in the middle of it', { timeout: 90_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'steptrail-restart-'));
  await chmod(folder, 0o755); // as root the database runs as another user, who must get there
  const dataDir = join(folder, 'data');
  const urlOf = ({ host, port, user, password = '', database }: Connection) =>
    `postgres://${user}:${encodeURIComponent(password)}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`;
  let embedded = await startEmbeddedPostgres({ dataDir });
  try {
    const before = connect(embedded.connection, { max: 1 });
    await migrate(before);
    await before.end();
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
    const sql = connect(embedded.connection, { max: 2 });
    await expectMended(sql, urlOf(embedded.connection));
    await sql.end();
  } finally {
    await embedded.stop();
    await rm(folder, { recursive: true, force: true });
  }
});

type Connection = Awaited<ReturnType<typeof startEmbeddedPostgres>>['connection'];
