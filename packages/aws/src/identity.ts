import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { AwsError, type AwsProblem } from './aws-error.ts';
import { type AwsClients, call } from './clients.ts';

/** Who the credentials belong to, or why that cannot be said: other AWS-compatible servers may lack STS. */
export type Identity =
  | { readonly known: true; readonly accountId: string; readonly arn: string }
  | { readonly known: false; readonly problem: AwsProblem };

/** Asks STS whose credentials these are. That it cannot be said is an answer, never an exception. */
export async function whoAmI(clients: AwsClients, signal?: AbortSignal): Promise<Identity> {
  try {
    const answer = await call(clients, 'GetCallerIdentity', undefined, signal, (options) =>
      clients.sts.send(new GetCallerIdentityCommand({}), options),
    );
    if (answer.Account !== undefined)
      return { known: true, accountId: answer.Account, arn: answer.Arn ?? '' };
    const message = `${clients.endpoint ?? 'AWS'} does not say whose credentials these are.`;
    return { known: false, problem: { code: 'NoIdentity', message, retriable: false, fatal: false } };
  } catch (error) {
    if (error instanceof AwsError) return { known: false, problem: error };
    throw error;
  }
}
