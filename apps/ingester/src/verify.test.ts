import { gunzipSync } from 'node:zlib';
import { CODECS, encodeChunk } from '@steptrail/archive';
import { readSealsOf } from '@steptrail/store';
import { describe, expect, it } from 'vitest';
import { ingestOnce } from './ingest.ts';
import { executionArn, expressArn, type TestMachine, testAccount } from './testing/account.ts';
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
import { openWorld, type TestWorld } from './testing/world.ts';
import { type VerifyReport, verifyArchive, verifyExecution } from './verify-archive.ts';
import type { FoundDamage } from './verify-sealed.ts';

const SHOP: readonly TestMachine[] = [
  { name: 'Approvals', definition: APPROVAL, histories: { quick: approvalHistory(START, MINUTE) } },
  { name: 'Loop', definition: LOOP, histories: { long: loopHistory(START, 300) } },
  { name: 'Checkout', type: 'EXPRESS', definition: CHECKOUT, histories: { a: checkoutHistory(START) } },
];
const LONG = executionArn('Loop', 'long');
const QUICK = executionArn('Approvals', 'quick');

async function open(machines = SHOP, now = START + 2 * DAY) {
  const world = await openWorld(testAccount(machines), now);
  await ingestOnce(world.context);
  return world;
}

type Sql = TestWorld['db']['sql'];

async function verify(
  sql: Sql,
  anchor?: { readonly position: number; readonly chain: string },
): Promise<VerifyReport & { readonly damages: readonly FoundDamage[] }> {
  const damages: FoundDamage[] = [];
  const report = await verifyArchive(sql, { onDamage: (damage) => damages.push(damage), anchor });
  return { ...report, damages };
}

/** As somebody with all rights to the database would do it: without triggers. */
async function tamper(sql: Sql, statement: string): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    const { count } = await tx.unsafe(statement);
    expect(count, statement).toBeGreaterThan(0);
  });
}

it('seals what is closed and whole, once, and finds it as it was sealed', async () => {
  const { context, db } = await open();
  const first = await verify(db.sql);
  expect(first).toMatchObject({ verified: 3, definitions: 3, damaged: 0, waiting: 0, incomplete: 0 });
  await ingestOnce(context);
  expect(await verify(db.sql)).toEqual(first);
  expect(await verifyExecution(db.sql, LONG)).toEqual([]);
  expect(await verifyExecution(db.sql, executionArn('Loop', 'no such'))).toBeUndefined();
});

/** What an installation concludes, or notes for itself: it can be made anew, or says nothing about AWS. */
const NOT_SEALED: Readonly<Record<string, string>> = {
  'executions.failed_state': 'a conclusion of replay',
  'executions.error': 'a conclusion of replay; the event that holds it is sealed',
  'executions.cause': 'a conclusion of replay; the event that holds it is sealed',
  'executions.problem': 'a sentence about the archiving',
  'executions.forgotten_at': 'when this installation found AWS to have it no more',
  'executions.archived_at': 'when this installation wrote it',
  'definitions.problems': 'a conclusion of the validator',
  'definitions.first_seen_at': 'when this installation wrote it',
};

/** Values that the schema's checks let through. */
const ALLOWED: Readonly<Record<string, string>> = {
  type: 'EXPRESS',
  kind: 'removal',
  source: 'import',
  definition_assumed: 'refused',
};

/** Another value of the same type, for any row. */
function otherValue(column: string, type: string): string {
  switch (type) {
    case 'text':
      return column in ALLOWED ? `'${ALLOWED[column]}'` : `coalesce(${column}, '') || 'x'`;
    case 'uuid':
      return `overlay(${column}::text placing 'abc' from 34 for 3)::uuid`;
    case 'bytea':
      return `set_byte(${column}, 4, (get_byte(${column}, 4) + 1) % 256)`;
    case 'boolean':
      return `not ${column}`;
    case 'jsonb':
      return `'[1]'::jsonb`;
    case 'timestamp with time zone':
      return `coalesce(${column}, now()) + interval '1 millisecond'`;
    default:
      return `coalesce(${column}, 0) + 1000`;
  }
}

const WHERE: Readonly<Record<string, string>> = {
  executions: `execution_arn = '${LONG}'`,
  execution_ids: `execution_arn = '${LONG}'`,
  history_chunks: `first_event_id = 1001`,
  definitions: `definition like '%Approve%'`,
  seals: `subject = '${LONG}'`,
  seal_head: 'true',
};

