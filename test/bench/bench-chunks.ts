import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CODECS, cutIntoBlocks, encodeBlock } from '@steptrail/archive';
import {
  type Client,
  connect,
  ensurePartitions,
  migrate,
  rememberExecutionId,
  saveChunks,
  saveExecution,
  startEmbeddedPostgres,
} from '@steptrail/store';
import { recordLoop } from './histories.ts';
import { report, timeWaitingInTurns } from './measure.ts';

const COPIES = 20;
const started = new Date(Date.UTC(2026, 0, 1));
const stateMachineArn = 'arn:aws:states:us-east-1:111122223333:stateMachine:bench';

async function makeExecutions(sql: Client): Promise<readonly string[]> {
  await ensurePartitions(sql, [started]);
  const ids: string[] = [];
  for (let n = 0; n < COPIES; n++) {
    const name = `bench-${n}`;
    const executionArn = `arn:aws:states:us-east-1:111122223333:execution:bench:${name}`;
    const executionId = await rememberExecutionId(sql, executionArn, started);
    const row = {
      executionId,
      executionArn,
      stateMachineArn,
      name,
      type: 'STANDARD',
      source: 'history',
    } as const;
    await saveExecution(sql, { ...row, status: 'RUNNING', startDate: started });
    ids.push(executionId);
  }
  return ids;
}

async function measureChunks(sql: Client): Promise<void> {
  const events = recordLoop(1500).texts.flatMap(
    (page) => (JSON.parse(page) as { events: readonly unknown[] }).events,
  );
  const text = JSON.stringify({ events });
  const ids = await makeExecutions(sql);
  await sql`create table raw_history (execution text, history text)`;
  const copyRaw = () =>
    sql.begin(async (tx) => {
      await tx`truncate raw_history`;
      const into = await tx`copy raw_history from stdin`.writable();
      const line = text.replaceAll('\\', '\\\\');
      await pipeline(Readable.from(ids.map((id) => `${id}\t${line}\n`)), into);
    });
  let stored = 0;
  // As the ingester does: block by block as they are whole, an execution a transaction.
  const writeChunks = async () => {
    await sql`delete from history_chunks`;
    stored = 0;
    for (const executionId of ids) {
      await sql.begin(async (tx) => {
        for (const block of cutIntoBlocks(events)) {
          const chunks = [...encodeBlock(block, CODECS.historyEvents)];
          stored += chunks.reduce((sum, { body }) => sum + body.length, 0);
          await saveChunks(tx, executionId, chunks);
        }
      });
    }
  };
  const time = await timeWaitingInTurns({ raw: copyRaw, ours: writeChunks });
  const bytes = text.length * COPIES;
  const speed = (task: 'raw' | 'ours') => bytes / 1000 / time.of(task);
  const copied = { floor: speed('raw'), ratio: time.ratio('raw', 'ours'), bytes };
  report('chunks into PostgreSQL', speed('ours'), 'MB/s', copied);
  report('archive size over raw JSON', stored, 'bytes', { floor: bytes, ratio: stored / bytes });
}

/** Cutting, compressing and writing chunks; the floor is a raw COPY of the same JSON into a table of text. */
export async function benchChunks(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'steptrail-bench-'));
  await chmod(dataDir, 0o755); // as root the database runs as another user, who must get there
  const embedded = await startEmbeddedPostgres({ dataDir: join(dataDir, 'data') });
  const sql = connect(embedded.connection, { max: 2 });
  try {
    await migrate(sql);
    await measureChunks(sql);
  } finally {
    await sql.end();
    await embedded.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}
