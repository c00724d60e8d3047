import { afterEach, describe, expect, it, vi } from 'vitest';
import { AwsError } from './aws-error.ts';
import { type AwsClientOptions, createAwsClients } from './clients.ts';
import { listExecutions, readHistory } from './executions.ts';
import { whoAmI } from './identity.ts';
import { filterLogEvents, logGroupNameOf } from './logs.ts';
import type { Page } from './pages.ts';
import { leastPrivilegePolicy, probePermissions } from './permissions.ts';
import { publishSns } from './sns.ts';
import { describeStateMachine, listStateMachines, listTags } from './state-machines.ts';
import {
  awsErrorAnswer,
  clientsFor,
  type ScriptedAnswer,
  type ScriptedRequest,
  startScriptedEndpoint,
} from './testing.ts';

const MACHINE = 'arn:aws:states:us-east-1:123456789012:stateMachine:M';
const EXECUTION = 'arn:aws:states:us-east-1:123456789012:execution:M:e';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0)) await clean();
});

async function serve(
  script: (request: ScriptedRequest) => ScriptedAnswer | undefined,
  options: Partial<AwsClientOptions> = {},
) {
  const server = await startScriptedEndpoint(script);
  const clients = clientsFor(server.endpoint, options);
  cleanups.push(() => clients.close(), server.close);
  return { clients, server };
}

it("takes credentials from the environment, by the SDK's own chain", async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  cleanups.push(() => vi.unstubAllEnvs());
  const server = await startScriptedEndpoint(() => ({ json: { stateMachines: [] } }));
  const clients = createAwsClients({ region: 'us-east-1', endpoint: server.endpoint });
  cleanups.push(() => clients.close(), server.close);
  const pages = await readAll(listStateMachines(clients));
  expect(pages).toMatchObject({ items: [], problem: undefined });
  expect(server.requests).toHaveLength(1);
});

async function readAll<T>(pages: AsyncIterable<Page<T>>) {
  const items: T[] = [];
  let problem: Page<T>['problem'];
  for await (const page of pages) {
    items.push(...page.items);
    problem = page.problem;
  }
  return { items, problem };
}

async function readEvents(pages: ReturnType<typeof readHistory>) {
  const events: unknown[] = [];
  let problem: { code: string } | undefined;
  for await (const page of pages) {
    events.push(...page.events);
    problem = page.problem;
  }
  return { events, problem };
}

async function failureOf(promise: Promise<unknown>): Promise<AwsError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof AwsError) return error;
  throw new Error(`There was no AwsError but ${String(error)}`);
}

const rows = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({
    executionArn: `${EXECUTION}${from + i}`,
    stateMachineArn: MACHINE,
    name: `e${from + i}`,
    status: 'SUCCEEDED',
    startDate: 1_700_000_000 + from + i,
  }));

describe('a listing', () => {
  it('follows the tokens to the end, empty pages included', async () => {
    const { clients, server } = await serve(({ body }) => {
      if (body.nextToken === undefined) return { json: { executions: rows(0, 3), nextToken: 'a' } };
      if (body.nextToken === 'a') return { json: { executions: [], nextToken: 'b' } };
      return { json: { executions: rows(3, 2) } };
    });
    const { items, problem } = await readAll(listExecutions(clients, { stateMachineArn: MACHINE }));
    expect(items.map((row) => row.name)).toEqual(['e0', 'e1', 'e2', 'e3', 'e4']);
    expect(items[0]?.startDate).toEqual(new Date(1_700_000_000_000));
    expect(problem).toBeUndefined();
    expect(server.requests[0]?.body).toEqual({ stateMachineArn: MACHINE, maxResults: 1000 });
  });

  it.each([
    ['the same token for ever', () => 'same'],
    ['the same page under new tokens', (times: number) => `token ${times}`],
  ])('ends with a problem where the server gives %s', async (_, tokenOf) => {
    const { clients, server } = await serve(({ times }) => ({
      json: { executions: rows(0, 3), nextToken: tokenOf(times) },
    }));
    const { items, problem } = await readAll(listExecutions(clients, { stateMachineArn: MACHINE }));
    expect(items).toHaveLength(3);
    expect(problem?.code).toBe('PagingDoesNotAdvance');
    expect(server.requests).toHaveLength(2);
  });

  it('accepts rows without optional fields, leaves out rows without an ARN, takes more rows than asked for', async () => {
    const many = Array.from({ length: 1500 }, (_, i) => ({ stateMachineArn: `${MACHINE}${i}` }));
    const { clients } = await serve(() => ({ json: { stateMachines: [{ name: 'nameless' }, ...many] } }));
    const { items } = await readAll(listStateMachines(clients));
    expect(items).toHaveLength(1500);
    expect(items[0]).toEqual({
      stateMachineArn: `${MACHINE}0`,
      name: 'M0',
      type: undefined,
      creationDate: undefined,
    });
  });

  it('is empty where the answer has no list', async () => {
    const { clients } = await serve(() => ({ json: {} }));
    expect((await readAll(listStateMachines(clients))).items).toEqual([]);
    expect(await listTags(clients, MACHINE)).toEqual([]);
  });
});