/** Changes the archive with all rights, verifies, and puts back what was there. */
async function verifyTampered(sql: Sql, table: string, statement: string) {
  await sql.unsafe(`create table saved as table ${table}`);
  await tamper(sql, statement);
  const report = await verify(sql);
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx.unsafe(`delete from ${table}`);
    await tx.unsafe(`insert into ${table} select * from saved`);
    await tx`drop table saved`;
  });
  return report;
}

it('finds a change in any column of what AWS said', async () => {
  const { db } = await open();
  const columns = await db.sql<{ table: string; column: string; type: string }[]>`
    select table_name as table, column_name as column, data_type as type from information_schema.columns
    where table_schema = 'public' and table_name = any(${Object.keys(WHERE)}) and column_name <> 'only_row'`;
  const unseen: string[] = [];
  for (const { table, column, type } of columns) {
    const statement = `update ${table} set ${column} = ${otherValue(column, type)} where ${WHERE[table]}`;
    const { damages } = await verifyTampered(db.sql, table, statement);
    if (damages.length === 0) unseen.push(`${table}.${column}`);
  }
  expect(unseen.sort()).toEqual(Object.keys(NOT_SEALED).sort());
  expect((await verify(db.sql)).damages).toEqual([]);
}, 60_000);

/** The chunk of the events from 1001 on, with its events changed. */
async function changeEvents(
  sql: Sql,
  change: (events: readonly Record<string, unknown>[]) => readonly unknown[],
) {
  const [row] = await sql<{ body: Buffer }[]>`
    select body from history_chunks where first_event_id = 1001`;
  const events: Record<string, unknown>[] = JSON.parse(gunzipSync(row?.body ?? Buffer.alloc(0)).toString());
  const { body } = encodeChunk(change(events), CODECS.historyEvents);
  return `update history_chunks set body = '\\x${body.toString('hex')}' where first_event_id = 1001`;
}

describe('names what was done', () => {
  const cases: readonly {
    readonly what: string;
    readonly table: string;
    readonly statement: (sql: Sql) => string | Promise<string>;
    readonly damages: readonly Partial<FoundDamage>[];
  }[] = [
    {
      what: 'a chunk that is gone',
      table: 'history_chunks',
      statement: () => 'delete from history_chunks where first_event_id = 1001',
      damages: [{ subject: LONG, kind: 'missing', what: 'chunk', firstEventId: 1001, lastEventId: 1202 }],
    },
    {
      what: 'a chunk that was put in',
      table: 'history_chunks',
      statement: () => `insert into history_chunks
        select execution_id, 2001, 2002, events, codec, raw_bytes, sha256, body from history_chunks
        where first_event_id = 1001`,
      damages: [{ subject: LONG, kind: 'added', what: 'chunk', firstEventId: 2001, lastEventId: 2002 }],
    },
    {
      what: 'bytes of two chunks exchanged',
      table: 'history_chunks',
      statement: () => `update history_chunks c set body = other.body from history_chunks other
        where c.execution_id = other.execution_id and c.first_event_id <> other.first_event_id`,
      damages: [
        { subject: LONG, kind: 'reordered', what: 'body', firstEventId: 1, lastEventId: 1000 },
        { subject: LONG, kind: 'reordered', what: 'body', firstEventId: 1001, lastEventId: 1202 },
      ],
    },
    {
      what: 'an event that is gone',
      table: 'history_chunks',
      statement: (sql) => changeEvents(sql, (events) => events.filter(({ id }) => id !== 1100)),
      damages: [{ subject: LONG, kind: 'missing', what: 'events', firstEventId: 1100, lastEventId: 1100 }],
    },
    {
      what: 'an event that was put in',
      table: 'history_chunks',
      statement: (sql) => changeEvents(sql, (events) => [...events, { ...events[7], type: 'TaskFailed' }]),
      damages: [{ subject: LONG, kind: 'added', what: 'event', firstEventId: 1008, lastEventId: 1008 }],
    },
    {
      what: 'events in another order',
      table: 'history_chunks',
      statement: (sql) => changeEvents(sql, (events) => events.toReversed()),
      damages: [{ subject: LONG, kind: 'reordered', what: 'events', firstEventId: 1001 }],
    },
    {
      what: 'a value of an event',
      table: 'history_chunks',
      statement: (sql) =>
        changeEvents(sql, (events) =>
          events.map((one) => (one.id === 1100 ? { ...one, timestamp: 1 } : one)),
        ),
      damages: [{ subject: LONG, kind: 'changed', what: 'body', firstEventId: 1001, lastEventId: 1202 }],
    },
    {
      what: 'an execution that is gone with all its rows',
      table: 'executions',
      statement: () => `delete from executions where execution_arn = '${QUICK}'`,
      damages: [{ subject: QUICK, kind: 'missing', what: 'execution', firstEventId: 1, lastEventId: 8 }],
    },
    {
      what: 'a definition that is gone',
      table: 'definitions',
      statement: () => `delete from definitions where definition like '%Approve%'`,
      damages: [{ kind: 'missing', what: 'definition' }],
    },
    {
      what: 'an entry taken out of the log',
      table: 'seals',
      statement: () => 'delete from seals where position = 2',
      damages: [{ subject: 'log of seals', message: expect.stringContaining('Entries 2 to 2') }],
    },
    {
      what: 'the end of the log cut off',
      table: 'seals',
      statement: () => 'delete from seals where position > 3',
      damages: [{ subject: 'log of seals', message: expect.stringContaining('cut off') }],
    },
  ];
  it('each of them', async () => {
    const { db } = await open();
    for (const { what, table, statement, damages } of cases) {
      const found = await verifyTampered(db.sql, table, await statement(db.sql));
      expect(found.damages, what).toEqual(damages.map((damage) => expect.objectContaining(damage)));
    }
  });
});

