import {
  type AwsClientOptions,
  credentialsOfProfile,
  credentialsOfRole,
  namesCredentials,
  overrideQuotas,
  PLACEHOLDER_CREDENTIALS,
  type Quotas,
  quotasOf,
  regionOfQueue,
} from '@steptrail/aws';
import type { ConfigurationFile } from './configuration-file.ts';
import type { AccountEntry } from './configuration-shape.ts';
import { UsageError } from './usage-error.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** One account's Region to read, as the configuration has it; nothing is asked of AWS yet. */
export interface SourceEntry {
  /** For people: which entry of the file it is, and its Region. */
  readonly name: string;
  /** The account that it must be, where the configuration says so. */
  readonly accountId?: string | undefined;
  readonly clients: AwsClientOptions;
  /** Days for which AWS keeps closed executions; undefined: 90. */
  readonly retentionDays?: number | undefined;
  /** Where its status changes come; undefined: nowhere. */
  readonly queueUrl?: string | undefined;
}

/**
 * The accounts and Regions of a configuration file. What an entry leaves out is taken from the file's own keys, then
 * from the environment: AWS_ENDPOINT_URL before `endpoint`, AWS_REGION where there is no `regions`.
 * @throws UsageError where an entry has no Region or a queue of none, or two are the same
 */
export function sourceEntriesOf(
  file: ConfigurationFile & { readonly accounts: readonly AccountEntry[] },
  env: Environment,
): readonly SourceEntry[] {
  const seen = new Map<string, string>();
  return file.accounts.flatMap((account, i) => {
    const ownRegion = env.AWS_REGION || env.AWS_DEFAULT_REGION;
    const regions = account.regions ?? (ownRegion ? [ownRegion] : []);
    if (regions.length === 0) {
      throw new UsageError(
        `${file.path}: accounts[${i}] names no Region: add \`regions: [eu-west-1]\`, or set AWS_REGION.`,
      );
    }
    const queues = queuesOf(account, regions, `${file.path}: accounts[${i}]`);
    return regions.map((region) => {
      const name = `accounts[${i}] in ${region}`;
      const identity = JSON.stringify([
        account.accountId,
        account.roleArn,
        account.profile,
        account.endpoint,
        region,
      ]);
      const twin = seen.get(identity);
      if (twin !== undefined)
        throw new UsageError(`${file.path}: ${name} is the same as ${twin}: leave one of them out.`);
      seen.set(identity, name);
      return { ...entryOf(file, account, region, name, env), queueUrl: queues.get(region) };
    });
  });
}

/** The queue of each Region, by the Region in its URL; a server other than AWS names none. */
function queuesOf(
  { queueUrls = [] }: AccountEntry,
  regions: readonly string[],
  where: string,
): ReadonlyMap<string, string> {
  const queues = new Map<string, string>();
  for (const queueUrl of queueUrls) {
    const region = regionOfQueue(queueUrl) ?? (regions.length === 1 ? regions[0] : undefined);
    if (region === undefined || !regions.includes(region)) {
      throw new UsageError(
        `${where}: the queue ${queueUrl} is in none of its Regions (${regions.join(', ')}): an event rule sends to a queue of its own Region.`,
      );
    }
    if (queues.has(region)) {
      throw new UsageError(`${where}: there are two queues of ${region}: one a Region is followed.`);
    }
    queues.set(region, queueUrl);
  }
  return queues;
}

function entryOf(
  file: ConfigurationFile,
  account: AccountEntry,
  region: string,
  name: string,
  env: Environment,
): SourceEntry {
  const endpoint = account.endpoint ?? (env.AWS_ENDPOINT_URL || file.endpoint);
  const quotas = quotasOfEntry(file, account, region);
  const { roleArn } = account;
  return {
    name,
    accountId: account.accountId ?? roleArn?.split(':')[4],
    retentionDays: account.retentionDays ?? file.retentionDays,
    clients: {
      region,
      endpoint,
      credentials: credentialsOf(account, region, endpoint, env),
      quotaShare: file.quotaShare,
      quotas,
    },
  };
}

/** AWS's sizes with those that the file gives in their place; undefined: the file gives none. */
function quotasOfEntry(file: ConfigurationFile, account: AccountEntry, region: string): Quotas | undefined {
  if (file.quotas === undefined && account.quotas === undefined) return undefined;
  return overrideQuotas(quotasOf(region), given(file.quotas), given(account.quotas));
}

function given(quotas: ConfigurationFile['quotas']): Partial<Quotas> {
  return Object.fromEntries(Object.entries(quotas ?? {}).filter(([, quota]) => quota !== undefined));
}

function credentialsOf(
  account: AccountEntry,
  region: string,
  endpoint: string | undefined,
  env: Environment,
): AwsClientOptions['credentials'] {
  const { roleArn, externalId, sessionName = 'steptrail', profile } = account;
  const nobody = endpoint !== undefined && !namesCredentials(env) ? PLACEHOLDER_CREDENTIALS : undefined;
  const own = profile === undefined ? nobody : credentialsOfProfile(profile);
  return roleArn === undefined
    ? own
    : credentialsOfRole({ roleArn, externalId, sessionName, region, endpoint, as: own });
}