describe('a history', () => {
  const event = (id: number) => ({
    id,
    timestamp: 1_700_000_000.123,
    type: 'NotYetKnown',
    anything: { a: [1] },
  });

  it('comes verbatim: timestamps as on the wire, unknown members kept', async () => {
    const { clients, server } = await serve(({ body }) =>
      body.nextToken === undefined
        ? { json: { events: [event(1), event(2)], nextToken: 'more' } }
        : { json: { events: [event(3)] } },
    );
    const { events, problem } = await readEvents(readHistory(clients, EXECUTION));
    expect(events).toEqual([event(1), event(2), event(3)]);
    expect(problem).toBeUndefined();
    expect(server.requests[1]?.body).toMatchObject({
      nextToken: 'more',
      maxResults: 1000,
      reverseOrder: false,
    });
  });

  it('gives what was complete in a page that breaks off, and the problem', async () => {
    const whole = JSON.stringify({ events: [event(1), event(2), event(3)] });
    const { clients } = await serve(() => ({
      text: whole.slice(0, -20),
      contentType: 'application/x-amz-json-1.0',
    }));
    const { events, problem } = await readEvents(readHistory(clients, EXECUTION));
    expect(events).toEqual([event(1), event(2)]);
    expect(problem?.code).toBe('NotJson');
  });

  it('fails in one sentence where the answer is HTML with status 200', async () => {
    const { clients } = await serve(() => ({ text: '<html></html>' }));
    const error = await failureOf(readEvents(readHistory(clients, EXECUTION)));
    expect(error).toMatchObject({ code: 'NotJson', retriable: true, fatal: false });
    expect(error.message).toContain(EXECUTION);
  });

  it('asks for shorter pages where one is too long to be held, and gives each event once', async () => {
    const large = (id: number) => ({ ...event(id), text: 'x'.repeat(id > 2 ? 6_000_000 : 100) });
    const all = Array.from({ length: 10 }, (_, i) => large(i + 1));
    const { clients, server } = await serve(
      ({ body }) => {
        const from = body.nextToken === undefined ? 0 : Number(body.nextToken);
        // A page of 1,000 holds 2 events here, then 8; one of 100 holds 4.
        const size = body.maxResults !== 1000 ? 4 : from === 0 ? 2 : 8;
        const to = from + size;
        return { json: { events: all.slice(from, to), ...(to < all.length && { nextToken: String(to) }) } };
      },
      { requestTimeout: 30_000 },
    );
    const sizes: number[] = [];
    const ids: number[] = [];
    for await (const page of readHistory(clients, EXECUTION)) {
      sizes.push(page.events.length);
      for (const one of page.events) ids.push((one as { readonly id: number }).id);
    }
    expect(ids).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(sizes).toEqual([2, 2, 4, 2]);
    expect(server.requests.map(({ body }) => body.maxResults)).toEqual([1000, 1000, 100, 100, 100]);
  });

  it('survives throttling by retrying', async () => {
    const { clients, server } = await serve(({ times }) =>
      times === 1 ? awsErrorAnswer('ThrottlingException', 'Rate exceeded') : { json: { events: [event(1)] } },
    );
    expect((await readEvents(readHistory(clients, EXECUTION))).events).toEqual([event(1)]);
    expect(server.requests).toHaveLength(2);
  });
});

