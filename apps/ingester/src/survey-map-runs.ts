import {
  type AwsClients,
  countHistoryEvents,
  describeMapRun,
  type ListedExecution,
  listExecutions,
  listMapRuns,
} from '@steptrail/aws';

/** What some executions of a state machine have started by Map Runs. */
export interface SampledMapRuns {
  readonly executions: number;
  readonly mapRuns: number;
  readonly children: number;
  /** Lengths of the children's histories that were measured. */
  readonly lengths: readonly number[];
}

/** Children whose history is measured, of each execution. */
const CHILDREN_MEASURED = 1;

/**
 * Counts the Map Runs of some executions and their children, and measures some of these.
 * @throws AwsError where one call fails
 */
export async function sampleMapRuns(
  clients: AwsClients,
  executions: readonly ListedExecution[],
  signal?: AbortSignal,
): Promise<SampledMapRuns> {
  let mapRuns = 0;
  let children = 0;
  const lengths: number[] = [];
  for (const { executionArn } of executions) {
    let measured = 0;
    for await (const { items } of listMapRuns(clients, executionArn, signal)) {
      for (const { mapRunArn } of items) {
        mapRuns += 1;
        const { executionCounts } = await describeMapRun(clients, mapRunArn, signal);
        children += executionCounts.total ?? 0;
        if (measured >= CHILDREN_MEASURED) continue;
        const [child] = await firstChildren(clients, mapRunArn, signal);
        if (child === undefined) continue;
        measured += 1;
        const length = await countHistoryEvents(clients, child.executionArn, signal);
        if (length !== undefined) lengths.push(length);
      }
    }
  }
  return { executions: executions.length, mapRuns, children, lengths };
}

async function firstChildren(clients: AwsClients, mapRunArn: string, signal?: AbortSignal) {
  for await (const { items } of listExecutions(clients, { mapRunArn }, signal)) return items;
  return [];
}
