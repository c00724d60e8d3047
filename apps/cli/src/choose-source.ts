import { type AwsClients, createAwsClients, detectSource, whoAmI } from '@steptrail/aws';
import { type Sandbox, startSandbox } from '@steptrail/sandbox';
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

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * AWS where the environment has credentials, the server behind AWS_ENDPOINT_URL where that is set, and otherwise
 * the sandbox, if it may stand in.
 * @throws UsageError where there is nothing to read from
 */
export async function chooseSource(
  env: Environment,
  { sandbox }: { sandbox: boolean },
): Promise<ChosenSource> {
  const source = await detectSource(env);
  if (source.kind === 'none') {
    if (!sandbox) throw new UsageError(source.why);
    return openSandbox(source.why);
  }
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
  const place =
    endpoint === undefined ? `AWS, Region ${source.region}` : `${endpoint}, Region ${source.region}`;
  return {
    clients,
    kind: 'aws',
    region: source.region,
    endpoint,
    accountId,
    description: `Reading ${account} at ${place}.`,
    close: async () => clients.close(),
  };
}

async function openSandbox(why: string): Promise<ChosenSource> {
  const sandbox: Sandbox = await startSandbox({ port: 0, now: Date.now });
  const clients = createAwsClients({
    region: sandbox.account.region,
    endpoint: sandbox.endpoint,
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
  });
  return {
    clients,
    kind: 'sandbox',
    region: sandbox.account.region,
    endpoint: sandbox.endpoint,
    accountId: sandbox.account.accountId,
    description: `${why} Running on the sandbox's demo account instead.`,
    close: async () => {
      clients.close();
      await sandbox.close();
    },
  };
}
