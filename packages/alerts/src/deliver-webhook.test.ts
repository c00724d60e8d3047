import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { deliverWebhook } from './deliver-webhook.ts';
import type { Notification } from './notification.ts';
import { verifyWebhookSignature } from './webhook-signature.ts';

const secret = 'a secret of some length';
const now = Date.UTC(2026, 0, 6, 8);

const notification: Notification = {
  id: '0123456789abcdef0123456789abcdef',
  change: 'opened',
  fingerprint: 'f'.repeat(64),
  ruleId: 'execution-stuck',
  severity: 'critical',
  title: 'Execution is stuck',
  text: 'Prüfung wartet seit Tagen.',
  stateMachineArn: 'arn:aws:states:eu-west-1:111111111111:stateMachine:orders',
  evidence: { pointers: [], executions: [] },
  url: 'http://127.0.0.1:4400/findings/ffff',
  occurredAt: '2026-01-06T08:00:00.000Z',
};

interface Received {
  readonly method: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const servers: Server[] = [];

/** A receiver on a free port, and what it has received. */
async function receive(
  answer: (response: ServerResponse) => void,
): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    received.push({
      method: request.method,
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    });
    answer(response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${portOf(server)}/hooks/token-in-path`, received };
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server does not listen');
  return address.port;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map(close));
});

test('posts the notification as JSON, signed over exactly what arrives', async () => {
  const { url, received } = await receive((response) => response.writeHead(204).end());
  expect(await deliverWebhook({ url, secret, now }, notification)).toEqual({ delivered: true });
  const [request] = received;
  expect(received).toHaveLength(1);
  expect(request?.method).toBe('POST');
  expect(request?.headers['content-type']).toBe('application/json');
  expect(request?.headers['x-steptrail-notification']).toBe(notification.id);
  expect(JSON.parse(request?.body ?? '')).toEqual(notification);
  const header = request?.headers['x-steptrail-signature'];
  expect(
    verifyWebhookSignature({
      body: request?.body ?? '',
      header: typeof header === 'string' ? header : undefined,
      secret,
      now: now / 1000,
    }),
  ).toEqual({ valid: true });
});

test.each([
  [200, true, undefined],
  [202, true, undefined],
  [302, false, true],
  [400, false, false],
  [401, false, true],
  [404, false, true],
  [410, false, false],
  [413, false, false],
  [429, false, true],
  [500, false, true],
  [503, false, true],
])('an answer of %i: delivered %s, retriable %s', async (status, delivered, retriable) => {
  const { url, received } = await receive((response) =>
    response.writeHead(status, { location: 'http://127.0.0.1:1/elsewhere' }).end('<html>some page</html>'),
  );
  const delivery = await deliverWebhook({ url, secret, now }, notification);
  expect(delivery).toMatchObject(delivered ? { delivered } : { delivered, retriable });
  expect(received).toHaveLength(1);
  if (delivery.delivered) return;
  expect(delivery.reason).toContain(String(status));
  expect(delivery.reason).not.toContain('token-in-path');
});

test('a receiver that never answers is given up in time, and tried again later', async () => {
  const { url } = await receive(() => {});
  expect(await deliverWebhook({ url, secret, now, timeoutMs: 50 }, notification)).toEqual({
    delivered: false,
    retriable: true,
    reason: expect.stringMatching(/^The webhook at http:\/\/127\.0\.0\.1:\d+ did not answer within 50 ms\.$/),
  });
});

test('a connection that is cut counts as not delivered', async () => {
  const { url } = await receive((response) => response.destroy());
  expect(await deliverWebhook({ url, secret, now }, notification)).toMatchObject({
    delivered: false,
    retriable: true,
  });
});

test('nobody listens: one sentence with the reason, without the path', async () => {
  const { url } = await receive((response) => response.end());
  await Promise.all(servers.splice(0).map(close));
  expect(await deliverWebhook({ url, secret, now }, notification)).toEqual({
    delivered: false,
    retriable: true,
    reason: expect.stringMatching(
      /^The webhook at http:\/\/127\.0\.0\.1:\d+ could not be reached \(ECONNREFUSED\)\.$/,
    ),
  });
});

test('an address that is none is not tried again', async () => {
  expect(await deliverWebhook({ url: 'example.com/hook', secret, now }, notification)).toMatchObject({
    delivered: false,
    retriable: false,
  });
});
