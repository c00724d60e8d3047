import { listFindings, readExecution } from '@steptrail/store';
import { expect, it } from 'vitest';
import type { ProgressEvent } from './context.ts';
import { createTurns } from './create-turns.ts';
import { ingestOnce } from './ingest.ts';
import { executionArn, testAccount } from './testing/account.ts';
import { countCalls } from './testing/count-calls.ts';
import { APPROVAL, approvalHistory, DAY, HOUR, MINUTE, START } from './testing/events.ts';
import { openWorld } from './testing/world.ts';

const NOW = START + 20 * DAY;
const BACKLOG = 12;

/** Each execution of the backlog takes some minutes; while it is fetched, others wait, end, start, and get stuck. */
const HISTORIES = {
  ...Object.fromEntries(
    Array.from({ length: BACKLOG }, (_, i) => [`old${i}`, approvalHistory(START + i * HOUR, MINUTE)]),
  ),
  ending: approvalHistory(NOW - HOUR, HOUR + 5 * MINUTE),
  stuck: approvalHistory(NOW - DAY + 6 * MINUTE),
  begun: approvalHistory(NOW + 5 * MINUTE),
};

it('running executions do not wait for the end of a long pass', async () => {
  let now = NOW;
  const order: string[] = [];
  const onProgress = (event: ProgressEvent) => {
    if (event.kind !== 'archived') return;
    const name = event.executionArn.split(':')[7] ?? '';
    order.push(name);
    if (!name.startsWith('old')) return;
    now += 2 * MINUTE;
    opened.setNow(now);
  };
  const account = testAccount([{ name: 'Approvals', definition: APPROVAL, histories: HISTORIES }]);
  const opened = await openWorld(account, NOW, { concurrency: 1, onProgress });
  const calls = countCalls(opened.context.clients);
  const { sql } = opened.db;
  expect(await ingestOnce(opened.context)).toMatchObject({ problems: [], failed: 0 });

  const last = order.lastIndexOf(`old${BACKLOG - 1}`);
  const meanwhile = order.slice(0, last);
  expect(meanwhile).toEqual(expect.arrayContaining(['stuck', 'begun']));
  expect(order.lastIndexOf('ending')).toBeLessThan(last);
  expect(await readExecution(sql, executionArn('Approvals', 'ending'))).toMatchObject({ complete: true });
  // What waits asks for no list to be read to its end again.
  expect(calls('ListExecutions')).toBeLessThanOrEqual(BACKLOG + 1);
  const { rows } = await listFindings(sql, { limit: 50, ruleId: 'execution-stuck', state: 'all' });
  const of = rows.find((row) => row.executionArn === executionArn('Approvals', 'stuck'));
  expect(of?.lastSeenAt.getTime()).toBeLessThan(now);
});

it('a turn is taken by one, every minute, and a clock that went back is followed', async () => {
  let now = NOW;
  let turns = 0;
  let release = () => {};
  const turn = createTurns({ now: () => new Date(now) }, async () => {
    turns += 1;
    await new Promise<void>((resolve) => {
      release = resolve;
    });
  });
  await turn();
  now += MINUTE;
  const first = turn();
  await turn();
  release();
  await first;
  await turn();
  expect(turns).toBe(1);
  now -= DAY;
  await turn();
  now += MINUTE;
  const second = turn();
  release();
  await second;
  expect(turns).toBe(2);
});
