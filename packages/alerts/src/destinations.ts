/** Where critical findings are announced. */
export type AlertDestination =
  | { readonly kind: 'webhook'; readonly url: string; readonly secret: string }
  | { readonly kind: 'sns'; readonly topicArn: string };

export interface DestinationProblem {
  readonly variable: 'STEPTRAIL_WEBHOOK_URL' | 'STEPTRAIL_WEBHOOK_SECRET' | 'STEPTRAIL_SNS_TOPIC_ARN';
  /** One sentence: what is wrong and what to do. It quotes no value. */
  readonly message: string;
}

/** Destinations that are usable, and what is wrong with the others. */
export interface Destinations {
  readonly destinations: readonly AlertDestination[];
  readonly problems: readonly DestinationProblem[];
}

const SHORTEST_SECRET = 16;
const TOPIC_ARN = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?$/;

/**
 * Reads `STEPTRAIL_WEBHOOK_URL` with `STEPTRAIL_WEBHOOK_SECRET`, and `STEPTRAIL_SNS_TOPIC_ARN`. Empty means unset; with
 * none set nothing is announced.
 */
export function parseDestinations(env: Readonly<Record<string, string | undefined>>): Destinations {
  const destinations: AlertDestination[] = [];
  const problems: DestinationProblem[] = [];
  const take = (found: AlertDestination | DestinationProblem | undefined): void => {
    if (found === undefined) return;
    if ('kind' in found) destinations.push(found);
    else problems.push(found);
  };
  take(readWebhook(env.STEPTRAIL_WEBHOOK_URL?.trim() ?? '', env.STEPTRAIL_WEBHOOK_SECRET ?? ''));
  take(readTopic(env.STEPTRAIL_SNS_TOPIC_ARN?.trim() ?? ''));
  return { destinations, problems };
}

function readWebhook(url: string, secret: string): AlertDestination | DestinationProblem | undefined {
  if (url === '') {
    if (secret === '') return undefined;
    return {
      variable: 'STEPTRAIL_WEBHOOK_URL',
      message: 'STEPTRAIL_WEBHOOK_SECRET is set without STEPTRAIL_WEBHOOK_URL: set both, or neither.',
    };
  }
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !['http:', 'https:'].includes(parsed.protocol)) {
    return {
      variable: 'STEPTRAIL_WEBHOOK_URL',
      message:
        'STEPTRAIL_WEBHOOK_URL is no http or https URL: set it to an address such as https://example.com/hooks.',
    };
  }
  if (parsed.username !== '' || parsed.password !== '') {
    return {
      variable: 'STEPTRAIL_WEBHOOK_URL',
      message:
        'STEPTRAIL_WEBHOOK_URL holds a user name or password, which cannot be sent: remove them, the signature shows who we are.',
    };
  }
  if (secret.length < SHORTEST_SECRET) {
    return {
      variable: 'STEPTRAIL_WEBHOOK_SECRET',
      message: `STEPTRAIL_WEBHOOK_SECRET must have at least ${SHORTEST_SECRET} characters, for it signs every webhook: set it to a random text.`,
    };
  }
  return { kind: 'webhook', url, secret };
}

function readTopic(topicArn: string): AlertDestination | DestinationProblem | undefined {
  if (topicArn === '') return undefined;
  const match = TOPIC_ARN.exec(topicArn);
  if (match === null) {
    return {
      variable: 'STEPTRAIL_SNS_TOPIC_ARN',
      message:
        'STEPTRAIL_SNS_TOPIC_ARN is no topic ARN: set it to one such as arn:aws:sns:eu-west-1:111111111111:alerts.',
    };
  }
  if (match[1] !== undefined) {
    return {
      variable: 'STEPTRAIL_SNS_TOPIC_ARN',
      message: 'STEPTRAIL_SNS_TOPIC_ARN names a FIFO topic, which is not supported: use a standard topic.',
    };
  }
  return { kind: 'sns', topicArn };
}
