import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider, Logger } from '@aws-sdk/types';
import { AwsError, describeAwsError } from './aws-error.ts';
import { HistoryProtocol } from './history-protocol.ts';
import { ACTIONS, type Operation, type Quotas, quotasOf, shareOf } from './quotas.ts';
import { spendBudget, withinBudget } from './spend-budget.ts';
import { REAL_TIME, type RequestBudget, type Timing, TokenBucket } from './token-bucket.ts';

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
  readonly sqs: SQSClient;
  readonly sts: STSClient;
  /** What each operation has to keep to; an operation without a budget is not held back. */
  readonly budgets: ReadonlyMap<Operation, RequestBudget>;
  /** Closes the connections. */
  readonly close: () => void;
}

const silent = () => {};

/**
 * With no `info` the SDK does not copy every answer to filter it for a log: the copy costs more than parsing it. The
 * others are called unasked: `debug` by the chain of credentials, `warn` by SQS's client.
 */
const NO_LOGGER = { trace: silent, debug: silent, warn: silent, error: silent } as Partial<Logger> as Logger;

/** SQS waits so long for a message before it answers that there is none. Milliseconds. */
const LONG_POLL = 20_000;

/** Where an endpoint is AWS's own, such as one of a VPC or of FIPS, its quotas hold too. */
const AWS_HOST = /\.(amazonaws\.com(\.cn)?|api\.aws)$/;

function isOfAws(endpoint: string | undefined): boolean {
  return endpoint === undefined || (URL.canParse(endpoint) && AWS_HOST.test(new URL(endpoint).hostname));
}

/**
 * Makes the clients of one account and Region. Nothing is asked of AWS yet.
 * Retries and back-off are the SDK's, each attempt within the budget of its operation; without budgets the SDK slows
 * itself down (its adaptive mode). Every wait has an end.
 */
export function createAwsClients(options: AwsClientOptions): AwsClients {
  const { region, endpoint, credentials } = options;
  const requestTimeout = options.requestTimeout ?? 30_000;
  const budgets = makeBudgets(options);
  const shared = {
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials }),
    logger: NO_LOGGER,
    retryMode: budgets.size === 0 ? 'adaptive' : 'standard',
    maxAttempts: options.maxAttempts ?? (isOfAws(endpoint) ? 5 : 3),
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
  const whenPolling = requestTimeout + LONG_POLL;
  const sqs = new SQSClient({
    ...shared,
    requestHandler: { ...shared.requestHandler, requestTimeout: whenPolling, socketTimeout: whenPolling },
  });
  const sts = new STSClient(shared);
  spendBudget(sfn.middlewareStack);
  spendBudget(logs.middlewareStack);
  spendBudget(sns.middlewareStack);
  spendBudget(sqs.middlewareStack);
  spendBudget(sts.middlewareStack);
  return {
    region,
    endpoint,
    sfn,
    logs,
    sns,
    sqs,
    sts,
    budgets,
    close: () => {
      for (const client of [sfn, logs, sns, sqs, sts]) client.destroy();
    },
  };
}

/** The quotas that clients with these options keep to, the share of production left out; undefined: none. */
export function budgetedQuotas(
  options: Pick<AwsClientOptions, 'region' | 'endpoint' | 'quotas' | 'quotaShare'>,
): Quotas | undefined {
  const quotas = options.quotas ?? (isOfAws(options.endpoint) ? quotasOf(options.region) : 'unlimited');
  return quotas === 'unlimited' ? undefined : shareOf(quotas, options.quotaShare ?? 0.5);
}

function makeBudgets(options: AwsClientOptions): ReadonlyMap<Operation, RequestBudget> {
  const quotas = budgetedQuotas(options);
  if (quotas === undefined) return new Map();
  const timing = options.timing ?? REAL_TIME;
  const operations = Object.keys(ACTIONS) as Operation[];
  return new Map(operations.map((operation) => [operation, new TokenBucket(quotas[operation], timing)]));
}

/** How far AWS's clock is ahead of this machine's, as its answers say; milliseconds, 0 where less than five minutes. */
export function clockOffsetOf({ sfn }: AwsClients): number {
  return sfn.config.systemClockOffset;
}

/** The same clients, with other budgets in place of their own: such as those that several processes share. */
export function withBudgets(clients: AwsClients, budgets: ReadonlyMap<Operation, RequestBudget>): AwsClients {
  return { ...clients, budgets };
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
  return withinBudget(
    clients.budgets.get(operation),
    signal,
    () => send(signal === undefined ? {} : { abortSignal: signal }),
    (error) => {
      if (signal?.aborted) return signal.reason;
      const place = { region: clients.region, endpoint: clients.endpoint, resource };
      return new AwsError(describeAwsError(error, operation, place), operation, error);
    },
  );
}
