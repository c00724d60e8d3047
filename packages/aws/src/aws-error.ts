import { ACTIONS, type Operation } from './quotas.ts';

/** What went wrong with a call to AWS, in words for the person who can mend it. */
export interface AwsProblem {
  /**
   * AWS's error name, or ours where none came: `Unreachable`, `Timeout`, `ConnectionCut`,
   * `NotJson`, `NoRegion`, `NoCredentials`, `RoleNotAssumed`.
   */
  readonly code: string;
  /** One sentence: what, where, what to do. */
  readonly message: string;
  /** Whether asking again later may help without anybody doing anything. */
  readonly retriable: boolean;
  /** Whether every other call will fail in the same way. */
  readonly fatal: boolean;
}

/** The one error that leaves this package. */
export class AwsError extends Error implements AwsProblem {
  override readonly name = 'AwsError';
  readonly code: string;
  readonly retriable: boolean;
  readonly fatal: boolean;
  readonly operation: Operation;

  constructor(problem: AwsProblem, operation: Operation, cause: unknown) {
    super(problem.message, { cause });
    this.code = problem.code;
    this.retriable = problem.retriable;
    this.fatal = problem.fatal;
    this.operation = operation;
  }
}

/** Where a call went, for the sentence: an endpoint or a Region, and what was asked for. */
export interface CallPlace {
  readonly region?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly resource?: string | undefined;
}

const EXPIRED = new Set(['ExpiredToken', 'ExpiredTokenException', 'RequestExpired']);
const WRONG_CREDENTIALS = new Set([
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'IncompleteSignature',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
]);
const DENIED = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationError',
  'KmsAccessDeniedException',
]);
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ERR_INVALID_URL',
]);
const CUT = new Set(['ECONNRESET', 'EPIPE']);
const UNKNOWN_OPERATION = new Set([
  'UnknownOperationException',
  'UnknownOperation',
  'InvalidAction',
  'NotImplemented',
]);
const NO_QUEUE = new Set(['QueueDoesNotExist', 'QueueDeletedRecently', 'InvalidAddress']);
const GONE = new Set([
  'ExecutionDoesNotExist',
  'StateMachineDoesNotExist',
  'ResourceNotFound',
  'ResourceNotFoundException',
  'NotFound',
  'NotFoundException',
]);

interface Seen {
  readonly name: string;
  readonly text: string;
  readonly status?: number | undefined;
  readonly systemCode?: string | undefined;
}

function look(error: unknown): Seen {
  if (!(error instanceof Error)) return { name: 'Unknown', text: String(error) };
  const metadata = '$metadata' in error ? error.$metadata : undefined;
  const status =
    typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
      ? Number(metadata.httpStatusCode)
      : undefined;
  const inner = 'code' in error ? error : error.cause instanceof Error ? error.cause : error;
  const systemCode = 'code' in inner && typeof inner.code === 'string' ? inner.code : undefined;
  return { name: error.name, text: firstSentence(error.message), status, systemCode };
}

/** AWS's own words, without the SDK's hints and without a stack. */
function firstSentence(text: string): string {
  const line = text.split('\n')[0]?.trim() ?? '';
  const short = line.length > 300 ? `${line.slice(0, 300)}…` : line;
  return short.replace(/[.\s]+$/, '');
}

/** Whether an error of the SDK says that there were too many requests. */
export function isThrottling(error: unknown): boolean {
  return isThrottlingAnswer(look(error));
}

function isThrottlingAnswer({ name, status }: Seen): boolean {
  return status === 429 || /Throttl|TooManyRequests|LimitExceeded|SlowDown|OverLimit/.test(name);
}

