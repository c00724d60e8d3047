import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { STSClient } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider, Logger } from '@aws-sdk/types';
import { AwsError, describeAwsError } from './aws-error.ts';
import { HistoryProtocol } from './history-protocol.ts';
import { ACTIONS, type Operation, type Quotas, quotasOf, shareOf } from './quotas.ts';
import { REAL_TIME, type Timing, TokenBucket } from './token-bucket.ts';

export interface AwsClientOptions {
  readonly region: string;
  /** Of another server than AWS, such as the sandbox. */
  readonly endpoint?: string | undefined;
  /** Default: the SDK's chain. */
  readonly credentials?: AwsCredentialIdentity | AwsCredentialIdentityProvider | undefined;
  /** Share of AWS's quota that is used at most; production shares the rest. Default 0.5. */
  readonly quotaShare?: number | undefined;
  /** Other quotas than AWS's own; `unlimited` is the default where an endpoint is given. */
  readonly quotas?: Quotas | 'unlimited' | undefined;
  /** Attempts of one call, the first included. Default 5 at AWS, 3 elsewhere. */
  readonly maxAttempts?: number | undefined;
  /** Milliseconds until a connection must stand. Default 5,000. */
  readonly connectionTimeout?: number | undefined;
  /** Milliseconds until an answer must have come, and between two pieces of it. Default 30,000. */
  readonly requestTimeout?: number | undefined;
  readonly timing?: Timing | undefined;
}

/** One account's clients in one Region, with the budget they share. */
export interface AwsClients {
  readonly region: string;
  readonly endpoint: string | undefined;
  readonly sfn: SFNClient;
  readonly logs: CloudWatchLogsClient;
  readonly sns: SNSClient;
  readonly sts: STSClient;
  readonly buckets: ReadonlyMap<Operation, TokenBucket>;
  /** Closes the connections. */
  readonly close: () => void;
}

/**
 * With no `info` the SDK does not copy every answer to filter it for a log: the copy costs more than parsing it.
 * Its type asks for members that its code does not.
 */
const NO_LOGGER = {} as Logger;

/**
 * Makes the clients of one account and Region. Nothing is asked of AWS yet.
 * Retries and back-off are the SDK's, in adaptive mode; every wait has an end.
 */
export function createAwsClients(options: AwsClientOptions): AwsClients {
  const { region, endpoint, credentials } = options;
  const requestTimeout = options.requestTimeout ?? 30_000;
  const shared = {
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
    logger: NO_LOGGER,
    retryMode: 'adaptive',
    maxAttempts: options.maxAttempts ?? (endpoint === undefined ? 5 : 3),
    requestHandler: {
      connectionTimeout: options.connectionTimeout ?? 5_000,
      requestTimeout,
      socketTimeout: requestTimeout,
      throwOnRequestTimeout: true,
    },
  };
  const sfn = new SFNClient({ ...shared, protocol: HistoryProtocol });
  const logs = new CloudWatchLogsClient(shared);
  const sns = new SNSClient(shared);
  const sts = new STSClient(shared);
  return {
    region,
    endpoint,
    sfn,
    logs,
    sns,
    sts,
    buckets: makeBuckets(options),
    close: () => {
      for (const client of [sfn, logs, sns, sts]) client.destroy();
    },
  };
}

function makeBuckets(options: AwsClientOptions): ReadonlyMap<Operation, TokenBucket> {
  const quotas = options.quotas ?? (options.endpoint === undefined ? quotasOf(options.region) : 'unlimited');
  if (quotas === 'unlimited') return new Map();
  const budget = shareOf(quotas, options.quotaShare ?? 0.5);
  const timing = options.timing ?? REAL_TIME;
  const operations = Object.keys(ACTIONS) as Operation[];
  return new Map(operations.map((operation) => [operation, new TokenBucket(budget[operation], timing)]));
}

/**
 * Makes one call inside its budget. A failure is thrown as AwsError, an abort as the signal's reason.
 * @param resource what is asked for, as it shall stand in an error's sentence
 */
export async function call<T>(
  clients: AwsClients,
  operation: Operation,
  resource: string | undefined,
  signal: AbortSignal | undefined,
  send: (options: { abortSignal?: AbortSignal }) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  await clients.buckets.get(operation)?.take(signal);
  try {
    return await send(signal === undefined ? {} : { abortSignal: signal });
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    const place = { region: clients.region, endpoint: clients.endpoint, resource };
    throw new AwsError(describeAwsError(error, operation, place), operation, error);
  }
}
