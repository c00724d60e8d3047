import { type CoverageRow, listCoverage } from '@steptrail/store';
import { describe, expect, it } from 'vitest';
import type { IngestContext } from './context.ts';
import { ingestOnce } from './ingest.ts';
import { type TestMachine, testAccount } from './testing/account.ts';
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
  machineArn,
  START,
} from './testing/events.ts';
import { openWorld, type TestWorld } from './testing/world.ts';

/** START is at 8 on the second of March. */
const SHOP: readonly TestMachine[] = [
  {
    name: 'Approvals',
    definition: APPROVAL,
    histories: {
      quick: approvalHistory(START, MINUTE),
      open: approvalHistory(START + HOUR),
      next: approvalHistory(START + DAY, MINUTE),
    },
  },
  { name: 'Loop', definition: LOOP, histories: { short: loopHistory(START, 3) } },
  {
    name: 'Checkout',
    type: 'EXPRESS',
    definition: CHECKOUT,
    histories: { whole: checkoutHistory(START), endless: checkoutHistory(START + HOUR).slice(0, 4) },
  },
];

async function open(now: number, more: Partial<IngestContext> = {}) {
  return openWorld({ ...testAccount(SHOP), retention: 90 * DAY }, now, more);
}

const cover = async ({ db }: TestWorld, now: number, limit = 100, cursor?: string) =>
  listCoverage(db.sql, {
    from: new Date(START + HOUR),
    to: new Date(START + DAY + HOUR),
    now: new Date(now),
    limit,
    cursor,
  });

const row = (name: string, day: string, counts: Partial<CoverageRow>) => ({
  stateMachineArn: machineArn(name),
  type: name === 'Checkout' ? ('EXPRESS' as const) : ('STANDARD' as const),
  day,
  archived: 0,
  running: 0,
  waiting: 0,
  expiring: 0,
  lost: 0,
  missing: 0,
  mapRunsUnchecked: 0,
  ...counts,
});

it('counts by day what was seen and what became of it', async () => {
  const now = START + 2 * DAY;
  const world = await open(now);
  await ingestOnce(world.context);
  const { rows, totals } = await cover(world, now);
  expect(totals).toEqual({
    seen: 6,
    archived: 4,
    running: 1,
    waiting: 0,
    expiring: 0,
    lost: 1,
    missing: 0,
    unchecked: 0,
  });
  const reconciledAt = new Date(now);
  expect(rows).toEqual([
    row('Approvals', '2026-03-03', { seen: 1, archived: 1, reconciledAt }),
    row('Approvals', '2026-03-02', { seen: 2, archived: 1, running: 1, reconciledAt }),
    row('Checkout', '2026-03-02', { seen: 2, archived: 1, lost: 1, reconciledAt: null }),
    row('Loop', '2026-03-02', { seen: 1, archived: 1, reconciledAt }),
  ]);
});

it('gives the same in pages', async () => {
  const now = START + 2 * DAY;
  const world = await open(now);
  await ingestOnce(world.context);
  const whole = await cover(world, now);
  const paged: CoverageRow[] = [];
  let cursor: string | undefined;
  do {
    const page = await cover(world, now, 1, cursor);
    paged.push(...page.rows);
    expect(page.totals).toEqual(whole.totals);
    cursor = page.next;
  } while (cursor !== undefined);
  expect(paged).toEqual(whole.rows);
});

describe('what was listed and could not be fetched', () => {
  it('waits, then expires, then is lost; and stays counted when AWS lists it no more', async () => {
    const now = START + 2 * DAY;
    const world = await open(now);
    const { setNow, sandbox, context } = world;
    sandbox.faults.add({ kind: 'server error', operation: 'GetExecutionHistory' });
    await ingestOnce(context);
    const newest = async (at: number) => (await cover(world, at)).rows[0];
    expect(await newest(now)).toMatchObject({ seen: 1, archived: 0, waiting: 1, expiring: 0, missing: 0 });
    expect(await newest(START + 85 * DAY)).toMatchObject({ waiting: 1, expiring: 1 });
    expect(await newest(START + 25 * DAY)).toMatchObject({ waiting: 1, expiring: 0 });
    await ingestOnce({ ...context, retentionDays: 30 });
    expect(await newest(START + 25 * DAY)).toMatchObject({ waiting: 1, expiring: 1 });
    await ingestOnce({ ...context, retentionDays: 90 });

    sandbox.faults.clear();
    setNow(START + 100 * DAY);
    await ingestOnce(context);
    expect(await newest(START + 100 * DAY)).toMatchObject({
      day: '2026-03-03',
      seen: 1,
      waiting: 0,
      expiring: 0,
      lost: 1,
      reconciledAt: new Date(now),
    });
  });
});

it('reads the whole list once a day, and only what is new in between', async () => {
  const now = START + 2 * DAY;
  const world = await open(now);
  const reconciled = async () => (await cover(world, now)).rows[0]?.reconciledAt?.getTime();
  await ingestOnce(world.context);
  world.setNow(now + HOUR);
  await ingestOnce(world.context);
  expect(await reconciled()).toBe(now);
  world.setNow(now + DAY);
  await ingestOnce(world.context);
  expect(await reconciled()).toBe(now + DAY);
});
