import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect, ensureDatabase, migrate, startEmbeddedPostgres } from '@steptrail/store';
import { report } from './measure.ts';

/** What one ingester process says of its run; milliseconds of its processor, MiB, bytes. */
interface Run {
  readonly archived: number;
  readonly events: number;
  readonly cpu: number;
  readonly wall: number;
  readonly peak: number;
}

interface Stages {
  readonly http: number;
  readonly archive: number;
  readonly replay: number;
  readonly received: number;
  readonly stored: number;
}

const script = (name: string) => join(import.meta.dirname, `${name}.mjs`);

function start(name: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [script(name), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  });
}

async function firstLine<T>(child: ChildProcess): Promise<T> {
  if (child.stdout === null) throw new Error('no output');
  const [line] = await once(createInterface(child.stdout), 'line');
  return JSON.parse(line);
}

interface Shop {
  readonly executions: number;
  /** Events of one: seven a turn, and four. */
  readonly turns: number;
  /** Bytes of each task's output; no two are the same. */
  readonly payload: number;
}

/** Ingests a shop with so many processes at once, on a database of their own. */
type Ingest = (
  shop: Shop,
  processes: number,
  stages?: boolean,
) => Promise<readonly (Run & Partial<Stages>)[]>;

async function withIngest(use: (ingest: Ingest) => Promise<void>): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'steptrail-bench-'));
  await chmod(dataDir, 0o755); // as root the database runs as another user, who must get there
  const embedded = await startEmbeddedPostgres({ dataDir: join(dataDir, 'data') });
  let count = 0;
  const ingest: Ingest = async ({ executions, turns, payload }, processes, stages) => {
    const database = `bench_${++count}`;
    await ensureDatabase(embedded.connection, database);
    const sql = connect({ ...embedded.connection, database }, { max: 1 });
    await migrate(sql);
    await sql.end();
    const { user, password = '', host, port } = embedded.connection;
    const url = `postgres://${user}:${encodeURIComponent(password)}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`;
    const sandbox = start('ingest-sandbox', [executions, turns, payload].map(String));
    const { endpoint } = await firstLine<{ endpoint: string }>(sandbox);
    try {
      const args = [url, endpoint, ...(stages ? ['stages'] : [])];
      return await Promise.all(
        Array.from({ length: processes }, () => firstLine<Run & Partial<Stages>>(start('ingest-run', args))),
      );
    } finally {
      sandbox.stdin?.end();
    }
  };
  try {
    await use(ingest);
  } finally {
    await embedded.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

const SHOP: Shop = { executions: 1000, turns: 4, payload: 700 };
const SECOND = 1000;

/**
 * From the sandbox's HTTP to committed findings: 1,000 executions with payloads that do not repeat. Events a second of
 * one core that works for the ingester alone; the shares are of its processor time. Then memory.
 */
export async function benchIngest(): Promise<void> {
  await withIngest(async (ingest) => {
    const [run] = await ingest(SHOP, 1, true);
    if (run?.http === undefined) throw new Error('no stages');
    const { archived, events, cpu, http, archive = 0, replay = 0, received = 1, stored = 0 } = run;
    const perCore = (events / cpu) * SECOND;
    const floor = (events / http) * SECOND;
    const facts = { executions: archived, events };
    report('from HTTP to findings, of one core', perCore, 'events/s', {
      floor,
      ratio: perCore / floor,
      ...facts,
    });
    const rest = cpu - http - archive - replay;
    for (const [name, spent] of Object.entries({ http, archive, replay, rest })) {
      report(`share of ${STAGES[name]}`, spent / events, 'ms/event', {
        floor: cpu / events,
        ratio: spent / cpu,
      });
    }
    report('bytes stored over bytes received, payloads that do not repeat', stored, 'bytes', {
      floor: received,
      ratio: stored / received,
    });
  });
}

/** Peak memory of an ingester, whatever the number of executions and the length of a history. */
export async function benchIngestMemory(): Promise<void> {
  await withIngest(async (ingest) => {
    const [few] = await ingest({ ...SHOP, executions: 100 }, 1);
    const flat = few?.peak ?? Number.NaN;
    const measure = async (name: string, shop: Shop) => {
      const [run] = await ingest(shop, 1);
      const peak = run?.peak ?? Number.NaN;
      report(`peak memory of ${name}, over 100 executions`, peak, 'MiB', {
        floor: flat,
        ratio: peak / flat,
        events: run?.events,
        seconds: Math.round((run?.wall ?? 0) / SECOND),
      });
    };
    await measure('1,000 executions', SHOP);
    await measure('one long execution whose outputs of 16 KB do not repeat', {
      executions: 1,
      turns: 3570,
      payload: 16_000,
    });
    await measure('one execution whose payloads of up to 240 KB do not repeat', {
      executions: 1,
      turns: 200,
      payload: 105_000,
    });
  });
}

/** The same work done by 1, 2 and 4 processes at once on one database; what each has done adds up to all of it. */
export async function benchProcesses(): Promise<void> {
  await withIngest(async (ingest) => {
    const throughput = async (processes: number) => {
      const runs = await ingest({ ...SHOP, executions: 600 }, processes);
      const sum = (of: (run: Run) => number) => runs.reduce((total, one) => total + of(one), 0);
      const wall = Math.max(...runs.map((one) => one.wall));
      return { perSecond: (sum((one) => one.events) / wall) * SECOND, archived: sum((one) => one.archived) };
    };
    const alone = await throughput(1);
    for (const processes of [2, 4]) {
      const { perSecond, archived: all } = await throughput(processes);
      report(`${processes} ingesters on one database, over one`, perSecond, 'events/s', {
        floor: alone.perSecond,
        ratio: perSecond / alone.perSecond,
        executions: all,
      });
    }
  });
}

const STAGES: Readonly<Record<string, string>> = {
  http: 'HTTP and JSON',
  archive: 'archive chunks',
  replay: 'replay and rules',
  rest: "the rest: the database's client, garbage collection, compiling",
};
