import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { execution, MACHINE, START } from './archived.fixture.ts';
import type { ExecutionFilter } from './execution-conditions.ts';
import { listExecutions } from './execution-list.ts';
import { saveExecution } from './executions.ts';
import { ensurePartitions } from './partitions.ts';
import { saveReplay } from './replays.ts';
import { type NewSearchValue, replaceSearchValues } from './search-values.ts';
import { saveStateMachine } from './state-machines.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';

const MACHINES = [MACHINE, `${MACHINE}-2`, `${MACHINE}-3`];
const day = (n: number) => new Date(START.getTime() + n * 86_400_000);

/** Forty executions, a day apart, whose members repeat in periods that do not fall together. */
const given = Array.from({ length: 40 }, (_, n) => {
  const startDate = day(n);
  const open = n % 4 === 2;
  return {
    ...execution(n, {
      stateMachineArn: MACHINES[n % 3] ?? MACHINE,
      status: ['SUCCEEDED', 'FAILED', 'RUNNING', 'TIMED_OUT'][n % 4] ?? '',
      startDate,
      stopDate: open ? null : new Date(startDate.getTime() + (n % 7) * 1_000),
      events: n % 9,
      ...(n % 4 === 1 ? { error: 'States.Timeout', failedState: n % 8 === 1 ? 'Charge' : 'Ship' } : {}),
    }),
    n,
    seconds: open ? undefined : n % 7,
    values: [
      { side: 'input', path: '$.orderId', value: `A-${n}` },
      { side: 'input', path: '$.items[*].sku', value: `sku-${n % 5}` },
      { side: 'output', path: '$.orderId', value: `B-${n % 6}` },
      { side: 'output', path: '$.copy', value: `A-${n}` },
      { side: 'both', path: '$.kept', value: `K-${n % 3}` },
    ] satisfies NewSearchValue[],
  };
});
type Given = (typeof given)[number];

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  const { sql } = database;
  const place = { accountId: '123456789012', region: 'eu-central-1', type: 'STANDARD' } as const;
  for (const [n, stateMachineArn] of MACHINES.entries()) {
    const tags = n === 0 ? [] : [{ key: 'team', value: n === 1 ? 'pay=ments' : 'shop' }];
    await saveStateMachine(sql, { ...place, stateMachineArn, name: `machine-${n}`, tags });
  }
  await ensurePartitions(
    sql,
    given.map((one) => one.startDate),
  );
  const nothing = { unverifiable: [], pending: [], mapRuns: [], loops: [], mapItems: [], taken: [] };
  const replay = { ...nothing, interpreterVersion: 1, lastEventId: 1, agrees: 1 };
  const divergence = { eventId: 1, kind: 'event', expected: 'a', recorded: 'b', why: 'c' } as const;
  for (const one of given) {
    await saveExecution(sql, one);
    await replaceSearchValues(sql, one.executionId, one.values);
    await saveReplay(sql, one.executionId, { ...replay, divergences: one.n % 5 === 0 ? [divergence] : [] });
  }
});
afterAll(() => database.drop());

type Filter = Omit<ExecutionFilter, 'limit' | 'cursor'>;

/** What a filter means, one execution at a time. */
function fits(one: Given, filter: Filter): boolean {
  const { from, to, tag, value, valuePrefix, path, side } = filter;
  const hasValue = (test: (text: string) => boolean) =>
    one.values.some(
      (each) =>
        test(each.value) &&
        (path ?? each.path) === each.path &&
        (each.side === 'both' || (side ?? each.side) === each.side),
    );
  const tagOfMachine = [undefined, 'pay=ments', 'shop'][one.n % 3];
  const { minDuration, maxDuration, minEvents = 0, maxEvents = 100 } = filter;
  const asksDuration = minDuration !== undefined || maxDuration !== undefined;
  return (
    (filter.stateMachineArn ?? one.stateMachineArn) === one.stateMachineArn &&
    (filter.status === undefined || filter.status.length === 0 || filter.status.includes(one.status)) &&
    (from === undefined || one.startDate >= from) &&
    (to === undefined || one.startDate < to) &&
    one.name.startsWith(filter.search ?? '') &&
    (filter.error === undefined || filter.error === one.error) &&
    (filter.failedState === undefined || filter.failedState === one.failedState) &&
    (!asksDuration ||
      (one.seconds !== undefined &&
        one.seconds >= (minDuration ?? 0) &&
        one.seconds <= (maxDuration ?? 99))) &&
    one.n % 9 >= minEvents &&
    one.n % 9 <= maxEvents &&
    (tag === undefined || (tag.key === 'team' && tag.value === tagOfMachine)) &&
    (value === undefined || hasValue((text) => text === value)) &&
    (valuePrefix === undefined || hasValue((text) => text.startsWith(valuePrefix))) &&
    (filter.diverging !== true || one.n % 5 === 0)
  );
}

async function listed(filter: Filter, limit: number): Promise<readonly string[]> {
  const names: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listExecutions(database.sql, { ...filter, cursor, limit });
    names.push(...page.rows.map((row) => row.name));
    cursor = page.next;
  } while (cursor !== undefined);
  return names;
}

const wanted = (filter: Filter) =>
  given
    .filter((one) => fits(one, filter))
    .map((one) => one.name)
    .reverse();

