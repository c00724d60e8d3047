import { describeActivity, listActivities } from './activities.ts';
import { AwsError } from './aws-error.ts';
import type { AwsClients } from './clients.ts';
import { describeExecution, listExecutions, readHistory } from './executions.ts';
import { whoAmI } from './identity.ts';
import { describeLogGroups, filterLogEvents } from './logs.ts';
import { describeMapRun, listMapRuns } from './map-runs.ts';
import { ACTIONS, type Operation } from './quotas.ts';
import {
  describeStateMachine,
  describeStateMachineForExecution,
  listStateMachines,
  listTags,
} from './state-machines.ts';
import { describeStateMachineAlias, listStateMachineAliases, listStateMachineVersions } from './versions.ts';

/** An IAM policy document. */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly {
    readonly Sid: string;
    readonly Effect: 'Allow';
    readonly Action: readonly string[];
    readonly Resource: string | readonly string[];
  }[];
}

/**
 * What an ingest calls: GetCallerIdentity needs no permission, Publish only where a topic is configured, SQS only where
 * a queue is.
 */
const READS = [
  'ListStateMachines',
  'DescribeStateMachine',
  'DescribeStateMachineForExecution',
  'ListExecutions',
  'GetExecutionHistory',
  'ListTagsForResource',
  'ListMapRuns',
  'DescribeMapRun',
  'DescribeExecution',
  'ListStateMachineVersions',
  'ListStateMachineAliases',
  'DescribeStateMachineAlias',
  'ListActivities',
  'DescribeActivity',
] as const satisfies readonly Operation[];
const LOG_READS = ['DescribeLogGroups', 'FilterLogEvents'] as const satisfies readonly Operation[];

const QUEUE_READS = [
  'ReceiveMessage',
  'DeleteMessageBatch',
  'GetQueueAttributes',
] as const satisfies readonly Operation[];

/**
 * The least that Steptrail needs: reading; publishing to one topic, assuming roles and receiving from queues where those
 * are configured.
 */
export function leastPrivilegePolicy({
  sns,
  queues = [],
  roles = [],
}: {
  readonly sns?: string | undefined;
  /** ARNs of the queues that status changes come by. */
  readonly queues?: readonly string[] | undefined;
  /** Roles to assume, of whoever Steptrail starts as. */
  readonly roles?: readonly string[] | undefined;
} = {}): PolicyDocument {
  const allow = (Sid: string, operations: readonly Operation[], Resource: string | readonly string[]) =>
    ({ Sid, Effect: 'Allow', Action: operations.map((operation) => ACTIONS[operation]), Resource }) as const;
  return {
    Version: '2012-10-17',
    Statement: [
      allow('ReadStateMachinesAndHistories', READS, '*'),
      allow('ReadExpressLogs', LOG_READS, '*'),
      ...(sns === undefined ? [] : [allow('AnnounceFindings', ['Publish'], sns)]),
      ...(queues.length === 0 ? [] : [allow('ReceiveStatusChanges', QUEUE_READS, queues)]),
      ...(roles.length === 0
        ? []
        : [
            {
              Sid: 'AssumeReadingRoles',
              Effect: 'Allow',
              Action: ['sts:AssumeRole'],
              Resource: [...new Set(roles)],
            } as const,
          ]),
    ],
  };
}

export interface ProbedPermission {
  readonly action: string;
  /** Undefined where it could not be found out, for example because the server was not reached. */
  readonly allowed: boolean | undefined;
  readonly message: string;
}

type Probe = readonly [Operation, () => Promise<void>];

/** Takes the first page of a listing and no more. */
async function firstOf<T>(pages: AsyncGenerator<{ readonly items: readonly T[] }>): Promise<T | undefined> {
  const page = await pages.next();
  await pages.return(undefined);
  return page.done ? undefined : page.value.items[0];
}

/**
 * Tries each reading action once, on what is there, or on a name that is not: "does not exist" is allowed too.
 * Nothing is changed; Publish is not tried, for that would announce something.
 */
