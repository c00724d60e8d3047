import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Account } from './account.ts';
import { damage } from './damage.ts';
import type { Fault, Faults } from './faults.ts';
import type { Mailbox } from './mailbox.ts';
import type { Admission } from './quotas.ts';
import { actionOf, answerQuery, type Caller, callerOf } from './security-tokens.ts';
import { answer, findTarget, type Reply, refuse, type Target } from './service.ts';
import { commonErrors, ServiceError } from './service-error.ts';

/** Requests are small: what is longer is none that AWS would take. */
const LONGEST_BODY = 1_048_576;
const HTML = '<html><head><title>500</title></head><body><h1>Internal Server Error</h1></body></html>';

export interface Endpoint {
  /** By account and Region; the first is that of callers who have assumed no role. */
  readonly accounts: readonly [Account, ...Account[]];
  /** Asked of whoever assumes a role; undefined: none. */
  readonly externalId?: string | undefined;
  /** Epoch milliseconds of the account's present. */
  readonly now: () => number;
  readonly faults: Faults;
  /** The quotas of an account's Region. */
  readonly admit: (account: Account) => Admission;
  readonly mailboxOf: (account: Account) => Mailbox;
}

async function readText(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > LONGEST_BODY) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString();
}

async function respond(
  target: Target,
  body: string,
  faults: readonly Fault[],
  endpoint: Endpoint,
  { account, arn }: Caller,
  isGone: () => boolean,
): Promise<Reply> {
  const struck = (kind: Fault['kind']) => faults.some((fault) => fault.kind === kind);
  try {
    if (struck('expired credentials')) throw commonErrors.expiredToken();
    if (struck('access denied')) throw commonErrors.accessDenied(arn, target.action, '*');
    if (struck('throttle') || !endpoint.admit(account)(target.operation)) throw commonErrors.throttled();
    const { queue, passTime } = endpoint.mailboxOf(account);
    const situation = {
      account,
      now: endpoint.now(),
      ignoresPaging: struck('paging ignored'),
      queue,
      passTime: () => {
        const now = endpoint.now();
        passTime(now);
        return now;
      },
      isGone,
    };
    const good = await answer(target, body, situation);
    return { status: 200, contentType: target.contentType, body: JSON.stringify(damage(good, faults)) };
  } catch (error) {
    if (error instanceof ServiceError) return refuse(error, target.contentType);
    throw error;
  }
}

function send(response: ServerResponse, reply: Reply, faults: readonly Fault[], requestId: string): void {
  const struck = (kind: Fault['kind']) => faults.some((fault) => fault.kind === kind);
  const whole = Buffer.from(reply.body);
  const bytes = struck('garbled') ? whole.subarray(0, Math.ceil(whole.length / 2)) : whole;
  response.writeHead(reply.status, {
    'content-type': reply.contentType,
    'content-length': bytes.length,
    'x-amzn-requestid': requestId,
  });
  if (!struck('cut connection')) {
    response.end(bytes);
    return;
  }
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
}

async function handle(request: IncomingMessage, response: ServerResponse, endpoint: Endpoint): Promise<void> {
  const text = await readText(request);
  const header = request.headers['x-amz-target'];
  const target = findTarget(typeof header === 'string' ? header : '');
  const requestId = '00000000-0000-4000-8000-000000000000';
  if (text === undefined) {
    send(
      response,
      { status: 413, contentType: 'text/plain', body: 'The request is too long.' },
      [],
      requestId,
    );
    return;
  }
  const isQuery = header === undefined && text.startsWith('Action=');
  const faults = endpoint.faults.strike(isQuery ? actionOf(text) : target.operation);
  const slow = faults.find(({ kind }) => kind === 'slow');
  if (slow !== undefined) await delay(slow.delay ?? 1000, undefined, { ref: false });
  const broken = faults.some(({ kind }) => kind === 'server error');
  const expired = faults.some(({ kind }) => kind === 'expired credentials');
  const caller = callerOf(endpoint.accounts, request.headers);
  let reply: Reply;
  if (broken) reply = { status: 500, contentType: 'text/html', body: HTML };
  else if (isQuery) {
    const { accounts, externalId } = endpoint;
    reply = answerQuery(text, { accounts, caller, externalId, expired, now: Date.now() });
  } else reply = await respond(target, text, faults, endpoint, caller, () => response.destroyed);
  send(response, reply, faults, requestId);
}

/**
 * Listens on `host` and `port` (0: any free one) and answers AWS's JSON protocol from the account.
 * Rejects where the port cannot be had; the error is Node's own, with its `code`.
 */
export async function listen(
  endpoint: Endpoint,
  host: string,
  port: number,
): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    handle(request, response, endpoint).catch((error: unknown) => {
      // A caller that hangs up in the middle of its request is no fault of ours.
      if (request.destroyed && !request.complete) return;
      const message = error instanceof Error ? error.message : String(error);
      process.stderr.write(`sandbox: a request failed: ${message}\n`);
      if (response.headersSent) response.destroy();
      else send(response, { status: 500, contentType: 'text/html', body: HTML }, [], '');
    });
  });
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: async () => {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
}