describe('a failing call', () => {
  it.each<[string, ScriptedAnswer | undefined, { code: string; retriable: boolean; fatal: boolean }, RegExp]>(
    [
      ['HTML with 500', undefined, { code: 'NotJson', retriable: true, fatal: false }, /HTTP status 500/],
      [
        'access denied',
        awsErrorAnswer('AccessDeniedException', 'User: x is not authorized'),
        { code: 'AccessDeniedException', retriable: false, fatal: false },
        /states:DescribeStateMachine /,
      ],
      [
        'expired credentials',
        awsErrorAnswer('ExpiredTokenException', 'The security token included in the request is expired'),
        { code: 'ExpiredTokenException', retriable: false, fatal: true },
        /renew them/,
      ],
      [
        'wrong credentials',
        awsErrorAnswer('UnrecognizedClientException', 'The security token is invalid'),
        { code: 'UnrecognizedClientException', retriable: false, fatal: true },
        /check the access key/,
      ],
      [
        'a state machine that is gone',
        awsErrorAnswer('StateMachineDoesNotExist', 'State Machine Does Not Exist'),
        { code: 'StateMachineDoesNotExist', retriable: false, fatal: false },
        /knows no arn:.*deleted/,
      ],
      [
        'an unknown operation',
        awsErrorAnswer('UnknownOperationException'),
        { code: 'UnknownOperationException', retriable: false, fatal: false },
        /does not know the operation/,
      ],
      [
        'throttling without end',
        awsErrorAnswer('ThrottlingException', 'Rate exceeded'),
        { code: 'ThrottlingException', retriable: true, fatal: false },
        /throttles/,
      ],
      [
        'an internal error',
        awsErrorAnswer('InternalServerError', 'oops', 500),
        { code: 'InternalServerError', retriable: true, fatal: false },
        /HTTP status 500/,
      ],
      [
        'a connection cut',
        'hang up',
        { code: 'ConnectionCut', retriable: true, fatal: false },
        /cut the connection/,
      ],
      ['no answer', 'hang', { code: 'Timeout', retriable: true, fatal: false }, /in time/],
    ],
  )('says what it is: %s', async (_, answer, expected, sentence) => {
    const { clients, server } = await serve(() => answer, { maxAttempts: 1, requestTimeout: 300 });
    const error = await failureOf(describeStateMachine(clients, MACHINE));
    expect(error).toMatchObject(expected);
    expect(error.message).toMatch(sentence);
    expect(error.message).not.toMatch(/\n|Deserialization| at .*\.js/);
    expect(server.requests).toHaveLength(1);
  });

  it('names the endpoint that cannot be reached', async () => {
    const { clients, server } = await serve(() => undefined, { maxAttempts: 1 });
    await server.close();
    const error = await failureOf(readAll(listStateMachines(clients)));
    expect(error).toMatchObject({ code: 'Unreachable', fatal: true });
    expect(error.message).toContain(server.endpoint);
  });

  it('ends at once when it is aborted', async () => {
    const abort = new AbortController();
    const { clients } = await serve(() => {
      abort.abort(new Error('stop'));
      return 'hang';
    });
    await expect(describeStateMachine(clients, MACHINE, abort.signal)).rejects.toThrow('stop');
  });
});

describe('a described state machine', () => {
  it('has its log group without the trailing star, and an empty revision for the first', async () => {
    const logGroupArn = 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/states/M-Logs:*';
    const { clients } = await serve(() => ({
      json: {
        stateMachineArn: MACHINE,
        name: 'M',
        type: 'EXPRESS',
        definition: '{}',
        loggingConfiguration: {
          level: 'ALL',
          includeExecutionData: true,
          destinations: [{ cloudWatchLogsLogGroup: { logGroupArn } }],
        },
      },
    }));
    const described = await describeStateMachine(clients, MACHINE);
    expect(described).toMatchObject({
      type: 'EXPRESS',
      revisionId: '',
      tracingEnabled: false,
      logging: { level: 'ALL', includeExecutionData: true, logGroupArn: logGroupArn.slice(0, -2) },
    });
    expect(logGroupNameOf(logGroupArn)).toBe('/aws/vendedlogs/states/M-Logs');
  });
});

it('log events keep their order, and overlapping pages are read once', async () => {
  const log = (i: number) => ({ eventId: `${i}`, timestamp: i, message: `m${i}` });
  const { clients } = await serve(({ body }) =>
    body.nextToken === undefined
      ? { json: { events: [log(1), log(2)], nextToken: 'x' } }
      : { json: { events: [log(2), log(3)] } },
  );
  const window = { logGroupName: 'g', startTime: 0, endTime: 9 };
  const { items } = await readAll(filterLogEvents(clients, window));
  expect(items.map((item) => item.message)).toEqual(['m1', 'm2', 'm3']);
});

