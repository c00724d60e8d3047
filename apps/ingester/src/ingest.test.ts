import { listFindings, listVisits, readChunks, readExecution, readStateMachine } from '@steptrail/store';
import { describe, expect, it } from 'vitest';
import type { IngestContext } from './context.ts';
import { ingestOnce, runIngester } from './ingest.ts';
import { executionArn, expressArn, type TestMachine, testAccount } from './testing/account.ts';
import { dump } from './testing/dump.ts';
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
  redrivenHistory,
  SECOND,
  START,
} from './testing/events.ts';
import { openWorld } from './testing/world.ts';

async function open(machines: readonly TestMachine[], now: number, more: Partial<IngestContext> = {}) {
  return openWorld(testAccount(machines), now, more);
}

const SHOP: readonly TestMachine[] = [
  {
    name: 'Approvals',
    definition: APPROVAL,
    histories: {
      quick: approvalHistory(START, MINUTE),
      slow: approvalHistory(START + HOUR, 3 * DAY),
      never: approvalHistory(START + 2 * HOUR),
    },
  },
  {
    name: 'Loop',
    definition: LOOP,
    histories: { short: loopHistory(START, 3), long: loopHistory(START, 600) },
  },
  {
    name: 'Checkout',
    type: 'EXPRESS',
    definition: CHECKOUT,
    histories: { a: checkoutHistory(START), b: checkoutHistory(START + HOUR) },
  },
];

/** Of a dump what follows from the histories alone, not from when they were read. */
const QUICK = executionArn('Approvals', 'quick');
const SLOW = executionArn('Approvals', 'slow');
const LONG = executionArn('Loop', 'long');

describe('one ingest', () => {
  it('archives, replays and judges what the account holds', async () => {
    const { context, db } = await open(SHOP, START + 2 * DAY);
    const report = await ingestOnce(context);
    expect(report).toMatchObject({ stateMachines: 3, listed: 5, archived: 7, failed: 0, problems: [] });

    const quick = await readExecution(db.sql, QUICK);
    expect(quick).toMatchObject({
      status: 'SUCCEEDED',
      type: 'STANDARD',
      source: 'history',
      complete: true,
      events: 8,
      lastEventId: 8,
      startDate: new Date(START),
      stopDate: new Date(START + MINUTE),
      divergences: 0,
      problem: null,
    });
    const visits = await listVisits(db.sql, quick?.executionId ?? '', { limit: 10 });
    expect(visits.rows.map((visit) => [visit.state, visit.outcome])).toEqual([['Approve', 'succeeded']]);
    expect(await readExecution(db.sql, SLOW)).toMatchObject({
      status: 'RUNNING',
      complete: false,
      events: 5,
    });
    const { rows } = await listFindings(db.sql, { severity: ['critical'], state: 'open', limit: 10 });
    expect(rows.map((row) => row.executionArn).sort()).toEqual(
      [executionArn('Approvals', 'never'), SLOW].sort(),
    );
    expect(await readExecution(db.sql, expressArn('Checkout', 'a'))).toMatchObject({
      status: 'SUCCEEDED',
      type: 'EXPRESS',
      source: 'logs',
      complete: true,
      events: 6,
      divergences: 0,
    });
    expect(await readStateMachine(db.sql, machineArn('Loop'))).toMatchObject({
      tags: [{ key: 'team', value: 'shop' }],
    });
  });

  it('changes nothing when it runs again', async () => {
    const { context, db } = await open(SHOP, START + 2 * DAY);
    await ingestOnce(context);
    const before = await dump(db.sql, { exact: true });
    const again = await ingestOnce(context);
    expect(again).toMatchObject({ archived: 0, failed: 0, events: 0, problems: [] });
    expect(await dump(db.sql, { exact: true })).toEqual(before);
  });

  it('archives the same whether it looked once or often', async () => {
    const once = await open(SHOP, START + 5 * DAY);
    await ingestOnce(once.context);
    const often = await open(SHOP, START);
    for (const later of [0, 30 * SECOND, MINUTE, 5 * MINUTE, 8 * MINUTE, HOUR, 2 * HOUR, DAY, 5 * DAY]) {
      often.setNow(START + later);
      expect((await ingestOnce(often.context)).problems).toEqual([]);
    }
    expect(await dump(often.db.sql)).toEqual(await dump(once.db.sql));
  });

  it('cuts a long history at fixed ids', async () => {
    const { context, db } = await open(SHOP, START + DAY);
    await ingestOnce(context);
    const long = await readExecution(db.sql, LONG);
    expect(long).toMatchObject({ status: 'ABORTED', events: 2402, complete: true, divergences: 0 });
    const bounds: number[][] = [];
    for await (const chunk of readChunks(db.sql, long?.executionId ?? '')) {
      bounds.push([chunk.firstEventId, chunk.lastEventId, chunk.events]);
    }
    expect(bounds).toEqual([
      [1, 1000, 1000],
      [1001, 2000, 1000],
      [2001, 2402, 402],
    ]);
  });

  it('follows executions that run: stuck once time has passed, resolved once it goes on', async () => {
    const { context, db, setNow } = await open(SHOP.slice(0, 1), START + 3 * HOUR);
    const critical = async (state: 'open' | 'resolved') => {
      const { rows } = await listFindings(db.sql, {
        severity: ['critical'],
        state,
        executionArn: SLOW,
        limit: 10,
      });
      return rows.length;
    };
    await ingestOnce(context);
    expect(await critical('open')).toBe(0);
    setNow(START + 2 * DAY);
    expect((await ingestOnce(context)).rechecked).toBe(2);
    expect(await critical('open')).toBe(1);
    expect((await ingestOnce(context)).rechecked).toBe(0);
    setNow(START + 4 * DAY);
    await ingestOnce(context);
    expect(await readExecution(db.sql, SLOW)).toMatchObject({
      status: 'SUCCEEDED',
      complete: true,
      events: 8,
    });
    expect([await critical('open'), await critical('resolved')]).toEqual([0, 1]);
  });

  it('replays executions with the definition that they ran with, asking once a revision', async () => {
    const renamed = CHECKOUT.replaceAll('Ship', 'Send');
    const machine: TestMachine = {
      name: 'Checkout',
      definition: CHECKOUT,
      revisions: [{ from: START + DAY, definition: renamed }],
      histories: Object.fromEntries([
        ...[0, 1, 2, 3].map((i) => [`old${i}`, checkoutHistory(START + i * HOUR)]),
        ...[0, 1, 2, 3].map((i) => [`new${i}`, renameShip(checkoutHistory(START + 2 * DAY + i * HOUR))]),
      ]),
    };
    const { context, db, sandbox } = await open([machine], START + 4 * DAY);
    sandbox.faults.add({ kind: 'throttle', operation: 'DescribeStateMachineForExecution', after: 2 });
    expect((await ingestOnce(context)).problems).toEqual([]);
    for (const name of Object.keys(machine.histories)) {
      const execution = await readExecution(db.sql, executionArn('Checkout', name));
      expect(execution).toMatchObject({ divergences: 0, complete: true });
    }
  });
});

