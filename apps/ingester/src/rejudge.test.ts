import { readExecution } from '@steptrail/store';
import { expect, it } from 'vitest';
import { ingestOnce } from './ingest.ts';
import { rebuildExecutions } from './rejudge.ts';
import { executionArn, expressArn, testAccount } from './testing/account.ts';
import { dump } from './testing/dump.ts';
import {
  APPROVAL,
  approvalHistory,
  CHECKOUT,
  checkoutHistory,
  DAY,
  MINUTE,
  START,
} from './testing/events.ts';
import { openWorld } from './testing/world.ts';

async function ingested() {
  const account = testAccount([
    {
      name: 'Approvals',
      definition: APPROVAL,
      histories: { quick: approvalHistory(START, MINUTE), never: approvalHistory(START) },
    },
    { name: 'Checkout', type: 'EXPRESS', definition: CHECKOUT, histories: { a: checkoutHistory(START) } },
  ]);
  const world = await openWorld(account, START + 2 * DAY);
  await ingestOnce(world.context);
  return world;
}

it('rebuilds every conclusion from the archive alone', async () => {
  const { context, db } = await ingested();
  const before = await dump(db.sql);
  expect(await rebuildExecutions(db.sql, { now: context.now })).toEqual({ rebuilt: 0 });
  await db.sql`delete from visits`;
  await db.sql`delete from failures`;
  expect((await db.sql`delete from search_values`).count).toBeGreaterThan(0);
  await db.sql`update replays set interpreter_version = 0, agrees = 0`;
  await db.sql`delete from replays where execution_id = (
    select execution_id from executions where execution_arn = ${expressArn('Checkout', 'a')})`;
  const seen: string[] = [];
  const options = {
    now: context.now,
    onProgress: ({ executionArn: arn }: { executionArn: string }) => seen.push(arn),
  };
  expect(await rebuildExecutions(db.sql, options)).toEqual({ rebuilt: 3 });
  expect(new Set(seen).size).toBe(3);
  expect(await dump(db.sql)).toEqual(before);
  expect(await rebuildExecutions(db.sql, { ...options, all: true })).toEqual({ rebuilt: 3 });
  expect(await dump(db.sql)).toEqual(before);
});

it('says which chunk was changed after it was archived', async () => {
  const { context, db } = await ingested();
  const quick = executionArn('Approvals', 'quick');
  await db.sql`update history_chunks set sha256 = sha256('x') where execution_id = (
    select execution_id from executions where execution_arn = ${quick})`;
  await rebuildExecutions(db.sql, { now: context.now, all: true });
  expect(await readExecution(db.sql, quick)).toMatchObject({
    status: 'SUCCEEDED',
    events: 8,
    problem: expect.stringContaining('The chunk of events 1 to 8 was changed after it was archived'),
  });
});
