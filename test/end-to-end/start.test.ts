import { mkdtempSync, rmdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { makeFolder, type Running, runSteptrail, startSteptrail } from './run-steptrail.ts';

const READY = /^Steptrail is on (\S+)/;
const ARCHIVED = /executions? archived \(/;

const EMPTY = mkdtempSync(join(tmpdir(), 'steptrail-empty-'));
afterAll(() => rmdirSync(EMPTY));

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

function makeDataFolder(): { STEPTRAIL_DATA: string; STEPTRAIL_PORT: string } {
  const { folder, remove } = makeFolder();
  cleanUps.push(remove);
  return { STEPTRAIL_DATA: `${folder}/data`, STEPTRAIL_PORT: '0' };
}

function start(env: Record<string, string>): Running {
  const running = startSteptrail(['start'], env);
  cleanUps.push(() => running.stop());
  return running;
}

async function urlOf(running: Running): Promise<string> {
  const line = await running.line(READY);
  return READY.exec(line)?.[1] ?? '';
}

async function listExecutions(env: Record<string, string>): Promise<Map<string, string>> {
  const { stdout } = await runSteptrail(['executions', '--limit', '5000', '--json'], env);
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { executionArn: string });
  return new Map(rows.map((row) => [row.executionArn, JSON.stringify(row)]));
}

describe('steptrail start', () => {
  test('with nothing on the machine it audits the demo account, and survives being killed', {
    timeout: 240_000,
  }, async () => {
    const env = makeDataFolder();
    const first = start(env);
    expect(await first.line(/No AWS credentials were found/)).toContain('sandbox');
    const url = await urlOf(first);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(await (await fetch(url)).text()).toContain('<title>');

    // A second one on the same folder says who holds it.
    const second = await runSteptrail(['start'], env);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`process ${first.child.pid}`);

    await first.line(/^300 of/);
    await first.kill();
    const killed = await listExecutions(env); // the database's own server lives on, and is read
    expect(killed.size).toBeGreaterThanOrEqual(300);

    const again = start(env);
    await again.line(ARCHIVED);
    await again.stop();
    const after = await listExecutions(env);
    for (const arn of killed.keys()) expect(after.has(arn)).toBe(true);
    expect(after.size).toBeGreaterThan(killed.size);

    const { stdout, code } = await runSteptrail(
      ['findings', '--severity', 'critical', '--fail-on', 'critical', '--json'],
      env,
    );
    const rules = stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { ruleId: string }).ruleId);
    expect(code).toBe(1);
    expect(rules).toContain('execution-stuck');
    expect(rules).toContain('history-quota-near');
  });

  test('no start prints a warning', async () => {
    const env = makeDataFolder();
    const running = start(env);
    await urlOf(running);
    await running.stop();
    expect(running.lines.filter((line) => /warn/i.test(line))).toEqual([]);
  });
});

