import {
  type AwsClients,
  budgetedQuotas,
  createAwsClients,
  detectSource,
  type Quotas,
  type Source,
  whoAmI,
} from '@steptrail/aws';
import { startSandbox } from '@steptrail/sandbox';
import type { ConfigurationFile } from './configuration-file.ts';
import { isQueueUrl } from './configuration-shape.ts';
import { type SourceEntry, sourceEntriesOf } from './source-entries.ts';
import { UsageError } from './usage-error.ts';

/** Where executions are read from, ready to be asked. */
export interface ChosenSource {
  readonly clients: AwsClients;
  readonly kind: 'sandbox' | 'aws';
  readonly region: string;
  readonly endpoint?: string | undefined;
  readonly accountId?: string | undefined;
  /** What Steptrail keeps to, the share of production left out; undefined: no quotas hold. */
  readonly quotas?: Quotas | undefined;
  /** Days for which AWS keeps closed executions; undefined: 90. */
  readonly retentionDays?: number | undefined;
  /** Where its status changes come; undefined: nowhere. */
  readonly queueUrl?: string | undefined;
  /** Whether it works on tasks of its own account and Region only: where others may fill the same archive. */
  readonly scoped: boolean;
  /** One sentence for the person who started it. */
  readonly description: string;
  readonly close: () => Promise<void>;
}

/** A source of several that could not be opened: the others go on without it. */
export interface UnopenedSource {
  readonly entry: SourceEntry;
  /** One sentence. */
  readonly failure: string;
}

/** What the environment and the configuration file lead to, not yet opened. */
export type SourceChoice =
  | { readonly kind: 'sandbox'; readonly open: (anchor: () => Promise<number>) => Promise<ChosenSource> }
  | { readonly kind: 'aws'; readonly accounts: AccountsChoice };

