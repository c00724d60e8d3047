import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { execution, MACHINE, START } from './archived.fixture.ts';
import { rememberExecutionId } from './execution-ids.ts';
import { type ExecutionFilter, listExecutions } from './execution-list.ts';
import { countExecutionsByDay, type NewExecution, readExecution, saveExecution } from './executions.ts';
import { ensurePartitions } from './partitions.ts';
import { saveReplay } from './replays.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await ensurePartitions(database.sql, [START]);
});
afterAll(() => database.drop());

describe('the newer state wins, whichever comes first', () => {
  const running = { status: 'RUNNING', lastEventId: 5, events: 5 };
  const cases: readonly (readonly [string, Partial<NewExecution>, Partial<NewExecution>])[] = [
    ['the end over RUNNING', running, { status: 'FAILED', lastEventId: 5, error: 'E' }],
    ['the end over RUNNING, even with fewer events', running, { status: 'FAILED', lastEventId: 0 }],
    ['the higher event id', running, { status: 'RUNNING', lastEventId: 6 }],
    ['a redrive over the end', { status: 'FAILED', lastEventId: 9 }, { ...running, redriveCount: 1 }],
  ];
  test.each(cases)('%s', async (name, older, newer) => {
    for (const order of [
      [older, newer],
      [newer, older],
    ]) {
      const ends: boolean[] = [];
      const same = { name: `${name} ${order[0] === older}` };
      for (const state of order)
        ends.push(await saveExecution(database.sql, execution(1, { ...state, ...same })));
      const { executionArn, startDate } = execution(1, same);
      await rememberExecutionId(database.sql, executionArn, startDate);
      const row = await readExecution(database.sql, executionArn);
      expect(row).toMatchObject({ status: newer.status, redriveCount: newer.redriveCount ?? 0 });
      expect(row?.lastEventId).toBeGreaterThanOrEqual(newer.lastEventId ?? 0);
      expect(ends).toEqual(order[0] === older ? [true, true] : [true, false]);
    }
  });
});

test('saving the same again changes nothing', async () => {
  const given = execution(2, {
    name: 'same',
    cause: 'with a \0 in it',
    complete: true,
    events: 3,
    lastEventId: 3,
  });
  await rememberExecutionId(database.sql, given.executionArn, given.startDate);
  await saveExecution(database.sql, given);
  const first = await readExecution(database.sql, given.executionArn);
  await saveExecution(database.sql, given);
  expect(await readExecution(database.sql, given.executionArn)).toEqual(first);
  expect(first).toMatchObject({ cause: 'with a \ufffd in it', complete: true, startDate: given.startDate });
});

describe('the list', () => {
  let own: TestDatabase;
  const arns = (rows: readonly { readonly executionArn: string }[]) => rows.map((row) => row.executionArn);
  const given = Array.from({ length: 40 }, (_, n) =>
    execution(n, {
      status: ['SUCCEEDED', 'FAILED', 'RUNNING', 'TIMED_OUT'][n % 4] ?? '',
      startDate: new Date(START.getTime() + n * 86_400_000),
      ...(n % 4 === 1 ? { error: 'States.Timeout' } : {}),
    }),
  );
  beforeAll(async () => {
    own = await createTestDatabase();
    await ensurePartitions(
      own.sql,
      given.map((one) => one.startDate),
    );
    for (const one of given) await saveExecution(own.sql, one);
    const replay = {
      interpreterVersion: 1,
      lastEventId: 1,
      agrees: 1,
      unverifiable: [],
      pending: [],
      mapRuns: [],
      loops: [],
      mapItems: [],
      taken: [],
    };
    const divergence = { eventId: 1, kind: 'event', expected: 'a', recorded: 'b', why: 'c' } as const;
    for (const [n, one] of given.entries()) {
      await saveReplay(own.sql, one.executionId, { ...replay, divergences: n % 5 === 0 ? [divergence] : [] });
    }
  });
  afterAll(() => own.drop());

  const day = (n: number) => new Date(START.getTime() + n * 86_400_000);
  const filters: readonly (readonly [string, Omit<ExecutionFilter, 'limit'>, (n: number) => boolean])[] = [
    ['all', {}, () => true],
    ['of a state machine', { stateMachineArn: MACHINE }, () => true],
    ['of no state machine', { stateMachineArn: `${MACHINE}x` }, () => false],
    ['of two statuses', { status: ['FAILED', 'RUNNING', 'FAILED'] }, (n) => n % 4 === 1 || n % 4 === 2],
    ['of a time', { from: day(10), to: day(20) }, (n) => n >= 10 && n < 20],
    ['by the beginning of the name', { search: 'run-3' }, (n) => n === 3 || n >= 30],
    ['by error', { error: 'States.Timeout' }, (n) => n % 4 === 1],
    ['that diverge', { diverging: true, status: ['SUCCEEDED'] }, (n) => n % 20 === 0],
  ];
  test.each(filters)('%s, newest first, page by page', async (_, filter, wanted) => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listExecutions(own.sql, { ...filter, cursor, limit: 3 });
      seen.push(...arns(page.rows));
      cursor = page.next;
    } while (cursor !== undefined);
    expect(seen).toEqual(arns(given.filter((_one, n) => wanted(n)).reverse()));
  });

  test('refuses a cursor that is none', async () => {
    for (const cursor of ['x', 'bnVsbA', Buffer.from('["1"]').toString('base64url')]) {
      await expect(listExecutions(own.sql, { cursor, limit: 1 })).rejects.toMatchObject({ code: 'cursor' });
    }
  });

  test('counts by day', async () => {
    const rows = await countExecutionsByDay(own.sql, { from: day(0), to: day(2) });
    expect(rows).toEqual([
      { day: '2026-10-05', status: 'SUCCEEDED', count: 1 },
      { day: '2026-10-06', status: 'FAILED', count: 1 },
    ]);
  });
});
