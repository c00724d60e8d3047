import {
  awsErrorAnswer,
  clientsFor,
  type ScriptedAnswer,
  startScriptedEndpoint,
} from '@steptrail/aws/testing';
import { listFindings, readExecution } from '@steptrail/store';
import { expect, it, onTestFinished } from 'vitest';
import { ingestOnce } from './ingest.ts';
import { rebuildExecutions } from './rejudge.ts';
import { executionArn, testAccount } from './testing/account.ts';
import {
  APPROVAL,
  approvalHistory,
  DAY,
  HOUR,
  LOOP,
  loopHistory,
  machineArn,
  START,
} from './testing/events.ts';
import { openWorld } from './testing/world.ts';

type Body = Readonly<Record<string, unknown>>;
const ARN = executionArn('Other', 'e');

/** One state machine with one execution, both as told; `now` is two days after its start. */
async function open(definition = APPROVAL) {
  const told = {
    status: 'RUNNING',
    history: (_: Body): ScriptedAnswer => ({ json: { events: [] } }),
  };
  const answers: Readonly<Record<string, (body: Body) => ScriptedAnswer>> = {
    ListStateMachines: () => ({ json: { stateMachines: [{ stateMachineArn: machineArn('Other') }] } }),
    DescribeStateMachine: () => ({ json: { definition } }),
    ListTagsForResource: () => ({ json: {} }),
    ListStateMachineVersions: () => ({ json: {} }),
    ListStateMachineAliases: () => ({ json: {} }),
    ListActivities: () => ({ json: {} }),
    ListExecutions: () => {
      const stopDate = told.status === 'RUNNING' ? {} : { stopDate: START / 1000 + 60 };
      return {
        json: {
          executions: [{ executionArn: ARN, startDate: START / 1000, status: told.status, ...stopDate }],
        },
      };
    },
    GetExecutionHistory: (body) => told.history(body),
  };
  const server = await startScriptedEndpoint(({ operation, body }) => answers[operation]?.(body));
  const world = await openWorld(testAccount([]), START + 2 * DAY);
  const clients = clientsFor(server.endpoint, { maxAttempts: 1 });
  onTestFinished(server.close);
  onTestFinished(() => clients.close());
  const { sql } = world.db;
  const context = { ...world.context, clients };
  return {
    told,
    context,
    setNow: world.setNow,
    ingest: () => ingestOnce(context),
    rebuild: () => rebuildExecutions(sql, { now: context.now, all: true }),
    read: async () => {
      const criticals = await listFindings(sql, { severity: ['critical'], state: 'open', limit: 10 });
      const execution = await readExecution(sql, ARN);
      return { ...execution, criticals: criticals.rows.map(({ ruleId }) => ruleId) };
    },
  };
}

const cutAfter = (events: readonly unknown[]): ScriptedAnswer => ({
  text: `${JSON.stringify({ events }).slice(0, -2)},{"timestamp":17`,
  contentType: 'application/x-amz-json-1.0',
});
const waiting = approvalHistory(START);
const answered = approvalHistory(START, HOUR);

it.each([
  ['broke off', cutAfter(waiting), 'NotJson'],
  ['came without its end', { json: { events: waiting } }, 'StrangeHistory'],
  ['came empty', { json: { events: [] } }, 'StrangeHistory'],
])(
  'a closed execution whose history %s is not stuck, before and after a rebuild',
  async (_, answer, code) => {
    const { told, ingest, rebuild, read, setNow } = await open();
    told.status = 'SUCCEEDED';
    told.history = () => answer;
    expect((await ingest()).problems).toMatchObject([{ code }]);
    const incomplete = { status: 'SUCCEEDED', complete: false, criticals: [], pending: [] };
    expect(await read()).toMatchObject({ ...incomplete, problem: expect.any(String) });
    await rebuild();
    expect(await read()).toMatchObject(incomplete);

    told.history = () => ({ json: { events: answered } });
    setNow(START + 3 * DAY);
    expect((await ingest()).problems).toEqual([]);
    expect(await read()).toMatchObject({ complete: true, events: 8, criticals: [], problem: null });
  },
);

