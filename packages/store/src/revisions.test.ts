import { afterAll, beforeAll, expect, test } from 'vitest';
import { execution, MACHINE, START } from './archived.fixture.ts';
import { saveDefinition } from './definitions.ts';
import { saveExecution } from './executions.ts';
import { ensurePartitions } from './partitions.ts';
import { listRevisions, saveRevision } from './revisions.ts';
import { saveStateMachine } from './state-machines.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await ensurePartitions(database.sql, [START]);
});
afterAll(() => database.drop());

test('revisions, the newest first, with the executions of each', async () => {
  const { sql } = database;
  const other = `${MACHINE}-other`;
  for (const stateMachineArn of [MACHINE, other]) {
    const place = { accountId: '123456789012', region: 'eu-central-1' };
    await saveStateMachine(sql, { stateMachineArn, name: 'order', type: 'STANDARD', ...place });
  }
  const roleArn = 'arn:aws:iam::123456789012:role/order';
  const revisions = [
    { revisionId: '', definitionSha256: 'a', updateDate: new Date('2026-01-01T00:00:00Z') },
    { revisionId: 'later', definitionSha256: 'c', updateDate: new Date('2026-03-01T00:00:00Z'), roleArn },
    { revisionId: 'between', definitionSha256: 'b', updateDate: new Date('2026-02-01T00:00:00Z') },
  ];
  for (const revision of revisions) {
    const { definitionSha256 } = revision;
    await saveDefinition(sql, { definitionSha256, definition: '{}', problems: [] });
    await saveRevision(sql, { stateMachineArn: MACHINE, ...revision });
  }
  await saveRevision(sql, { stateMachineArn: other, revisionId: 'later', definitionSha256: 'a' });
  const ran = ['', 'later', '', undefined];
  for (const [n, revisionId] of ran.entries()) await saveExecution(sql, execution(n, { revisionId }));
  await saveExecution(sql, execution(9, { stateMachineArn: other, revisionId: 'later' }));

  expect(await listRevisions(sql, MACHINE)).toEqual([
    { ...revisions[1], firstSeenAt: expect.any(Date), executions: 1 },
    { ...revisions[2], roleArn: null, firstSeenAt: expect.any(Date), executions: 0 },
    { ...revisions[0], roleArn: null, firstSeenAt: expect.any(Date), executions: 2 },
  ]);
  expect(await listRevisions(sql, `${MACHINE}-none`)).toEqual([]);
});
