/** Buckets (size, refill per second) of the operations that the sandbox answers; step-functions.md 3.4 and 4.5. */
const LARGE_REGIONS: ReadonlySet<string> = new Set(['us-east-1', 'us-west-2', 'eu-west-1']);

type Bucket = readonly [size: number, refill: number];

const QUOTAS: Readonly<Record<string, { readonly large: Bucket; readonly others: Bucket }>> = {
  ListStateMachines: { large: [100, 5], others: [100, 5] },
  DescribeStateMachine: { large: [200, 20], others: [200, 20] },
  DescribeStateMachineForExecution: { large: [200, 1], others: [200, 1] },
  ListExecutions: { large: [200, 5], others: [100, 2] },
  DescribeExecution: { large: [300, 15], others: [250, 10] },
  GetExecutionHistory: { large: [400, 20], others: [400, 20] },
  ListTagsForResource: { large: [100, 1], others: [100, 1] },
  ListMapRuns: { large: [100, 1], others: [100, 1] },
  DescribeMapRun: { large: [200, 1], others: [200, 1] },
  ListStateMachineVersions: { large: [100, 1], others: [100, 1] },
  ListStateMachineAliases: { large: [100, 1], others: [100, 1] },
  DescribeStateMachineAlias: { large: [200, 1], others: [200, 1] },
  ListActivities: { large: [100, 10], others: [100, 5] },
  DescribeActivity: { large: [200, 1], others: [200, 1] },
  FilterLogEvents: { large: [25, 25], others: [10, 10] },
  DescribeLogGroups: { large: [10, 10], others: [10, 10] },
};

/** Says whether a call is within AWS's quota for its operation. */
export type Admission = (operation: string) => boolean;

/**
 * Token buckets with AWS's own sizes, one an operation.
 * @param clock milliseconds, of any origin; never goes back
 */
export function createQuotas(region: string, clock: () => number): Admission {
  const levels = new Map<string, { tokens: number; at: number }>();
  return (operation) => {
    const row = QUOTAS[operation];
    if (row === undefined) return true;
    const [size, refill] = LARGE_REGIONS.has(region) ? row.large : row.others;
    const now = clock();
    const level = levels.get(operation) ?? { tokens: size, at: now };
    level.tokens = Math.min(size, level.tokens + ((now - level.at) / 1000) * refill);
    level.at = now;
    levels.set(operation, level);
    if (level.tokens < 1) return false;
    level.tokens -= 1;
    return true;
  };
}
