import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeActivityCommand,
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  DescribeStateMachineAliasCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  ListTagsForResourceCommand,
  paginateGetExecutionHistory,
  paginateListExecutions,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expect, onTestFinished, test } from 'vitest';
import type { Account, Execution, Machine } from './account.ts';
import { type SandboxOptions, startSandbox } from './start-sandbox.ts';

const DAY = 24 * 60 * 60 * 1000;
const now = Date.parse('2026-11-22T12:00:00.000Z');
const at = 'arn:aws:states:us-east-1:111122223333';
const orders = `${at}:stateMachine:orders`;
const checkout = `${at}:stateMachine:checkout`;

const machine = (name: string, type: Machine['type'], logGroupName?: string): Machine => ({
  stateMachineArn: `${at}:stateMachine:${name}`,
  name,
  type,
  roleArn: 'arn:aws:iam::111122223333:role/shop',
  creationDate: now - 100 * DAY,
  revisions: [
    { from: now - 100 * DAY, definition: '{"StartAt":"Old"}' },
    { from: now - 10 * DAY, definition: '{"StartAt":"New"}', revisionId: 'r-2' },
  ],
  logging:
    logGroupName === undefined
      ? { level: 'OFF', includeExecutionData: false }
      : { level: 'ALL', includeExecutionData: true, logGroupName },
  tags: { team: 'shop' },
});

const machines = [
  machine('orders', 'STANDARD'),
  machine('checkout', 'EXPRESS', '/aws/vendedlogs/states/checkout'),
];

const execution = (name: string, startDate: number, stopDate?: number): Execution => ({
  executionArn: `${at}:execution:orders:${name}`,
  stateMachineArn: orders,
  name,
  status: stopDate === undefined ? 'RUNNING' : 'FAILED',
  startDate,
  stopDate,
  redriveCount: 0,
  input: '{"orderId":"A-1"}',
  ...(stopDate === undefined ? {} : { error: 'Out.OfStock', cause: 'none left' }),
  revision:
    startDate < now - 10 * DAY
      ? (machines[0]?.revisions[0] ?? never())
      : (machines[0]?.revisions[1] ?? never()),
});

function never(): never {
  throw new Error('unreachable');
}

const executions = [
  execution('gone', now - 92 * DAY, now - 91 * DAY),
  execution('old', now - 91 * DAY, now - 89 * DAY),
  execution('stuck', now - 5 * DAY),
  execution('fresh', now - 6 * DAY, now - 1 * DAY),
];

const account: Account = {
  accountId: '111122223333',
  region: 'us-east-1',
  retention: 90 * DAY,
  stateMachines: () => machines,
  executions: (arn) => (arn === orders ? executions : []),
  findExecution: (arn) => executions.find(({ executionArn }) => executionArn === arn),
  history: () => ({
    length: 2500,
    page: (from, to) =>
      Array.from({ length: Math.min(to, 2500) - from }, (_, index) => ({
        id: from + index + 1,
        previousEventId: from + index,
        timestamp: now / 1000 + 0.123,
        type: 'PassStateEntered',
        stateEnteredEventDetails: { name: 'A', input: '{}', inputDetails: { truncated: false } },
      })),
  }),
  mapRuns: () => [],
  findMapRun: () => undefined,
  activities: () => [],
  logGroups: () => [
    { logGroupName: '/aws/vendedlogs/states/checkout', creationTime: 0, retentionInDays: 30 },
  ],
  logEvents: () =>
    Array.from({ length: 25 }, (_, index) => ({
      logStreamName: 'states/checkout/2026-11-22-11/0a1b2c3d',
      timestamp: now - (25 - index) * 1000,
      message: JSON.stringify({ id: String(index), execution_arn: `${at}:express:checkout:x:${index % 16}` }),
      ingestionTime: now,
      eventId: String(index),
    })),
};

async function start(options: SandboxOptions = {}) {
  const sandbox = await startSandbox({ source: { account }, now: new Date(now), ...options });
  onTestFinished(sandbox.close);
  const config = {
    endpoint: sandbox.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
    maxAttempts: 1,
  };
  return {
    ...sandbox,
    sfn: new SFNClient(config),
    logs: new CloudWatchLogsClient(config),
    sts: new STSClient(config),
  };
}

