import { createHash } from 'node:crypto';
import { CODECS, cutIntoBlocks, encodeBlock } from '@steptrail/archive';
import {
  type Client,
  enqueueAlerts,
  ensurePartitions,
  finishRun,
  type NewExecution,
  type NewFinding,
  type NewReplay,
  type NewVisit,
  rememberExecutionId,
  replaceVisits,
  reportProblem,
  saveChunks,
  saveDefinition,
  saveExecution,
  saveReplay,
  saveRevision,
  saveStateMachine,
  startRun,
  syncFindings,
} from '@steptrail/store';
import * as histories from './histories.ts';

const { ACCOUNT, CHECKOUT, ORDERS, REGION } = histories;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export const executionArnOf = (machine: string, name: string) =>
  `arn:aws:states:${REGION}:${ACCOUNT}:execution:${machine}:${name}`;

export const STUCK = executionArnOf(ORDERS.name, 'order-1001');
export const SHIPPED = executionArnOf(ORDERS.name, 'order-1002');
export const FAILED = executionArnOf(ORDERS.name, 'order-1003');
export const POLLING = executionArnOf(ORDERS.name, 'poll-1');
export const STUCK_FINDING = 'f'.repeat(64);
export const DEFINITION_FINDING = 'd'.repeat(64);

/** Events of the long execution: three chunks. */
export const POLLING_EVENTS = 2_500;

interface Seed {
  readonly executionArn: string;
  readonly start: number;
  readonly history: readonly Readonly<Record<string, unknown>>[];
  readonly row: Partial<NewExecution> & { readonly status: string };
  readonly visits?: readonly NewVisit[];
  readonly replay?: Partial<NewReplay>;
}

const NOTHING: NewReplay = {
  interpreterVersion: 1,
  lastEventId: 0,
  agrees: 40,
  unverifiable: [],
  divergences: [],
  pending: [],
  mapRuns: [],
  loops: [],
  mapItems: [],
  taken: [],
};

const visit = (state: string, entered: number, exited: number | undefined, event: number): NewVisit => ({
  state,
  stateType: state === 'Ship' ? 'Pass' : 'Task',
  pointer: `/States/${state}`,
  path: '',
  enteredEventId: event,
  exitedEventId: exited === undefined ? undefined : event + 4,
  entered,
  exited,
  attempts: 1,
  outcome: exited === undefined ? 'open' : 'succeeded',
  inputBytes: 63,
  outputBytes: exited === undefined ? undefined : 63,
  events: 5,
});

/**
 * A small archive through the store's own functions: one execution that is stuck, one that shipped, one that failed
 * and diverges, one of 2,500 events; findings, an alert, a problem and a finished run. `now` is epoch milliseconds.
 */
export async function seedArchive(sql: Client, now: number): Promise<void> {
  await saveMachine(sql, ORDERS, now);
  await saveMachine(sql, CHECKOUT, now);
  for (const seed of seedsAt(now)) await saveSeed(sql, seed);
  await saveFindings(sql, now);
  await reportProblem(sql, {
    subject: 'logs:FilterLogEvents /aws/vendedlogs/states/express-checkout',
    code: 'AccessDeniedException',
    message:
      'The log group of express-checkout cannot be read: allow logs:FilterLogEvents on /aws/vendedlogs/states/express-checkout.',
  });
  const run = await startRun(
    sql,
    { sandbox: true, accountId: ACCOUNT, region: REGION },
    new Date(now - 60_000),
  );
  await finishRun(sql, run, { stateMachines: 2, executions: 4 }, new Date(now - 30_000));
}

