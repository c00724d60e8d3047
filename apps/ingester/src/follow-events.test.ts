import { clientsFor, startScriptedEndpoint } from '@steptrail/aws/testing';
import { listProblems, readExecution, readStateMachine } from '@steptrail/store';
import { describe, expect, it } from 'vitest';
import type { IngestContext } from './context.ts';
import { createEventFlow } from './event-flow.ts';
import { followOnce } from './follow-events.ts';
import { ingestOnce, runIngester } from './ingest.ts';
import { executionArn, type TestMachine, testAccount } from './testing/account.ts';
import { countCalls } from './testing/count-calls.ts';
import { dump } from './testing/dump.ts';
import {
  ACCOUNT_ID,
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
  redrivenHistory,
  SECOND,
  START,
} from './testing/events.ts';
import { openWorld } from './testing/world.ts';

async function open(machines: readonly TestMachine[], now: number, more: Partial<IngestContext> = {}) {
  const world = await openWorld(testAccount(machines), now, more);
  const flow = createEventFlow();
  const { queueUrl, queue } = world.sandbox;
  const context = { ...world.context, flow, queueUrl };
  return { ...world, context, flow, queue, queueUrl, follow: () => followOnce(context, { queueUrl, flow }) };
}

const machine = (name: string, definition: string, histories: TestMachine['histories']): TestMachine => ({
  name,
  definition,
  histories,
});
const QUICK = executionArn('Approvals', 'quick');
const APPROVALS = [machine('Approvals', APPROVAL, { quick: approvalHistory(START, MINUTE) })];

/** A status change of QUICK as EventBridge sends it. */
const event = (detail: object, envelope: object = {}) =>
  JSON.stringify({
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    detail: {
      executionArn: QUICK,
      stateMachineArn: machineArn('Approvals'),
      name: 'quick',
      status: 'SUCCEEDED',
      startDate: START,
      stopDate: START + MINUTE,
      redriveCount: 0,
      ...detail,
    },
    ...envelope,
  });

it('archives an execution when its end is announced, without reading any list in between', async () => {
  const abort = new AbortController();
  const world = await open(
    [...APPROVALS, machine('Loop', LOOP, { long: loopHistory(START + HOUR, 300) })],
    START + 30 * SECOND,
  );
  const { context, db, setNow } = world;
  const calls = countCalls(context.clients);
  const running = new Map<string, () => void>();
  const until = (kind: string) => new Promise<void>((resolve) => running.set(kind, resolve));
  const finished = until('finished');
  const ingesting = runIngester(
    {
      ...context,
      signal: abort.signal,
      onProgress: (progress) => running.get(progress.kind)?.(),
    },
    { pollMilliseconds: 2 ** 30 },
  );
  await finished;
  expect(await readExecution(db.sql, QUICK)).toMatchObject({ status: 'RUNNING', complete: false });
  const lists = [calls('ListExecutions'), calls('ListStateMachines')];

  for (const [now, arn, events] of [
    [START + 2 * MINUTE, QUICK, 8],
    [START + 3 * HOUR, executionArn('Loop', 'long'), 1202],
  ] as const) {
    const announced = until('announced');
    setNow(now);
    await announced;
    expect(await readExecution(db.sql, arn)).toMatchObject({ complete: true, events, divergences: 0 });
  }
  expect([calls('ListExecutions'), calls('ListStateMachines')]).toEqual(lists);
  abort.abort();
  await ingesting;
  expect(world.queue.size()).toBe(0);
});

