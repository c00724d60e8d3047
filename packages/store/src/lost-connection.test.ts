import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connect } from './database.ts';
import { isConnectionLoss } from './database-error.ts';
import type { Client, Transaction } from './sql.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';

/** Sent by the client, it makes the proxy cut all connections. */
const CUT = 'cut_here';

type Way = 'reset' | 'end';

let database: TestDatabase;
let proxy: Server;
let way: Way = 'reset';
const open = new Set<Socket>();
/** What the client wrote, a write each. */
const sent: string[] = [];
let sql: Client;

function cut(): void {
  for (const socket of open) {
    if (way === 'reset') socket.resetAndDestroy();
    else socket.destroy();
  }
}

beforeAll(async () => {
  database = await createTestDatabase();
  const url = new URL(database.url);
  const socketPath = join(url.searchParams.get('host') ?? '', `.s.PGSQL.${url.port}`);
  proxy = createServer((client) => {
    const server = createConnection(socketPath);
    open.add(client);
    client.on('close', () => {
      open.delete(client);
      server.destroy();
    });
    server.on('close', () => client.destroy());
    for (const socket of [client, server]) socket.on('error', () => {});
    client.on('data', (bytes) => {
      sent.push(bytes.toString('latin1'));
      if (bytes.includes(CUT)) cut();
      else server.write(bytes);
    });
    server.on('data', (bytes) => client.write(bytes));
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
});
afterAll(async () => {
  proxy.close();
  await database.drop();
});

beforeEach(async () => {
  const { port } = proxy.address() as AddressInfo;
  const { username, pathname } = new URL(database.url);
  sql = connect(`postgres://${username}@127.0.0.1:${port}${pathname}`, { max: 1 });
  await sql`drop table if exists kept`;
  await sql`create table kept (n int)`;
});
afterEach(() => sql.end({ timeout: 5 }));

const sayCut = (through: Client | Transaction) => through.unsafe(`select '${CUT}'`).execute();

/** Asks again at once, as long as the connection is lost. */
async function insist(n: number): Promise<number> {
  for (;;) {
    try {
      const [row] = await sql<{ n: number }[]>`select ${n}::int as n`;
      return row?.n ?? 0;
    } catch (error) {
      if (!isConnectionLoss(error)) throw error;
    }
  }
}

describe.each<Way>(['reset', 'end'])('a connection lost by %s', (given) => {
  beforeEach(() => {
    way = given;
  });

  test('every query settles, and the next attempts get through', async () => {
    for (let round = 0; round < 20; round += 1) {
      const queries = [sayCut(sql), sql`select 1`, sql`select ${2}::int`];
      const answers = await Promise.all(queries.map((query) => query.catch(() => insist(round))));
      expect(answers[0]).toBe(round);
      expect(await insist(round)).toBe(round);
    }
  });

  test('a query made in the moment of the loss settles', async () => {
    for (let round = 0; round < 20; round += 1) {
      cut();
      expect(await insist(round)).toBe(round);
    }
  });

  test('a transaction is lost as a whole, nothing of it runs on the next connection', async () => {
    let late: Promise<unknown> = Promise.resolve();
    const transaction = sql.begin(async (tx) => {
      await tx`insert into kept values (1)`;
      await sayCut(tx).catch(() => {});
      late = insist(3).then(() => tx`insert into kept values (2)`);
      await late;
    });
    await expect(transaction).rejects.toSatisfy(isConnectionLoss);
    await expect(late).rejects.toSatisfy(isConnectionLoss);
    expect(await sql`select n from kept`).toEqual([]);
  });

  test('what a transaction had still to send settles too', async () => {
    const settled: unknown[] = [];
    const transaction = sql.begin((tx) =>
      Promise.allSettled([sayCut(tx), ...Array.from({ length: 200 }, () => tx`select 1`)]).then((all) => {
        settled.push(...all);
      }),
    );
    await expect(transaction).rejects.toSatisfy(isConnectionLoss);
    expect(await insist(1)).toBe(1);
    expect(settled).toHaveLength(201);
  });

  test('a copy ends with an error', async () => {
    const copy = sql.begin(async (tx) => {
      const into = await tx`copy kept from stdin`.writable();
      const failed = once(into, 'error');
      into.write(`1\n${CUT}\n`);
      await failed;
    });
    await expect(copy).rejects.toSatisfy(isConnectionLoss);
    expect(await insist(1)).toBe(1);
  });

  test('the client ends although a query was under way', async () => {
    const query = sayCut(sql).catch(isConnectionLoss);
    const ended = sql.end();
    expect(await query).toBe(true);
    await ended;
  });
});

test('the first statements of a transaction go with its BEGIN', async () => {
  await sql`select 1`;
  sent.length = 0;
  const [row] = await sql.begin((tx) => tx.unsafe<{ n: number }[]>('select 41 as n').simple());
  expect(row?.n).toBe(41);
  expect(sent).toEqual([expect.stringMatching(/begin[\s\S]*select 41/), expect.stringMatching(/commit/)]);
});

test('what is asked beside a transaction is no part of it', async () => {
  const failed = sql.begin(async (tx) => {
    await tx`insert into kept values (1)`;
    throw new Error('not this');
  });
  const beside = sql`insert into kept values (2)`.execute();
  await expect(failed).rejects.toThrow('not this');
  await beside;
  expect(await sql`select n from kept`).toEqual([{ n: 2 }]);
});
