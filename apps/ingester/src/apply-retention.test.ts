import {
  listAppliedPolicies,
  placeHold,
  readExecution,
  releaseHold,
  removeRetention,
  setRetention,
} from '@steptrail/store';
import { beforeEach, describe, expect, it } from 'vitest';
import { applyRetention } from './apply-retention.ts';
import { ingestOnce } from './ingest.ts';
import { executionArn, type TestMachine, testAccount } from './testing/account.ts';
import {
  APPROVAL,
  approvalHistory,
  DAY,
  LOOP,
  loopHistory,
  MINUTE,
  machineArn,
  START,
} from './testing/events.ts';
import { openWorld, type TestWorld } from './testing/world.ts';
import { verifyArchive } from './verify-archive.ts';

/** START is in March; the last of them starts in April. */
const SHOP: readonly TestMachine[] = [
  {
    name: 'Approvals',
    definition: APPROVAL,
    histories: {
      early: approvalHistory(START, MINUTE),
      late: approvalHistory(START + 20 * DAY, MINUTE),
      long: approvalHistory(START, 15 * DAY),
      open: approvalHistory(START),
    },
  },
  {
    name: 'Loop',
    definition: LOOP,
    histories: { early: loopHistory(START, 2), april: loopHistory(START + 40 * DAY, 2) },
  },
];
const NOW = START + 45 * DAY;

let world: TestWorld;
beforeEach(async () => {
  world = await openWorld(testAccount(SHOP), NOW);
  await ingestOnce(world.context);
});

const names = async () => {
  const rows = await world.db.sql<{ name: string }[]>`
    select regexp_replace(execution_arn, '^.*:execution:', '') as name from executions order by 1`;
  return rows.map((row) => row.name);
};
const ALL = [
  'Approvals:early',
  'Approvals:late',
  'Approvals:long',
  'Approvals:open',
  'Loop:april',
  'Loop:early',
];

const verify = async () => {
  const damages: unknown[] = [];
  const report = await verifyArchive(world.db.sql, { onDamage: (damage) => damages.push(damage) });
  return { damages, verified: report.verified, removed: report.removed };
};

it('removes nothing without a policy', async () => {
  expect(await applyRetention(world.db.sql, new Date(NOW))).toEqual({ removed: 0, droppedMonths: [] });
  expect(await names()).toEqual(ALL);
});

it('removes what ended long enough ago, says so in the log of seals, and does not fetch it again', async () => {
  const { db, context } = world;
  await setRetention(db.sql, '*', 35);
  await ingestOnce(context);
  expect(await names()).toEqual(['Approvals:late', 'Approvals:long', 'Approvals:open', 'Loop:april']);
  expect(await verify()).toEqual({ damages: [], verified: 3, removed: 2 });
  await removeRetention(db.sql, '*');
  await ingestOnce(context);
  expect(await names()).toEqual(['Approvals:late', 'Approvals:long', 'Approvals:open', 'Loop:april']);
  const left = await db.sql`
    select (select count(*)::int from history_chunks) as chunks, (select count(*)::int from replays) as replays,
           (select count(*)::int from findings where execution_arn like '%early') as findings`;
  expect(left[0]).toEqual({ chunks: 4, replays: 4, findings: 0 });
});

describe('of several policies', () => {
  it("a state machine's own counts before its tags', and those before the general one", async () => {
    const { sql } = world.db;
    await setRetention(sql, '*', 1);
    await setRetention(sql, 'tag:team=shop', 30);
    await setRetention(sql, 'tag:team=other', 3000);
    const ofTags = { scope: 'tag:team=shop', keepDays: 30 };
    const own = { scope: machineArn('Loop'), keepDays: 100 };
    await setRetention(sql, own.scope, own.keepDays);
    const applied = await listAppliedPolicies(sql);
    expect(applied.toSorted((a, b) => a.keepDays - b.keepDays)).toEqual([
      { stateMachineArn: machineArn('Approvals'), ...ofTags },
      { stateMachineArn: machineArn('Loop'), ...own },
    ]);
    expect((await applyRetention(sql, new Date(NOW))).removed).toBe(1);
    expect(await names()).toEqual(ALL.filter((name) => name !== 'Approvals:early'));
  });
});

describe('a legal hold', () => {
  it.each([
    ['of an execution', executionArn('Approvals', 'early'), ['Approvals:early', 'Approvals:open']],
    [
      'of a state machine',
      machineArn('Approvals'),
      ['Approvals:early', 'Approvals:late', 'Approvals:long', 'Approvals:open'],
    ],
  ])('%s is stronger than any policy', async (_, subject, kept) => {
    const { sql } = world.db;
    await setRetention(sql, '*', 1);
    await placeHold(sql, subject, 'case 4711');
    await applyRetention(sql, new Date(NOW));
    expect(await names()).toEqual(kept);
    await releaseHold(sql, subject);
    await applyRetention(sql, new Date(NOW));
    expect(await names()).toEqual(['Approvals:open']);
    expect((await verify()).damages).toEqual([]);
  });
});

it('drops a month of which nothing is left, and that month can be written again', async () => {
  const { sql } = world.db;
  await sql`delete from executions where name = 'open'`;
  await setRetention(sql, '*', 1);
  const { droppedMonths } = await applyRetention(sql, new Date(NOW + 90 * DAY));
  expect(droppedMonths).toEqual(['2026_03', '2026_04']);
  await removeRetention(sql, '*');
  const again = await openWorld(testAccount(SHOP), NOW);
  await sql`delete from execution_ids`;
  await sql`delete from ingest_cursors`;
  await ingestOnce({ ...again.context, sql });
  expect(await readExecution(sql, executionArn('Loop', 'early'))).toMatchObject({ complete: true });
});
