import { afterAll, beforeAll, expect, test } from 'vitest';
import { execution, MACHINE, START } from './archived.fixture.ts';
import { listExecutions } from './execution-list.ts';
import { readExecution } from './executions.ts';
import { listTopErrors } from './failures.ts';
import { listFindings } from './finding-list.ts';
import { ensurePartitions } from './partitions.ts';
import { listDueRechecks, listStaleReplays } from './replays.ts';
import type { Client } from './sql.ts';
import { listStateMachines } from './state-machines.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';
import { listVisits } from './visits.ts';

/** What PostgreSQL really did is asked, not what it plans: its own count of sequential scans must not go up. */
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase({ max: 1 });
  const { sql } = database;
  await ensurePartitions(sql, [START, new Date('2026-11-05T00:00:00Z')]);
  await sql`
    insert into executions (execution_id, execution_arn, state_machine_arn, name, type, source, status, start_date,
                            stop_date, events, error, failed_state)
    select (left(uuid_floor(at)::text, 14) || '7' || right(md5(n::text), 3) || '-8' || right(md5(n::text), 3) || '-'
            || left(md5(n::text), 12))::uuid,
           'arn:' || n, ${MACHINE} || n % 20, 'run-' || n, 'STANDARD', 'history',
           case when n % 50 = 0 then 'FAILED' when n % 97 = 0 then 'RUNNING' else 'SUCCEEDED' end, at,
           at + n % 600 * interval '1 second', n % 900, case when n % 50 = 0 then 'Error' || n % 500 end,
           case when n % 50 = 0 then 'State' || n % 4 end
    from generate_series(1, 12000) n, lateral (select ${START}::timestamptz + n * interval '5 minutes' as at)`;
  await sql`insert into execution_ids select execution_arn, execution_id from executions`;
  await sql`
    insert into replays (execution_id, interpreter_version, last_event_id, agrees, unverifiable, divergences, recheck_at)
    select execution_id, 2, 1, 1, 0, (name like '%00')::int, case when name like '%99' then start_date end
    from executions`;
  await sql`
    insert into visits (execution_id, entered_event_id, state, state_type, path, entered_at, attempts, outcome, events)
    select execution_id, n, 'State' || n, 'Task', '', start_date, 1, 'succeeded', 4
    from executions, generate_series(1, 3) n`;
  await sql`
    insert into search_values (execution_id, side, path, value)
    select execution_id, 'input', path, value
    from executions, lateral (values ('$.orderId', name), ('$.currency', 'EUR'),
                                     ('$.customer', 'C-' || extract(minute from start_date))) v (path, value)`;
  await sql`
    insert into failures (execution_id, event_id, error, failed_at)
    select execution_id, 1, error, start_date from executions where error is not null or name like '%1'`;
  await sql`
    insert into findings (finding_id, rule_id, severity, severity_rank, message, data, evidence, state_machine_arn,
                          execution_arn, opened_at, resolved_at)
    select 'f' || n, 'rule' || n % 7, (array['critical', 'high', 'medium', 'low', 'information'])[1 + n % 5], n % 5,
           'm', '{}', '[]', ${MACHINE} || n % 20, 'arn:' || n, ${START}::timestamptz + n * interval '1 minute',
           case when n % 3 > 0 then now() end
    from generate_series(1, 6000) n`;
  await sql`
    insert into state_machines (state_machine_arn, name, type, account_id, region)
    select ${MACHINE} || n, 'machine-' || n, 'STANDARD', '1', 'eu-central-1' from generate_series(1, 2000) n`;
  await sql`
    update state_machines set tags = jsonb_build_array(jsonb_build_object('key', 'n', 'value', right(name, 2)))`;
  await sql`vacuum analyze`;
});
afterAll(() => database.drop());

