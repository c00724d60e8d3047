import { listActivities, listAliases, listVersions, readExecution, readStateMachine } from '@steptrail/store';
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
