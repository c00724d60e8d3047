/**
 * What AWS allows, per account and Region: a token bucket of `size` requests, refilled by `perSecond`.
 * @see step-functions.md sections 3.4 and 4.5; step-functions-data.json `throttles`
 */
export interface Quota {
  readonly size: number;
  readonly perSecond: number;
}

/** Days for which AWS keeps closed executions, unless an account asked for 30. */
export const RETENTION_DAYS = 90;

/** The operations that Steptrail calls, each with the IAM action that allows it. */
export const ACTIONS = {
  ListStateMachines: 'states:ListStateMachines',
  DescribeStateMachine: 'states:DescribeStateMachine',
  DescribeStateMachineForExecution: 'states:DescribeStateMachineForExecution',
  ListExecutions: 'states:ListExecutions',
  DescribeExecution: 'states:DescribeExecution',
  GetExecutionHistory: 'states:GetExecutionHistory',
  ListTagsForResource: 'states:ListTagsForResource',
  ListMapRuns: 'states:ListMapRuns',
  DescribeMapRun: 'states:DescribeMapRun',
  ListStateMachineVersions: 'states:ListStateMachineVersions',
  ListStateMachineAliases: 'states:ListStateMachineAliases',
  DescribeStateMachineAlias: 'states:DescribeStateMachineAlias',
  ListActivities: 'states:ListActivities',
  DescribeActivity: 'states:DescribeActivity',
  DescribeLogGroups: 'logs:DescribeLogGroups',
  FilterLogEvents: 'logs:FilterLogEvents',
  GetCallerIdentity: 'sts:GetCallerIdentity',
  Publish: 'sns:Publish',
  ReceiveMessage: 'sqs:ReceiveMessage',
  DeleteMessageBatch: 'sqs:DeleteMessage',
  GetQueueAttributes: 'sqs:GetQueueAttributes',
} as const;

export type Operation = keyof typeof ACTIONS;

/** Quotas by operation. */
export type Quotas = Readonly<Record<Operation, Quota>>;

const BIG_THREE = new Set(['us-east-1', 'us-west-2', 'eu-west-1']);

const SLOW_LOG_REGIONS = new Set([
  'ap-northeast-3',
  'ap-southeast-3',
  'ca-west-1',
  'eu-central-1',
  'il-central-1',
]);

function filterLogEventsPerSecond(region: string): number {
  if (region === 'us-east-1') return 25;
  return SLOW_LOG_REGIONS.has(region) ? 5 : 10;
}

/** AWS's own quotas of a Region, which an account may have had raised. */
export function quotasOf(region: string): Quotas {
  const big = BIG_THREE.has(region);
  const logs = filterLogEventsPerSecond(region);
  return {
    ListStateMachines: { size: 100, perSecond: 5 },
    DescribeStateMachine: { size: 200, perSecond: 20 },
    DescribeStateMachineForExecution: { size: 200, perSecond: 1 },
    ListExecutions: big ? { size: 200, perSecond: 5 } : { size: 100, perSecond: 2 },
    DescribeExecution: big ? { size: 300, perSecond: 15 } : { size: 250, perSecond: 10 },
    GetExecutionHistory: { size: 400, perSecond: 20 },
    ListTagsForResource: { size: 100, perSecond: 1 },
    ListMapRuns: { size: 100, perSecond: 1 },
    DescribeMapRun: { size: 200, perSecond: 1 },
    ListStateMachineVersions: { size: 100, perSecond: 1 },
    ListStateMachineAliases: { size: 100, perSecond: 1 },
    DescribeStateMachineAlias: { size: 200, perSecond: 1 },
    ListActivities: { size: 100, perSecond: big ? 10 : 5 },
    DescribeActivity: { size: 200, perSecond: 1 },
    DescribeLogGroups: { size: 10, perSecond: 10 },
    FilterLogEvents: { size: logs, perSecond: logs },
    GetCallerIdentity: { size: 10, perSecond: 10 },
    Publish: { size: 30, perSecond: 30 },
    // SQS sets no limit to standard queues: this one keeps a fault of ours from becoming expensive.
    ReceiveMessage: { size: 300, perSecond: 300 },
    DeleteMessageBatch: { size: 300, perSecond: 300 },
    GetQueueAttributes: { size: 10, perSecond: 10 },
  };
}

/** The quotas with only a share of them taken, for production calls the same operations; at least one request fits. */
export function shareOf(quotas: Quotas, share: number): Quotas {
  const cut = (quota: Quota): Quota => ({
    size: Math.max(1, quota.size * share),
    perSecond: quota.perSecond * share,
  });
  const operations = Object.keys(quotas) as Operation[];
  const shares = operations.map((operation) => [operation, cut(quotas[operation])]);
  return Object.fromEntries(shares) as Quotas;
}

/** The quotas with some of them replaced, such as those that AWS has raised for an account; the last given holds. */
export function overrideQuotas(quotas: Quotas, ...own: readonly Partial<Quotas>[]): Quotas {
  return Object.assign({}, quotas, ...own);
}