test('state machines are listed, described and tagged; an execution keeps the definition it started with', async () => {
  const { sfn } = await start();
  const first = await sfn.send(new ListStateMachinesCommand({ maxResults: 1 }));
  expect(first.stateMachines).toMatchObject([{ name: 'orders', type: 'STANDARD', stateMachineArn: orders }]);
  const second = await sfn.send(new ListStateMachinesCommand({ maxResults: 1, nextToken: first.nextToken }));
  expect(second.stateMachines).toMatchObject([{ name: 'checkout', type: 'EXPRESS' }]);
  expect(second.nextToken).toBeUndefined();

  const described = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn: orders }));
  expect(described).toMatchObject({ definition: '{"StartAt":"New"}', revisionId: 'r-2', status: 'ACTIVE' });
  const executionArn = `${at}:execution:orders:old`;
  const old = await sfn.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
  expect(old).toMatchObject({ definition: '{"StartAt":"Old"}', stateMachineArn: orders });
  expect(old.revisionId).toBeUndefined();
  const { tags } = await sfn.send(new ListTagsForResourceCommand({ resourceArn: orders }));
  expect(tags).toEqual([{ key: 'team', value: 'shop' }]);
});

test('executions are listed newest first, by status and by page; those closed 90 days ago are gone', async () => {
  const { sfn } = await start();
  const names: (string | undefined)[] = [];
  for await (const page of paginateListExecutions(
    { client: sfn, pageSize: 1 },
    { stateMachineArn: orders },
  )) {
    expect(page.executions?.length).toBe(1);
    names.push(page.executions?.[0]?.name);
  }
  expect(names).toEqual(['fresh', 'stuck', 'old']);
  const running = await sfn.send(
    new ListExecutionsCommand({ stateMachineArn: orders, statusFilter: 'RUNNING' }),
  );
  expect(running.executions).toMatchObject([{ name: 'stuck', redriveCount: 0 }]);

  const failed = await sfn.send(
    new DescribeExecutionCommand({ executionArn: `${at}:execution:orders:fresh` }),
  );
  expect(failed).toMatchObject({
    error: 'Out.OfStock',
    input: '{"orderId":"A-1"}',
    redriveStatus: 'REDRIVABLE',
  });
  expect(failed.stopDate?.getTime()).toBe(now - DAY);
  const executionArn = failed.executionArn;
  const metadata = await sfn.send(
    new DescribeExecutionCommand({ executionArn, includedData: 'METADATA_ONLY' }),
  );
  expect(metadata.input).toBeUndefined();
});

test('a history comes in pages, forwards and backwards, with and without execution data', async () => {
  const { sfn } = await start();
  const executionArn = `${at}:execution:orders:stuck`;
  for (const reverseOrder of [false, true]) {
    const ids: number[] = [];
    const pages = paginateGetExecutionHistory(
      { client: sfn, pageSize: 1000 },
      { executionArn, reverseOrder },
    );
    for await (const page of pages) ids.push(...(page.events ?? []).map(({ id }) => id ?? 0));
    const expected = Array.from({ length: 2500 }, (_, index) => (reverseOrder ? 2500 - index : index + 1));
    expect(ids).toEqual(expected);
  }
  const bare = await sfn.send(new GetExecutionHistoryCommand({ executionArn, includeExecutionData: false }));
  expect(bare.events).toHaveLength(100);
  expect(bare.events?.[0]).toMatchObject({ stateEnteredEventDetails: { name: 'A' } });
  expect(bare.events?.[0]?.stateEnteredEventDetails?.input).toBeUndefined();
  expect(bare.events?.[0]?.timestamp?.getTime()).toBe(now + 123);
});

