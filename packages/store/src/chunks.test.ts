import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { execution, START } from './archived.fixture.ts';
import { type ChunkRow, readChunks, saveChunks } from './chunks.ts';
import { saveExecution } from './executions.ts';
import { ensurePartitions } from './partitions.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';

let database: TestDatabase;
const { executionId } = execution(1);

beforeAll(async () => {
  database = await createTestDatabase();
  await ensurePartitions(database.sql, [START]);
});
beforeEach(async () => {
  await database.sql`delete from executions`;
  await saveExecution(database.sql, execution(1));
});
afterAll(() => database.drop());

function chunk(block: number, lastEventId = block * 1000 + 1000): ChunkRow {
  const body = Buffer.from(`\0\xff\\ block ${block} to ${lastEventId}`, 'latin1');
  const sha256 = createHash('sha256').update(body).digest();
  const firstEventId = block * 1000 + 1;
  return {
    firstEventId,
    lastEventId,
    events: lastEventId - block * 1000,
    codec: 1,
    rawBytes: 123,
    sha256,
    body,
  };
}

async function stored(range = {}): Promise<ChunkRow[]> {
  const rows: ChunkRow[] = [];
  for await (const row of readChunks(database.sql, executionId, range)) rows.push({ ...row });
  return rows;
}

const NINE = Array.from({ length: 9 }, (_, block) => chunk(block));

test('comes back byte by byte, in order', async () => {
  await saveChunks(database.sql, executionId, [...NINE].reverse());
  expect(await stored()).toEqual(NINE);
});

test('a range gives the chunks that hold any event of it', async () => {
  await saveChunks(database.sql, executionId, NINE);
  const blocks = async (range: object) => (await stored(range)).map((row) => (row.firstEventId - 1) / 1000);
  expect(await blocks({ fromEventId: 2000, toEventId: 4001 })).toEqual([1, 2, 3, 4]);
  expect(await blocks({ fromEventId: 8001 })).toEqual([8]);
  expect(await blocks({ toEventId: 1000 })).toEqual([0]);
});

test('a chunk that reaches further replaces its predecessor, a late one does not', async () => {
  await saveChunks(database.sql, executionId, [chunk(0, 400)]);
  await saveChunks(database.sql, executionId, [chunk(0, 700)]);
  await saveChunks(database.sql, executionId, [chunk(0, 400), chunk(0, 700)]);
  expect(await stored()).toEqual([chunk(0, 700)]);
});