it('an open execution is judged only where its newest event has come', async () => {
  const { told, ingest, rebuild, read, setNow } = await open();
  told.history = () => cutAfter(waiting);
  expect((await ingest()).problems).toMatchObject([{ code: 'NotJson' }]);
  expect(await read()).toMatchObject({ status: 'RUNNING', events: 5, criticals: [], pending: [] });
  await rebuild();
  expect(await read()).toMatchObject({ criticals: [], problem: expect.stringContaining('JSON') });
  setNow(START + 2 * DAY + HOUR);
  await ingest();
  expect((await read()).criticals).toEqual([]);
  told.history = () => ({ json: { events: waiting.toReversed() } });
  expect((await ingest()).problems).toEqual([]);
  expect(await read()).toMatchObject({ problem: null, criticals: ['execution-stuck'] });
});

it('what is known stays when nothing new can be fetched', async () => {
  const { told, ingest, read } = await open();
  told.history = () => ({ json: { events: waiting } });
  await ingest();
  told.history = () => cutAfter(waiting);
  expect((await ingest()).problems).toMatchObject([{ code: 'NotJson' }]);
  expect((await read()).criticals).toEqual(['execution-stuck']);
  told.history = () => awsErrorAnswer('InternalServerError', '', 500);
  await ingest();
  expect((await read()).criticals).toEqual(['execution-stuck']);
});

it('an open execution of which AWS gives no event is none that waits', async () => {
  const { told, ingest, rebuild, read, setNow } = await open();
  setNow(START + 1000);
  expect((await ingest()).problems).toEqual([]);
  expect(await read()).toMatchObject({ status: 'RUNNING', events: 0, criticals: [], problem: null });
  setNow(START + 2 * DAY);
  expect((await ingest()).problems).toMatchObject([{ message: expect.stringContaining('gives no event') }]);
  await rebuild();
  expect((await read()).criticals).toEqual([]);
  told.history = () => ({ json: { events: waiting } });
  expect((await ingest()).problems).toEqual([]);
  expect((await read()).criticals).toEqual(['execution-stuck']);
});

it('an execution that AWS has forgotten is not stuck any more', async () => {
  const { told, ingest, rebuild, read } = await open();
  told.history = () => ({ json: { events: waiting } });
  await ingest();
  expect((await read()).criticals).toEqual(['execution-stuck']);
  told.history = () => awsErrorAnswer('ExecutionDoesNotExist', 'Execution Does Not Exist');
  for (const again of [ingest, rebuild, ingest]) {
    await again();
    const forgotten = { events: 5, criticals: [], problem: expect.stringContaining('no longer has') };
    expect(await read()).toMatchObject(forgotten);
  }
});

it('fills the gap that a break between the newest and the known events has left', async () => {
  const { told, ingest, read, setNow } = await open(LOOP);
  const events = loopHistory(START, 1000, false);
  const page = ({ reverseOrder, nextToken }: Body, from: number, to: number): ScriptedAnswer => {
    const list = reverseOrder === true ? events.slice(0, to).reverse() : events.slice(from, to);
    const at = Number(nextToken ?? 0);
    const more = at + 1000 < list.length ? { nextToken: `${at + 1000}` } : {};
    return { json: { events: list.slice(at, at + 1000), ...more } };
  };
  setNow(START + HOUR);
  told.history = (body) => page(body, 0, 1000);
  await ingest();
  told.history = (body) => (body.nextToken === undefined ? page(body, 0, 4001) : 'hang up');
  expect((await ingest()).problems).toMatchObject([{ code: 'ConnectionCut' }]);
  expect(await read()).toMatchObject({ events: 2000, lastEventId: 4001 });
  told.history = (body) => page(body, 0, 4001);
  expect((await ingest()).problems).toEqual([]);
  expect(await read()).toMatchObject({ events: 4001, lastEventId: 4001, divergences: 0, problem: null });
});