/** Says what an error of the SDK means: one sentence, whether to ask again, and whether anything else can work. */
export function describeAwsError(error: unknown, operation: Operation, place: CallPlace = {}): AwsProblem {
  if (error instanceof AwsError) return error;
  const seen = look(error);
  const at = place.endpoint ?? (place.region === undefined ? 'AWS' : `AWS in ${place.region}`);
  const on = place.resource === undefined ? operation : `${operation} on ${place.resource}`;
  const once = { retriable: false, fatal: false };
  const later = { retriable: true, fatal: false };

  if (EXPIRED.has(seen.name)) {
    return {
      code: seen.name,
      message: `The AWS credentials have expired (${on}, ${at}): renew them, for example with \`aws sso login\`.`,
      retriable: false,
      fatal: true,
    };
  }
  if (WRONG_CREDENTIALS.has(seen.name)) {
    return {
      code: seen.name,
      message: `${at} does not accept the AWS credentials (${on}: ${seen.text}): check the access key, the secret and the clock.`,
      retriable: false,
      fatal: true,
    };
  }
  if (seen.name === 'CredentialsProviderError' || seen.name === 'TokenProviderError') {
    return {
      code: 'NoCredentials',
      message: `No AWS credentials could be loaded (${seen.text}): set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or log in again.`,
      retriable: false,
      fatal: true,
    };
  }
  if (seen.name === 'RoleNotAssumed') {
    return {
      code: 'RoleNotAssumed',
      message: `${seen.text}: check that the role's trust policy names this identity and its external id, and that this identity may call sts:AssumeRole.`,
      retriable: true,
      fatal: true,
    };
  }
  if (/Region is missing/i.test(seen.text)) {
    return {
      code: 'NoRegion',
      message: 'No AWS Region is set: set AWS_REGION, for example to us-east-1.',
      retriable: false,
      fatal: true,
    };
  }
  if (NO_QUEUE.has(seen.name)) {
    return {
      code: seen.name,
      message: `${at} knows no queue ${place.resource ?? ''} (${operation}): check the address of the queue, its account and its Region.`,
      ...once,
    };
  }
  if (seen.name === 'KmsAccessDenied') {
    return {
      code: seen.name,
      message: `${on} failed for the KMS key of the queue: allow kms:Decrypt on that key.`,
      ...once,
    };
  }
  if (DENIED.has(seen.name)) {
    return {
      code: seen.name,
      message: `Access denied to ${on}: allow the IAM action ${ACTIONS[operation]} (\`steptrail doctor\` prints the policy).`,
      ...once,
    };
  }
  if (isThrottlingAnswer(seen)) {
    return {
      code: seen.name,
      message: `${at} throttles ${on}, after all retries too: that passes by itself; lower the share of the quota if it stays.`,
      ...later,
    };
  }
  if (seen.systemCode !== undefined && CUT.has(seen.systemCode)) {
    return {
      code: 'ConnectionCut',
      message: `${at} cut the connection while answering ${on} (${seen.systemCode}): that may pass by itself; check the server and what lies between if it stays.`,
      ...later,
    };
  }
  if (seen.systemCode !== undefined && UNREACHABLE.has(seen.systemCode)) {
    return {
      code: 'Unreachable',
      message: `${at} cannot be reached (${on}: ${seen.systemCode}): check ${place.endpoint === undefined ? 'the network and AWS_REGION' : 'AWS_ENDPOINT_URL and that the server runs'}.`,
      retriable: true,
      fatal: true,
    };
  }
  if (seen.name === 'TimeoutError' || seen.systemCode === 'ETIMEDOUT') {
    return {
      code: 'Timeout',
      message: `${at} did not answer ${on} in time: that may pass by itself; check the network and the endpoint if it stays.`,
      ...later,
    };
  }
  if (UNKNOWN_OPERATION.has(seen.name)) {
    return {
      code: seen.name,
      message: `${at} does not know the operation ${on}: what needs it is left out.`,
      ...once,
    };
  }
  if (seen.name === 'UnreadableAnswer' || seen.name === 'SyntaxError') {
    const status = seen.status === undefined ? '' : ` with HTTP status ${seen.status}`;
    return {
      code: 'NotJson',
      message: `${at} answered ${on}${status} by something that is no complete JSON: check that the endpoint speaks AWS's protocol and knows this operation.`,
      retriable: true,
      fatal: false,
    };
  }
  if (GONE.has(seen.name)) {
    return {
      code: seen.name,
      message: `${at} knows no ${place.resource ?? 'such resource'} (${on}): it was deleted or has expired.`,
      ...once,
    };
  }
  if (seen.status !== undefined && seen.status >= 500) {
    return {
      code: seen.name,
      message: `${at} answered ${on} with HTTP status ${seen.status} (${seen.name}${seen.text === '' ? '' : `: ${seen.text}`}): that may pass by itself; look at the server if it stays.`,
      ...later,
    };
  }
  return {
    code: seen.name,
    message: `${on} failed at ${at}: ${seen.name}${seen.text === '' ? '' : `, ${seen.text}`}.`,
    ...once,
  };
}
