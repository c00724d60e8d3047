import { fromIni, fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@aws-sdk/types';

/** A role to assume: in another account as a rule. */
export interface RoleToAssume {
  readonly roleArn: string;
  /** What the role's trust policy asks for, where it does. */
  readonly externalId?: string | undefined;
  /** Shown in that account's CloudTrail. */
  readonly sessionName: string;
  /** Where STS is asked. */
  readonly region: string;
  /** Of another server than AWS. */
  readonly endpoint?: string | undefined;
  /** Who assumes it; undefined: the SDK's default chain. */
  readonly as?: AwsCredentialIdentity | AwsCredentialIdentityProvider | undefined;
}

/** A role that could not be assumed. The SDK hands it on as it is. */
export class RoleNotAssumed extends Error {
  override readonly name = 'RoleNotAssumed';
}

/** Credentials of a role, renewed by the SDK before they expire. */
export function credentialsOfRole(role: RoleToAssume): AwsCredentialIdentityProvider {
  const { roleArn, externalId, sessionName, region, endpoint, as } = role;
  const load = fromTemporaryCredentials({
    params: {
      RoleArn: roleArn,
      RoleSessionName: sessionName,
      ...(externalId === undefined ? {} : { ExternalId: externalId }),
    },
    clientConfig: { region, ...(endpoint === undefined ? {} : { endpoint }) },
    ...(as === undefined ? {} : { masterCredentials: as }),
  });
  return async () => {
    try {
      return await load();
    } catch (error) {
      const what = error instanceof Error ? `${error.name}: ${error.message.split('\n')[0]}` : String(error);
      throw new RoleNotAssumed(`${roleArn} could not be assumed, ${what}`, { cause: error });
    }
  };
}

/** Credentials of a profile of the AWS configuration files, whatever AWS_PROFILE says. */
export function credentialsOfProfile(profile: string): AwsCredentialIdentityProvider {
  return fromIni({ profile });
}