describe('identity', () => {
  it('is told by STS', async () => {
    const xml =
      '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
      '<Arn>arn:aws:iam::123456789012:user/a</Arn><UserId>A</UserId><Account>123456789012</Account>' +
      '</GetCallerIdentityResult></GetCallerIdentityResponse>';
    const { clients } = await serve(() => ({ text: xml, contentType: 'text/xml' }));
    expect(await whoAmI(clients)).toEqual({
      known: true,
      accountId: '123456789012',
      arn: 'arn:aws:iam::123456789012:user/a',
    });
  });

  it('may be unknown where the server has no STS', async () => {
    const { clients } = await serve(() => undefined, { maxAttempts: 1 });
    expect(await whoAmI(clients)).toMatchObject({ known: false });
  });
});

describe('permissions', () => {
  it('lists exactly what is called, and publishing only where a topic is given', () => {
    const topic = 'arn:aws:sns:us-east-1:123456789012:findings';
    expect(leastPrivilegePolicy().Statement.flatMap((s) => s.Action)).toEqual([
      'states:ListStateMachines',
      'states:DescribeStateMachine',
      'states:DescribeStateMachineForExecution',
      'states:ListExecutions',
      'states:GetExecutionHistory',
      'states:ListTagsForResource',
      'states:ListMapRuns',
      'states:DescribeMapRun',
      'states:DescribeExecution',
      'states:ListStateMachineVersions',
      'states:ListStateMachineAliases',
      'states:DescribeStateMachineAlias',
      'states:ListActivities',
      'states:DescribeActivity',
      'logs:DescribeLogGroups',
      'logs:FilterLogEvents',
    ]);
    expect(leastPrivilegePolicy({ sns: topic }).Statement.at(-1)).toMatchObject({
      Action: ['sns:Publish'],
      Resource: topic,
    });
  });

  it('tells denied from allowed from unknown', async () => {
    const { clients } = await serve(
      ({ operation }) => {
        if (operation === 'ListTagsForResource') return awsErrorAnswer('AccessDeniedException', 'no');
        if (operation === 'GetExecutionHistory') return awsErrorAnswer('ExecutionDoesNotExist', 'no');
        if (operation === 'FilterLogEvents') return undefined;
        return { json: {} };
      },
      { maxAttempts: 1 },
    );
    const probed = await probePermissions(clients);
    expect(Object.fromEntries(probed.map(({ action, allowed }) => [action, allowed]))).toEqual({
      'states:ListStateMachines': true,
      'states:DescribeStateMachine': true,
      'states:ListTagsForResource': false,
      'states:ListExecutions': true,
      'states:DescribeStateMachineForExecution': true,
      'states:GetExecutionHistory': true,
      'states:DescribeExecution': true,
      'states:ListMapRuns': true,
      'states:DescribeMapRun': true,
      'states:ListStateMachineVersions': true,
      'states:ListStateMachineAliases': true,
      'states:DescribeStateMachineAlias': true,
      'states:ListActivities': true,
      'states:DescribeActivity': true,
      'logs:DescribeLogGroups': true,
      'logs:FilterLogEvents': undefined,
    });
  });

  it('says in whole sentences why one could not be found out, and promises nothing', async () => {
    const answers = [undefined, awsErrorAnswer('InternalServerError', '', 500), 'hang up', 'hang'] as const;
    for (const answer of answers) {
      const { clients } = await serve(() => answer, { maxAttempts: 1, requestTimeout: 100 });
      for (const { allowed, message } of await probePermissions(clients)) {
        expect(allowed).toBeUndefined();
        expect(message).toMatch(/^[^\n]{20,}\.$/);
        expect(message).not.toMatch(/ {2}|\(\)|undefined|tried again/);
      }
    }
  });
});

it('publishes to a topic', async () => {
  const { clients, server } = await serve(() => ({
    text: '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>',
    contentType: 'text/xml',
  }));
  const sent = await publishSns(clients, 'arn:aws:sns:us-east-1:1:t', { Subject: 's', Message: '{}' });
  expect(sent).toEqual({ messageId: 'm' });
  expect(server.requests[0]?.body).toMatchObject({ TopicArn: 'arn:aws:sns:us-east-1:1:t', Subject: 's' });
});
