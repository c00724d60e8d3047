import { createAwsClients, PLACEHOLDER_CREDENTIALS } from '@steptrail/aws';
import { clientsFor, type ScriptedAnswer, startScriptedEndpoint } from '@steptrail/aws/testing';
import type { Fault } from '@steptrail/sandbox';
import { countTasks, listProblems, readExecution, setRetention } from '@steptrail/store';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ingestOnce } from './ingest.ts';
import { executionArn, type TestMachine, testAccount } from './testing/account.ts';
import { dump } from './testing/dump.ts';
import {
  APPROVAL,
  approvalHistory,
  CHECKOUT,
  checkoutHistory,
  DAY,
  HOUR,
  LOOP,
  loopHistory,
  MINUTE,
  machineArn,
  START,
} from './testing/events.ts';
import { openWorld } from './testing/world.ts';

const MACHINES: readonly TestMachine[] = [
  { name: 'Approvals', definition: APPROVAL, histories: { quick: approvalHistory(START, MINUTE) } },
  { name: 'Loop', definition: LOOP, histories: { long: loopHistory(START, 600) } },
  { name: 'Checkout', type: 'EXPRESS', definition: CHECKOUT, histories: { a: checkoutHistory(START) } },
];
const LONG = executionArn('Loop', 'long');

async function open(machines = MACHINES) {
  return openWorld(testAccount(machines), START + DAY, { concurrency: 1 });
}

