import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import {
  connect,
  keepConflict,
  replaceActivityUses,
  saveActivity,
  slowDownQuota,
  takeQuota,
} from '@steptrail/store';
import { createTestDatabase, type TestDatabase } from '@steptrail/store/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from './app.ts';
import type { ServerOptions } from './server-options.ts';
import { CHECKOUT, ORDERS } from './testing/histories.ts';
import {
  DEFINITION_FINDING,
  FAILED,
  POLLING,
  POLLING_EVENTS,
  STUCK,
  STUCK_FINDING,
  seedArchive,
} from './testing/seed-archive.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
let database: TestDatabase;
let options: ServerOptions;
let app: ReturnType<typeof createApp>;

beforeAll(async () => {
  database = await createTestDatabase();
  await seedArchive(database.sql, NOW);
  options = {
    sql: database.sql,
    host: '127.0.0.1',
    port: 0,
    facts: { version: '0.1.0', sources: [{ kind: 'sandbox' }] },
    health: () => [{ name: 'ingester', ok: true }],
    now: () => NOW,
  };
  app = createApp(options);
});

afterAll(() => database.drop());

async function get(path: string, headers: Record<string, string> = {}) {
  const response = await app.request(`http://localhost${path}`, {
    headers: { Host: 'localhost:4400', ...headers },
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: text.startsWith('{') ? JSON.parse(text) : undefined,
  };
}

const api = (path: string) => get(`/api/v1${path}`);
const at = encodeURIComponent;

describe('answers', () => {
  test('the overview says what needs attention, and from where the archive comes', async () => {
    const { status, body } = await api('/overview');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      now: '2026-11-22T12:00:00.000Z',
      sources: [{ kind: 'sandbox' }],
      slowed: [],
      stateMachines: 2,
      executions: { RUNNING: 1, SUCCEEDED: 1, FAILED: 1, ABORTED: 1 },
      divergingExecutions: 1,
      openFindings: { critical: 1, high: 1, medium: 0 },
      lastRun: { progress: { stateMachines: 2, executions: 4 } },
      problems: [{ code: 'AccessDeniedException', times: 1 }],
    });
    expect(body.attention.map((finding: { findingId: string }) => finding.findingId)).toEqual([
      STUCK_FINDING,
      DEFINITION_FINDING,
    ]);
  });

  test('state machines with their counts', async () => {
    const { body } = await api('/state-machines');
    expect(body.rows).toMatchObject([
      { name: CHECKOUT.name, type: 'EXPRESS', executions: {}, openFindings: {} },
      { name: ORDERS.name, executions: { RUNNING: 1 }, openFindings: { critical: 1, high: 1 } },
    ]);
  });

  test('a state machine, its definition, and the definition by digest', async () => {
    const machine = await api(`/state-machines/${at(ORDERS.stateMachineArn)}`);
    expect(machine.body).toMatchObject({ name: ORDERS.name, revisionId: '', goneAt: null });
    const current = await api(`/state-machines/${at(ORDERS.stateMachineArn)}/definition`);
    expect(JSON.parse(current.body.definition)).toEqual(ORDERS.definition);
    const first = await api(`/state-machines/${at(ORDERS.stateMachineArn)}/definition?revisionId=`);
    expect(first.body).toEqual(current.body);
    const byDigest = await api(`/definitions/${current.body.definitionSha256}`);
    expect(byDigest.body).toEqual(current.body);
    const revisions = await api(`/state-machines/${at(ORDERS.stateMachineArn)}/revisions`);
    const { definitionSha256 } = current.body;
    expect(revisions.body.rows).toMatchObject([{ revisionId: '', definitionSha256, executions: 0 }]);
  });

  test.each([
    ['', ['order-1003', 'poll-1', 'order-1002', 'order-1001']],
    ['?status=RUNNING', ['order-1001']],
    ['?status=RUNNING&status=FAILED', ['order-1003', 'order-1001']],
    ['?name=order-', ['order-1003', 'order-1002', 'order-1001']],
    ['?error=OutOfStock', ['order-1003']],
    ['?diverging=true', ['order-1003']],
    ['?minEvents=1&maxEvents=100000&error=OutOfStock', ['order-1003']],
    ['?minDuration=P30D', []],
    ['?tag=team%3Dnobody', []],
    ['?value=nobody-has-this&path=order.id&valueIn=input', []],
    ['?failedState=NoSuchState&valuePrefix=x', []],
    ['?from=2026-11-22', ['order-1003', 'poll-1']],
    ['?to=2026-11-20T00:00:00Z', ['order-1001']],
    [`?stateMachineArn=${at(CHECKOUT.stateMachineArn)}`, []],
  ])('executions%s', async (query, names) => {
    const { status, body } = await api(`/executions${query}`);
    expect(status).toBe(200);
    expect(body.rows.map((row: { name: string }) => row.name)).toEqual(names);
  });

  test('pages of executions lead through all of them, each once', async () => {
    const names: string[] = [];
    let cursor = '';
    do {
      const { body } = await api(`/executions?limit=1${cursor}`);
      names.push(...body.rows.map((row: { name: string }) => row.name));
      cursor = body.next === undefined ? '' : `&cursor=${body.next}`;
    } while (cursor !== '');
    expect(names).toEqual(['order-1003', 'poll-1', 'order-1002', 'order-1001']);
  });

  test('an execution with its verdict and what it waits for', async () => {
    const { body } = await api(`/executions/${at(STUCK)}`);
    expect(body).toMatchObject({
      executionArn: STUCK,
      status: 'RUNNING',
      startDate: '2026-11-18T12:00:00.000Z',
      stopDate: null,
      replay: {
        verdict: 'unverifiable',
        pending: [{ waitsFor: 'callback token', eventId: 10, bound: { source: 'service limit' } }],
      },
    });
    const failed = await api(`/executions/${at(FAILED)}`);
    expect(failed.body).toMatchObject({
      error: 'OutOfStock',
      replay: { verdict: 'diverges', divergenceDetail: [{ eventId: 3, expected: '30', recorded: '60' }] },
    });
    const unreplayed = await api(`/executions/${at(POLLING)}`);
    expect(unreplayed.body).toMatchObject({ replay: null });
  });

  test('visits in order of entry', async () => {
    const { body } = await api(`/executions/${at(STUCK)}/visits`);
    expect(body.rows).toMatchObject([
      { state: 'ReserveStock', outcome: 'succeeded', enteredAt: '2026-11-18T12:00:00.030Z' },
      { state: 'AskForApproval', outcome: 'open', exitedAt: null },
    ]);
  });

  test('events without payload texts, unless they are asked for', async () => {
    const quiet = await api(`/executions/${at(STUCK)}/events`);
    expect(quiet.text).not.toContain('hunter2');
    expect(quiet.headers.get('cache-control')).toBe('no-store');
    expect(quiet.body.rows).toHaveLength(10);
    expect(quiet.body.rows[1]).toEqual({
      id: 2,
      previousEventId: 1,
      timestamp: '2026-11-18T12:00:00.030Z',
      type: 'TaskStateEntered',
      details: { name: 'ReserveStock' },
      payloads: [{ name: 'input', bytes: 63 }],
    });
    const full = await api(`/executions/${at(STUCK)}/events?from=2&limit=1&payloads=true`);
    expect(JSON.parse(full.body.rows[0].payloads[0].text)).toMatchObject({ secret: 'hunter2' });
  });

  test('pages of events cross chunks without loss or doubles', async () => {
    const ids: number[] = [];
    let from: number | undefined = 1;
    while (from !== undefined) {
      const { body } = await api(`/executions/${at(POLLING)}/events?from=${from}&limit=700`);
      ids.push(...body.rows.map((row: { id: number }) => row.id));
      from = body.next;
    }
    expect(ids).toEqual(Array.from({ length: POLLING_EVENTS }, (_, index) => index + 1));
  });

  test.each([
    ['', [STUCK_FINDING, DEFINITION_FINDING]],
    ['?severity=critical', [STUCK_FINDING]],
    ['?severity=medium&severity=high', [DEFINITION_FINDING]],
    ['?ruleId=execution-stuck', [STUCK_FINDING]],
    [`?executionArn=${at(STUCK)}`, [STUCK_FINDING]],
    ['?state=resolved', []],
  ])('findings%s', async (query, ids) => {
    const { body } = await api(`/findings${query}`);
    expect(body.rows.map((row: { findingId: string }) => row.findingId)).toEqual(ids);
  });

  test('a finding in words, with why, mend, evidence and the alerts sent', async () => {
    const { body } = await api(`/findings/${STUCK_FINDING}`);
    expect(body).toMatchObject({
      ruleId: 'execution-stuck',
      severity: 'critical',
      title: expect.stringMatching(/stuck/i),
      text: expect.stringContaining('AskForApproval'),
      evidence: {
        pointers: ['/States/AskForApproval'],
        executions: [{ executionArn: STUCK, eventIds: [10] }],
      },
      alerts: [{ change: 'opened', destination: 'webhook', deliveredAt: null }],
    });
    expect(body.why).not.toBe('');
    expect(body.mend).not.toBe('');
  });

  test('executions by day', async () => {
    const { body } = await api('/executions-by-day?from=2026-11-20');
    expect(body.rows).toEqual([
      { day: '2026-11-20', status: 'SUCCEEDED', count: 1 },
      { day: '2026-11-22', status: 'ABORTED', count: 1 },
      { day: '2026-11-22', status: 'FAILED', count: 1 },
    ]);
  });

  test('what AWS throttles, with the pace that is left', async () => {
    const key = { accountId: '111122223333', region: 'eu-central-1', operation: 'ListExecutions' };
    const size = { capacity: 100, refillPerSecond: 2 };
    await takeQuota(database.sql, { ...key, operation: 'GetExecutionHistory' }, size, 1);
    await takeQuota(database.sql, key, size, 1);
    await slowDownQuota(database.sql, key);
    const slowed = { ...key, ...size, throttledAt: expect.any(String) };
    expect((await api('/overview')).body.slowed).toMatchObject([slowed]);
    const { quotas } = (await api('/ingest')).body;
    expect(quotas.map((row: { operation: string }) => row.operation)).toEqual([
      'GetExecutionHistory',
      'ListExecutions',
    ]);
    expect(quotas[1].pace).toBeGreaterThanOrEqual(0.5);
    expect(quotas[1].pace).toBeLessThan(1);
    expect((await get('/metrics')).text).toMatch(/steptrail_quota_pace\{.*operation="ListExecutions"\} 0\.5/);
    await database.sql`update quota_buckets set refilled_at = refilled_at - interval '10 minutes'`;
    expect((await api('/overview')).body.slowed).toEqual([]);
  });

  test('what imported files say otherwise than the archive, in pages', async () => {
    const content = JSON.stringify([{ id: 3, type: 'WaitStateEntered' }]);
    for (const [firstEventId, evidence] of [
      [1, content],
      [0, '[{"status":"FAILED"}]'],
      [1001, `[${' '.repeat(30_000)}]`],
    ] as const) {
      await keepConflict(database.sql, {
        executionArn: FAILED,
        firstEventId,
        sha256: createHash('sha256').update(evidence).digest(),
        body: gzipSync(evidence),
        origin: 'other.json:1',
        message: 'It says otherwise.',
      });
    }
    const path = `/executions/${at(FAILED)}/conflicts`;
    const { body } = await api(`${path}?limit=2`);
    expect(body.rows).toMatchObject([
      { firstEventId: 0, eventIds: [], evidence: '[{"status":"FAILED"}]' },
      { firstEventId: 1, eventIds: [3], evidence: content, bytes: content.length, origin: 'other.json:1' },
    ]);
    const rest = await api(`${path}?limit=2&cursor=${body.next}`);
    expect(rest.body.rows).toMatchObject([{ firstEventId: 1001, bytes: 30_002 }]);
    expect(rest.body.rows[0].evidence).toHaveLength(20_000);
    expect((await api(`/executions/${at(STUCK)}/conflicts`)).body).toEqual({ rows: [] });
    expect((await api('/executions/arn%3Anone/conflicts')).status).toBe(404);
  });

  test('activities, with who uses them and what is wrong with them', async () => {
    const activityArn = 'arn:aws:states:eu-central-1:111122223333:activity:pack';
    await saveActivity(database.sql, { activityArn, name: 'pack' });
    await replaceActivityUses(database.sql, 'arn:machine', [
      { activityArn, state: 'Pack', pointer: '/States/Pack' },
    ]);
    const use = { stateMachineArn: 'arn:machine', state: 'Pack', pointer: '/States/Pack' };
    const described = { activityArn, name: 'pack', goneAt: null, uses: [use] };
    const found = async () => (await api('/activities')).body.rows;
    expect(await found()).toMatchObject([{ ...described, findings: 0, gravest: [] }]);

    await database.sql`update findings set data = data || ${database.sql.json({ resource: activityArn })}`;
    const gravest = [
      { findingId: STUCK_FINDING, title: 'Execution is stuck', executionArn: STUCK },
      { findingId: DEFINITION_FINDING, stateMachineArn: ORDERS.stateMachineArn, executionArn: null },
    ];
    expect(await found()).toMatchObject([{ ...described, findings: 2, gravest }]);
  });

  test.each(['/rules', '/ingest', '/openapi.json'])('%s', async (path) => {
    expect((await api(path)).status).toBe(200);
  });

  test('metrics, and probes of the process and of the database', async () => {
    expect((await get('/metrics')).text).toContain('steptrail_open_findings{severity="critical"} 1');
    expect((await get('/healthz')).body).toMatchObject({ ok: true, parts: [{ name: 'ingester', ok: true }] });
    expect((await get('/readyz')).body).toMatchObject({ ok: true });
  });
});

