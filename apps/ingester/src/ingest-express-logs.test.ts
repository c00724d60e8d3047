import { readExecution } from '@steptrail/store';
import { expect, it } from 'vitest';
import { ingestOnce } from './ingest.ts';
import { expressArn, type TestMachine, testAccount } from './testing/account.ts';
import { dump } from './testing/dump.ts';
import { CHECKOUT, checkoutHistory, HOUR, MINUTE, SECOND, START } from './testing/events.ts';
import { openWorld } from './testing/world.ts';

async function open(machines: readonly TestMachine[], now: number) {
  return openWorld(testAccount(machines), now);
}

/** Of a dump what follows from the histories alone, not from when they were read. */
const machine: TestMachine = {
  name: 'Checkout',
  type: 'EXPRESS',
  definition: CHECKOUT,
  histories: Object.fromEntries(
    Array.from({ length: 20 }, (_, i) => [`e${i}`, checkoutHistory(START + i * 20 * SECOND)]),
  ),
};

it('gives the same archive when records come twice, late and in pieces', async () => {
  const once = await open([machine], START + HOUR);
  await ingestOnce(once.context);
  const pieces = await open([machine], START);
  pieces.sandbox.faults.add({ kind: 'duplicated log records' });
  pieces.sandbox.faults.add({ kind: 'late log records' });
  for (const later of [1, 2, 3, 4]) {
    pieces.setNow(START + later * 100 * SECOND);
    await ingestOnce(pieces.context);
  }
  pieces.sandbox.faults.clear();
  pieces.setNow(START + 10 * MINUTE);
  await ingestOnce(pieces.context);
  pieces.setNow(START + HOUR);
  expect((await ingestOnce(pieces.context)).problems).toEqual([]);
  expect(await dump(pieces.db.sql)).toEqual(await dump(once.db.sql));
});

it('finds records that come hours late, within an hour of their coming', async () => {
  const once = await open([machine], START + HOUR);
  await ingestOnce(once.context);
  const late = await open([machine], START + HOUR);
  late.sandbox.faults.add({ kind: 'late log records' });
  await ingestOnce(late.context);
  const executions = async () =>
    (await late.db.sql`select execution_id from executions where complete`).length;
  const early = await executions();
  expect(early).toBeLessThan(20);
  late.setNow(START + 20 * HOUR);
  await ingestOnce(late.context);
  late.sandbox.faults.clear();
  late.setNow(START + 20.5 * HOUR);
  await ingestOnce(late.context);
  expect(await executions()).toBe(early);
  late.setNow(START + 21 * HOUR);
  await ingestOnce(late.context);
  expect(await dump(late.db.sql)).toEqual(await dump(once.db.sql));
  expect(await ingestOnce(late.context)).toMatchObject({ archived: 0 });
});

it('says when the records of an end never came', async () => {
  const cut = { ...machine, histories: { lost: checkoutHistory(START).slice(0, 3) } };
  const { context, db, setNow } = await open([cut], START + MINUTE);
  const lost = expressArn('Checkout', 'lost');
  await ingestOnce(context);
  expect(await readExecution(db.sql, lost)).toMatchObject({ status: 'RUNNING', problem: null });
  setNow(START + HOUR);
  await ingestOnce(context);
  expect(await readExecution(db.sql, lost)).toMatchObject({
    status: 'RUNNING',
    complete: false,
    problem: expect.stringContaining('Log records are missing'),
  });
});
