import { ACTIONS, queueArnOf } from '@steptrail/aws';
import { z } from 'zod';

const aboveZero = (what: string) =>
  z.number(`must be ${what}`).refine((value) => value > 0, `must be ${what}`);
const whole = (least: number, most: number) => {
  const words = `must be a whole number from ${least} to ${most}`;
  return z.int(words).min(least, words).max(most, words);
};
const text = (shape: RegExp, words: string) => z.string(`must be ${words}`).regex(shape, `must be ${words}`);
const httpUrl = z
  .string('must be an http or https URL')
  .refine(isHttpUrl, 'must be an http or https URL without user name and password');

function isHttpUrl(given: string): boolean {
  if (!URL.canParse(given)) return false;
  const { protocol, username, password } = new URL(given);
  return (protocol === 'http:' || protocol === 'https:') && username === '' && password === '';
}

const QUEUE_WORDS =
  'must be the URL of a queue, such as https://sqs.eu-west-1.amazonaws.com/111122223333/steptrail-status-changes';
const QueueUrl = z.string(QUEUE_WORDS).refine(isQueueUrl, QUEUE_WORDS);

/** Whether a text is the URL of an SQS queue. */
export function isQueueUrl(given: string): boolean {
  return isHttpUrl(given) && queueArnOf(given, '') !== undefined;
}

const Region = text(/^[a-z]{2}(-[a-z]+)+-\d$/, 'the name of a Region, such as eu-west-1');

const QuotaShape = z.strictObject(
  {
    size: aboveZero('a number of requests above 0').refine((size) => size >= 1, 'must be 1 at least'),
    perSecond: aboveZero('a number of requests a second above 0'),
  },
  'must hold size and perSecond',
);

const QuotasShape = z.strictObject(
  Object.fromEntries(Object.keys(ACTIONS).map((operation) => [operation, QuotaShape.optional()])),
  'must hold operations, each with size and perSecond',
);

const RetentionDays = whole(1, 90);

const AccountShape = z
  .strictObject(
    {
      accountId: text(/^\d{12}$/, "12 digits in quotes, such as '111122223333'").optional(),
      roleArn: text(
        /^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/,
        'the ARN of a role, such as arn:aws:iam::111122223333:role/SteptrailRead',
      ).optional(),
      externalId: text(
        /^[\w+=,.@:/-]{2,1224}$/,
        'text of 2 to 1224 letters, digits and +=,.@:/-_ (a number in quotes)',
      ).optional(),
      sessionName: text(/^[\w+=,.@-]{2,64}$/, 'text of 2 to 64 letters, digits and +=,.@-_').optional(),
      profile: z.string('must be the name of a profile').min(1, 'must be the name of a profile').optional(),
      regions: z
        .array(Region, 'must be a list of Regions, such as [eu-west-1]')
        .min(1, 'must name one Region at least')
        .optional(),
      endpoint: httpUrl.optional(),
      retentionDays: RetentionDays.optional(),
      quotas: QuotasShape.optional(),
      queueUrls: z.array(QueueUrl, 'must be a list of the URLs of queues, one a Region').optional(),
    },
    'must hold keys such as roleArn and regions',
  )
  .superRefine((account, context) => {
    const { roleArn, accountId } = account;
    for (const key of ['externalId', 'sessionName'] as const) {
      if (account[key] === undefined || roleArn !== undefined) continue;
      context.addIssue({ code: 'custom', path: [key], message: 'is of use with roleArn only: add that' });
    }
    if (roleArn !== undefined && accountId !== undefined && roleArn.split(':')[4] !== accountId) {
      context.addIssue({
        code: 'custom',
        path: ['accountId'],
        message: 'is another account than roleArn has',
      });
    }
  });

/** What a configuration file may say; docs/configuration.md says it for people. */
export const FileShape = z.strictObject(
  {
    accounts: z
      .array(AccountShape, 'must be a list of accounts')
      .min(1, 'must hold one account at least')
      .optional(),
    endpoint: httpUrl.optional(),
    retentionDays: RetentionDays.optional(),
    quotas: QuotasShape.optional(),
    quotaShare: z
      .number('must be a share above 0, up to 1')
      .refine((share) => share > 0 && share <= 1, 'must be a share above 0, up to 1')
      .optional(),
    concurrency: whole(1, 64).optional(),
    parallel: whole(1, 64).optional(),
    pollSeconds: whole(1, 86_400).optional(),
    dashboardUrl: httpUrl.optional(),
    alerts: z
      .strictObject(
        {
          webhookUrl: httpUrl.optional(),
          snsTopicArn: z.string('must be the ARN of a topic').optional(),
        },
        'must hold webhookUrl or snsTopicArn',
      )
      .optional(),
  },
  'must hold keys such as accounts',
);

/** One entry of `accounts`. */
export type AccountEntry = z.infer<typeof AccountShape>;

/** The keys that the file may hold at a path. */
export function keysAt(path: readonly PropertyKey[]): readonly string[] {
  let shape: unknown = FileShape;
  for (const part of path) {
    shape = unwrap(shape);
    if (shape instanceof z.ZodArray) shape = shape.element;
    else if (shape instanceof z.ZodObject) shape = Reflect.get(shape.shape, part);
  }
  shape = unwrap(shape);
  return shape instanceof z.ZodObject ? Object.keys(shape.shape) : [];
}

function unwrap(shape: unknown): unknown {
  return shape instanceof z.ZodOptional ? shape.unwrap() : shape;
}