/** A cursor that no list gave. */
const forged = (key: readonly unknown[]) => Buffer.from(JSON.stringify(key)).toString('base64url');

describe('one clear sentence', () => {
  test.each([
    ['/executions?limit=0', 400, 'ValidationException', 'limit'],
    ['/executions?limit=many', 400, 'ValidationException', 'limit'],
    ['/executions?status=running', 400, 'ValidationException', 'status'],
    ['/executions?from=yesterday', 400, 'ValidationException', 'from'],
    ['/executions?minDuration=5m', 400, 'ValidationException', 'minDuration'],
    ['/executions?maxEvents=-1', 400, 'ValidationException', 'maxEvents'],
    ['/executions?tag=team', 400, 'ValidationException', 'tag'],
    ['/executions?path=a..b&value=1', 400, 'ValidationException', 'path'],
    ['/executions?path=order.id', 400, 'ValidationException', 'path'],
    ['/executions?valueIn=input', 400, 'ValidationException', 'valueIn'],
    ['/executions?cursor=bm9uZQ', 400, 'ValidationException', 'cursor'],
    ['/executions?status=running', 400, 'ValidationException', 'RUNNING, SUCCEEDED'],
    ['/executions?statsu=FAILED', 400, 'ValidationException', 'Parameter statsu: there is no such parameter'],
    ['/executions?stateMachineArn=%00', 400, 'ValidationException', 'NUL'],
    ['/executions?diverging=1', 400, 'ValidationException', 'true or false'],
    ['/executions?name=', 400, 'ValidationException', 'must not be empty'],
    ['/executions/%00', 400, 'ValidationException', 'NUL'],
    [
      `/executions/${at(STUCK)}/visits?cursor=${forged([9_007_199_254_740_991])}`,
      400,
      'ValidationException',
      'cursor',
    ],
    [
      `/executions/${at(STUCK)}/map-runs?cursor=${forged([-1e15, 'x'])}`,
      400,
      'ValidationException',
      'cursor',
    ],
    [`/findings?cursor=${forged([1, '275760-09-13', 'x'])}`, 400, 'ValidationException', 'cursor'],
    [`/findings?cursor=${forged([1, 'May 1', 'x'])}`, 400, 'ValidationException', 'cursor'],
    ['/findings/%00', 400, 'ValidationException', 'NUL'],
    ['/coverage?from=0000-01-01', 400, 'ValidationException', '1970 to 9999'],
    ['/executions-by-day?to=9999-12-31T23:59:59-14:00', 400, 'ValidationException', '1970 to 9999'],
    ['/findings?severity=urgent', 400, 'ValidationException', 'severity'],
    ['/definitions/abc', 400, 'ValidationException', 'definitionSha256'],
    ['/state-machines/nowhere', 404, 'StateMachineDoesNotExist', 'nowhere'],
    ['/state-machines/nowhere/definition', 404, 'StateMachineDoesNotExist', 'nowhere'],
    ['/state-machines/nowhere/revisions', 404, 'StateMachineDoesNotExist', 'nowhere'],
    ['/executions/nowhere', 404, 'ExecutionDoesNotExist', 'nowhere'],
    ['/executions/nowhere/events', 404, 'ExecutionDoesNotExist', 'nowhere'],
    ['/findings/none', 404, 'FindingDoesNotExist', 'none'],
    ['/nothing', 404, 'NotFound', 'openapi.json'],
  ])('%s', async (path, status, code, says) => {
    const answer = await api(path);
    expect(answer.status).toBe(status);
    expect(answer.body.error.code).toBe(code);
    expect(answer.body.error.message).toContain(says);
    expect(answer.body.error.message).not.toMatch(/\n|\bat .*\.ts/);
  });

  test('a damaged chunk is named, and the events of the others are given', async () => {
    await database.sql`
      update history_chunks set body = ${Buffer.from('damaged')}
      where first_event_id = 1001`;
    const { status, body } = await api(`/executions/${at(POLLING)}/events?from=990&limit=20`);
    expect(status).toBe(200);
    expect(body.rows.map((row: { id: number }) => row.id)).toEqual([
      990, 991, 992, 993, 994, 995, 996, 997, 998, 999, 1000,
    ]);
    expect(body.problems).toEqual([expect.stringContaining('events 1001 to 2000')]);
  });

  test('a database that is away', async () => {
    const away = connect('postgres://nobody@127.0.0.1:1/none', { max: 1 });
    const lone = createApp({ ...options, sql: away });
    const response = await lone.request('http://localhost/api/v1/executions', {
      headers: { Host: 'localhost' },
    });
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ error: { code: 'DatabaseUnavailable' } });
    const ready = await lone.request('http://localhost/readyz', { headers: { Host: 'localhost' } });
    expect(ready.status).toBe(503);
    await away.end({ timeout: 1 });
  });
});