export async function probePermissions(
  clients: AwsClients,
  signal?: AbortSignal,
): Promise<readonly ProbedPermission[]> {
  const identity = await whoAmI(clients, signal);
  const account = identity.known ? identity.accountId : '000000000000';
  let stateMachineArn = `arn:aws:states:${clients.region}:${account}:stateMachine:steptrail-probe`;
  let executionArn = `arn:aws:states:${clients.region}:${account}:execution:steptrail-probe:steptrail-probe`;
  const mapRunArn = `arn:aws:states:${clients.region}:${account}:mapRun:steptrail-probe/steptrail:00000000-0000-4000-8000-000000000000`;
  let activityArn = `arn:aws:states:${clients.region}:${account}:activity:steptrail-probe`;
  let logGroupName = 'steptrail-probe';

  const probes: readonly Probe[] = [
    [
      'ListStateMachines',
      async () => {
        for await (const { items } of listStateMachines(clients, signal)) {
          const standard = items.find((row) => row.type !== 'EXPRESS');
          stateMachineArn = standard?.stateMachineArn ?? stateMachineArn;
          return;
        }
      },
    ],
    ['DescribeStateMachine', async () => void (await describeStateMachine(clients, stateMachineArn, signal))],
    ['ListTagsForResource', async () => void (await listTags(clients, stateMachineArn, signal))],
    [
      'ListExecutions',
      async () => {
        const execution = await firstOf(listExecutions(clients, { stateMachineArn }, signal));
        executionArn = execution?.executionArn ?? executionArn;
      },
    ],
    [
      'DescribeStateMachineForExecution',
      async () => void (await describeStateMachineForExecution(clients, executionArn, signal)),
    ],
    [
      'GetExecutionHistory',
      async () => {
        const pages = readHistory(clients, executionArn, { signal });
        await pages.next();
        await pages.return(undefined);
      },
    ],
    ['DescribeExecution', async () => void (await describeExecution(clients, executionArn, signal))],
    ['ListMapRuns', async () => void (await firstOf(listMapRuns(clients, executionArn, signal)))],
    ['DescribeMapRun', async () => void (await describeMapRun(clients, mapRunArn, signal))],
    [
      'ListStateMachineVersions',
      async () => void (await firstOf(listStateMachineVersions(clients, stateMachineArn, signal))),
    ],
    [
      'ListStateMachineAliases',
      async () => void (await firstOf(listStateMachineAliases(clients, stateMachineArn, signal))),
    ],
    [
      'DescribeStateMachineAlias',
      async () =>
        void (await describeStateMachineAlias(clients, `${stateMachineArn}:steptrail-probe`, signal)),
    ],
    [
      'ListActivities',
      async () => {
        activityArn = (await firstOf(listActivities(clients, signal)))?.activityArn ?? activityArn;
      },
    ],
    ['DescribeActivity', async () => void (await describeActivity(clients, activityArn, signal))],
    [
      'DescribeLogGroups',
      async () => {
        logGroupName = (await firstOf(describeLogGroups(clients, '', signal)))?.logGroupName ?? logGroupName;
      },
    ],
    [
      'FilterLogEvents',
      async () =>
        void (await firstOf(filterLogEvents(clients, { logGroupName, startTime: 0, endTime: 1 }, signal))),
    ],
  ];
  const results: ProbedPermission[] = [];
  for (const [operation, probe] of probes) results.push(await tryOne(operation, probe));
  return results;
}

async function tryOne(operation: Operation, probe: () => Promise<void>): Promise<ProbedPermission> {
  const action = ACTIONS[operation];
  try {
    await probe();
    return { action, allowed: true, message: `${action} is allowed.` };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    if (/AccessDenied|AuthorizationError/.test(error.code)) {
      return { action, allowed: false, message: error.message };
    }
    if (/DoesNotExist|NotFound|TypeNotSupported/.test(error.code)) {
      return { action, allowed: true, message: `${action} is allowed (there is nothing to read).` };
    }
    return { action, allowed: undefined, message: error.message };
  }
}
