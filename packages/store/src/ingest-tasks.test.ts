import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  claimTask,
  countTasks,
  enqueueTasks,
  findWaiting,
  finishTask,
  postponeTask,
} from './ingest-tasks.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(() => database.sql`truncate ingest_tasks`);
afterAll(() => database.drop());

const NOW = new Date('2026-10-05T10:00:00Z');
const LATER = new Date('2026-10-05T11:00:00Z');
const task = (executionArn: string, priority = 1, dueAt = NOW) => ({
  executionArn,
  stateMachineArn: 'm',
  priority,
  dueAt,
  listed: { executionArn },
});

test('the most urgent goes first, and nothing before it is due', async () => {
  await enqueueTasks(database.sql, [task('b', 1), task('a', 0, LATER), task('c', 0)]);
  const order: (string | undefined)[] = [];
  for (const now of [NOW, NOW, NOW, LATER]) {
    const claimed = await claimTask(database.sql, now);
    order.push(claimed?.executionArn);
    if (claimed !== undefined) await finishTask(database.sql, claimed.executionArn);
  }
  expect(order).toEqual(['c', 'b', undefined, 'a']);
});

test('two transactions never hold the same task, and a rolled back one gives it back', async () => {
  await enqueueTasks(database.sql, [task('a'), task('b')]);
  await expect(
    database.sql.begin(async (one) => {
      const first = await claimTask(one, NOW);
      const [second, third] = await database.sql.begin(async (two) => {
        const claimed = await claimTask(two, NOW);
        await finishTask(two, claimed?.executionArn ?? '');
        return [claimed, await claimTask(two, NOW)];
      });
      expect(new Set([first?.executionArn, second?.executionArn])).toEqual(new Set(['a', 'b']));
      expect(third).toBeUndefined();
      throw new Error('rolled back');
    }),
  ).rejects.toThrow('rolled back');
  expect(await countTasks(database.sql, NOW)).toEqual({ waiting: 1, due: 1, failed: 0 });
});

test('asking again never doubles, hurries what waits and leaves a postponed one its time', async () => {
  await enqueueTasks(database.sql, [task('a', 2, LATER), task('b', 2, LATER), task('a', 2, LATER)]);
  await postponeTask(database.sql, 'b', { error: 'ThrottlingException', dueAt: LATER });
  await enqueueTasks(database.sql, [task('a', 1), task('b', 3)]);
  expect(await countTasks(database.sql, NOW)).toEqual({ waiting: 2, due: 1, failed: 1 });
  expect(await claimTask(database.sql, NOW)).toMatchObject({ executionArn: 'a', priority: 1, attempts: 0 });
  await finishTask(database.sql, 'a');
  const postponed = { executionArn: 'b', priority: 2, attempts: 1, lastError: 'ThrottlingException' };
  expect(await claimTask(database.sql, LATER)).toMatchObject(postponed);
});

test('a source is given tasks of its own account and Region only', async () => {
  const place = (region: string, accountId: string) => ({ region, accountId });
  const arn = ({ region, accountId }: { region: string; accountId: string }, name: string) =>
    `arn:aws:states:${region}:${accountId}:execution:Scoped:${name}`;
  const one = place('eu-west-1', '222233334444');
  const other = place('eu-west-2', '222233334444');
  const dueAt = new Date(0);
  await enqueueTasks(
    database.sql,
    [one, other, other].map((scope, i) => ({
      executionArn: arn(scope, `e${i}`),
      stateMachineArn: 'arn',
      priority: i,
      dueAt,
      listed: {},
    })),
  );
  expect(await countTasks(database.sql, new Date(), other)).toEqual({ waiting: 2, due: 2, failed: 0 });
  const claimed: (string | undefined)[] = [];
  for (const scope of [other, other, one, one, place('eu-west-1', '999999999999')]) {
    const task = await claimTask(database.sql, new Date(), { scope });
    claimed.push(task?.executionArn);
    if (task !== undefined) await finishTask(database.sql, task.executionArn);
  }
  expect(claimed).toEqual([arn(other, 'e1'), arn(other, 'e2'), arn(one, 'e0'), undefined, undefined]);
});

test('what waits keeps the newest of what was told, in whatever order it comes', async () => {
  const told = (status: string, redriveCount?: number) => ({
    ...task('a'),
    listed: { executionArn: 'a', status, redriveCount },
  });
  const newest = async () => {
    const waiting = await claimTask(database.sql, NOW);
    return waiting?.listed;
  };
  await enqueueTasks(database.sql, [told('FAILED')]);
  await enqueueTasks(database.sql, [told('RUNNING', 0)]);
  expect(await newest()).toMatchObject({ status: 'FAILED' });
  await enqueueTasks(database.sql, [told('RUNNING', 1)]);
  await enqueueTasks(database.sql, [told('FAILED', 0)]);
  expect(await newest()).toMatchObject({ status: 'RUNNING', redriveCount: 1 });
  await enqueueTasks(database.sql, [told('SUCCEEDED', 1)]);
  expect(await newest()).toMatchObject({ status: 'SUCCEEDED', redriveCount: 1 });
});

test('some executions can be claimed before others that are more urgent', async () => {
  await enqueueTasks(database.sql, [task('urgent', 0), task('announced', 2)]);
  expect(await findWaiting(database.sql, ['announced', 'gone'])).toEqual(new Set(['announced']));
  const claimed = await claimTask(database.sql, NOW, { among: ['announced', 'gone'] });
  expect(claimed?.executionArn).toBe('announced');
  expect(await claimTask(database.sql, NOW, { running: 2 })).toMatchObject({ executionArn: 'announced' });
  await finishTask(database.sql, 'announced');
  expect(await claimTask(database.sql, NOW, { running: 2 })).toBeUndefined();
  await enqueueTasks(database.sql, [{ ...task('ran', 1), looks: 1 }]);
  expect(await claimTask(database.sql, NOW, { running: 2 })).toMatchObject({ executionArn: 'ran' });
});