const some = execution(1);
const within = { from: new Date('2026-10-10T00:00:00Z'), to: new Date('2026-10-10T06:00:00Z') };
const reads: readonly (readonly [string, (sql: Client) => Promise<unknown>])[] = [
  ['executions', (sql) => listExecutions(sql, { limit: 50 })],
  [
    'executions, second page',
    async (sql) => {
      const { next } = await listExecutions(sql, { limit: 50 });
      return listExecutions(sql, { limit: 50, cursor: next });
    },
  ],
  [
    'executions of a state machine',
    (sql) => listExecutions(sql, { stateMachineArn: `${MACHINE}7`, limit: 50 }),
  ],
  ['executions by status', (sql) => listExecutions(sql, { status: ['FAILED', 'RUNNING'], limit: 50 })],
  [
    'executions of a state machine by status',
    (sql) => listExecutions(sql, { stateMachineArn: `${MACHINE}10`, status: ['FAILED'], limit: 50 }),
  ],
  ['executions of a time', (sql) => listExecutions(sql, { ...within, limit: 50 })],
  ['executions by name', (sql) => listExecutions(sql, { search: 'run-77', limit: 50 })],
  ['executions by error', (sql) => listExecutions(sql, { error: 'Error100', limit: 50 })],
  ['executions by a name that all have', (sql) => listExecutions(sql, { search: 'run-', limit: 50 })],
  ['executions by failed state', (sql) => listExecutions(sql, { failedState: 'State2', limit: 50 })],
  ['executions by duration', (sql) => listExecutions(sql, { minDuration: 590, limit: 50 })],
  ['executions by a duration that most have', (sql) => listExecutions(sql, { minDuration: 9, limit: 50 })],
  ['executions by number of events', (sql) => listExecutions(sql, { maxEvents: 10, limit: 50 })],
  ['executions by tag', (sql) => listExecutions(sql, { tag: { key: 'n', value: '-7' }, limit: 50 })],
  ['executions by value', (sql) => listExecutions(sql, { value: 'run-77', limit: 50 })],
  ['executions by a value that all have', (sql) => listExecutions(sql, { value: 'EUR', limit: 50 })],
  [
    'executions by value at a path',
    (sql) => listExecutions(sql, { value: 'C-15', path: '$.customer', limit: 50 }),
  ],
  [
    'executions by how a value begins',
    (sql) => listExecutions(sql, { valuePrefix: 'C-1', path: '$.customer', limit: 50 }),
  ],
  [
    'executions by value, status and time',
    (sql) => listExecutions(sql, { ...within, value: 'EUR', status: ['FAILED'], limit: 50 }),
  ],
  [
    'executions by much at once',
    (sql) =>
      listExecutions(sql, {
        stateMachineArn: `${MACHINE}10`,
        valuePrefix: 'run-',
        failedState: 'State2',
        minDuration: 100,
        maxEvents: 700,
        diverging: true,
        limit: 50,
      }),
  ],
  ['executions that diverge', (sql) => listExecutions(sql, { diverging: true, limit: 50 })],
  ['one execution', (sql) => readExecution(sql, 'arn:77')],
  ['visits', (sql) => listVisits(sql, some.executionId, { limit: 50 })],
  ['top errors', (sql) => listTopErrors(sql, within)],
  ['open findings', (sql) => listFindings(sql, { state: 'open', limit: 50 })],
  ['resolved findings', (sql) => listFindings(sql, { state: 'resolved', limit: 50 })],
  ['all findings of a severity', (sql) => listFindings(sql, { state: 'all', severity: ['high'], limit: 50 })],
  ['findings of a rule', (sql) => listFindings(sql, { state: 'open', ruleId: 'rule3', limit: 50 })],
  [
    'findings of a state machine',
    (sql) => listFindings(sql, { state: 'open', stateMachineArn: `${MACHINE}3`, limit: 50 }),
  ],
  [
    'findings of an execution',
    (sql) => listFindings(sql, { state: 'all', executionArn: 'arn:5', limit: 50 }),
  ],
  ['stale replays', (sql) => listStaleReplays(sql, 2, undefined, 50)],
  ['due rechecks', (sql) => listDueRechecks(sql, within.to, undefined, 50)],
  ['state machines', (sql) => listStateMachines(sql, { limit: 50 })],
];

test.each(reads)('%s: index reads only', async (_, read) => {
  const before = await sequentialScans();
  await read(database.sql);
  expect(await sequentialScans()).toEqual(before);
});

/** Of tables with more than a page; smaller ones PostgreSQL rightly reads whole. */
async function sequentialScans(): Promise<readonly unknown[]> {
  await database.sql`select pg_stat_force_next_flush()`;
  return database.sql`
    select relname, seq_scan from pg_stat_user_tables
    where pg_relation_size(relid) > 8192 order by relname`.then((rows) => [...rows]);
}

test('where no index leads to few, a page looks through a window, and the next goes on from there', async () => {
  const many = { status: ['SUCCEEDED'], valuePrefix: 'run-', maxEvents: 899 };
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listExecutions(database.sql, { ...many, cursor, limit: 1000 });
    seen.push(...page.rows.map((row) => row.executionId));
    cursor = page.next;
  } while (cursor !== undefined);
  const wanted = await database.sql<{ executionId: string }[]>`
    select execution_id from executions where status = 'SUCCEEDED' order by execution_id desc`;
  expect(seen).toEqual(wanted.map((row) => row.executionId));

  const none = { ...many, side: 'output' as const, limit: 5 };
  const first = await listExecutions(database.sql, none);
  expect(first).toEqual({ rows: [], next: expect.any(String) });
  expect(await listExecutions(database.sql, { ...none, cursor: first.next })).toEqual({ rows: [] });
});
