import {
  DescribeExecutionCommand,
  type ExecutionListItem,
  type ExecutionStatus,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
} from '@aws-sdk/client-sfn';
import { AwsError } from './aws-error.ts';
import { type AwsClients, call } from './clients.ts';
import { AnswerTooLong, UnreadableAnswer } from './history-protocol.ts';
import { type Page, type PagingProblem, readPages } from './pages.ts';

/** A row of ListExecutions, or what DescribeExecution says of the same; payloads are in the history. */
export interface ListedExecution {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly name: string;
  readonly status: string;
  readonly startDate?: Date | undefined;
  readonly stopDate?: Date | undefined;
  readonly redriveCount: number;
  readonly redriveDate?: Date | undefined;
  readonly mapRunArn?: string | undefined;
  readonly stateMachineVersionArn?: string | undefined;
  readonly stateMachineAliasArn?: string | undefined;
}

type RawExecution = Partial<Omit<ExecutionListItem, 'itemCount'>>;

function readRow(raw: RawExecution, executionArn: string, stateMachineArn: string): ListedExecution {
  return {
    executionArn,
    stateMachineArn: raw.stateMachineArn ?? stateMachineArn,
    name: raw.name ?? executionArn.split(':')[7] ?? executionArn,
    status: raw.status ?? 'RUNNING',
    startDate: raw.startDate,
    stopDate: raw.stopDate,
    redriveCount: raw.redriveCount ?? 0,
    redriveDate: raw.redriveDate,
    mapRunArn: raw.mapRunArn,
    stateMachineVersionArn: raw.stateMachineVersionArn,
    stateMachineAliasArn: raw.stateMachineAliasArn,
  };
}

/** The executions of a Standard state machine, or the children of a Map Run, newest first, 1,000 a page. */
export function listExecutions(
  clients: AwsClients,
  request: { readonly statusFilter?: ExecutionStatus | undefined } & (
    | { readonly stateMachineArn: string; readonly mapRunArn?: undefined }
    | { readonly mapRunArn: string; readonly stateMachineArn?: undefined }
  ),
  signal?: AbortSignal,
): AsyncGenerator<Page<ListedExecution>> {
  const { stateMachineArn, mapRunArn, statusFilter } = request;
  const of = mapRunArn ?? stateMachineArn;
  return readPages(
    `executions of ${of}`,
    (row) => row.executionArn,
    async (nextToken) => {
      const answer = await call(clients, 'ListExecutions', of, signal, (options) =>
        clients.sfn.send(
          new ListExecutionsCommand({
            ...(mapRunArn === undefined ? { stateMachineArn } : { mapRunArn }),
            maxResults: 1000,
            ...(statusFilter && { statusFilter }),
            ...(nextToken && { nextToken }),
          }),
          options,
        ),
      );
      const items = (answer.executions ?? []).flatMap((row) =>
        row.executionArn
          ? [
              readRow(
                { ...row, mapRunArn: row.mapRunArn ?? mapRunArn },
                row.executionArn,
                stateMachineArn ?? '',
              ),
            ]
          : [],
      );
      return { items, nextToken: answer.nextToken };
    },
  );
}

/** One execution, without its payloads. */
export async function describeExecution(
  clients: AwsClients,
  executionArn: string,
  signal?: AbortSignal,
): Promise<ListedExecution> {
  const answer = await call(clients, 'DescribeExecution', executionArn, signal, (options) =>
    clients.sfn.send(new DescribeExecutionCommand({ executionArn, includedData: 'METADATA_ONLY' }), options),
  );
  return readRow(answer, executionArn, answer.stateMachineArn ?? '');
}

/**
 * How many events a history has, in one call: the id of the newest. Undefined where the server does not give the
 * newest first.
 */
export async function countHistoryEvents(
  clients: AwsClients,
  executionArn: string,
  signal?: AbortSignal,
): Promise<number | undefined> {
  const answer = await call(clients, 'GetExecutionHistory', executionArn, signal, (options) =>
    clients.sfn.send(
      new GetExecutionHistoryCommand({
        executionArn,
        maxResults: 1,
        reverseOrder: true,
        includeExecutionData: false,
      }),
      options,
    ),
  );
  const [newest] = answer.events ?? [];
  const ignored = newest?.id === 1 && answer.nextToken !== undefined;
  return ignored ? undefined : newest?.id;
}

/** A page of history: events verbatim, as parsed from the wire (timestamps are epoch seconds). */
export interface HistoryPage {
  /** Gone when the next page is asked for: nobody is to hold two. */
  readonly events: readonly unknown[];
  /** With the last page only: why the history is not whole. */
  readonly problem?: PagingProblem | { readonly code: string; readonly message: string } | undefined;
}

function identify(event: unknown): string {
  if (typeof event !== 'object' || event === null || !('id' in event)) return JSON.stringify(event);
  return `${String(event.id)} ${'type' in event ? String(event.type) : ''}`;
}

interface HistoryOptions {
  readonly reverse?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Events a page: as many as AWS allows, and fewer where these are too much to hold. */
const PAGE_SIZES = [1000, 100, 10];

/**
 * The history of a Standard execution, 1,000 events a page. `reverse` asks for the newest first; a server may ignore
 * that, so look at the ids. A page that breaks off gives the events that were complete, and the problem. Where pages
 * are very long it begins anew with shorter ones, and what has come already does not come again.
 */
export async function* readHistory(
  clients: AwsClients,
  executionArn: string,
  options: HistoryOptions = {},
): AsyncGenerator<HistoryPage> {
  const came = new Set<string>();
  for (const size of PAGE_SIZES) {
    try {
      for await (const { events, problem } of readPagesOf(clients, executionArn, size, options)) {
        const fresh = size === PAGE_SIZES[0] ? events : events.filter((event) => !came.has(identify(event)));
        for (const event of events) came.add(identify(event));
        yield { events: fresh, problem };
      }
      return;
    } catch (error) {
      const isTooLong = error instanceof AwsError && error.cause instanceof AnswerTooLong;
      if (!isTooLong || size === PAGE_SIZES.at(-1)) throw error;
    }
  }
}

async function* readPagesOf(
  clients: AwsClients,
  executionArn: string,
  maxResults: number,
  { reverse = false, signal }: HistoryOptions,
): AsyncGenerator<HistoryPage> {
  let parsed: unknown[] = [];
  const pages = readPages<unknown>(`history events of ${executionArn}`, identify, async (nextToken) => {
    const answer = await call(clients, 'GetExecutionHistory', executionArn, signal, (options) =>
      clients.sfn.send(
        new GetExecutionHistoryCommand({
          executionArn,
          maxResults,
          reverseOrder: reverse,
          includeExecutionData: true,
          ...(nextToken && { nextToken }),
        }),
        options,
      ),
    );
    parsed = Array.isArray(answer.events) ? answer.events : [];
    return { items: parsed, nextToken: typeof answer.nextToken === 'string' ? answer.nextToken : undefined };
  });
  try {
    for await (const { items, problem } of pages) {
      yield { events: items, problem };
      parsed.length = 0;
    }
  } catch (error) {
    if (!(error instanceof AwsError && error.cause instanceof UnreadableAnswer)) throw error;
    if (error.cause.events.length === 0) throw error;
    yield { events: error.cause.events, problem: { code: error.code, message: error.message } };
  }
}
