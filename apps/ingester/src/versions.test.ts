import {
  listActivities,
  listAliases,
  listRevisions,
  listVersions,
  readExecution,
  readStateMachine,
} from '@steptrail/store';
import { expect, it } from 'vitest';
import { ingestOnce } from './ingest.ts';
import { executionArn, type TestMachine, testAccount } from './testing/account.ts';
import { DAY, HOUR, LOOP, loopHistory, machineArn, START } from './testing/events.ts';
import { openWorld } from './testing/world.ts';

const ARN = machineArn('Loop');
const LATER = LOOP.replace('"Work"', '"Other"').replaceAll('"Work"', '"Other"');
const KEY = {
  type: 'CUSTOMER_MANAGED_KMS_KEY',
  kmsKeyId: 'key-1',
  kmsDataKeyReusePeriodSeconds: 300,
} as const;

const MACHINE: TestMachine = {
  name: 'Loop',
  definition: LOOP,
  histories: { short: loopHistory(START, 3) },
  revisions: [{ from: START - DAY, definition: LATER }],
  versions: [
    { version: 1, revision: 0, from: START - 50 * DAY },
    { version: 2, revision: 1, from: START - HOUR },
  ],
  aliases: [
    {
      name: 'PROD',
      description: 'what the shop calls',
      routing: [
        { version: 1, weight: 90 },
        { version: 2, weight: 10 },
      ],
      creationDate: START - 40 * DAY,
      updateDate: START - HOUR,
    },
  ],
  startedBy: { stateMachineAliasArn: `${ARN}:PROD`, stateMachineVersionArn: `${ARN}:1` },
  encryption: KEY,
};

async function open(machines: readonly TestMachine[] = [MACHINE]) {
  return openWorld(testAccount(machines), START + HOUR);
}

it('versions, aliases, encryption and activities are kept; an execution replays with the version that it ran', async () => {
  const { context, db } = await open();
  expect((await ingestOnce(context)).problems).toEqual([]);
  const versions = await listVersions(db.sql, ARN);
  expect(versions).toMatchObject([
    { stateMachineVersionArn: `${ARN}:2`, version: 2, creationDate: new Date(START - HOUR), goneAt: null },
    { stateMachineVersionArn: `${ARN}:1`, version: 1, revisionId: '' },
  ]);
  expect(versions[0]?.definitionSha256).not.toBe(versions[1]?.definitionSha256);
  expect(await listAliases(db.sql, ARN)).toMatchObject([
    {
      name: 'PROD',
      description: 'what the shop calls',
      routingConfiguration: [
        { stateMachineVersionArn: `${ARN}:1`, weight: 90 },
        { stateMachineVersionArn: `${ARN}:2`, weight: 10 },
      ],
      updateDate: new Date(START - HOUR),
    },
  ]);
  expect(await readStateMachine(db.sql, ARN)).toMatchObject({ encryptionConfiguration: KEY });
  expect(await readExecution(db.sql, executionArn('Loop', 'short'))).toMatchObject({
    stateMachineAliasArn: `${ARN}:PROD`,
    stateMachineVersionArn: `${ARN}:1`,
    definitionSha256: versions[1]?.definitionSha256,
    divergences: 0,
  });
  expect((await listActivities(db.sql, { limit: 10 })).rows).toMatchObject([
    { name: 'pick', encryptionConfiguration: { type: 'AWS_OWNED_KEY' }, goneAt: null },
  ]);
});

it.each([
  'ListStateMachineVersions',
  'ListStateMachineAliases',
  'DescribeStateMachineAlias',
  'ListActivities',
  'DescribeActivity',
])('without permission for %s: one problem, and all the rest', async (operation) => {
  const second = { ...MACHINE, name: 'Second', startedBy: {} };
  const { context, db, sandbox, setNow } = await open([MACHINE, second]);
  sandbox.faults.add({ kind: 'access denied', operation });
  const report = await ingestOnce(context);
  expect(report.problems).toMatchObject([{ subject: operation, code: 'AccessDeniedException' }]);
  expect(report).toMatchObject({ archived: 2, failed: 0 });
  sandbox.faults.clear();
  setNow(START + 2 * DAY);
  expect((await ingestOnce(context)).problems).toEqual([]);
  expect(await listAliases(db.sql, ARN)).toMatchObject([
    { routingConfiguration: [{ weight: 90 }, { weight: 10 }] },
  ]);
  expect(await listVersions(db.sql, ARN)).toHaveLength(2);
});

