import { enqueueTasks, findKnown, readLooks } from '@steptrail/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askForListed } from './ask-for-executions.ts';
import { newTally } from './context.ts';
import { ingestOnce } from './ingest.ts';
import { openProblemBook } from './problems.ts';
import { createRevisions } from './revisions.ts';
import { executionArn, testAccount } from './testing/account.ts';
import { countCalls } from './testing/count-calls.ts';
import { APPROVAL, approvalHistory, DAY, HOUR, MINUTE, machineArn, START } from './testing/events.ts';
import { openSharedWorld, type TestWorld } from './testing/world.ts';
import { shareAmong, workTasks } from './work-tasks.ts';

const NOW = START + HOUR;
let world: TestWorld;
let calls: (operation: string) => number;
beforeAll(async () => {
  const closed = approvalHistory(START, MINUTE);
  const open = approvalHistory(START);
  const histories = {
    ...{ closed, 'closed, listed while it ran': closed, redriven: closed, removed: closed },
    ...{ open, asked: open, 'listed as closed': open, 'will close': approvalHistory(START, 2 * HOUR) },
  };
  world = await openSharedWorld(testAccount([{ name: 'Approvals', definition: APPROVAL, histories }]), NOW);
  calls = countCalls(world.context.clients);
  expect((await ingestOnce(world.context)).problems).toEqual([]);
});
afterAll(() => world.close());

/** Works on what is asked for, without reading any list, and gives how many histories AWS was asked for. */
async function work(): Promise<number> {
  const before = calls('GetExecutionHistory');
  const book = await openProblemBook(world.context);
  await workTasks(
    world.context,
    book,
    shareAmong(world.context, createRevisions(world.context, book, [])),
    newTally(),
  );
  return calls('GetExecutionHistory') - before;
}

/** What a process asks for that had read lists and archive before another archived it all, and writes that down after. */
const late = (
  name: string,
  listed: { readonly status: string; readonly redriveCount?: number },
  looks = 0,
) => ({
  executionArn: executionArn('Approvals', name),
  stateMachineArn: machineArn('Approvals'),
  priority: 2,
  dueAt: new Date(START),
  listed: {
    executionArn: executionArn('Approvals', name),
    stateMachineArn: machineArn('Approvals'),
    name,
    startDate: new Date(START),
    redriveCount: 0,
    ...listed,
  },
  looks,
});

describe('what another process has archived since it was asked for', () => {
  it.each([
    ['a closed one', late('closed', { status: 'SUCCEEDED' }), 0],
    [
      'a closed one that was listed while it ran',
      late('closed, listed while it ran', { status: 'RUNNING' }),
      0,
    ],
    ['a running one', late('open', { status: 'RUNNING' }), 0],
    ['a closed one that is redriven', late('redriven', { status: 'RUNNING', redriveCount: 1 }), 1],
    ['a running one that is listed as closed', late('listed as closed', { status: 'FAILED' }), 1],
  ])('%s is asked of AWS so many times', async (_, task, expected) => {
    await enqueueTasks(world.db.sql, [task]);
    expect(await work()).toBe(expected);
  });

  it('a running one is asked for again by who knows of the last look', async () => {
    const arn = executionArn('Approvals', 'asked');
    const { looks = 0 } = (await readLooks(world.db.sql, [arn])).get(arn) ?? {};
    expect(looks).toBeGreaterThan(0);
    await enqueueTasks(world.db.sql, [late('asked', { status: 'RUNNING' }, looks)]);
    expect(await work()).toBe(1);
    await enqueueTasks(world.db.sql, [late('asked', { status: 'RUNNING' }, looks)]);
    expect(await work()).toBe(0);
  });

  it('one that retention has removed is not fetched again', async () => {
    const { sql } = world.db;
    const arn = executionArn('Approvals', 'removed');
    await sql`delete from executions where execution_arn = ${arn}`;
    await enqueueTasks(sql, [late('removed', { status: 'SUCCEEDED' })]);
    expect(await work()).toBe(0);
    expect((await findKnown(sql, [arn])).size).toBe(0);
  });
});

it('processes share what they know of running executions, whatever their clocks say', async () => {
  const { db, context } = world;
  const [arn, row] = [executionArn('Approvals', 'open'), late('open', { status: 'RUNNING' }).listed];
  await db.sql`update executions set archived_at = ${new Date(NOW)}`;
  const wanted = async (now: number, patient = true) =>
    (await askForListed({ ...context, patient }, [row], new Date(now))).wanted.length;
  await db.sql`update execution_looks set looked_at = ${new Date(NOW + DAY)}`;
  expect(await wanted(NOW + DAY + MINUTE)).toBe(0);
  expect(await wanted(NOW + DAY + MINUTE, false)).toBe(1);
  expect(await wanted(NOW + DAY + HOUR)).toBe(1);
  expect(await wanted(NOW + DAY - HOUR)).toBe(1);
  expect((await readLooks(db.sql, [arn])).get(arn)?.lookedAt).toEqual(new Date(NOW + DAY));
});

it('nothing is kept of the looks at what has ended', async () => {
  world.setNow(NOW + 3 * HOUR);
  await ingestOnce(world.context);
  const arns = ['open', 'will close'].map((name) => executionArn('Approvals', name));
  expect([...(await readLooks(world.db.sql, arns)).keys()]).toEqual([arns[0]]);
});
