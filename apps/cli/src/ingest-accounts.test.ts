import { type Account, demoAccount, type Sandbox, startSandbox } from '@steptrail/sandbox';
import { claimTask, enqueueTasks, listQuotaBuckets, readLatestRun } from '@steptrail/store';
import { createTestDatabase, type TestDatabase } from '@steptrail/store/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openAccounts } from './choose-source.ts';
import { parseConfigurationFile } from './configuration-file.ts';
import { ingestAccounts, ingestAccountsOnce } from './ingest-accounts.ts';
import { readIngestSettings } from './ingest-context.ts';
import { sourceEntriesOf } from './source-entries.ts';

const NOW = Date.parse('2026-03-02T08:00:00Z');

/** One state machine of the demo, in an account and Region. */
function smallAccount(accountId: string, region: string, name: string): Account {
  const demo = demoAccount({
    seed: Number(accountId.slice(0, 4)),
    anchor: NOW,
    place: { accountId, region },
  });
  return {
    ...demo,
    stateMachines: (now) => demo.stateMachines(now).filter((one) => one.name === name),
    executions: (arn, now) =>
      demo
        .executions(arn, now)
        .filter(({ startDate }) => startDate > now - 60 * 86_400_000)
        .slice(0, 12),
    logGroups: () => [],
  };
}

const ACCOUNTS: readonly [Account, ...Account[]] = [
  smallAccount('111122223333', 'us-east-1', 'none'),
  smallAccount('222233334444', 'us-east-1', 'refund'),
  smallAccount('222233334444', 'eu-west-1', 'refund'),
  smallAccount('333344445555', 'us-east-1', 'refund'),
  smallAccount('333344445555', 'eu-west-1', 'invoice-run'),
];

let sandbox: Sandbox;
let db: TestDatabase;
beforeEach(async () => {
  sandbox = await startSandbox({ source: { accounts: ACCOUNTS }, externalId: 'ours', now: () => NOW });
  db = await createTestDatabase({ max: 20 });
});
afterEach(async () => {
  await sandbox.close();
  await db.drop();
});

function configured(externalIds: readonly [string, string] = ['ours', 'ours'], more = '') {
  const file = parseConfigurationFile(
    `
endpoint: ${sandbox.endpoint}
quotas:
  ListExecutions: { size: 1000, perSecond: 500 }
${more}
accounts:
  - roleArn: arn:aws:iam::222233334444:role/SteptrailRead
    externalId: ${externalIds[0]}
    regions: [us-east-1, eu-west-1]
  - roleArn: arn:aws:iam::333344445555:role/SteptrailRead
    externalId: ${externalIds[1]}
    sessionName: audit
    regions: [us-east-1, eu-west-1]
`,
    'steptrail.yaml',
  );
  const entries = sourceEntriesOf({ ...file, accounts: file.accounts ?? [] }, {});
  const settings = readIngestSettings({}, file, entries.length);
  const database = { sql: db.sql, kind: 'server' as const, description: '', close: async () => {} };
  const dashboardUrl = 'http://127.0.0.1:4400';
  const run = {
    database,
    settings,
    dashboardUrl,
    signal: new AbortController().signal,
    report: () => {},
    several: true,
  };
  return { entries, run };
}

/** Archived executions by account and Region. */
async function archived(): Promise<Readonly<Record<string, number>>> {
  const rows = await db.sql<{ place: string; count: number }[]>`
    select split_part(execution_arn, ':', 5) || ' ' || split_part(execution_arn, ':', 4) as place, count(*)::int
    from executions group by 1 order by 1`;
  return Object.fromEntries(rows.map(({ place, count }) => [place, count]));
}

