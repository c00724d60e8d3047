import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import {
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  paginateGetExecutionHistory,
  paginateListStateMachines,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { expect, onTestFinished, test } from 'vitest';
import { startSandbox } from './start-sandbox.ts';

const anchor = Date.parse('2026-11-22T12:00:00.000Z');

async function startDemo() {
  let time = anchor;
  const sandbox = await startSandbox({ now: () => time, region: 'eu-west-1', accountId: '444455556666' });
  onTestFinished(sandbox.close);
  const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
  const config = { endpoint: sandbox.endpoint, region: 'eu-west-1', credentials };
  return {
    sfn: new SFNClient(config),
    logs: new CloudWatchLogsClient(config),
    moveOn: (milliseconds: number) => {
      time += milliseconds;
    },
  };
}

test('the demo account is served to the real SDK, in the region and account asked for', async () => {
  const { sfn, logs } = await startDemo();
  const machines: string[] = [];
  for await (const page of paginateListStateMachines({ client: sfn, pageSize: 4 }, {})) {
    machines.push(...(page.stateMachines ?? []).map(({ stateMachineArn = '' }) => stateMachineArn));
  }
  expect(machines).toHaveLength(15);
  expect(machines[0]).toBe('arn:aws:states:eu-west-1:444455556666:stateMachine:order-fulfilment');

  const stateMachineArn = machines.find((arn) => arn.endsWith(':sales-report'));
  const { executions } = await sfn.send(
    new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }),
  );
  const executionArn = executions?.at(-1)?.executionArn;
  const ids: number[] = [];
  for await (const page of paginateGetExecutionHistory({ client: sfn, pageSize: 1000 }, { executionArn })) {
    ids.push(...(page.events ?? []).map(({ id = 0 }) => id));
  }
  expect(ids.length).toBeGreaterThan(20_500);
  expect(ids).toEqual(ids.map((_, index) => index + 1));

  const records = new Set<string>();
  const query = { logGroupName: '/aws/vendedlogs/states/express-checkout-Logs', limit: 500 };
  for await (const page of paginateFilterLogEvents({ client: logs }, query)) {
    for (const { eventId = '' } of page.events ?? []) records.add(eventId);
  }
  expect(records.size).toBeGreaterThan(1500);
});

test('while it runs, new orders come in and go on', async () => {
  const { sfn, moveOn } = await startDemo();
  const stateMachineArn = 'arn:aws:states:eu-west-1:444455556666:stateMachine:order-fulfilment';
  const newest = async () => {
    const { executions } = await sfn.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 1 }));
    return executions?.[0];
  };
  const before = await newest();
  moveOn(15 * 60 * 1000);
  const after = await newest();
  expect(after?.executionArn).not.toBe(before?.executionArn);
  const history = await sfn.send(new GetExecutionHistoryCommand({ executionArn: after?.executionArn }));
  expect(history.events?.[0]).toMatchObject({ type: 'ExecutionStarted', id: 1 });
});