describe('bad input gets one sentence', () => {
  const port = async (): Promise<number> => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    cleanUps.push(() => server.close());
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  };
  const aws = { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'y', AWS_REGION: 'us-east-1' };

  test.each([
    ['a DATABASE_URL that is none', ['serve'], { DATABASE_URL: 'db' }, 2, /DATABASE_URL/],
    [
      'a database that is not there',
      ['serve'],
      { DATABASE_URL: 'postgres://me:secret@127.0.0.1:1/x' },
      1,
      /127\.0\.0\.1:1/,
    ],
    ['a port that is a word', ['start'], { STEPTRAIL_PORT: 'web' }, 2, /STEPTRAIL_PORT/],
    ['an open host without a token', ['serve'], { STEPTRAIL_HOST: '0.0.0.0' }, 2, /STEPTRAIL_TOKEN/],
    ['no AWS to ingest from', ['ingest', '--once'], {}, 2, /AWS_PROFILE/],
    ['a Region that is missing', ['ingest', '--once'], { ...aws, AWS_REGION: undefined }, 2, /AWS_REGION/],
    ['a folder of recordings that is not there', ['sandbox', '--recorded', '/nowhere'], {}, 2, /\/nowhere/],
    ['a time that is none', ['executions', '--from', 'noon'], {}, 2, /ISO 8601/],
    ['a duration that is none', ['executions', '--min-duration', '5m'], {}, 2, /ISO 8601/],
    ['a path without a value', ['executions', '--path', 'order.id'], {}, 2, /--value/],
    ['a tag without a value', ['executions', '--tag', 'team'], {}, 2, /KEY=VALUE/],
    ['an unknown command', ['exections'], {}, 2, /executions/],
    [
      'a name in place of an ARN',
      ['executions', '--state-machine', 'orders'],
      {},
      2,
      /ARN of a state machine/,
    ],
    ['a year that no database knows', ['coverage', '--from', '0000-01-01'], {}, 2, /1970 to 9999/],
    ['a hold without a reason', ['hold', 'place', 'arn', '--reason', ' '], {}, 2, /Say why/],
    ['a port that is none', ['sandbox', '--port', '70000'], {}, 2, /65535/],
    ['an address of another machine', ['sandbox', '--host', '203.0.113.1'], {}, 1, /--host/],
    [
      'a folder without recordings',
      ['sandbox', '--recorded', EMPTY, '--port', '0'],
      {},
      2,
      /no recorded case/,
    ],
    ['a folder with nothing to import', ['import', EMPTY], {}, 2, /Nothing to import/],
    [
      'a data folder where none can be',
      ['executions'],
      { STEPTRAIL_DATA: '/proc/steptrail' },
      1,
      /STEPTRAIL_DATA/,
    ],
  ])('%s', async (_, args, given, code, pattern) => {
    const ended = await runSteptrail(args, { ...makeDataFolder(), ...given });
    expect(ended.code).toBe(code);
    expect(ended.stderr).toMatch(pattern);
    expect(ended.stderr).not.toMatch(/^\s+at |secret/m);
  });

  test('an endpoint that nobody listens on: ingest says so, and exits with 1', async () => {
    const env = { ...makeDataFolder(), ...aws, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };
    const { code, stderr } = await runSteptrail(['ingest', '--once'], env);
    expect(code).toBe(1);
    expect(stderr).toMatch(/http:\/\/127\.0\.0\.1:1/);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  test('a port in use', async () => {
    const taken = await port();
    const { code, stderr } = await runSteptrail(['serve'], {
      ...makeDataFolder(),
      STEPTRAIL_PORT: String(taken),
    });
    expect(code).toBe(1);
    expect(stderr).toContain(`Port ${taken}`);
  });
});

test('doctor names what is seen, and the policy holds reading actions only', async () => {
  const { code, stdout } = await runSteptrail(['doctor', '--json'], makeDataFolder());
  const checks = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(code).toBe(0);
  expect(checks.find(({ check }) => check === 'archive')).toMatchObject({ ok: true });
  const { policy } = checks.find(({ check }) => check === 'policy');
  const actions: string[] = policy.Statement.flatMap(({ Action }: { Action: string[] }) => Action);
  expect(actions).toContain('states:GetExecutionHistory');
  expect(actions.filter((action) => !/:(List|Describe|Get|Filter)/.test(action))).toEqual([]);
});

test('doctor against the sandbox finds every permission, and names the one that is missing', async () => {
  const sandbox = startSteptrail(['sandbox', '--port', '0']);
  cleanUps.push(() => sandbox.stop());
  const line = await sandbox.line(/^Use it with AWS_ENDPOINT_URL=/);
  const endpoint = /AWS_ENDPOINT_URL=(http:\S+?);/.exec(line)?.[1];
  const { code, stdout } = await runSteptrail(['doctor', '--json'], {
    ...makeDataFolder(),
    AWS_ENDPOINT_URL: endpoint,
  });
  const checks = stdout
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text) as { check: string; ok: boolean | null });
  expect(code).toBe(0);
  expect(checks.filter(({ ok }) => ok !== true)).toEqual([]);
  expect(checks.map(({ check }) => check)).toContain('states:GetExecutionHistory');
});
