import { DescribeMapRunCommand, ListMapRunsCommand } from '@aws-sdk/client-sfn';
import { type AwsClients, call } from './clients.ts';
import { type Page, readPages } from './pages.ts';

/** A row of ListMapRuns. */
export interface ListedMapRun {
  readonly mapRunArn: string;
  readonly startDate?: Date | undefined;
  readonly stopDate?: Date | undefined;
}

/** Counts of items or child executions by what became of them, named as AWS names them. */
export type MapRunCounts = Readonly<Record<string, number>>;

/** What DescribeMapRun says. */
export interface DescribedMapRun {
  /** Of the execution that started it. */
  readonly executionArn?: string | undefined;
  readonly status: string;
  readonly startDate?: Date | undefined;
  readonly stopDate?: Date | undefined;
  readonly maxConcurrency?: number | undefined;
  readonly toleratedFailureCount?: number | undefined;
  readonly toleratedFailurePercentage?: number | undefined;
  readonly itemCounts: MapRunCounts;
  readonly executionCounts: MapRunCounts;
  readonly redriveCount: number;
  readonly redriveDate?: Date | undefined;
}

/** The Map Runs that an execution started. Its quota is one a second, and the history names them too. */
export function listMapRuns(
  clients: AwsClients,
  executionArn: string,
  signal?: AbortSignal,
): AsyncGenerator<Page<ListedMapRun>> {
  return readPages(
    `Map Runs of ${executionArn}`,
    (row) => row.mapRunArn,
    async (nextToken) => {
      const answer = await call(clients, 'ListMapRuns', executionArn, signal, (options) =>
        clients.sfn.send(
          new ListMapRunsCommand({ executionArn, maxResults: 1000, ...(nextToken && { nextToken }) }),
          options,
        ),
      );
      const items = (answer.mapRuns ?? []).flatMap(({ mapRunArn, startDate, stopDate }) =>
        mapRunArn ? [{ mapRunArn, startDate, stopDate }] : [],
      );
      return { items, nextToken: answer.nextToken };
    },
  );
}

function countsOf(given: object | undefined): MapRunCounts {
  const counts: Record<string, number> = {};
  for (const [name, value] of Object.entries(given ?? {}))
    if (typeof value === 'number') counts[name] = value;
  return counts;
}

/** A Map Run as it stands now. */
export async function describeMapRun(
  clients: AwsClients,
  mapRunArn: string,
  signal?: AbortSignal,
): Promise<DescribedMapRun> {
  const answer = await call(clients, 'DescribeMapRun', mapRunArn, signal, (options) =>
    clients.sfn.send(new DescribeMapRunCommand({ mapRunArn }), options),
  );
  return {
    executionArn: answer.executionArn,
    status: answer.status ?? 'RUNNING',
    startDate: answer.startDate,
    stopDate: answer.stopDate,
    maxConcurrency: answer.maxConcurrency,
    toleratedFailureCount: answer.toleratedFailureCount,
    toleratedFailurePercentage: answer.toleratedFailurePercentage,
    itemCounts: countsOf(answer.itemCounts),
    executionCounts: countsOf(answer.executionCounts),
    redriveCount: answer.redriveCount ?? 0,
    redriveDate: answer.redriveDate,
  };
}