describe('events', () => {
  it('that come twice, late and in any order leave the archive of an undisturbed run', async () => {
    const calm = await open(APPROVALS, START + HOUR);
    await ingestOnce(calm.context);
    const { context, db, queue, follow } = await open(APPROVALS, START + HOUR);
    await ingestOnce({ ...context, flow: undefined });
    const calls = countCalls(context.clients);
    for (const status of ['SUCCEEDED', 'RUNNING', 'SUCCEEDED', 'RUNNING']) {
      queue.send(event(status === 'RUNNING' ? { status, stopDate: null } : { status }));
      expect(await follow()).toBe(true);
    }
    expect(calls('GetExecutionHistory')).toBe(0);
    expect(queue.size()).toBe(0);
    expect(await dump(db.sql)).toEqual(await dump(calm.db.sql));
  });

  it('of one batch count as the newest of them', async () => {
    const { context, db, queue, follow } = await open(APPROVALS, START + HOUR);
    const calls = countCalls(context.clients);
    queue.send(event({}));
    queue.send(event({ status: 'RUNNING', stopDate: null }));
    await follow();
    expect(calls('GetExecutionHistory')).toBe(1);
    expect(await readExecution(db.sql, QUICK)).toMatchObject({ status: 'SUCCEEDED', complete: true });
  });

  it('tell of state machines that no list has told of', async () => {
    const { db, queue, follow } = await open(APPROVALS, START + HOUR);
    queue.send(event({}));
    await follow();
    expect(await readStateMachine(db.sql, machineArn('Approvals'))).toMatchObject({ name: 'Approvals' });
    expect(await readExecution(db.sql, QUICK)).toMatchObject({ complete: true, divergences: 0 });
  });

  it('reopen what was redriven, and those of before close nothing', async () => {
    const histories = { quick: redrivenHistory(START, START + DAY) };
    const { db, queue, follow, setNow } = await open(
      [machine('Approvals', APPROVAL, histories)],
      START + HOUR,
    );
    const failed = event({ status: 'FAILED', stopDate: START + 100 });
    queue.send(failed);
    await follow();
    expect(await readExecution(db.sql, QUICK)).toMatchObject({ status: 'FAILED', complete: true });
    setNow(START + DAY + SECOND);
    queue.send(event({ status: 'RUNNING', stopDate: null, redriveCount: 1, redriveDate: START + DAY }));
    await follow();
    expect(await readExecution(db.sql, QUICK)).toMatchObject({ status: 'RUNNING', redriveCount: 1 });
    queue.send(failed);
    await follow();
    expect(await readExecution(db.sql, QUICK)).toMatchObject({ status: 'RUNNING', redriveCount: 1 });
    setNow(START + 2 * DAY);
    queue.send(event({ redriveCount: 1, stopDate: START + DAY + MINUTE }));
    await follow();
    expect(await readExecution(db.sql, QUICK)).toMatchObject({
      status: 'SUCCEEDED',
      complete: true,
      events: 13,
    });
  });

  it('that do not count redrives have AWS asked', async () => {
    const shop = [machine('Approvals', APPROVAL, { quick: redrivenHistory(START, START + DAY) })];
    const before = await open(shop, START + HOUR);
    await ingestOnce(before.context);
    const { context, queue, queueUrl, flow } = await open(shop, START + DAY + SECOND, { sql: before.db.sql });
    const calls = countCalls(context.clients);
    queue.send(event({ status: 'RUNNING', stopDate: null, redriveCount: undefined }));
    await followOnce({ ...context, sql: before.db.sql }, { queueUrl, flow });
    expect(await readExecution(before.db.sql, QUICK)).toMatchObject({ status: 'RUNNING', redriveCount: 1 });
    expect(calls('DescribeExecution')).toBe(1);
  });

  it('of a definition that has changed meanwhile are replayed with the new one', async () => {
    const renamed = CHECKOUT.replaceAll('Ship', 'Send');
    const late = JSON.parse(JSON.stringify(checkoutHistory(START + DAY)).replaceAll('Ship', 'Send'));
    const shop: TestMachine = {
      ...machine('Checkout', CHECKOUT, { old: checkoutHistory(START), new: late }),
      revisions: [{ from: START + HOUR, definition: renamed }],
    };
    const { context, db, follow, setNow, queue } = await open([shop], START + MINUTE);
    const calls = countCalls(context.clients);
    await ingestOnce(context);
    setNow(START + 2 * DAY);
    const arn = executionArn('Checkout', 'new');
    queue.send(event({ executionArn: arn, startDate: START + DAY, stopDate: START + DAY + SECOND }));
    await follow();
    expect(await readExecution(db.sql, arn)).toMatchObject({ complete: true, divergences: 0 });
    expect(calls('DescribeStateMachine')).toBe(2);
  });

  it('are deleted only when what they ask for is committed', async () => {
    const { db, follow, queue, setNow } = await open(APPROVALS, START + HOUR);
    queue.send(event({}));
    await db.sql`alter table ingest_tasks rename to ingest_tasks_away`;
    await expect(follow()).rejects.toThrow(/ingest_tasks/);
    expect(queue.size()).toBe(1);
    await db.sql`alter table ingest_tasks_away rename to ingest_tasks`;
    setNow(START + HOUR + 3 * MINUTE);
    await follow();
    expect(queue.size()).toBe(0);
    expect(await readExecution(db.sql, QUICK)).toMatchObject({ complete: true });
  });

  it('that cannot be deleted do no harm', async () => {
    const { db, follow, queue, sandbox, context } = await open(APPROVALS, START + HOUR);
    sandbox.faults.add({ kind: 'access denied', operation: 'DeleteMessageBatch' });
    queue.send(event({}));
    await follow();
    expect(await readExecution(db.sql, QUICK)).toMatchObject({ complete: true });
    expect((await listProblems(context.sql)).map(({ message }) => message)).toEqual([
      expect.stringContaining('allow the IAM action sqs:DeleteMessage'),
    ]);
    expect(queue.size()).toBe(1);
  });
});