it('refuses to change or delete an entry of the log', async () => {
  const { db } = await open();
  const refused = /only grows/;
  await expect(db.sql`update seals set subject = 'x'`).rejects.toThrow(refused);
  await expect(db.sql`delete from seals`).rejects.toThrow(refused);
  await expect(db.sql`truncate seals`).rejects.toThrow(refused);
});

it('proves by a noted head that the log was not written anew', async () => {
  const { db, context, setNow } = await open();
  const { head } = await verify(db.sql);
  await db.sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`;
    await tx`delete from seals`;
    await tx`update seal_head set position = 0, chain = decode(repeat('00', 32), 'hex')`;
    await tx`update executions set seal_due = true`;
  });
  setNow(START + 3 * DAY);
  await ingestOnce(context);
  expect((await verify(db.sql)).damages).toEqual([]);
  const { damages } = await verify(db.sql, head);
  expect(damages).toMatchObject([{ message: expect.stringContaining('not the one that was noted') }]);
  const beyond = { ...head, position: 999 };
  expect((await verify(db.sql, beyond)).damages).toMatchObject([
    { message: expect.stringContaining('before the noted entry 999') },
  ]);
});

describe('an execution that is redriven', () => {
  const machines: readonly TestMachine[] = [
    { name: 'Approvals', definition: APPROVAL, histories: { again: redrivenHistory(START, START + DAY) } },
  ];
  const AGAIN = executionArn('Approvals', 'again');

  it('gets a new seal, and what the first one covered must still be there', async () => {
    const { db, context, setNow } = await open(machines, START + HOUR);
    expect(await readSealsOf(db.sql, [AGAIN])).toHaveLength(1);
    setNow(START + 3 * DAY);
    await ingestOnce(context);
    expect(await readSealsOf(db.sql, [AGAIN])).toHaveLength(2);
    expect((await verify(db.sql)).damages).toEqual([]);

    // Somebody rewrites the beginning and lets it be sealed again.
    const [row] = await db.sql<
      { body: Buffer; executionId: string }[]
    >`select body, execution_id from history_chunks`;
    const events: Record<string, unknown>[] = JSON.parse(gunzipSync(row?.body ?? Buffer.alloc(0)).toString());
    const forged = encodeChunk(
      events.map((one, at) => (at === 1 ? { ...one, timestamp: 1 } : one)),
      CODECS.historyEvents,
    );
    await db.sql`update history_chunks set sha256 = ${forged.sha256}, body = ${forged.body}, raw_bytes = ${forged.rawBytes}`;
    await db.sql`update executions set seal_due = true`;
    await ingestOnce(context);
    expect((await verify(db.sql)).damages).toMatchObject([
      { subject: AGAIN, kind: 'changed', what: 'events', firstEventId: 1 },
      { subject: AGAIN, kind: 'changed', what: 'events', firstEventId: 1 },
    ]);
  });

  it('is not damaged while it runs again', async () => {
    const { db, context, setNow } = await open(machines, START + HOUR);
    setNow(START + DAY + 1);
    await ingestOnce(context);
    expect(await verify(db.sql)).toMatchObject({ damaged: 0, verified: 1 });
    expect(await verifyExecution(db.sql, AGAIN)).toEqual([]);
  });
});

it('takes late log records of an Express execution for no damage', async () => {
  const { db } = await open();
  expect(await verifyExecution(db.sql, expressArn('Checkout', 'a'))).toEqual([]);
});