it('what AWS no longer lists stays, with the time', async () => {
  const { context, db } = await open();
  await ingestOnce(context);
  const emptied = await open([{ ...MACHINE, versions: [], aliases: [], startedBy: {} }]);
  emptied.setNow(START + 2 * DAY);
  await ingestOnce({ ...emptied.context, sql: db.sql });
  const gone = { goneAt: new Date(START + 2 * DAY) };
  expect(await listVersions(db.sql, ARN)).toMatchObject([
    { version: 2, ...gone },
    { version: 1, ...gone },
  ]);
  expect(await listAliases(db.sql, ARN)).toMatchObject([{ name: 'PROD', ...gone }]);
});

const PACK = JSON.stringify({
  StartAt: 'Both',
  States: {
    Both: {
      Type: 'Parallel',
      End: true,
      Branches: [
        {
          StartAt: 'Pack',
          States: {
            Pack: {
              Type: 'Task',
              Resource: 'arn:aws:states:us-east-1:123456789012:activity:pick',
              End: true,
            },
          },
        },
      ],
    },
  },
});

it('activities lead to the states that use them, and no more once these are changed', async () => {
  const machine: TestMachine = { ...MACHINE, name: 'Pack', definition: PACK, revisions: [], versions: [] };
  const quiet = { ...machine, aliases: [], startedBy: {}, histories: {} };
  const { context, db } = await open([quiet]);
  await ingestOnce(context);
  const uses = async () => (await listActivities(db.sql, { limit: 10 })).rows.map((row) => row.uses);
  expect(await uses()).toEqual([
    [
      {
        stateMachineArn: machineArn('Pack'),
        state: 'Pack',
        pointer: '/States/Both/Branches/0/States/Pack',
      },
    ],
  ]);
  const changed = await open([{ ...quiet, definition: LOOP }]);
  changed.setNow(START + 2 * HOUR);
  await ingestOnce({ ...changed.context, sql: db.sql });
  expect(await uses()).toEqual([[]]);
});

it('what was archived of a state machine that is deleted stays, and its executions are no problem', async () => {
  const { context, db, setNow } = await open();
  await ingestOnce(context);
  const before = await readStateMachine(db.sql, ARN);
  expect(before).toMatchObject({
    tags: [{ key: 'team', value: 'shop' }],
    loggingConfiguration: { level: 'OFF' },
    tracingConfiguration: { enabled: expect.any(Boolean) },
    encryptionConfiguration: KEY,
    goneAt: null,
  });
  const execution = await readExecution(db.sql, executionArn('Loop', 'short'));
  const revisions = await listRevisions(db.sql, ARN);
  expect(revisions.length).toBeGreaterThan(0);

  const deleted = await open([]);
  for (const days of [2, 200]) {
    setNow(START + days * DAY);
    deleted.setNow(START + days * DAY);
    const source = { ...context.source, accountId: '123456789012' };
    expect((await ingestOnce({ ...deleted.context, source, sql: db.sql })).problems).toEqual([]);
  }
  expect(await readStateMachine(db.sql, ARN)).toEqual({ ...before, goneAt: new Date(START + 2 * DAY) });
  expect(await readExecution(db.sql, executionArn('Loop', 'short'))).toEqual(execution);
  expect(await listRevisions(db.sql, ARN)).toEqual(revisions);
  expect(await listVersions(db.sql, ARN)).toHaveLength(2);
  expect(await listAliases(db.sql, ARN)).toHaveLength(1);
});
