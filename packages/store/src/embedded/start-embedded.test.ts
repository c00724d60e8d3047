import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { checkDatabase, connect } from '../database.ts';
import { findBinaries } from './binaries.ts';
import { prepareDataFolder } from './data-folder.ts';
import { readPidFile } from './pid-file.ts';
import { hasEnded, launchPostmaster, stopPostmaster } from './postmaster.ts';
import { attachEmbeddedPostgres, startEmbeddedPostgres } from './start-embedded.ts';

// Each test starts servers, on machines that do other work as well.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const sources = mkdtempSync(join(import.meta.dirname, '../../../../node_modules/.store-test-'));
const program = join(sources, 'writer.mjs');

/** A process that starts the database and commits row after row, telling the number of each once it is committed. */
const WRITER = `
  import { startEmbeddedPostgres } from './start-embedded.ts';
  import { connect } from '../database.ts';
  const embedded = await startEmbeddedPostgres({ dataDir: process.argv[2], port: 4400 });
  const sql = connect(embedded.connection, { max: 1 });
  await sql\`create table if not exists rows (n int primary key)\`;
  const [{ rows }] = await sql\`select count(*)::int as rows from rows\`;
  let ending = false;
  process.on('SIGTERM', async () => { ending = true; await sql.end(); await embedded.stop(); process.exit(0); });
  console.log('ready', rows, embedded.adopted, embedded.pid);
  for (let n = rows; !ending; n += 1) { await sql\`insert into rows values (\${n})\`.then(() => console.log('committed', n + 1), (error) => { if (!ending) throw error; }); }`;

let folder: string;
const started: ChildProcess[] = [];

beforeAll(async () => {
  const stdin = { contents: WRITER, resolveDir: import.meta.dirname };
  await build({
    stdin,
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: program,
    packages: 'external',
  });
});
afterAll(() => rmSync(sources, { recursive: true, force: true }));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'steptrail-embedded-'));
  chmodSync(folder, 0o755);
});
afterEach(async () => {
  for (const child of started.splice(0)) {
    if (hasEnded(child)) continue;
    const ended = gone(child);
    child.kill('SIGKILL');
    await ended;
  }
  const left = readPidFile(join(folder, 'data', 'postgres'));
  if (left !== undefined) await stopPostmaster(left.pid);
  rmSync(folder, { recursive: true, force: true });
});

interface Writer {
  readonly child: ChildProcess;
  readonly rows: number;
  readonly adopted: boolean;
  readonly postmaster: number;
  committed: number;
  until(committed: number): Promise<void>;
}

