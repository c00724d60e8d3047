import type { StateMachine } from '@steptrail/asl';
import { AwsError, listMapRuns } from '@steptrail/aws';
import { type NotedMapRun, noteMapRuns, type Sql } from '@steptrail/store';
import { hasDistributedMap } from './child-definition.ts';
import { type IngestContext, present } from './context.ts';
import type { ReadHistory } from './read-through.ts';

/**
 * Whether an execution may have Map Runs that its history, as far as it came, does not name. Else the history is
 * enough: AWS answers only one ListMapRuns a second.
 */
export function mayHideMapRuns(
  { hasUnnamedMapRun }: Pick<ReadHistory, 'hasUnnamedMapRun'>,
  isWhole: boolean,
  machine: StateMachine | undefined,
): boolean {
  return hasUnnamedMapRun || (!isWhole && machine !== undefined && hasDistributedMap(machine));
}

/** Notes the Map Runs that AWS lists of an execution. What AWS does not answer leaves those that the history names. */
export async function noteListedMapRuns(
  sql: Sql,
  context: IngestContext,
  parent: { readonly executionId: string; readonly executionArn: string; readonly stateMachineArn: string },
): Promise<void> {
  const listed: NotedMapRun[] = [];
  try {
    for await (const { items } of listMapRuns(context.clients, parent.executionArn, context.signal)) {
      for (const { mapRunArn, startDate } of items) {
        listed.push({
          mapRunArn,
          startDate,
          state: undefined,
          startedEventId: undefined,
          lastEventId: 0,
          status: 'RUNNING',
          stopDate: undefined,
        });
      }
    }
  } catch (error) {
    if (!(error instanceof AwsError) || error.fatal) throw error;
  }
  await noteMapRuns(sql, parent, listed, present(context));
}
