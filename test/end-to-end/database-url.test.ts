import { createTestDatabase } from '@steptrail/store/testing';
import { expect, test } from 'vitest';
import { runSteptrail, startSteptrail } from './run-steptrail.ts';

test('one archive behind DATABASE_URL: ingested, served, looked at, and never mixed with demo data', {
  timeout: 240_000,
}, async () => {
  const database = await createTestDatabase({ empty: true });
  const sandbox = startSteptrail(['sandbox', '--port', '0']);
  try {
    const line = await sandbox.line(/^Use it with AWS_ENDPOINT_URL=/);
    const AWS_ENDPOINT_URL = /AWS_ENDPOINT_URL=(http:\S+?);/.exec(line)?.[1];
    const env = { DATABASE_URL: database.url, STEPTRAIL_PORT: '0' };

    const ingest = await runSteptrail(['ingest', '--once', '--json'], { ...env, AWS_ENDPOINT_URL });
    expect(ingest).toMatchObject({ code: 0 });
    const report = JSON.parse(ingest.stdout);
    expect(report).toMatchObject({ stateMachines: 15, failed: 0, problems: [] });
    const again = await runSteptrail(['ingest', '--once', '--json'], { ...env, AWS_ENDPOINT_URL });
    expect(JSON.parse(again.stdout)).toMatchObject({ failed: 0, problems: [] });

    const { stdout } = await runSteptrail(['executions', '--limit', '5000', '--json'], env);
    expect(stdout.trim().split('\n').length).toBeGreaterThanOrEqual(report.archived);

    const server = startSteptrail(['serve'], { ...env, STEPTRAIL_TOKEN: 'a-token-of-good-length' });
    const url = /^Steptrail is on (\S+)/.exec(await server.line(/^Steptrail is on/))?.[1];
    expect((await fetch(`${url}/api/v1/overview`)).status).toBe(401);
    const headers = { authorization: 'Bearer a-token-of-good-length' };
    const overview = await (await fetch(`${url}/api/v1/overview`, { headers })).json();
    expect(overview).toMatchObject({ stateMachines: 15 });
    await server.stop();
    expect(server.lines.join('\n')).not.toContain('a-token-of-good-length');

    const demo = await runSteptrail(['start'], env);
    expect(demo.code).toBe(1);
    expect(demo.stderr).toContain("an account's archive");
  } finally {
    await sandbox.stop();
    await database.drop();
  }
});
