import { DescribeLogGroupsCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { type AwsClients, call } from './clients.ts';
import { type Page, readPages } from './pages.ts';

export interface LogGroup {
  readonly logGroupName: string;
  /** Epoch milliseconds. */
  readonly creationTime?: number | undefined;
  /** Undefined: kept for ever. */
  readonly retentionInDays?: number | undefined;
  /** As CloudWatch counts them, some hours late. */
  readonly storedBytes?: number | undefined;
}

/** Log groups whose name begins with the prefix. */
export function describeLogGroups(
  clients: AwsClients,
  logGroupNamePrefix: string,
  signal?: AbortSignal,
): AsyncGenerator<Page<LogGroup>> {
  return readPages(
    'log groups',
    (group) => group.logGroupName,
    async (nextToken) => {
      const answer = await call(
        clients,
        'DescribeLogGroups',
        logGroupNamePrefix || undefined,
        signal,
        (options) =>
          clients.logs.send(
            new DescribeLogGroupsCommand({
              limit: 50,
              ...(logGroupNamePrefix && { logGroupNamePrefix }),
              ...(nextToken && { nextToken }),
            }),
            options,
          ),
      );
      const items = (answer.logGroups ?? []).flatMap(({ logGroupName, ...group }) => {
        const { creationTime, retentionInDays, storedBytes } = group;
        return logGroupName === undefined
          ? []
          : [{ logGroupName, creationTime, retentionInDays, storedBytes }];
      });
      return { items, nextToken: answer.nextToken };
    },
  );
}

/** One log event. Times are epoch milliseconds; `message` is AWS's text. */
export interface LogEvent {
  readonly eventId: string;
  readonly timestamp: number;
  readonly ingestionTime?: number | undefined;
  readonly message: string;
}

/** What to read of a log group: from `startTime` (inclusive) to `endTime`, epoch milliseconds. */
export interface LogWindow {
  readonly logGroupName: string;
  readonly startTime: number;
  readonly endTime: number;
}

/** The log events of a window, in the order of their time. Pages may be empty where more follow. */
export function filterLogEvents(
  clients: AwsClients,
  { logGroupName, startTime, endTime }: LogWindow,
  signal?: AbortSignal,
): AsyncGenerator<Page<LogEvent>> {
  return readPages(
    `log events of ${logGroupName}`,
    (event) => event.eventId,
    async (nextToken) => {
      const answer = await call(clients, 'FilterLogEvents', logGroupName, signal, (options) =>
        clients.logs.send(
          new FilterLogEventsCommand({
            logGroupName,
            startTime,
            endTime,
            limit: 10_000,
            ...(nextToken && { nextToken }),
          }),
          options,
        ),
      );
      const items = (answer.events ?? []).flatMap(({ eventId, timestamp, ingestionTime, message }) =>
        message === undefined
          ? []
          : [
              {
                eventId: eventId ?? `${timestamp} ${message}`,
                timestamp: timestamp ?? 0,
                ingestionTime,
                message,
              },
            ],
      );
      return { items, nextToken: answer.nextToken };
    },
  );
}

/** The name of a log group from its ARN, with or without the trailing `:*`. */
export function logGroupNameOf(logGroupArn: string): string | undefined {
  return /^arn:[^:]*:logs:[^:]*:[^:]*:log-group:([^:]+)/.exec(logGroupArn)?.[1];
}
