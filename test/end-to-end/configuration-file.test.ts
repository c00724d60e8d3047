import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox } from '@steptrail/sandbox';
import { createTestDatabase, type TestDatabase } from '@steptrail/store/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runSteptrail } from './run-steptrail.ts';

const folder = mkdtempSync(join(tmpdir(), 'steptrail-file-'));
const STEPTRAIL_CONFIG = join(folder, 'steptrail.yaml');
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ empty: true });
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

test.each(['ingest', 'start', 'plan'])(
  '%s names a typo with its place and the nearest key, and does nothing else',
  async (command) => {
    writeFileSync(STEPTRAIL_CONFIG, 'accounts:\n  - regoins: [eu-west-1]\n');
    const { code, stderr, stdout } = await runSteptrail([command], { STEPTRAIL_CONFIG });
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: '',
      stderr: `${STEPTRAIL_CONFIG}:2:5: unknown key \`regoins\` at accounts[0]: did you mean \`regions\`?\n`,
    });
  },
);

test('doctor checks file and roles of every account and Region', { timeout: 60_000 }, async () => {
  const sandbox = await startSandbox({ now: Date.now, externalId: 'ours' });
  try {
    const role = `arn:aws:iam::${sandbox.account.accountId}:role/Read`;
    writeFileSync(
      STEPTRAIL_CONFIG,
      `endpoint: ${sandbox.endpoint}\naccounts:\n  - { roleArn: '${role}', externalId: ours, regions: [us-east-1, eu-west-1] }\n  - { roleArn: '${role}Too', externalId: wrong, regions: [us-east-1] }\n`,
    );
    const env = { STEPTRAIL_CONFIG, DATABASE_URL: database.url };
    const { code, stdout } = await runSteptrail(['doctor', '--json'], env);
    const checks: { check: string; ok: boolean | null; message: string }[] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(code).toBe(1);
    expect(checks.filter(({ ok }) => ok === false).map(({ message }) => message)).toEqual([
      expect.stringMatching(/^accounts\[1\] in us-east-1: .* could not be assumed/),
    ]);
    const identities = checks.filter(({ check }) => check === 'identity').map(({ message }) => message);
    expect(identities[0]).toContain(`assumed-role/Read/steptrail in account ${sandbox.account.accountId}`);
    expect(checks.find(({ check }) => check === 'configuration')).toMatchObject({ ok: true });
    const { policy } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    expect(JSON.stringify(policy)).toContain(`"sts:AssumeRole"],"Resource":["${role}","${role}Too"]`);
  } finally {
    await sandbox.close();
  }
});