describe('a fault of the server', { timeout: 60_000 }, () => {
  it.each<[string, Fault, { codes: readonly string[]; archived: number }]>([
    [
      'no access to one operation',
      { kind: 'access denied', operation: 'ListTagsForResource' },
      { codes: ['AccessDeniedException'], archived: 3 },
    ],
    [
      'no access to histories',
      { kind: 'access denied', operation: 'GetExecutionHistory' },
      { codes: ['AccessDeniedException'], archived: 1 },
    ],
    [
      'no access to definitions',
      { kind: 'access denied', operation: 'DescribeStateMachine' },
      { codes: ['AccessDeniedException'], archived: 2 },
    ],
    [
      'no access to logs',
      { kind: 'access denied', operation: 'FilterLogEvents' },
      { codes: ['AccessDeniedException'], archived: 2 },
    ],
    [
      'HTML for lists',
      { kind: 'server error', operation: 'ListExecutions' },
      { codes: ['NotJson'], archived: 1 },
    ],
    [
      'no description of a log group',
      { kind: 'server error', operation: 'DescribeLogGroups' },
      { codes: ['NotJson'], archived: 3 },
    ],
    [
      'credentials that expired',
      { kind: 'expired credentials' },
      { codes: ['ExpiredTokenException'], archived: 0 },
    ],
    [
      'credentials that expire on the way',
      { kind: 'expired credentials', operation: 'GetExecutionHistory', after: 1 },
      { codes: ['ExpiredTokenException'], archived: 2 },
    ],
    [
      'a history that ends in its middle',
      { kind: 'garbled', operation: 'GetExecutionHistory', after: 2 },
      { codes: ['NotJson'], archived: 3 },
    ],
    [
      'a connection cut in a page',
      { kind: 'cut connection', operation: 'GetExecutionHistory' },
      { codes: ['ConnectionCut', 'ConnectionCut'], archived: 1 },
    ],
    [
      'throttling without end',
      { kind: 'throttle', operation: 'ListExecutions' },
      { codes: ['ThrottlingException', 'ThrottlingException'], archived: 1 },
    ],
    [
      'an event of an unknown type',
      { kind: 'unknown event', operation: 'GetExecutionHistory', times: 1 },
      { codes: ['StrangeHistory'], archived: 3 },
    ],
    ['paging ignored', { kind: 'paging ignored' }, { codes: [], archived: 3 }],
  ])('%s: one sentence, the rest goes on, and all is well when it is mended', async (_, fault, expected) => {
    const { context, sandbox, db, setNow } = await open();
    sandbox.faults.add(fault);
    const report = await ingestOnce(context);
    expect(report.problems.map((problem) => problem.code)).toEqual(expected.codes);
    expect(report.archived).toBe(expected.archived);
    for (const { message } of report.problems) {
      expect(message).toMatch(/^[^\n]{20,}\.$/);
      expect(message).not.toMatch(/Deserialization|undefined|\[object/);
    }

    sandbox.faults.clear();
    setNow(START + DAY + HOUR);
    const mended = await ingestOnce(context);
    const strange = fault.kind === 'unknown event';
    expect(mended.problems.map((problem) => problem.code)).toEqual(strange ? ['StrangeHistory'] : []);
    if (strange) return;
    const clean = await open();
    await ingestOnce(clean.context);
    expect(await dump(db.sql)).toEqual(await dump(clean.db.sql));
  });

  it('keeps the pages that came before one that is broken', async () => {
    const { context, sandbox, db } = await open(MACHINES.slice(1, 2));
    sandbox.faults.add({ kind: 'garbled', operation: 'GetExecutionHistory', after: 2 });
    await ingestOnce(context);
    const long = await readExecution(db.sql, LONG);
    expect(long).toMatchObject({
      complete: false,
      status: 'ABORTED',
      problem: expect.stringContaining('JSON'),
    });
    expect(long?.events).toBeGreaterThanOrEqual(2000);
    expect(await countTasks(db.sql, context.now?.())).toEqual({ waiting: 1, due: 0, failed: 1 });
  });
});

it('a clock that jumps ahead and comes back loses nothing', async () => {
  const machines = [
    ...MACHINES,
    {
      name: 'Later',
      type: 'EXPRESS' as const,
      definition: CHECKOUT,
      histories: { b: checkoutHistory(START + DAY + 2 * MINUTE) },
    },
    { name: 'Ending', definition: APPROVAL, histories: { e: approvalHistory(START, DAY + HOUR) } },
  ];
  const { context, sandbox, db, setNow } = await open(machines);
  const ahead = new Date(START + 400 * DAY);
  sandbox.faults.add({ kind: 'throttle', operation: 'GetExecutionHistory', times: 2 });
  await ingestOnce({ ...context, now: () => ahead });
  sandbox.faults.clear();
  await ingestOnce({ ...context, now: () => ahead });
  setNow(START + DAY + 8 * HOUR);
  await ingestOnce(context);
  setNow(START + DAY + 15 * HOUR);
  expect((await ingestOnce(context)).problems).toEqual([]);
  const calm = await open(machines);
  for (const now of [START + DAY, START + DAY + 8 * HOUR, START + DAY + 15 * HOUR]) {
    calm.setNow(now);
    expect((await ingestOnce(calm.context)).problems).toEqual([]);
  }
  expect(await dump(db.sql)).toEqual(await dump(calm.db.sql));
});

it('retention removes nothing while this machine and the server tell different times', async () => {
  const now = Date.now();
  const { db, context, setNow } = await open([
    { name: 'Approvals', definition: APPROVAL, histories: { e: approvalHistory(now - DAY, MINUTE) } },
  ]);
  setNow(now);
  const system = { ...context, now: undefined };
  await setRetention(db.sql, '*', 30);
  expect((await ingestOnce(system)).problems).toEqual([]);
  vi.useFakeTimers({ toFake: ['Date'], now: now + 60 * DAY });
  try {
    expect((await ingestOnce(system)).problems).toMatchObject([
      {
        code: 'ClockSkew',
        message: expect.stringMatching(/clock is 1440 hours ahead of the server's at http/),
      },
    ]);
  } finally {
    vi.useRealTimers();
  }
  expect(await readExecution(db.sql, executionArn('Approvals', 'e'))).toMatchObject({ complete: true });
  expect((await ingestOnce(system)).problems).toEqual([]);
  expect(await readExecution(db.sql, executionArn('Approvals', 'e'))).toMatchObject({ complete: true });
});

it('keeps the executions of a definition that does not parse, and says why they are not replayed', async () => {
  const broken = {
    ...MACHINES[0],
    name: 'Approvals',
    definition: '{"StartAt":"X"',
    histories: { e: approvalHistory(START, MINUTE) },
  };
  const { context, db } = await open([broken]);
  const report = await ingestOnce(context);
  expect(report).toMatchObject({ archived: 1, failed: 0 });
  expect(report.problems).toMatchObject([
    { code: 'InvalidDefinition', subject: `definition ${machineArn('Approvals')}` },
  ]);
  expect(await readExecution(db.sql, executionArn('Approvals', 'e'))).toMatchObject({
    complete: true,
    events: 8,
    problem: expect.stringContaining('not replayed'),
    agrees: null,
  });
});

it('notes gaps, and events that are none, and keeps the rest', async () => {
  const events = approvalHistory(START, MINUTE).filter((one) => one.id !== 4);
  const { context, db } = await open([{ name: 'Approvals', definition: APPROVAL, histories: { e: events } }]);
  const report = await ingestOnce(context);
  expect(report.problems).toMatchObject([{ message: expect.stringContaining('Events 4 to 4 are missing') }]);
  expect(await readExecution(db.sql, executionArn('Approvals', 'e'))).toMatchObject({
    events: 7,
    complete: false,
  });
});

it('goes on with the others where one has what no database takes', async () => {
  const absurd = approvalHistory(START, MINUTE).map((one) => (one.id === 8 ? { ...one, id: 2 ** 40 } : one));
  const histories = { absurd, sound: approvalHistory(START, MINUTE) };
  const { context, db } = await open([{ name: 'Approvals', definition: APPROVAL, histories }]);
  const report = await ingestOnce(context);
  expect(report).toMatchObject({ archived: 1, failed: 1 });
  expect(report.problems).toMatchObject([{ code: 'Internal', message: expect.stringContaining(':absurd ') }]);
  expect(await readExecution(db.sql, executionArn('Approvals', 'sound'))).toMatchObject({ complete: true });
});

it('names an endpoint that cannot be reached, and does what needs none', async () => {
  const { context, db } = await open();
  const clients = createAwsClients({
    region: 'us-east-1',
    endpoint: 'http://127.0.0.1:1',
    credentials: PLACEHOLDER_CREDENTIALS,
    maxAttempts: 1,
  });
  const report = await ingestOnce({ ...context, clients });
  expect(report.problems).toMatchObject([
    { code: 'Unreachable', message: expect.stringContaining('http://127.0.0.1:1') },
  ]);
  await ingestOnce(context);
  expect(await listProblems(db.sql)).toEqual([]);
});

/** A server like others there are: no paging, no optional members, HTML for what it does not know. */
it('reads a server that knows only the half of it', async () => {
  const arn = (i: number) => executionArn('Other', `e${i}`);
  const answers: Readonly<Record<string, (body: Readonly<Record<string, unknown>>) => ScriptedAnswer>> = {
    ListStateMachines: () => ({ json: { stateMachines: [{ stateMachineArn: machineArn('Other') }] } }),
    DescribeStateMachine: () => ({ json: { definition: APPROVAL } }),
    ListExecutions: () => ({
      json: {
        // Members that nobody asked for do no harm.
        more: { anything: [1] },
        executions: Array.from({ length: 60 }, (_, i) => ({
          executionArn: arn(i),
          status: 'SUCCEEDED',
          startDate: START / 1000,
        })),
      },
    }),
    // It ignores maxResults, reverseOrder and nextToken, and gives a token all the same.
    GetExecutionHistory: () => ({ json: { events: approvalHistory(START, MINUTE), nextToken: 'again' } }),
  };
  const server = await startScriptedEndpoint(({ operation, body }) => answers[operation]?.(body));
  const world = await open();
  const clients = clientsFor(server.endpoint, { maxAttempts: 1 });
  onTestFinished(server.close);
  onTestFinished(() => clients.close());
  const { sql } = world.db;
  const report = await ingestOnce({ ...world.context, clients });
  expect(report).toMatchObject({ stateMachines: 1, listed: 60, archived: 60 });
  expect(await readExecution(sql, arn(7))).toMatchObject({
    name: 'e7',
    status: 'SUCCEEDED',
    events: 8,
    divergences: 0,
  });
  const unknown = [
    'ListActivities',
    'ListStateMachineAliases',
    'ListStateMachineVersions',
    'ListTagsForResource',
  ];
  expect(report.problems.map(({ subject }) => subject).sort()).toEqual(unknown);
  expect(new Set(report.problems.map(({ code }) => code))).toEqual(new Set(['NotJson']));
});

it('follows a running execution on a server that knows no reverse order', async () => {
  let known = 5;
  const executionArn = 'arn:aws:states:us-east-1:123456789012:execution:Other:e';
  const answers: Readonly<Record<string, () => ScriptedAnswer>> = {
    ListStateMachines: () => ({ json: { stateMachines: [{ stateMachineArn: machineArn('Other') }] } }),
    DescribeStateMachine: () => ({ json: { definition: APPROVAL } }),
    ListTagsForResource: () => ({ json: {} }),
    ListStateMachineVersions: () => ({ json: {} }),
    ListStateMachineAliases: () => ({ json: {} }),
    ListActivities: () => ({ json: {} }),
    ListExecutions: () => ({
      json: {
        executions: [
          { executionArn, startDate: START / 1000, status: known === 8 ? 'SUCCEEDED' : 'RUNNING' },
        ],
      },
    }),
    GetExecutionHistory: () => ({ json: { events: approvalHistory(START, MINUTE).slice(0, known) } }),
  };
  const server = await startScriptedEndpoint(({ operation }) => answers[operation]?.());
  const world = await open();
  const clients = clientsFor(server.endpoint, { maxAttempts: 1 });
  onTestFinished(server.close);
  onTestFinished(() => clients.close());
  for (known of [5, 5, 6, 8, 8]) {
    expect((await ingestOnce({ ...world.context, clients })).problems).toEqual([]);
    expect(await readExecution(world.db.sql, executionArn)).toMatchObject({
      events: known,
      complete: known === 8,
    });
  }
});