describe('messages that are no status change of this account', () => {
  const other = `arn:aws:states:eu-west-1:${ACCOUNT_ID}:execution:Approvals:quick`;
  it.each([
    ['garbage', 'not JSON', 'it is no JSON object'],
    ['another source', event({}, { source: 'aws.ec2', 'detail-type': 'EC2' }), 'it is a "EC2"'],
    ['another Region', event({ executionArn: other }), 'it tells of account 123456789012 in eu-west-1'],
    [
      'another account',
      event({ executionArn: QUICK.replace(ACCOUNT_ID, '999999999999') }),
      'account 999999999999',
    ],
    [
      'Express',
      event({ executionArn: QUICK.replace(':execution:', ':express:').concat(':u') }),
      'no Standard',
    ],
  ])('%s: one sentence, and the dead-letter queue', async (_, body, why) => {
    const source = { kind: 'sandbox', region: 'us-east-1', accountId: ACCOUNT_ID } as const;
    const { db, queue, follow, setNow } = await open(APPROVALS, START + HOUR, { source });
    queue.send(body);
    for (let receipt = 0; receipt < 5; receipt++) {
      setNow(START + HOUR + receipt * 3 * MINUTE);
      expect(await follow()).toBe(true);
    }
    const [problem, ...more] = await listProblems(db.sql);
    expect(problem).toMatchObject({ code: 'UnusableMessage', times: 5 });
    expect(problem?.message).toContain(why);
    expect(problem?.message).toContain('it stays for the dead-letter queue');
    expect(more).toEqual([]);
    setNow(START + DAY);
    queue.send(event({}));
    await follow();
    expect(queue.deadLetters()).toEqual([body]);
    expect(await readExecution(db.sql, QUICK)).toMatchObject({ complete: true });
  });

  it('are deleted where no dead-letter queue takes them', async () => {
    const { context, flow, db } = await open(APPROVALS, START + HOUR);
    const message = {
      MessageId: 'm1',
      ReceiptHandle: 'r1',
      Body: '?',
      MD5OfBody: 'd1457b72c3fb323a2671125aef3eab5d',
      Attributes: { ApproximateReceiveCount: '10' },
    };
    const endpoint = await startScriptedEndpoint(({ operation }) => ({
      json: operation === 'ReceiveMessage' ? { Messages: [message] } : { Successful: [{ Id: '0' }] },
    }));
    const clients = clientsFor(endpoint.endpoint);
    const queueUrl = 'https://sqs.us-east-1.amazonaws.com/123456789012/q';
    expect(await followOnce({ ...context, clients }, { queueUrl, flow })).toBe(true);
    expect(endpoint.requests.map(({ operation }) => operation)).toEqual([
      'ReceiveMessage',
      'DeleteMessageBatch',
    ]);
    expect((await listProblems(db.sql))[0]?.message).toContain('there is no dead-letter queue');
    clients.close();
    await endpoint.close();
  });
});