async function write(): Promise<Writer> {
  const child = spawn(process.execPath, [program, join(folder, 'data')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const first = String((await lines.next()).value).split(' ');
  const writer: Writer = {
    child,
    rows: Number(first[1]),
    adopted: first[2] === 'true',
    postmaster: Number(first[3]),
    committed: Number(first[1]),
    async until(committed) {
      while (writer.committed < committed) {
        writer.committed = Number(String((await lines.next()).value).split(' ')[1]);
      }
    },
  };
  return writer;
}

function gone(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => child.once('exit', resolve));
}

test('a kill of the product, of both, and an orderly end lose nothing that was committed', async () => {
  const one = await write();
  await one.until(50);
  const oneGone = gone(one.child);
  one.child.kill('SIGKILL');
  await oneGone;

  const two = await write();
  expect(two).toMatchObject({ adopted: true, postmaster: one.postmaster });
  expect(two.rows).toBeGreaterThanOrEqual(one.committed);
  await two.until(two.rows + 50);
  const twoGone = gone(two.child);
  process.kill(two.postmaster, 'SIGKILL');
  two.child.kill('SIGKILL');
  await twoGone;

  const three = await write();
  expect(three.adopted).toBe(false);
  expect(three.rows).toBeGreaterThanOrEqual(two.committed);
  const threeGone = gone(three.child);
  three.child.kill('SIGTERM');
  expect(await threeGone).toBe(0);
  expect(readPidFile(join(folder, 'data', 'postgres'))).toBeUndefined();
});

test('a second start is refused with who holds the folder, a reader may attach', async () => {
  const writer = await write();
  const dataDir = join(folder, 'data');
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({
    code: 'held',
    message: expect.stringMatching(
      new RegExp(`held by another Steptrail \\(process ${writer.child.pid}, since .*, on port 4400\\)`),
    ),
  });
  const attached = await attachEmbeddedPostgres({ dataDir });
  if (attached === undefined) throw new Error('nothing to attach to');
  expect(attached.folder).toBe(dataDir);
  const sql = connect(attached.connection, { max: 1 });
  expect(await checkDatabase(sql)).toMatchObject({ ok: true });
  await sql.end();
});

test('a killed server is started again in the same place', async () => {
  let heard = (_sentence: string) => {};
  const event = new Promise<string>((resolve) => {
    heard = resolve;
  });
  const embedded = await startEmbeddedPostgres({
    dataDir: join(folder, 'data'),
    onEvent: (told) => heard(told),
  });
  const sql = connect(embedded.connection, { max: 1 });
  await sql`create table kept as select 1 as n`;
  const killed = embedded.pid;
  process.kill(killed, 'SIGKILL');
  expect(await event).toContain(`(process ${killed}) has died`);
  let rows: readonly unknown[] = [];
  while (rows.length === 0) rows = await sql`select n from kept`.catch(() => []);
  expect(embedded.pid).not.toBe(killed);
  await sql.end();
  await embedded.stop();
});

test('the process id of a dead server may be another process by now', async () => {
  const dataDir = join(folder, 'data');
  const first = await startEmbeddedPostgres({ dataDir });
  const pidFile = join(folder, 'data', 'postgres', 'postmaster.pid');
  const text = readFileSync(pidFile, 'utf8');
  await first.stop();
  writeFileSync(pidFile, text.replace(/^\d+/, `${process.pid}`));
  writeFileSync(
    join(dataDir, 'holder.json'),
    JSON.stringify({ pid: process.pid, started: 'other', since: '' }),
  );
  const second = await startEmbeddedPostgres({ dataDir });
  expect(second).toMatchObject({ adopted: false, folder: dataDir });
  await second.stop();
});

test('data of another major version is refused, and what an interrupted start left is not', async () => {
  const dataDir = join(folder, 'data');
  mkdirSync(join(dataDir, 'postgres.unfinished'), { recursive: true });
  await (await startEmbeddedPostgres({ dataDir })).stop();
  writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '17\n');
  await expect(startEmbeddedPostgres({ dataDir })).rejects.toThrow(
    'was made by PostgreSQL 17, this is PostgreSQL 18',
  );
});

test('a folder that is a file, or below one, is told in one sentence', async () => {
  writeFileSync(join(folder, 'file'), '');
  for (const dataDir of [join(folder, 'file'), join(folder, 'file', 'data')]) {
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toMatchObject({ code: 'data folder' });
  }
});

test('where no socket path is short enough, loopback TCP with a password', async () => {
  const place = { ...prepareDataFolder(join(folder, 'data')), socketFolder: undefined };
  const binaries = findBinaries(place.runAs, place.copies);
  const { connection, pid } = await launchPostmaster(place, binaries, { durable: false });
  const { port, user, password } = connection;
  const ask = async (url: string) => {
    const sql = connect(url, { max: 1 });
    const answer = await checkDatabase(sql, 'There');
    await sql.end({ timeout: 1 });
    return answer;
  };
  const at = `127.0.0.1:${port}/postgres`;
  expect(await ask(`postgres://${user}:${password}@${at}`)).toMatchObject({ ok: true });
  expect(await ask(`postgres://${user}:wrong@${at}`)).toEqual({
    ok: false,
    message: 'There refused the password; check user and password in DATABASE_URL.',
  });
  await stopPostmaster(pid);
});
