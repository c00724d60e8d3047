import { afterAll, beforeAll, expect, test } from 'vitest';
import { claimDueAlerts, enqueueAlerts, listAlerts, markDelivered, markFailed } from './alerts.ts';
import { syncFindings } from './findings.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const NOW = new Date('2026-10-05T10:00:00Z');
const LATER = new Date('2026-10-05T11:00:00Z');

test('each opening, change and destination is announced once, and retried until it arrives or is given up', async () => {
  const finding = {
    findingId: 'f',
    ruleId: 'r',
    severity: 'critical',
    message: 'm',
    data: {},
    evidence: [],
  } as const;
  await syncFindings(database.sql, { stateMachineArn: 'm' }, [finding], NOW);
  const opened = { findingId: 'f', opening: 1, change: 'opened', notification: { say: 1 } } as const;
  const both = [
    { ...opened, destination: 'webhook' },
    { ...opened, destination: 'sns' },
  ];
  expect(await enqueueAlerts(database.sql, both, NOW)).toBe(2);
  expect(
    await enqueueAlerts(database.sql, [...both, { ...opened, destination: 'sns', change: 'resolved' }], NOW),
  ).toBe(1);

  await database.sql.begin(async (sql) => {
    const [first, second, third] = await claimDueAlerts(sql, NOW, 10);
    expect(await claimDueAlerts(database.sql, NOW, 10)).toEqual([]);
    await markDelivered(sql, first?.alertId ?? '', NOW);
    await markFailed(sql, second?.alertId ?? '', { error: 'no answer', nextAttemptAt: LATER });
    await markFailed(sql, third?.alertId ?? '', { error: 'gone', givenUp: NOW });
  });
  expect(await claimDueAlerts(database.sql, NOW, 10)).toEqual([]);
  expect(await claimDueAlerts(database.sql, LATER, 10)).toMatchObject([
    { attempts: 1, lastError: 'no answer', destination: 'sns', change: 'opened', notification: { say: 1 } },
  ]);
  expect((await listAlerts(database.sql, 'f')).map((alert) => [alert.deliveredAt, alert.givenUpAt])).toEqual([
    [null, NOW],
    [null, null],
    [NOW, null],
  ]);
});
