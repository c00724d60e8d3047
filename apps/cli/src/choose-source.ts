import { type AwsClients, createAwsClients, detectSource, type Source, whoAmI } from '@steptrail/aws';
import { startSandbox } from '@steptrail/sandbox';
import { UsageError } from './usage-error.ts';

/** Where executions are read from, ready to be asked. */
export interface ChosenSource {
  readonly clients: AwsClients;
  readonly kind: 'sandbox' | 'aws';
  readonly region: string;
  readonly endpoint?: string | undefined;
  readonly accountId?: string | undefined;
  /** One sentence for the person who started it. */
  readonly description: string;
  readonly close: () => Promise<void>;
}

/** What the environment leads to, not yet opened. `anchor` is asked for the demo account alone. */
export interface SourceChoice {
  readonly kind: 'sandbox' | 'aws';
  readonly open: (anchor: () => Promise<number>) => Promise<ChosenSource>;
}

type Environment = Readonly<Record<string, string | undefined>>;
type RealSource = Exclude<Source, { kind: 'none' }>;

/**
 * Clients for AWS, or for the server behind AWS_ENDPOINT_URL.
 * @throws UsageError where no Region is set
 */
async function openAccount(source: RealSource): Promise<ChosenSource> {
  if (source.region === undefined) {
    throw new UsageError(
      'AWS credentials were found, but no Region: set AWS_REGION, for example to us-east-1.',
    );
  }
  const endpoint = source.kind === 'endpoint' ? source.endpoint : undefined;
  const clients = createAwsClients({
    region: source.region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(source.kind === 'endpoint' && source.credentials !== undefined
      ? { credentials: source.credentials }
      : {}),
  });
  const identity = await whoAmI(clients);
  const accountId = identity.known ? identity.accountId : undefined;
  const account =
    accountId === undefined ? 'an account that does not say its number' : `account ${accountId}`;
  return {
    clients,
    kind: 'aws',
    region: source.region,
    endpoint,
    accountId,
    description: `Reading ${account} at ${endpoint ?? 'AWS'}, Region ${source.region}.`,
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
    description: `${why} Until then: the sandbox with its demo account.`,
    close: async () => {
      clients.close();
      await sandbox.close();
    },
  };
}

/** AWS where the environment has credentials, the server behind AWS_ENDPOINT_URL where that is set, else the sandbox. */
export async function chooseSource(env: Environment): Promise<SourceChoice> {
  const source = await detectSource(env);
  return source.kind === 'none'
    ? { kind: 'sandbox', open: async (anchor) => openSandbox(source.why, await anchor()) }
    : { kind: 'aws', open: () => openAccount(source) };
}

/**
 * The account that the environment leads to.
 * @throws UsageError where there are neither credentials nor an endpoint
 */
export async function openAccountOf(env: Environment): Promise<ChosenSource> {
  const source = await detectSource(env);
  if (source.kind === 'none') throw new UsageError(source.why);
  return openAccount(source);
}
