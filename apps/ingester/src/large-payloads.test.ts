import { CODECS } from '@steptrail/archive';
import type { HistoryEventOnWire } from '@steptrail/history';
import { ensurePartitions, readExecution, readSealsOf, rememberExecutionId } from '@steptrail/store';
import { createTestDatabase, type TestDatabase } from '@steptrail/store/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createEventArchiver } from './event-archiver.ts';
import { exportArchive } from './export-archive.ts';
import { importExport } from './import-export.ts';
import type { ImportOutcome, ImportProblem } from './import-ledger.ts';
import { ingestOnce } from './ingest.ts';
import { executionArn, testAccount } from './testing/account.ts';
import { dump } from './testing/dump.ts';
import { DAY, event, HOUR, LOOP, loopHistory, SECOND, START } from './testing/events.ts';
import { openWorld, type TestWorld } from './testing/world.ts';
import { verifyArchive } from './verify-archive.ts';

/*
 * Histories whose payloads are so large that their blocks are cut into parts, so that nobody has to hold a block.
 */

type Sql = TestDatabase['sql'];
const LARGE = executionArn('Loop', 'large');
const NOTE = 'x'.repeat(100_000);

/** Every payload of the history with a note of 100 KB. */
function enlarge(events: readonly HistoryEventOnWire[]): readonly HistoryEventOnWire[] {
  return JSON.parse(
    JSON.stringify(events).replaceAll('\\"stop\\":false', `\\"stop\\":false,\\"note\\":\\"${NOTE}\\"`),
  );
}

async function openArchive(history: readonly HistoryEventOnWire[], now: number): Promise<TestWorld> {
  const account = testAccount([{ name: 'Loop', definition: LOOP, histories: { large: history } }]);
  return openWorld(account, now);
}

const boundsOf = async (sql: Sql) =>
  (
    await sql<{ bounds: string }[]>`
      select concat_ws(' ', first_event_id, last_event_id, events) as bounds
      from history_chunks order by first_event_id`
  ).map(({ bounds }) => bounds);

const archived = async (sql: Sql) =>
  (await dump(sql)).filter((line) => /^(chunks|executions|replays|visits|search)/.test(line));

const TWENTY = enlarge(loopHistory(START, 20));

it('is cut alike whether it was looked at once or often', async () => {
  const once = await openArchive(TWENTY, START + DAY);
  await ingestOnce(once.context);
  expect(await boundsOf(once.db.sql)).toEqual(['1 25 25', '26 50 25', '51 75 25', '76 82 7']);
  expect(await readExecution(once.db.sql, LARGE)).toMatchObject({
    events: 82,
    complete: true,
    divergences: 0,
  });
  const often = await openArchive(TWENTY, START);
  for (const later of [0, 3 * SECOND, 9 * SECOND, 11 * SECOND, 12 * SECOND, DAY]) {
    often.setNow(START + later);
    expect((await ingestOnce(often.context)).problems).toEqual([]);
    if (later === 9 * SECOND) expect(await boundsOf(often.db.sql)).toEqual(['1 41 41']);
  }
  expect(await archived(often.db.sql)).toEqual(await archived(once.db.sql));
});

/** Aborted after six turns, redriven an hour later, aborted after twenty. */
function redriven(): readonly HistoryEventOnWire[] {
  const before = TWENTY.slice(0, 25);
  const aborted = event(26, 0, START + 7 * SECOND, 'ExecutionAborted', { executionAbortedEventDetails: {} });
  const again = event(27, 26, START + HOUR, 'ExecutionRedriven', {
    executionRedrivenEventDetails: { redriveCount: 1 },
  });
  const rest = TWENTY.slice(25).map((one) => ({
    ...one,
    id: one.id + 2,
    previousEventId: one.id === 26 ? 27 : one.previousEventId === 0 ? 0 : one.previousEventId + 2,
    timestamp: one.timestamp + HOUR / SECOND,
  }));
  return [...before, aborted, again, ...rest];
}

async function exported(sql: Sql): Promise<readonly string[]> {
  const lines: string[] = [];
  const now = () => new Date(START + 2 * DAY);
  await exportArchive(sql, {
    now,
    onDamage: (message) => lines.push(message),
    write: (line) => void lines.push(line),
  });
  return lines;
}

