import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Notification } from '@steptrail/alerts';
import { afterEach, expect, it } from 'vitest';
import { deliverAlerts } from './deliver-alerts.ts';
import { ingestOnce } from './ingest.ts';
import { testAccount } from './testing/account.ts';
import { APPROVAL, approvalHistory, DAY, HOUR, MINUTE, START } from './testing/events.ts';
import { openWorld } from './testing/world.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

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
  cleanups.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { received, url: `http://127.0.0.1:${port}/hook` };
}

async function open(statuses: readonly number[] = []) {
  const receiver = await startReceiver(statuses);
  const account = testAccount([
    { name: 'Approvals', definition: APPROVAL, histories: { slow: approvalHistory(START, 3 * DAY) } },
  ]);
  const world = await openWorld(account, START + 2 * DAY, {
    destinations: [{ kind: 'webhook', url: receiver.url, secret: 'a secret of some length' }],
    dashboardUrl: 'http://dashboard.test',
  });
  cleanups.push(world.close);
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
