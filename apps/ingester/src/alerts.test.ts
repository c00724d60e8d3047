import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Notification } from '@steptrail/alerts';
import { clientsFor, startScriptedEndpoint } from '@steptrail/aws/testing';
import { expect, it, onTestFinished } from 'vitest';
import { deliverAlerts } from './deliver-alerts.ts';
import { ingestOnce } from './ingest.ts';
import { type TestMachine, testAccount } from './testing/account.ts';
import {
  APPROVAL,
  approvalHistory,
  DAY,
  HOUR,
  LOOP,
  loopHistory,
  MINUTE,
  redrivenHistory,
  SECOND,
  START,
} from './testing/events.ts';
import { openWorld } from './testing/world.ts';

/** A webhook's receiver that answers with these statuses in turn, and then with 204. */
async function startReceiver(statuses: readonly number[] = []) {
  const received: Notification[] = [];
  const answers = [...statuses];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (piece: Buffer) => {
      text += piece.toString();
    });
    request.on('end', () => {
      received.push(JSON.parse(text));
      response.writeHead(answers.shift() ?? 204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { received, url: `http://127.0.0.1:${port}/hook` };
}

const SLOW: readonly TestMachine[] = [
  { name: 'Approvals', definition: APPROVAL, histories: { slow: approvalHistory(START, 3 * DAY) } },
];

async function open(statuses: readonly number[] = [], machines = SLOW) {
  const receiver = await startReceiver(statuses);
  const account = testAccount(machines);
  const world = await openWorld(account, START + 2 * DAY, {
    destinations: [{ kind: 'webhook', url: receiver.url, secret: 'a secret of some length' }],
    dashboardUrl: 'http://dashboard.test',
  });
  return { ...world, ...receiver };
}

it('announces a critical finding once, and again when it is resolved', async () => {
  const { context, setNow, received } = await open();
  await ingestOnce(context);
  await ingestOnce(context);
  expect(received).toHaveLength(1);
  expect(received[0]).toMatchObject({
    change: 'opened',
    ruleId: 'execution-stuck',
    severity: 'critical',
    url: expect.stringMatching(/^http:\/\/dashboard\.test\/findings\/[0-9a-f]{64}$/),
    evidence: { executions: [{ eventIds: [5] }] },
  });
  setNow(START + 4 * DAY);
  await ingestOnce(context);
  await ingestOnce(context);
  expect(received.map(({ change }) => change)).toEqual(['opened', 'resolved']);
  expect(received[1]?.fingerprint).toBe(received[0]?.fingerprint);
});

it('tries again later what was not taken, with the same id', async () => {
  const { context, setNow, received } = await open([503, 500]);
  expect(await ingestOnce(context)).toMatchObject({ alertsDelivered: 0, alertsFailed: 1 });
  expect(await deliverAlerts(context)).toEqual({ alertsDelivered: 0, alertsFailed: 0 });
  setNow(START + 2 * DAY + MINUTE);
  expect(await deliverAlerts(context)).toEqual({ alertsDelivered: 0, alertsFailed: 1 });
  setNow(START + 2 * DAY + HOUR);
  expect(await deliverAlerts(context)).toEqual({ alertsDelivered: 1, alertsFailed: 0 });
  expect(new Set(received.map(({ id }) => id)).size).toBe(1);
  expect(received).toHaveLength(3);
});

it('announces nothing where no destination is configured', async () => {
  const { context, received } = await open();
  await ingestOnce({ ...context, destinations: [] });
  await ingestOnce(context);
  expect(received).toEqual([]);
});

/** A topic's endpoint: what the SDK published to it; it refuses the first messages, so many times. */
async function startTopic(refusals: number) {
  const answer = `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>`;
  const server = await startScriptedEndpoint(({ times }) =>
    times <= refusals ? { text: '<html></html>', status: 500 } : { text: answer, contentType: 'text/xml' },
  );
  const clients = clientsFor(server.endpoint, { maxAttempts: 1 });
  onTestFinished(server.close);
  onTestFinished(() => clients.close());
  return { clients, published: server.requests };
}

it('announces to every destination on its own: a topic that refuses holds up no webhook', async () => {
  const { context, received, setNow } = await open();
  const { clients, published } = await startTopic(1);
  const topicArn = 'arn:aws:sns:us-east-1:123456789012:findings';
  const both = {
    ...context,
    destinations: [...(context.destinations ?? []), { kind: 'sns', topicArn } as const],
  };
  const deliver = () => deliverAlerts({ ...both, clients: { ...context.clients, sns: clients.sns } });
  await ingestOnce({ ...both, clients: { ...context.clients, sns: clients.sns } });
  expect([received.length, published.length]).toEqual([1, 1]);
  setNow(START + 2 * DAY + HOUR);
  expect(await deliver()).toEqual({ alertsDelivered: 1, alertsFailed: 0 });
  expect(await deliver()).toEqual({ alertsDelivered: 0, alertsFailed: 0 });
  expect([received.length, published.length]).toEqual([1, 2]);
  const { TopicArn, Subject, Message } = published[1]?.body ?? {};
  expect(TopicArn).toBe(topicArn);
  expect(Subject).toBe('[critical] opened: Execution is stuck - Approvals');
  expect(JSON.parse(String(Message).split('\n').at(-1) ?? '')).toEqual(received[0]);

  setNow(START + 4 * DAY);
  await ingestOnce({ ...both, clients: { ...context.clients, sns: clients.sns } });
  expect(received.map(({ change }) => change)).toEqual(['opened', 'resolved']);
  expect(published).toHaveLength(3);
  expect(published[2]?.body.Subject).toMatch(/resolved/);
});

it('announces each once when two ingest at the same time', async () => {
  const histories = Object.fromEntries(
    Array.from({ length: 12 }, (_, i) => [`e${i}`, approvalHistory(START + i * MINUTE)]),
  );
  const { context, received } = await open([], [{ name: 'Approvals', definition: APPROVAL, histories }]);
  const reports = await Promise.all([ingestOnce(context), ingestOnce(context)]);
  expect(reports.reduce((sum, report) => sum + report.alertsDelivered, 0)).toBe(12);
  expect(new Set(received.map(({ id }) => id)).size).toBe(12);
  expect(received).toHaveLength(12);
});

it('is told again, with the same id, of what was delivered when the ingester was killed before it was marked', async () => {
  const { context, db, received } = await open();
  await ingestOnce(context);
  await db.sql`update alerts set delivered_at = null, attempts = 0`;
  expect(await deliverAlerts(context)).toEqual({ alertsDelivered: 1, alertsFailed: 0 });
  expect(received).toHaveLength(2);
  expect(received[1]).toEqual(received[0]);
});

it('announces a finding that becomes critical while it is open', async () => {
  const histories = { loop: loopHistory(START, 3000, false) };
  const { context, setNow, received } = await open([], [{ name: 'Loop', definition: LOOP, histories }]);
  setNow(START + 2000 * SECOND);
  await ingestOnce(context);
  expect(received).toEqual([]);
  setNow(START + 2900 * SECOND);
  await ingestOnce(context);
  await ingestOnce(context);
  expect(received).toMatchObject([{ change: 'opened', ruleId: 'history-quota-near', severity: 'critical' }]);
});

it('announces nothing of a backlog of executions that ended long ago, however they ended', async () => {
  const { context, db, received, setNow } = await open(
    [],
    [
      {
        name: 'Approvals',
        definition: APPROVAL,
        histories: Object.fromEntries([
          ...[0, 1, 2, 3].map((i) => [`late${i}`, approvalHistory(START + i * HOUR, 20 * DAY)]),
          ...[0, 1, 2, 3].map((i) => [`failed${i}`, redrivenHistory(START + i * HOUR, START + 99 * DAY)]),
        ]),
      },
      { name: 'Loop', definition: LOOP, histories: { long: loopHistory(START, 6200) } },
    ],
  );
  setNow(START + 60 * DAY);
  expect(await ingestOnce(context)).toMatchObject({ archived: 9, alertsDelivered: 0 });
  expect(received).toEqual([]);
  expect(await db.sql`select from findings where severity = 'critical'`).toHaveLength(0);
});