async function imported(sql: Sql, lines: readonly string[]) {
  const problems: ImportProblem[] = [];
  const outcomes: ImportOutcome[] = [];
  async function* numbered() {
    for (const [index, text] of lines.entries()) yield { number: index + 1, text };
  }
  await importExport(
    {
      sql,
      file: 'a.jsonl',
      now: () => new Date(START + 2 * DAY),
      onProblem: (problem) => problems.push(problem),
      onExecution: (_, outcome) => outcomes.push(outcome),
    },
    numbered(),
  );
  return { problems, outcomes };
}

async function damagesOf(sql: Sql): Promise<readonly string[]> {
  const damages: string[] = [];
  await verifyArchive(sql, { onDamage: ({ message }) => damages.push(message) });
  return damages;
}

describe('one that was redriven and grew beyond one chunk', () => {
  it('is verified by its old seal and its new one, and extends an archive that had its beginning', async () => {
    const { context, db, setNow } = await openArchive(redriven(), START + HOUR / 2);
    await ingestOnce(context);
    expect(await boundsOf(db.sql)).toEqual(['1 26 26']);
    const beginning = await exported(db.sql);
    setNow(START + DAY);
    await ingestOnce(context);
    expect(await boundsOf(db.sql)).toEqual(['1 25 25', '26 50 25', '51 75 25', '76 84 9']);
    expect(await readSealsOf(db.sql, [LARGE])).toHaveLength(2);
    expect(await damagesOf(db.sql)).toEqual([]);

    const other = await createTestDatabase();
    onTestFinished(() => other.drop());
    expect(await imported(other.sql, beginning)).toEqual({ problems: [], outcomes: ['imported'] });
    expect(await imported(other.sql, await exported(db.sql))).toEqual({
      problems: [],
      outcomes: ['extended'],
    });
    expect(await imported(other.sql, beginning)).toEqual({ problems: [], outcomes: ['unchanged'] });
    expect(await damagesOf(other.sql)).toEqual([]);
    const chunks = async (sql: Sql) => (await dump(sql)).filter((line) => line.startsWith('chunks'));
    expect(await chunks(other.sql)).toEqual(await chunks(db.sql));
  });

  it('and whose beginning was rewritten is found out', async () => {
    const { context, db, setNow } = await openArchive(redriven(), START + HOUR / 2);
    await ingestOnce(context);
    setNow(START + DAY);
    await ingestOnce(context);
    await db.sql.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx`
        update history_chunks kept set body = other.body, sha256 = other.sha256, raw_bytes = other.raw_bytes
        from history_chunks other where kept.first_event_id = 26 and other.first_event_id = 51`;
      await tx`update executions set seal_due = true`;
    });
    setNow(START + 2 * DAY);
    await ingestOnce(context);
    expect(await damagesOf(db.sql)).not.toEqual([]);
  });
});

describe('an archiver', () => {
  const raw = TWENTY.flatMap((one, index) => ({ ...one, id: index * 20 + 1 }));
  const orders: Readonly<Record<string, readonly unknown[]>> = {
    rising: raw,
    falling: raw.toReversed(),
    mixed: raw.toSorted((a, b) => ((a.id * 7919) % 1013) - ((b.id * 7919) % 1013)),
    'rising, doubled': raw.flatMap((one) => [one, one]),
  };

  it.each(Object.keys(orders))('writes the same of events that come %s', async (order) => {
    const db = await createTestDatabase();
    onTestFinished(() => db.drop());
    await ensurePartitions(db.sql, [new Date(START)]);
    const chunksOf = async (arn: string, events: readonly unknown[], page: number, isNew: boolean) => {
      const executionId = await rememberExecutionId(db.sql, arn, new Date(START));
      const archiver = createEventArchiver(db.sql, executionId, CODECS.historyEvents, isNew);
      for (let at = 0; at < events.length; at += page) await archiver.add(events.slice(at, at + page));
      expect(await archiver.end()).toBe(raw.length);
      return db.sql`
        select first_event_id, last_event_id, events, raw_bytes, sha256
        from history_chunks where execution_id = ${executionId} order by first_event_id`;
    };
    await db.sql`alter table history_chunks drop constraint if exists history_chunks_execution_id_fkey`;
    const whole = await chunksOf('one', raw, raw.length, true);
    expect(whole.map((chunk) => Number(chunk.firstEventId))).toContain(26);
    expect(await chunksOf('two', orders[order] ?? [], 7, true)).toEqual(whole);
    expect(await chunksOf('three', orders[order] ?? [], 1, false)).toEqual(whole);
  });
});