test.each<[string, Filter]>([
  ['all', {}],
  ['of a state machine', { stateMachineArn: MACHINE }],
  ['of no state machine', { stateMachineArn: `${MACHINE}x` }],
  ['of two statuses', { status: ['FAILED', 'RUNNING', 'FAILED'] }],
  ['of a state machine and a status', { stateMachineArn: MACHINE, status: ['FAILED'] }],
  ['of a time', { from: day(10), to: day(20) }],
  ['by the beginning of the name', { search: 'run-3' }],
  ['by error', { error: 'States.Timeout' }],
  ['by failed state', { failedState: 'Charge' }],
  ['by duration', { minDuration: 2, maxDuration: 3.5 }],
  ['by number of events', { minEvents: 7 }],
  ['by tag', { tag: { key: 'team', value: 'pay=ments' } }],
  ['by a tag that none has', { tag: { key: 'team', value: 'nobody' } }],
  ['by tag and status', { tag: { key: 'team', value: 'shop' }, status: ['FAILED', 'SUCCEEDED'] }],
  ['by value, anywhere', { value: 'A-7' }],
  ['by value, at a path', { value: 'A-7', path: '$.copy' }],
  ['by value, at no such path', { value: 'A-7', path: '$.none' }],
  ['by value, in the output', { value: 'A-7', path: '$.orderId', side: 'output' }],
  ['by a value that many have', { value: 'B-3' }],
  ['by the beginning of a value', { valuePrefix: 'A-1' }],
  ['by the beginning of a value, at a path', { valuePrefix: 'sku-', path: '$.items[*].sku' }],
  ['by two values', { value: 'sku-2', valuePrefix: 'A-2' }],
  ['that diverge', { diverging: true, status: ['SUCCEEDED'] }],
])('%s, newest first, page by page', async (_, filter) => {
  expect(await listed(filter, 3)).toEqual(wanted(filter));
});

test('says where the values stand that were asked for', async () => {
  const { rows } = await listExecutions(database.sql, { value: 'A-7', valuePrefix: 'sku-', limit: 5 });
  expect(rows.map((row) => row.matches)).toEqual([
    [
      { side: 'input', path: '$.items[*].sku', value: 'sku-2' },
      { side: 'input', path: '$.orderId', value: 'A-7' },
      { side: 'output', path: '$.copy', value: 'A-7' },
    ],
  ]);
  const kept = await listExecutions(database.sql, { value: 'K-1', side: 'output', limit: 1 });
  expect(kept.rows[0]?.matches).toEqual([{ side: 'output', path: '$.kept', value: 'K-1' }]);
  const both = await listExecutions(database.sql, { value: 'K-1', limit: 1 });
  expect(both.rows[0]?.matches?.map(({ side }) => side)).toEqual(['input', 'output']);
  const [plain] = (await listExecutions(database.sql, { limit: 1 })).rows;
  expect(plain).not.toHaveProperty('matches');
});

test('any filters together', async () => {
  const maybe = <T>(arbitrary: fc.Arbitrary<T>) =>
    fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
  const filters = fc.record({
    stateMachineArn: maybe(fc.constantFrom(...MACHINES)),
    status: maybe(fc.subarray(['SUCCEEDED', 'FAILED', 'RUNNING', 'TIMED_OUT'])),
    from: maybe(fc.nat(39).map(day)),
    to: maybe(fc.nat(39).map(day)),
    search: maybe(fc.constantFrom('run-', 'run-1')),
    error: maybe(fc.constant('States.Timeout')),
    failedState: maybe(fc.constantFrom('Charge', 'Ship')),
    minDuration: maybe(fc.nat(4)),
    maxEvents: maybe(fc.nat(8)),
    tag: maybe(fc.constantFrom({ key: 'team', value: 'shop' }, { key: 'team', value: 'pay=ments' })),
    value: maybe(fc.constantFrom('A-7', 'B-3', 'sku-2', 'K-1')),
    valuePrefix: maybe(fc.constantFrom('A', 'B-', 'sku-4')),
    path: maybe(fc.constant('$.orderId')),
    side: maybe(fc.constantFrom('input' as const, 'output' as const)),
    diverging: maybe(fc.boolean()),
  });
  await fc.assert(
    fc.asyncProperty(filters, fc.integer({ min: 1, max: 50 }), async (filter, limit) => {
      expect(await listed(filter, limit)).toEqual(wanted(filter));
    }),
    { numRuns: 60 },
  );
});

test('refuses a cursor that is none', async () => {
  for (const cursor of ['x', 'bnVsbA', Buffer.from('["1"]').toString('base64url')]) {
    await expect(listExecutions(database.sql, { cursor, limit: 1 })).rejects.toMatchObject({
      code: 'cursor',
    });
  }
});

test('values are replaced by what is given, and what stays is not written again', async () => {
  const { sql } = database;
  const one = execution(1_000, { startDate: day(1) });
  await saveExecution(sql, one);
  const read = async () =>
    (await sql<{ value: string; row: string }[]>`
      select value, ctid::text as row from search_values where execution_id = ${one.executionId} order by value`) ??
    [];
  const value = (text: string): NewSearchValue => ({ side: 'input', path: '$.a', value: text });
  await replaceSearchValues(sql, one.executionId, [value('1'), value('2')]);
  const [, second] = await read();
  await replaceSearchValues(sql, one.executionId, [value('2'), value('3')]);
  expect((await read()).map((row) => row.value)).toEqual(['2', '3']);
  expect((await read())[0]).toEqual(second);
  await replaceSearchValues(sql, one.executionId, []);
  expect(await read()).toEqual([]);
  await sql`delete from executions where execution_id = ${one.executionId}`;
});