it('reads on where an execution was redriven after its end', async () => {
  const histories = { again: redrivenHistory(START, START + DAY) };
  const { context, db, setNow } = await open(
    [{ name: 'Approvals', definition: APPROVAL, histories }],
    START + HOUR,
  );
  const again = executionArn('Approvals', 'again');
  await ingestOnce(context);
  expect(await readExecution(db.sql, again)).toMatchObject({
    status: 'FAILED',
    complete: true,
    events: 6,
    error: 'Sqs.QueueDoesNotExistException',
    failedState: 'Approve',
  });
  setNow(START + DAY + SECOND);
  await ingestOnce(context);
  expect(await readExecution(db.sql, again)).toMatchObject({
    status: 'RUNNING',
    complete: false,
    redriveCount: 1,
    stopDate: null,
    error: null,
  });
  setNow(START + 2 * DAY);
  await ingestOnce(context);
  const end = { status: 'SUCCEEDED', complete: true, events: 13, redriveCount: 1, problem: null };
  expect(await readExecution(db.sql, again)).toMatchObject(end);
});

it('can be done by two at once', async () => {
  const calm = await open(SHOP, START + 2 * DAY);
  await ingestOnce(calm.context);
  const shared = await open(SHOP, START + 2 * DAY);
  const reports = await Promise.all([ingestOnce(shared.context), ingestOnce(shared.context)]);
  expect(reports.map((report) => report.problems)).toEqual([[], []]);
  expect(await dump(shared.db.sql)).toEqual(await dump(calm.db.sql));
});

function renameShip(events: ReturnType<typeof checkoutHistory>): ReturnType<typeof checkoutHistory> {
  return JSON.parse(JSON.stringify(events).replaceAll('Ship', 'Send'));
}

it('runs again and again until it is stopped', async () => {
  const abort = new AbortController();
  let finished = 0;
  const { context } = await open(SHOP.slice(0, 1), START + HOUR, {
    signal: abort.signal,
    onProgress: (event) => {
      if (event.kind === 'finished' && ++finished === 3) abort.abort();
    },
  });
  await runIngester(context, { pollMilliseconds: 1 });
  expect(finished).toBe(3);
});