test('log events come with empty pages in between; start and end are inclusive', async () => {
  const { logs } = await start();
  const { logGroups } = await logs.send(
    new DescribeLogGroupsCommand({ logGroupNamePrefix: '/aws/vendedlogs/' }),
  );
  const logGroupName = logGroups?.[0]?.logGroupName;
  const sizes: (number | undefined)[] = [];
  const ids: (string | undefined)[] = [];
  for await (const page of paginateFilterLogEvents({ client: logs }, { logGroupName, limit: 10 })) {
    sizes.push(page.events?.length);
    ids.push(...(page.events ?? []).map(({ eventId }) => eventId));
  }
  expect(sizes).toEqual([10, 0, 10, 5]);
  expect(ids).toEqual(Array.from({ length: 25 }, (_, index) => String(index)));
  const startTime = now - 3000;
  const some = await logs.send(new FilterLogEventsCommand({ logGroupName, startTime, endTime: now - 2000 }));
  expect(some.events?.map(({ timestamp }) => timestamp)).toEqual([now - 3000, now - 2000]);
});

test('doctor finds out who it is', async () => {
  const { sts } = await start();
  expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
    Account: '111122223333',
    Arn: 'arn:aws:iam::111122223333:user/sandbox',
  });
});

const gone = `${at}:execution:orders:gone`;
const refusals: readonly [string, string, (sfn: SFNClient) => Promise<unknown>][] = [
  [
    'an execution that AWS has forgotten',
    'ExecutionDoesNotExist',
    (sfn) => sfn.send(new DescribeExecutionCommand({ executionArn: gone })),
  ],
  [
    'its history',
    'ExecutionDoesNotExist',
    (sfn) => sfn.send(new GetExecutionHistoryCommand({ executionArn: gone })),
  ],
  [
    'text that is no ARN',
    'InvalidArn',
    (sfn) => sfn.send(new DescribeExecutionCommand({ executionArn: 'nonsense' })),
  ],
  [
    'the history of an Express execution',
    'InvalidArn',
    (sfn) => sfn.send(new GetExecutionHistoryCommand({ executionArn: `${at}:express:checkout:a:b` })),
  ],
  [
    'the list of Express executions',
    'StateMachineTypeNotSupported',
    (sfn) => sfn.send(new ListExecutionsCommand({ stateMachineArn: checkout })),
  ],
  [
    'an unknown state machine',
    'StateMachineDoesNotExist',
    (sfn) => sfn.send(new DescribeStateMachineCommand({ stateMachineArn: `${at}:stateMachine:none` })),
  ],
  [
    'a Map Run that is not there',
    'ResourceNotFound',
    (sfn) => sfn.send(new ListExecutionsCommand({ mapRunArn: `${at}:mapRun:orders/a:b` })),
  ],
  [
    'the description of a Map Run that is not there',
    'ResourceNotFound',
    (sfn) => sfn.send(new DescribeMapRunCommand({ mapRunArn: `${at}:mapRun:orders/a:b` })),
  ],
  [
    'an alias that is not there',
    'ResourceNotFound',
    (sfn) => sfn.send(new DescribeStateMachineAliasCommand({ stateMachineAliasArn: `${orders}:PROD` })),
  ],
  [
    'an activity that is not there',
    'ActivityDoesNotExist',
    (sfn) => sfn.send(new DescribeActivityCommand({ activityArn: `${at}:activity:none` })),
  ],
  [
    'a page that is too large',
    'ValidationException',
    (sfn) => sfn.send(new ListStateMachinesCommand({ maxResults: 1001 })),
  ],
  [
    'a made-up token',
    'InvalidToken',
    (sfn) => sfn.send(new ListStateMachinesCommand({ nextToken: 'made-up' })),
  ],
  [
    'an operation that the sandbox does not have',
    'UnknownOperationException',
    (sfn) => sfn.send(new StartExecutionCommand({ stateMachineArn: orders })),
  ],
];

test.for(refusals)('%s is refused with %s', async ([, name, call]) => {
  const { sfn } = await start();
  await expect(call(sfn)).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
});

test('a token is good for its own arguments only, and for 24 hours', async () => {
  let time = now;
  const { sfn } = await start({ now: () => time });
  const { nextToken } = await sfn.send(new ListExecutionsCommand({ stateMachineArn: orders, maxResults: 1 }));
  const other = new ListExecutionsCommand({ stateMachineArn: orders, statusFilter: 'RUNNING', nextToken });
  await expect(sfn.send(other)).rejects.toMatchObject({ name: 'InvalidToken' });
  time += DAY + 1;
  const late = new ListExecutionsCommand({ stateMachineArn: orders, nextToken });
  await expect(sfn.send(late)).rejects.toMatchObject({ name: 'InvalidToken' });
});