describe('a queue that cannot be received from is one sentence, and polling goes on', () => {
  it.each([
    ['access denied', { kind: 'access denied', operation: 'ReceiveMessage' }, 'sqs:ReceiveMessage'],
    ['expired credentials', { kind: 'expired credentials', operation: 'ReceiveMessage' }, 'have expired'],
    ['a broken server', { kind: 'server error', operation: 'ReceiveMessage' }, 'HTTP status 500'],
    ['throttling', { kind: 'throttle', operation: 'ReceiveMessage' }, 'throttles'],
  ] as const)('%s', async (_, fault, words) => {
    const { context, sandbox, flow, follow, db, queue } = await open(APPROVALS, START + HOUR);
    sandbox.faults.add(fault);
    expect(await follow()).toBe(false);
    const sentence = expect.stringMatching(
      new RegExp(`${words}.*Meanwhile executions are found by polling\\.$`),
    );
    expect(await listProblems(db.sql)).toMatchObject([{ message: sentence }]);
    expect(flow.isListingDue(START + HOUR)).toBe(true);
    await ingestOnce(context);
    expect(await readExecution(db.sql, QUICK)).toMatchObject({ complete: true });
    sandbox.faults.clear();
    queue.send(event({}));
    expect(await follow()).toBe(true);
    expect(await listProblems(db.sql)).toEqual([]);
  });

  it.each([
    ['http://127.0.0.1:1/123456789012/none', 'knows no queue'],
    ['https://sqs.eu-west-1.amazonaws.com/123456789012/q', 'is in eu-west-1, and us-east-1 is read'],
  ])('%s', async (queueUrl, words) => {
    const { context, flow, db } = await open(APPROVALS, START + HOUR);
    expect(await followOnce(context, { queueUrl, flow })).toBe(false);
    expect(await listProblems(db.sql)).toMatchObject([{ message: expect.stringContaining(words) }]);
  });

  it('told once while it lasts', async () => {
    const abort = new AbortController();
    const told: string[] = [];
    let passes = 0;
    let failures = 0;
    const { context, sandbox } = await open(APPROVALS, START + HOUR, { signal: abort.signal });
    sandbox.faults.add({ kind: 'access denied', operation: 'ReceiveMessage' });
    const calls = countCalls(context.clients);
    context.clients.sqs.middlewareStack.add(
      (next) => (args) => {
        if (++failures > 3 && passes > 3) abort.abort();
        return next(args);
      },
      { step: 'initialize', name: 'countFailures' },
    );
    const onProgress: IngestContext['onProgress'] = (progress) => {
      if (progress.kind === 'finished') passes += 1;
      if (progress.kind === 'problem') told.push(progress.message);
    };
    await runIngester({ ...context, onProgress }, { pollMilliseconds: 1, pauseMilliseconds: 1 });
    expect(told).toHaveLength(1);
    expect(calls('ListExecutions')).toBeGreaterThan(3);
  });
});

describe('polling', () => {
  const OPEN = executionArn('Loop', 'open');
  const SHOP = [
    machine('Loop', LOOP, { open: loopHistory(START, 500, false) }),
    machine('Approvals', APPROVAL, { quick: approvalHistory(START + 30 * MINUTE, MINUTE) }),
  ];

  it('reads the lists every 15 minutes while events come, and follows what is open', async () => {
    const { context, flow, setNow, db } = await open(SHOP, START + MINUTE);
    const calls = countCalls(context.clients);
    await ingestOnce(context);
    expect(calls('ListExecutions')).toBe(2);
    flow.noteReceived(START + MINUTE, 1, true);
    setNow(START + 2 * MINUTE);
    expect(await ingestOnce(context)).toMatchObject({ stateMachines: 2, listed: 0, archived: 1 });
    expect(calls('ListExecutions')).toBe(2);
    expect(await readExecution(db.sql, OPEN)).toMatchObject({ events: 485 });
    setNow(START + 16 * MINUTE);
    await ingestOnce(context);
    expect(calls('ListExecutions')).toBe(4);
  });

  it('notices that events are missing, says so, and keeps its usual pace until they come again', async () => {
    const { context, flow, setNow, db } = await open(SHOP, START + MINUTE);
    await ingestOnce(context);
    flow.noteReceived(START + MINUTE, 1, true);
    setNow(START + HOUR);
    flow.noteReceived(START + HOUR, 0, true);
    await ingestOnce(context);
    expect(await listProblems(db.sql)).toMatchObject([
      { code: 'EventsMissing', message: expect.stringContaining(`an execution (such as ${QUICK})`) },
    ]);
    setNow(START + HOUR + MINUTE);
    expect(flow.isListingDue(START + HOUR + MINUTE)).toBe(true);
    flow.noteReceived(START + HOUR + MINUTE, 1, true);
    expect(flow.isListingDue(START + HOUR + 2 * MINUTE)).toBe(false);
    setNow(START + 2 * HOUR);
    await ingestOnce(context);
    expect(await listProblems(db.sql)).toEqual([]);
  });
});

it('tails an open execution by one page, however long it has become', async () => {
  const rounds = 5000;
  const { context, setNow, db } = await open(
    [machine('Loop', LOOP, { open: loopHistory(START, rounds + 3, false) })],
    START + (rounds - 1) * SECOND,
  );
  const calls = countCalls(context.clients);
  const OPEN = executionArn('Loop', 'open');
  await ingestOnce(context);
  expect(await readExecution(db.sql, OPEN)).toMatchObject({ events: 20_001 });
  expect(calls('GetExecutionHistory')).toBe(21);
  setNow(START + (rounds + 2) * SECOND);
  await ingestOnce(context);
  expect(await readExecution(db.sql, OPEN)).toMatchObject({ events: 20_013, divergences: 0 });
  expect(calls('GetExecutionHistory')).toBe(22);
});
