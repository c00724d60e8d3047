import { createTestDatabase, type TestDatabase } from '@steptrail/store/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ingestOnce } from './ingest.ts';
import { executionArn, testAccount } from './testing/account.ts';
import { APPROVAL, approvalHistory, DAY, HOUR, MINUTE, redrivenHistory, START } from './testing/events.ts';
import { openSharedWorld, type TestWorld } from './testing/world.ts';

let world: TestWorld;
let empty: TestDatabase;

beforeAll(async () => {
  const histories = {
    quick: approvalHistory(START, MINUTE),
    waiting: approvalHistory(START),
    redriven: redrivenHistory(START, START + HOUR),
  };
  world = await openSharedWorld(
    testAccount([{ name: 'Approvals', definition: APPROVAL, histories }]),
    START + 9 * DAY,
  );
  empty = await createTestDatabase();
  await ingestOnce(world.context);
});

afterAll(async () => {
  await world.close();
  await empty.drop();
});

test('docs/sql-views.md says what the database says of its views; run vitest with -u after a change', async () => {
  const rows = await empty.sql<
    { view: string; about: string; column: string; type: string; comment: string | null }[]
  >`
    select c.relname as view, obj_description(c.oid) as about, a.attname as column,
           format_type(a.atttypid, a.atttypmod) as type, col_description(c.oid, a.attnum) as comment
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
    where c.relkind = 'v' and c.relname like 'steptrail\\_%'
    order by array_position('{steptrail_executions,steptrail_visits,steptrail_failures,steptrail_findings}', c.relname::text), a.attnum`;
  expect(rows.filter((row) => row.comment === null)).toEqual([]);
  const views = [...new Set(rows.map((row) => row.view))];
  const text = [
    '# SQL views',
    '',
    "For your own BI tool, read-only, in the archive's PostgreSQL (`DATABASE_URL`; `steptrail doctor` says where the embedded one is). Names and meanings of these views stay; the tables behind them may change. Columns are named as in AWS's API, in snake case. This file is made from the comments in the database.",
    '',
    '```sql',
    'create role bi login; grant select on steptrail_executions, steptrail_visits, steptrail_failures, steptrail_findings to bi;',
    '```',
    '',
    ...views.flatMap((view) => {
      const columns = rows.filter((row) => row.view === view);
      return [
        `## ${view}`,
        '',
        columns[0]?.about ?? '',
        '',
        '| Column | Type | Is |',
        '|---|---|---|',
        ...columns.map(({ column, type, comment }) => `| \`${column}\` | ${type} | ${comment} |`),
        '',
      ];
    }),
  ].join('\n');
  await expect(text).toMatchFileSnapshot('../../../docs/sql-views.md');
});

test('executions, visits, failures and findings can be asked for by SQL', async () => {
  const { sql } = world.db;
  expect(
    await sql`
      select name, state_machine_name, account_id, region, status, duration_seconds, events, divergences
      from steptrail_executions order by name`,
  ).toEqual([
    row({ name: 'quick', status: 'SUCCEEDED', durationSeconds: 60, events: 8 }),
    row({ name: 'redriven', status: 'SUCCEEDED', durationSeconds: 3660, events: 13 }),
    row({ name: 'waiting', status: 'RUNNING', durationSeconds: null, events: 5 }),
  ]);
  expect(
    await sql`
      select state, count(*)::int as visits, max(duration_seconds) as longest from steptrail_visits
      where execution_arn = ${executionArn('Approvals', 'quick')} group by state`,
  ).toEqual([{ state: 'Approve', visits: 1, longest: 60 }]);
  expect(await sql`select error, state, event_id from steptrail_failures`).toEqual([
    { error: 'Sqs.QueueDoesNotExistException', state: 'Approve', eventId: 5 },
  ]);
  const findings = await sql`
    select distinct rule_id from steptrail_findings where resolved_at is null and execution_arn is not null`;
  expect(findings.length).toBeGreaterThan(0);
});

function row(more: Readonly<Record<string, unknown>>) {
  const place = { stateMachineName: 'Approvals', accountId: '123456789012', region: 'us-east-1' };
  return { ...place, divergences: 0, ...more };
}
