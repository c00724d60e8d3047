import { expect, it } from 'vitest';
import { ingestOnce } from './ingest.ts';
import { executionArn, testAccount } from './testing/account.ts';
import { APPROVAL, approvalHistory, DAY, HOUR, START } from './testing/events.ts';
import { openWorld } from './testing/world.ts';

const ORDER = [
  'expires first',
  'expires next',
  'closed before',
  'closed last',
  'open longest',
  'open',
  'overdue',
];

it.each([90, 30])(
  'what AWS forgets first after %i days is fetched first, then what closed, then what runs by age',
  async (retentionDays) => {
    const now = START + 100 * DAY;
    const closed = (daysAgo: number) => approvalHistory(now - daysAgo * DAY, HOUR);
    const histories = {
      overdue: closed(retentionDays + 5),
      open: approvalHistory(now - 2 * DAY),
      'closed last': closed(1),
      'expires next': closed(retentionDays - 5),
      'closed before': closed(10),
      'open longest': approvalHistory(now - 99 * DAY),
      'expires first': closed(retentionDays - 4),
    };
    const archived: string[] = [];
    const world = await openWorld(
      testAccount([{ name: 'Approvals', definition: APPROVAL, histories }]),
      now,
      {
        concurrency: 1,
        retentionDays,
        onProgress: (event) => {
          if (event.kind === 'archived') archived.push(event.executionArn);
        },
      },
    );
    expect((await ingestOnce(world.context)).problems).toEqual([]);
    expect(archived).toEqual(ORDER.map((name) => executionArn('Approvals', name)));
  },
);

it('leaves for the end what AWS has forgotten while it waited', async () => {
  const now = START + 100 * DAY;
  const histories = {
    overdue: approvalHistory(now - 80 * DAY, HOUR),
    'can be saved': approvalHistory(now - 20 * DAY, HOUR),
  };
  const archived: string[] = [];
  const world = await openWorld(testAccount([{ name: 'Approvals', definition: APPROVAL, histories }]), now, {
    concurrency: 1,
    onProgress: (event) => {
      if (event.kind === 'archived') archived.push(event.executionArn);
    },
  });
  world.sandbox.faults.add({ kind: 'access denied', operation: 'GetExecutionHistory', times: 2 });
  await ingestOnce(world.context);
  await world.db.sql`update ingest_tasks set due_at = '2026-01-01', attempts = 0`;
  world.sandbox.faults.add({ kind: 'access denied', operation: 'ListExecutions' });
  archived.length = 0;
  world.setNow(now + 15 * DAY);
  await ingestOnce(world.context);
  expect(archived).toEqual(['can be saved', 'overdue'].map((name) => executionArn('Approvals', name)));
});