const faults: readonly [NonNullable<SandboxOptions['faults']>[number], Readonly<Record<string, unknown>>][] =
  [
    [{ kind: 'throttle' }, { name: 'ThrottlingException' }],
    [{ kind: 'expired credentials' }, { name: 'ExpiredTokenException' }],
    [{ kind: 'access denied', operation: 'ListStateMachines' }, { name: 'AccessDeniedException' }],
    [{ kind: 'server error' }, { $metadata: { httpStatusCode: 500 } }],
    [{ kind: 'cut connection' }, {}],
    [{ kind: 'garbled' }, { name: 'SyntaxError' }],
  ];

test.for(faults)('fault: %o', async ([fault, shape]) => {
  const { sfn, faults: running } = await start({ faults: [fault] });
  await expect(sfn.send(new ListStateMachinesCommand({}))).rejects.toMatchObject(shape);
  running.clear();
  await expect(sfn.send(new ListStateMachinesCommand({}))).resolves.toHaveProperty('stateMachines');
});

test('a fault may set in late, strike some times, and spare other operations', async () => {
  const { sfn } = await start({
    faults: [{ kind: 'throttle', operation: 'ListStateMachines', after: 1, times: 1 }],
  });
  const outcomes: string[] = [];
  for (let call = 0; call < 3; call++) {
    await sfn.send(new DescribeStateMachineCommand({ stateMachineArn: orders }));
    await sfn.send(new ListStateMachinesCommand({})).then(
      () => outcomes.push('answered'),
      () => outcomes.push('refused'),
    );
  }
  expect(outcomes).toEqual(['answered', 'refused', 'answered']);
});

test('paging can be ignored, an unknown event type slipped in, log records doubled or held back', async () => {
  const { sfn, logs, faults: running } = await start({ faults: [{ kind: 'paging ignored' }] });
  const executionArn = `${at}:execution:orders:stuck`;
  const all = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 10 }));
  expect(all.nextToken).toBeUndefined();
  expect(all.events).toHaveLength(2500);
  running.clear();
  running.add({ kind: 'unknown event' });
  const strange = await sfn.send(new GetExecutionHistoryCommand({ executionArn }));
  expect(strange.events?.filter(({ type }) => String(type) === 'QuantumStateEntangled')).toHaveLength(1);
  running.clear();
  running.add({ kind: 'duplicated log records' });
  const logGroupName = '/aws/vendedlogs/states/checkout';
  const doubled = await logs.send(new FilterLogEventsCommand({ logGroupName }));
  expect(doubled.events).toHaveLength(50);
  running.clear();
  running.add({ kind: 'late log records' });
  const fewer = await logs.send(new FilterLogEventsCommand({ logGroupName }));
  expect(fewer.events?.length).toBeLessThan(25);
});

test('page tokens can be given that have expired', async () => {
  const { sfn } = await start({ faults: [{ kind: 'expired page tokens', times: 1 }] });
  const executionArn = `${at}:execution:orders:stuck`;
  const page = (nextToken?: string) =>
    sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 10, nextToken }));
  const { nextToken } = await page();
  await expect(page(nextToken)).rejects.toMatchObject({ name: 'InvalidToken' });
  expect((await page((await page()).nextToken)).events).toHaveLength(10);
});

test('with quotas, the bucket of an operation empties', async () => {
  const { sfn } = await start({ quotas: true });
  const calls = Array.from({ length: 130 }, () => sfn.send(new ListStateMachinesCommand({})));
  const outcomes = await Promise.allSettled(calls);
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.length).toBeLessThanOrEqual(30);
  expect(refused[0]).toMatchObject({ reason: { name: 'ThrottlingException' } });
});

test('a port in use is refused with EADDRINUSE', async () => {
  const { endpoint } = await start();
  const port = Number(new URL(endpoint).port);
  await expect(startSandbox({ source: { account }, port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