/** Accounts and Regions to read. */
export interface AccountsChoice {
  readonly entries: readonly SourceEntry[];
  /** Whether a configuration file names them: then one that cannot be opened does not stop the others. */
  readonly named: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;
type RealSource = Exclude<Source, { kind: 'none' }>;

/**
 * The one account that the environment leads to.
 * @throws UsageError where no Region is set
 */
function entryOfEnvironment(
  source: RealSource,
  file: ConfigurationFile | undefined,
  queueUrl: string | undefined,
): SourceEntry {
  const { region } = source;
  if (region === undefined) {
    throw new UsageError(
      'AWS credentials were found, but no Region: set AWS_REGION, for example to us-east-1.',
    );
  }
  const named = file && sourceEntriesOf({ ...file, accounts: [{ regions: [region] }] }, {})[0];
  return {
    name: `Region ${region}`,
    retentionDays: file?.retentionDays,
    queueUrl,
    clients: {
      region,
      quotas: named?.clients.quotas,
      quotaShare: file?.quotaShare,
      ...(source.kind === 'endpoint' ? { endpoint: source.endpoint, credentials: source.credentials } : {}),
    },
  };
}

/**
 * Opens one account's Region: asks whose credentials these are.
 * @param mustBeKnown whether an account that cannot be told is an error, for its work could not be told from others'
 * @throws UsageError where it is another account than the configuration says, or has to be known and is not
 */
export async function openEntry(entry: SourceEntry, mustBeKnown: boolean): Promise<ChosenSource> {
  const { region, endpoint } = entry.clients;
  const clients = createAwsClients(entry.clients);
  const identity = await whoAmI(clients);
  const accountId = identity.known ? identity.accountId : entry.accountId;
  const refuse = (sentence: string): never => {
    clients.close();
    throw new UsageError(sentence);
  };
  if (accountId === undefined && mustBeKnown) {
    const why = identity.known ? '' : identity.problem.message;
    refuse(`${entry.name}: it cannot be told which account this is, so add its accountId. ${why}`);
  }
  if (entry.accountId !== undefined && accountId !== entry.accountId) {
    refuse(
      `${entry.name} shall be account ${entry.accountId}, but its credentials belong to account ${accountId}: correct the one or the other.`,
    );
  }
  const account =
    accountId === undefined ? 'an account that does not say its number' : `account ${accountId}`;
  return {
    clients,
    kind: 'aws',
    region,
    endpoint,
    accountId,
    quotas: budgetedQuotas(entry.clients),
    retentionDays: entry.retentionDays,
    queueUrl: entry.queueUrl,
    scoped: mustBeKnown || (endpoint === undefined && accountId !== undefined),
    description: `Reading ${account} at ${endpoint ?? 'AWS'}, Region ${region}.`,
    close: async () => clients.close(),
  };
}

async function openSandbox(why: string, anchor: number): Promise<ChosenSource> {
  const sandbox = await startSandbox({ port: 0, now: Date.now, anchor });
  const { region, accountId } = sandbox.account;
  const clients = createAwsClients({
    region,
    endpoint: sandbox.endpoint,
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
  });
  return {
    clients,
    kind: 'sandbox',
    region,
    endpoint: sandbox.endpoint,
    accountId,
    scoped: false,
    description: `${why} Until then: the sandbox with its demo account.`,
    close: async () => {
      clients.close();
      await sandbox.close();
    },
  };
}

/**
 * The accounts that the configuration file names; else AWS where the environment has credentials, the server behind
 * AWS_ENDPOINT_URL where that is set, else the sandbox.
 * @throws UsageError where an account has no Region
 */
export async function chooseSource(
  env: Environment,
  file: ConfigurationFile | undefined,
): Promise<SourceChoice> {
  const accounts = await findAccounts(env, file);
  return typeof accounts === 'string'
    ? { kind: 'sandbox', open: async (anchor) => openSandbox(accounts, await anchor()) }
    : { kind: 'aws', accounts };
}

/**
 * The accounts that file and environment lead to.
 * @throws UsageError where there are none
 */
export async function chooseAccounts(
  env: Environment,
  file: ConfigurationFile | undefined,
): Promise<AccountsChoice> {
  const accounts = await findAccounts(env, file);
  if (typeof accounts === 'string') throw new UsageError(accounts);
  return accounts;
}

/** The accounts to read, or why there are none. */
async function findAccounts(
  env: Environment,
  file: ConfigurationFile | undefined,
): Promise<AccountsChoice | string> {
  const queueUrl = env.STEPTRAIL_QUEUE_URL?.trim() || undefined;
  if (queueUrl !== undefined && !isQueueUrl(queueUrl)) {
    throw new UsageError(
      `STEPTRAIL_QUEUE_URL is "${queueUrl}", which is no URL of a queue: write it as https://sqs.eu-west-1.amazonaws.com/111122223333/steptrail-status-changes.`,
    );
  }
  if (file?.accounts !== undefined) {
    if (queueUrl !== undefined) {
      throw new UsageError(
        `STEPTRAIL_QUEUE_URL is of the one account of the environment, but ${file.path} names accounts: give each its \`queueUrls\` there, and unset the variable.`,
      );
    }
    return { entries: sourceEntriesOf({ ...file, accounts: file.accounts }, env), named: true };
  }
  const source = await detectSource({ ...env, AWS_ENDPOINT_URL: env.AWS_ENDPOINT_URL || file?.endpoint });
  if (source.kind === 'none') return source.why;
  return { entries: [entryOfEnvironment(source, file, queueUrl)], named: false };
}

/** What could be opened of some accounts, and what could not. */
export interface OpenedAccounts {
  readonly sources: readonly ChosenSource[];
  readonly unopened: readonly UnopenedSource[];
}

/**
 * Opens accounts side by side. Of those that a file names, one that cannot be opened is told, and an account's Region
 * that is there already too; the one of the environment is thrown.
 */
export async function openAccounts({ entries, named }: AccountsChoice): Promise<OpenedAccounts> {
  const results = await Promise.all(
    entries.map(async (entry): Promise<ChosenSource | UnopenedSource> => {
      try {
        return await openEntry(entry, named);
      } catch (error) {
        if (!named || !(error instanceof UsageError)) throw error;
        return { entry, failure: error.message };
      }
    }),
  );
  const sources: ChosenSource[] = [];
  const unopened: UnopenedSource[] = [];
  for (const [i, result] of results.entries()) {
    const entry = entries[i];
    if ('failure' in result) unopened.push(result);
    else if (entry !== undefined && sources.some((other) => isSamePlace(other, result))) {
      await result.close();
      const failure = `${entry.name} leads to account ${result.accountId} in ${result.region} as another entry does: leave one of them out.`;
      unopened.push({ entry, failure });
    } else sources.push(result);
  }
  return { sources, unopened };
}

export function isSamePlace(
  one: Pick<ChosenSource, 'accountId' | 'region'>,
  other: Pick<ChosenSource, 'accountId' | 'region'>,
): boolean {
  return one.accountId === other.accountId && one.region === other.region;
}
