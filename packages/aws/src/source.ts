import { SFNClient } from '@aws-sdk/client-sfn';
import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import type { AwsCredentialIdentity } from '@aws-sdk/types';

/** Where executions can be read from, as the environment has it. */
export type Source =
  | { readonly kind: 'aws'; readonly region: string | undefined }
  | {
      readonly kind: 'endpoint';
      /** Undefined where only a service's own variable (`AWS_ENDPOINT_URL_SFN`) is set: the SDK reads that itself. */
      readonly endpoint: string | undefined;
      readonly region: string;
      /** Placeholders, where the environment has no credentials: another server than AWS rarely checks them. */
      readonly credentials?: AwsCredentialIdentity;
    }
  | { readonly kind: 'none'; readonly why: string };

export type Environment = Readonly<Record<string, string | undefined>>;

/** Accepted by servers that do not check: nobody's secret. */
export const PLACEHOLDER_CREDENTIALS: AwsCredentialIdentity = {
  accessKeyId: 'steptrail',
  secretAccessKey: 'steptrail',
};

/** How long the credential chain may take: off EC2 its last link waits for an answer that never comes. */
const CHAIN_MILLISECONDS = 1000;

/**
 * What the environment gives to read from: an endpoint, AWS credentials, or nothing. Asks no AWS service for anything
 * but credentials, and takes about a second at most.
 * @param loadCredentials the SDK's default chain, unless another is given
 */
export async function detectSource(
  env: Environment = process.env,
  loadCredentials: () => Promise<unknown> = () =>
    fromNodeProviderChain({ timeout: CHAIN_MILLISECONDS / 2, maxRetries: 0 })(),
): Promise<Source> {
  const region = env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? (await regionOfProfile());
  const hasCredentials = namesCredentials(env) || (await succeedsInTime(loadCredentials));
  const ownEndpoint = env.AWS_ENDPOINT_URL_SFN;
  const endpoint = env.AWS_ENDPOINT_URL;
  if (endpoint || ownEndpoint) {
    return {
      kind: 'endpoint',
      endpoint: endpoint || undefined,
      region: region ?? 'us-east-1',
      ...(hasCredentials ? {} : { credentials: PLACEHOLDER_CREDENTIALS }),
    };
  }
  if (hasCredentials) return { kind: 'aws', region };
  return {
    kind: 'none',
    why: 'No AWS credentials were found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_ENDPOINT_URL.',
  };
}

/** Whether somebody named credentials: then they are meant, and a mistake in them must be told, not passed over. */
export function namesCredentials(env: Environment): boolean {
  return Boolean(
    (env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY) ||
      env.AWS_PROFILE ||
      env.AWS_WEB_IDENTITY_TOKEN_FILE ||
      env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI ||
      env.AWS_CONTAINER_CREDENTIALS_FULL_URI,
  );
}

async function regionOfProfile(): Promise<string | undefined> {
  const client = new SFNClient({});
  try {
    return await client.config.region();
  } catch {
    return undefined;
  } finally {
    client.destroy();
  }
}

async function succeedsInTime(load: () => Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, CHAIN_MILLISECONDS, false);
  });
  try {
    return await Promise.race([
      load().then(
        () => true,
        () => false,
      ),
      tooLate,
    ]);
  } finally {
    clearTimeout(timer);
  }
}