function seedsAt(now: number): readonly Seed[] {
  const stuck = now - 4 * DAY;
  const shipped = now - 2 * DAY;
  const failed = now - 3 * HOUR;
  const polling = now - 5 * HOUR;
  return [
    {
      executionArn: STUCK,
      start: stuck,
      history: histories.stuckOnApproval('order-1001', stuck),
      row: { status: 'RUNNING' },
      visits: [
        visit('ReserveStock', stuck + 30, stuck + 2_430, 2),
        visit('AskForApproval', stuck + 2_440, undefined, 7),
      ],
      replay: {
        pending: [
          {
            state: 'AskForApproval',
            path: '',
            pointer: '/States/AskForApproval',
            enteredEventId: 7,
            eventId: 10,
            waitsFor: 'callback token',
            since: stuck + 2_600,
            bound: { source: 'service limit', at: stuck + 365 * DAY },
            laterBounds: [],
            resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
          },
        ],
        unverifiable: [{ eventId: 8, state: 'AskForApproval', reason: 'the task token is not recorded' }],
        largestPayload: { bytes: 118, eventId: 3 },
      },
    },
    {
      executionArn: SHIPPED,
      start: shipped,
      history: histories.approvedAndShipped('order-1002', shipped),
      row: { status: 'SUCCEEDED', stopDate: new Date(shipped + 5_400_200), complete: true },
      visits: [
        visit('ReserveStock', shipped + 30, shipped + 2_430, 2),
        visit('AskForApproval', shipped + 2_440, shipped + 5_400_000, 7),
        visit('Ship', shipped + 5_400_100, shipped + 5_400_100, 13),
      ],
      replay: {},
    },
    {
      executionArn: FAILED,
      start: failed,
      history: histories.outOfStock('order-1003', failed),
      row: {
        status: 'FAILED',
        stopDate: new Date(failed + 1_200),
        complete: true,
        error: 'OutOfStock',
        cause: '{"errorMessage":"sku 4711 is not in stock"}',
        failedState: 'ReserveStock',
      },
      visits: [
        { ...visit('ReserveStock', failed + 30, failed + 1_200, 2), outcome: 'failed', error: 'OutOfStock' },
      ],
      replay: {
        divergences: [
          {
            eventId: 3,
            state: 'ReserveStock',
            kind: 'setting',
            expected: '30',
            recorded: '60',
            why: 'The recorded timeout is not that of the definition, so the execution ran with another one.',
          },
        ],
      },
    },
    {
      executionArn: POLLING,
      start: polling,
      history: histories.polling(polling, POLLING_EVENTS),
      row: { status: 'ABORTED', stopDate: new Date(polling + POLLING_EVENTS * 1000), complete: true },
    },
  ];
}

async function saveSeed(
  sql: Client,
  { executionArn, start, history, row, visits, replay }: Seed,
): Promise<void> {
  const startDate = new Date(start);
  await ensurePartitions(sql, [startDate]);
  await sql.begin(async (tx) => {
    const executionId = await rememberExecutionId(tx, executionArn, startDate);
    await saveExecution(tx, {
      executionId,
      executionArn,
      stateMachineArn: ORDERS.stateMachineArn,
      name: executionArn.split(':').at(-1) ?? '',
      type: 'STANDARD',
      source: 'history',
      startDate,
      definitionSha256: digestOf(ORDERS.definition),
      events: history.length,
      lastEventId: history.length,
      ...row,
    });
    const chunks = cutIntoBlocks(history).flatMap((block) => [...encodeBlock(block, CODECS.historyEvents)]);
    await saveChunks(tx, executionId, chunks);
    if (visits !== undefined) await replaceVisits(tx, executionId, visits);
    if (replay !== undefined) {
      await saveReplay(tx, executionId, { ...NOTHING, lastEventId: history.length, ...replay });
    }
  });
}

function digestOf(definition: object): string {
  return createHash('sha256').update(JSON.stringify(definition)).digest('hex');
}

async function saveMachine(
  sql: Client,
  machine: typeof ORDERS | typeof CHECKOUT,
  now: number,
): Promise<void> {
  const { name, stateMachineArn, type, definition } = machine;
  const definitionSha256 = digestOf(definition);
  await saveDefinition(sql, {
    definitionSha256,
    definition: JSON.stringify(definition, null, 2),
    problems: [],
  });
  await saveStateMachine(
    sql,
    {
      stateMachineArn,
      name,
      type,
      status: 'ACTIVE',
      accountId: ACCOUNT,
      region: REGION,
      creationDate: new Date(now - 90 * DAY),
      revisionId: '',
      definitionSha256,
      roleArn: `arn:aws:iam::${ACCOUNT}:role/${name}`,
    },
    new Date(now),
  );
  await saveRevision(sql, { stateMachineArn, revisionId: '', definitionSha256 });
}

async function saveFindings(sql: Client, now: number): Promise<void> {
  const since = now - 4 * DAY + 2_600;
  const stuck: NewFinding = {
    findingId: STUCK_FINDING,
    ruleId: 'execution-stuck',
    severity: 'critical',
    message: 'unbounded',
    data: { state: 'AskForApproval', waitsFor: 'callback token', sinceAt: since, waitedSeconds: 345_597 },
    evidence: {
      pointers: ['/States/AskForApproval'],
      executions: [{ executionArn: STUCK, eventIds: [10] }],
    },
  };
  const definition: NewFinding = {
    findingId: DEFINITION_FINDING,
    ruleId: 'wait-unbounded',
    severity: 'high',
    message: 'unbounded',
    data: { state: 'AskForApproval' },
    evidence: { pointers: ['/States/AskForApproval'], executions: [] },
  };
  const { stateMachineArn } = ORDERS;
  await sql.begin((tx) =>
    syncFindings(tx, { stateMachineArn, executionArn: STUCK }, [stuck], new Date(now - DAY)),
  );
  await sql.begin((tx) => syncFindings(tx, { stateMachineArn }, [definition], new Date(now - 2 * DAY)));
  const alert = {
    findingId: STUCK_FINDING,
    opening: 1,
    change: 'opened',
    destination: 'webhook',
    notification: {},
  } as const;
  await enqueueAlerts(sql, [alert], new Date(now - DAY));
}
