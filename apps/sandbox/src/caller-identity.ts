import type { Account } from './account.ts';
import type { Reply } from './service.ts';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';
const REQUEST_ID = '00000000-0000-4000-8000-000000000000';

/** The identity that every request to the sandbox has. */
export function identityArn({ accountId }: Pick<Account, 'accountId'>): string {
  return `arn:aws:iam::${accountId}:user/sandbox`;
}

function refusal(code: string, message: string): Reply {
  return {
    status: 400,
    contentType: 'text/xml',
    body: `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>${REQUEST_ID}</RequestId></ErrorResponse>`,
  };
}

/** Answers a request of the query protocol: GetCallerIdentity of STS, and nothing else. */
export function answerQuery(body: string, account: Account, expired: boolean): Reply {
  if (expired) return refusal('ExpiredToken', 'The security token included in the request is expired');
  const action = new URLSearchParams(body).get('Action') ?? '';
  if (action !== 'GetCallerIdentity')
    return refusal('InvalidAction', 'The sandbox does not know this action.');
  const identity = `<Arn>${identityArn(account)}</Arn><UserId>AIDASANDBOXSANDBOX000</UserId><Account>${account.accountId}</Account>`;
  return {
    status: 200,
    contentType: 'text/xml',
    body: `<GetCallerIdentityResponse xmlns="${NAMESPACE}"><GetCallerIdentityResult>${identity}</GetCallerIdentityResult><ResponseMetadata><RequestId>${REQUEST_ID}</RequestId></ResponseMetadata></GetCallerIdentityResponse>`,
  };
}