it('reads two accounts in two Regions through roles, each with its own credentials, quotas and run', async () => {
  const { entries, run } = configured();
  const opened = await openAccounts({ entries, named: true });
  expect(opened.sources.map(({ description }) => description)).toEqual(
    ['222233334444', '333344445555'].flatMap((account) =>
      ['us-east-1', 'eu-west-1'].map(
        (region) => `Reading account ${account} at ${sandbox.endpoint}, Region ${region}.`,
      ),
    ),
  );
  const outcomes = await ingestAccountsOnce(run, opened);
  for (const outcome of outcomes) {
    expect(outcome).toMatchObject({ report: { stateMachines: 1, listed: 12, failed: 0, problems: [] } });
  }
  expect(await archived()).toEqual({
    '222233334444 eu-west-1': 12,
    '222233334444 us-east-1': 12,
    '333344445555 eu-west-1': 12,
    '333344445555 us-east-1': 12,
  });
  const runs = await db.sql<
    { source: { accountId: string; region: string } }[]
  >`select source from ingest_runs`;
  expect(runs.map(({ source }) => `${source.accountId} ${source.region}`).sort()).toEqual(
    Object.keys(await archived()),
  );
  const lists = (await listQuotaBuckets(db.sql)).filter(({ operation }) => operation === 'ListExecutions');
  expect(lists.map(({ accountId, region, capacity }) => [accountId, region, capacity])).toEqual([
    ['222233334444', 'eu-west-1', 500],
    ['222233334444', 'us-east-1', 500],
    ['333344445555', 'eu-west-1', 500],
    ['333344445555', 'us-east-1', 500],
  ]);
  for (const source of opened.sources) await source.close();
});

it('goes on with the others where a role cannot be assumed, and touches nothing of that account', async () => {
  const { entries, run } = configured(['ours', 'wrong']);
  const executionArn = 'arn:aws:states:us-east-1:333344445555:execution:refund:waiting';
  await enqueueTasks(db.sql, [
    { executionArn, stateMachineArn: 'm', priority: 0, dueAt: new Date(0), listed: { executionArn } },
  ]);
  const opened = await openAccounts({ entries, named: true });
  const outcomes = await ingestAccountsOnce(run, opened);
  const problems = outcomes.flatMap((outcome) => ('report' in outcome ? outcome.report.problems : []));
  expect(problems.map(({ code }) => code)).toContain('RoleNotAssumed');
  expect(problems.find(({ code }) => code === 'RoleNotAssumed')?.message).toMatch(
    /role\/SteptrailRead could not be assumed, AccessDenied.*trust policy/,
  );
  expect(await archived()).toEqual({ '222233334444 eu-west-1': 12, '222233334444 us-east-1': 12 });
  expect(await claimTask(db.sql)).toMatchObject({ executionArn, attempts: 0 });
  for (const source of opened.sources) await source.close();
});

it('is stopped by a signal while several poll', async () => {
  const { entries, run } = configured(['ours', 'ours'], 'pollSeconds: 1\nparallel: 2');
  const opened = await openAccounts({ entries, named: true });
  const stop = new AbortController();
  let finished = 0;
  await ingestAccounts(
    {
      ...run,
      signal: stop.signal,
      report: (event) => {
        if (event.kind === 'finished' && ++finished === 4) stop.abort();
      },
    },
    opened,
  );
  expect(await readLatestRun(db.sql)).toMatchObject({ source: { kind: 'endpoint' } });
  for (const source of opened.sources) await source.close();
});

it('refuses credentials of another account than the file says, and one place named twice', async () => {
  const file = parseConfigurationFile(
    `
endpoint: ${sandbox.endpoint}
accounts:
  - { accountId: '222233334444', regions: [us-east-1] }
  - { regions: [us-east-1] }
  - { accountId: '111122223333', regions: [us-east-1] }
`,
    'steptrail.yaml',
  );
  const entries = sourceEntriesOf({ ...file, accounts: file.accounts ?? [] }, {});
  const opened = await openAccounts({ entries, named: true });
  expect(opened.sources).toHaveLength(1);
  expect(opened.unopened.map(({ failure }) => failure)).toEqual([
    'accounts[0] in us-east-1 shall be account 222233334444, but its credentials belong to account 111122223333: correct the one or the other.',
    'accounts[2] in us-east-1 leads to account 111122223333 in us-east-1 as another entry does: leave one of them out.',
  ]);
  for (const source of opened.sources) await source.close();
});
