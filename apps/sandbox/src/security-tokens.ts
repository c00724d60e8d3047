import { type Account, emptyAccount } from './account.ts';
import type { Reply } from './service.ts';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';
const REQUEST_ID = '00000000-0000-4000-8000-000000000000';
const HOUR = 3_600_000;

/** Whose request it is, and what it sees. */
export interface Caller {
  readonly account: Account;
  readonly arn: string;
}

/** With an assumed role's account at its end. */
const ASSUMED_KEY = /^ASIAROLE(\d{12})$/;
const ROLE_ARN = /^arn:aws[a-z-]*:iam::(\d{12}):role\/(?:[\w+=,.@-]+\/)*([\w+=,.@-]+)$/;

/**
 * Who calls: the role that the access key stands for, in the Region that the request is signed for; anybody else is a
 * user of the first account, which is served in its own Region whatever was signed unless the account has several.
 */
export function callerOf(
  accounts: readonly [Account, ...Account[]],
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Caller {
  const [, key = '', region = ''] =
    /Credential=([^/]+)\/[^/]*\/([^/]+)\//.exec(String(headers.authorization ?? '')) ?? [];
  const assumed = ASSUMED_KEY.exec(key)?.[1];
  const [first] = accounts;
  if (assumed === undefined) {
    const inRegion = accounts.find((one) => one.accountId === first.accountId && one.region === region);
    return { account: inRegion ?? first, arn: `arn:aws:iam::${first.accountId}:user/sandbox` };
  }
  const account =
    accounts.find((one) => one.accountId === assumed && one.region === region) ??
    emptyAccount(assumed, region);
  const session = String(headers['x-amz-security-token'] ?? 'sandbox/sandbox');
  return { account, arn: `arn:aws:sts::${assumed}:assumed-role/${session}` };
}

function refusal(status: number, code: string, message: string): Reply {
  return {
    status,
    contentType: 'text/xml',
    body: `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>${REQUEST_ID}</RequestId></ErrorResponse>`,
  };
}

function success(action: string, result: string): Reply {
  return {
    status: 200,
    contentType: 'text/xml',
    body: `<${action}Response xmlns="${NAMESPACE}"><${action}Result>${result}</${action}Result><ResponseMetadata><RequestId>${REQUEST_ID}</RequestId></ResponseMetadata></${action}Response>`,
  };
}

/** Accounts that can be asked, the caller, and what roles want to be told. */
export interface TokenSituation {
  readonly accounts: readonly Account[];
  readonly caller: Caller;
  /** Asked of whoever assumes a role; undefined: none. */
  readonly externalId?: string | undefined;
  readonly expired: boolean;
  /** Epoch milliseconds of the real present: the SDK renews credentials by its own clock. */
  readonly now: number;
}

/** The action that a request of the query protocol names. */
export function actionOf(body: string): string {
  return new URLSearchParams(body).get('Action') ?? '';
}

/** Answers a request of the query protocol: GetCallerIdentity and AssumeRole of STS, and nothing else. */
export function answerQuery(body: string, situation: TokenSituation): Reply {
  if (situation.expired)
    return refusal(403, 'ExpiredToken', 'The security token included in the request is expired');
  const request = new URLSearchParams(body);
  const { arn, account } = situation.caller;
  switch (actionOf(body)) {
    case 'GetCallerIdentity':
      return success(
        'GetCallerIdentity',
        `<Arn>${arn}</Arn><UserId>AIDASANDBOXSANDBOX000</UserId><Account>${account.accountId}</Account>`,
      );
    case 'AssumeRole':
      return assumeRole(request, situation);
    default:
      return refusal(400, 'InvalidAction', 'The sandbox does not know this action.');
  }
}

function assumeRole(request: URLSearchParams, situation: TokenSituation): Reply {
  const { accounts, caller, externalId, now } = situation;
  const roleArn = request.get('RoleArn') ?? '';
  const session = request.get('RoleSessionName') ?? '';
  const [, accountId = '', role = ''] = ROLE_ARN.exec(roleArn) ?? [];
  if (accountId === '' || !/^[\w+=,.@-]{2,64}$/.test(session)) {
    return refusal(400, 'ValidationError', 'RoleArn or RoleSessionName is invalid');
  }
  const known = accounts.some((one) => one.accountId === accountId);
  const told = externalId === undefined || request.get('ExternalId') === externalId;
  if (!known || !told) {
    const message = `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`;
    return refusal(403, 'AccessDenied', message);
  }
  const credentials = [
    `<AccessKeyId>ASIAROLE${accountId}</AccessKeyId>`,
    '<SecretAccessKey>sandbox</SecretAccessKey>',
    `<SessionToken>${role}/${session}</SessionToken>`,
    `<Expiration>${new Date(now + HOUR).toISOString()}</Expiration>`,
  ].join('');
  const user = `<AssumedRoleId>AROASANDBOX:${session}</AssumedRoleId><Arn>arn:aws:sts::${accountId}:assumed-role/${role}/${session}</Arn>`;
  return success(
    'AssumeRole',
    `<Credentials>${credentials}</Credentials><AssumedRoleUser>${user}</AssumedRoleUser>`,
  );
}
