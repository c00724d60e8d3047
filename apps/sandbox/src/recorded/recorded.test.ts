import { existsSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { DescribeStateMachineCommand, GetExecutionHistoryCommand, SFNClient } from '@aws-sdk/client-sfn';
import { expect, onTestFinished, test } from 'vitest';
import { startSandbox } from '../start-sandbox.ts';

const corpus = resolve(
  process.env.STEPTRAIL_CORPUS ?? join(import.meta.dirname, '../../../../../shared/corpus'),
);
const recorded = join(corpus, 'recorded');

const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };

function pass(id: string, machine: string, comment: string, extra = {}) {
  const at = 'arn:aws:states:us-east-1:111122223333';
  return {
    id,
    type: 'STANDARD',
    stateMachineArn: `${at}:stateMachine:${machine}`,
    executionArn: `${at}:execution:${machine}:${id}`,
    definition: { Comment: comment, StartAt: 'A', States: { A: { Type: 'Pass', End: true } } },
    history: [
      {
        id: 1,
        previousEventId: 0,
        timestamp: '2025-01-01T00:00:00.000Z',
        type: 'ExecutionStarted',
        executionStartedEventDetails: {
          input: `{"machine":"${machine}"}`,
          roleArn: 'arn:aws:iam::111122223333:role/r',
        },
      },
      { id: 2, previousEventId: 0, timestamp: '2025-01-01T00:00:00.050Z', type: 'ExecutionAborted' },
    ],
    ...extra,
  };
}

async function serve(files: Readonly<Record<string, unknown>>) {
  const directory = await mkdtemp(join(tmpdir(), 'steptrail-recorded-'));
  for (const [name, value] of Object.entries(files)) {
    await writeFile(join(directory, name), typeof value === 'string' ? value : JSON.stringify(value));
  }
  const complaints: string[] = [];
  const sandbox = await startSandbox({
    source: { recorded: directory },
    complain: (sentence) => complaints.push(sentence),
  });
  onTestFinished(sandbox.close);
  return { ...sandbox, complaints };
}

test('machines that share an ARN but not a definition become distinct, in payloads too', async () => {
  const { account } = await serve({
    'a.json': pass('a', 'shared', 'one'),
    'b.json': pass('b', 'shared', 'two'),
    'c.json': pass('c', 'shared', 'one'),
    'd.json': pass('d', 'alone', 'three'),
  });
  const names = account.stateMachines(0).map(({ name }) => name);
  expect(names).toHaveLength(3);
  expect(names).toContain('alone');
  const shared = account.stateMachines(0).filter(({ name }) => name.startsWith('shared-'));
  expect(shared).toHaveLength(2);
  for (const { stateMachineArn, name } of shared) {
    for (const execution of account.executions(stateMachineArn, 0)) {
      expect(execution.executionArn).toContain(`:execution:${name}:`);
      expect(execution.input).toBe(`{"machine":"${name}"}`);
      expect(execution.status).toBe('ABORTED');
    }
  }
});

test('what cannot be served is told in one sentence and left out', async () => {
  const { account, complaints } = await serve({
    'broken.json': '{"definition": {',
    'empty.json': pass('e', 'empty', 'x', { history: null }),
    'good.json': pass('g', 'good', 'x'),
    'list.json': [],
    'nodefinition.json': pass('n', 'none', 'x', { definition: null }),
    'index.json': [],
    'notes.txt': 'nothing',
  });
  expect(account.stateMachines(0).map(({ name }) => name)).toEqual(['good']);
  expect(complaints.map((sentence) => sentence.replace(/^.*\//, ''))).toEqual([
    'broken.json is left out: it is no JSON.',
    'empty.json is left out: it has neither history nor logs.',
    'list.json is left out: it is no JSON object.',
    'nodefinition.json is left out: it has no definition.',
  ]);
});

test.skipIf(!existsSync(recorded))(
  'the recorded corpus is served whole (skipped where it is absent)',
  async () => {
    const complaints: string[] = [];
    const sandbox = await startSandbox({
      source: { recorded },
      complain: (sentence) => complaints.push(sentence),
    });
    onTestFinished(sandbox.close);
    expect(complaints).toEqual([]);
    const machines = sandbox.account.stateMachines(0);
    const executions = machines.flatMap(({ stateMachineArn }) =>
      sandbox.account.executions(stateMachineArn, 0),
    );
    expect(executions).toHaveLength(400);

    const sfn = new SFNClient({ endpoint: sandbox.endpoint, region: 'us-east-1', credentials });
    let events = 0;
    for (const { executionArn, stateMachineArn } of executions.slice(0, 40)) {
      const history = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
      events += history.events?.length ?? 0;
      const machine = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
      expect(JSON.parse(machine.definition ?? '')).toHaveProperty('StartAt');
    }
    expect(events).toBeGreaterThan(100);

    const logs = new CloudWatchLogsClient({ endpoint: sandbox.endpoint, region: 'us-east-1', credentials });
    const groups = await logs.send(new DescribeLogGroupsCommand({}));
    let records = 0;
    for (const { logGroupName } of groups.logGroups ?? []) {
      for await (const page of paginateFilterLogEvents({ client: logs }, { logGroupName, limit: 2 })) {
        records += page.events?.length ?? 0;
      }
    }
    expect(records).toBeGreaterThan(10);
  },
);
