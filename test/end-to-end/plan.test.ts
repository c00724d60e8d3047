import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '@steptrail/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runSteptrail } from './run-steptrail.ts';

const folder = mkdtempSync(join(tmpdir(), 'steptrail-plan-'));
const STEPTRAIL_CONFIG = join(folder, 'steptrail.yaml');
let sandbox: Sandbox;
let listed = 0;
beforeAll(async () => {
  sandbox = await startSandbox({ now: Date.now });
  const now = Date.now();
  const kept = now - 90 * 86_400_000;
  for (const { stateMachineArn, type } of sandbox.account.stateMachines(now)) {
    if (type === 'EXPRESS') continue;
    const executions = sandbox.account.executions(stateMachineArn, now);
    listed += executions.filter(({ stopDate }) => stopDate === undefined || stopDate > kept).length;
  }
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

test('plan says calls and time by account and Region, under the quotas of the file', {
  timeout: 60_000,
}, async () => {
  const role = `arn:aws:iam::${sandbox.account.accountId}:role/Read`;
  writeFileSync(
    STEPTRAIL_CONFIG,
    `endpoint: ${sandbox.endpoint}
quotaShare: 1
quotas:
  GetExecutionHistory: { size: 100, perSecond: 50 }
accounts:
  - { roleArn: '${role}', regions: [us-east-1, eu-west-1] }
  - { roleArn: 'arn:aws:iam::999999999999:role/Read', regions: [us-east-1] }
`,
  );
  const { code, stdout, stderr } = await runSteptrail(['plan', '--json'], { STEPTRAIL_CONFIG });
  const plans = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(plans.map(({ region }) => region).sort()).toEqual(['eu-west-1', 'us-east-1']);
  const plan = plans.find(({ region }) => region === 'us-east-1');
  expect(plan).toMatchObject({
    accountId: sandbox.account.accountId,
    estimated: false,
    sampled: expect.any(Number),
    problems: [],
  });
  expect(Math.abs(plan.executions - listed)).toBeLessThan(5);
  const histories = plan.calls.find(
    ({ operation }: { operation: string }) => operation === 'GetExecutionHistory',
  );
  expect(histories.calls).toBeGreaterThanOrEqual(plan.executions);
  expect(histories.seconds).toBeCloseTo((histories.calls - 100) / 50);
  expect(plan.seconds).toBeGreaterThanOrEqual(histories.seconds);
  // The account of the other role is told, and does not stop these.
  expect(code).toBe(1);
  expect(stderr).toMatch(/999999999999:role\/Read could not be assumed/);
});

test('plan in words, without a file: no quotas at an endpoint, and what is an estimate is said to be', {
  timeout: 60_000,
}, async () => {
  const env = { AWS_ENDPOINT_URL: sandbox.endpoint };
  const { code, stdout } = await runSteptrail(['plan', '--lists', '5', '--sample', '5'], env);
  expect(code).toBe(0);
  expect(stdout).toMatch(/5 histories measured; \d+ state machines were listed in part or not at all/);
  expect(stdout).toMatch(/GetExecutionHistory +\d+ calls/);
  expect(stdout).toContain('No quotas hold at this endpoint');
  expect(stdout).toContain('Nothing expires before it is reached');
});
