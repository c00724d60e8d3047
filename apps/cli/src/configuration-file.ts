import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ACTIONS, queueArnOf } from '@steptrail/aws';
import { type Document, isMap, isNode, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { nearestWord } from './nearest-word.ts';
import { UsageError } from './usage-error.ts';

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

const FileShape = z.strictObject(
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

/** What a configuration file says, checked. */
export type ConfigurationFile = z.infer<typeof FileShape> & {
  /** Where it lies. */
  readonly path: string;
};

const NAMES = ['steptrail.yaml', 'steptrail.yml', 'steptrail.json'];

/** The file that STEPTRAIL_CONFIG names, or the one of the usual names in the working folder; undefined: none. */
function findFile(named: string | undefined, folder: string): string | undefined {
  if (named !== undefined && named.trim() !== '') {
    const path = resolve(folder, named.trim());
    if (existsSync(path)) return path;
    throw new UsageError(`STEPTRAIL_CONFIG names ${path}, which does not exist: correct it, or unset it.`);
  }
  const found = NAMES.map((name) => join(folder, name)).filter((path) => existsSync(path));
  if (found.length > 1) {
    throw new UsageError(
      `There are ${found.join(' and ')}: keep one of them, or name it in STEPTRAIL_CONFIG.`,
    );
  }
  return found[0];
}

/**
 * Reads the configuration file, YAML or JSON, if there is one. See docs/configuration.md.
 * @throws UsageError that names every mistake with its line and column, and the nearest key where one is unknown
 */
export function readConfigurationFile(
  env: Readonly<Record<string, string | undefined>>,
  folder: string = process.cwd(),
): ConfigurationFile | undefined {
  const path = findFile(env.STEPTRAIL_CONFIG, folder);
  if (path === undefined) return undefined;
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw new UsageError(`${path} cannot be read (${code}): make it readable, or unset STEPTRAIL_CONFIG.`);
  }
  return parseConfigurationFile(content, path);
}

/**
 * Reads the text of a configuration file.
 * @throws UsageError as readConfigurationFile does
 */
export function parseConfigurationFile(content: string, path: string): ConfigurationFile {
  const lines = new LineCounter();
  const document = parseDocument(content, { lineCounter: lines, prettyErrors: false });
  const place = (offset: number | undefined) => {
    if (offset === undefined) return path;
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const [broken] = document.errors;
  if (broken !== undefined) {
    const what = broken.message.split('\n')[0]?.replace(/[.\s]+$/, '');
    throw new UsageError(`${place(broken.pos[0])}: this is no YAML or JSON (${what}): mend it there.`);
  }
  const result = FileShape.safeParse(contentOf(document, path) ?? {});
  if (result.success) return { ...result.data, path };
  const sentences = result.error.issues.flatMap((issue) =>
    describeIssue(issue).map(({ at, sentence }) => `${place(offsetOf(document, at))}: ${sentence}`),
  );
  throw new UsageError([...new Set(sentences)].join('\n'));
}

function contentOf(document: Document, path: string): unknown {
  try {
    return document.toJS();
  } catch {
    throw new UsageError(`${path}: it has aliases (*name) that multiply without end: write them out.`);
  }
}

type Path = readonly PropertyKey[];

/** `accounts[0].regions`; of the whole file, `the file`. */
function nameOf(path: Path): string {
  if (path.length === 0) return 'the file';
  return path
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${String(part)}`))
    .join('');
}

const SECRETS = /secret|password|passwd|token|accesskey|credential|databaseurl|privatekey/;

function describeIssue(issue: z.core.$ZodIssue): readonly { readonly at: Path; readonly sentence: string }[] {
  const { path } = issue;
  if (issue.code !== 'unrecognized_keys') {
    return [{ at: path, sentence: `${nameOf(path)} ${issue.message}.` }];
  }
  return issue.keys.map((key) => {
    const where = path.length === 0 ? '' : ` at ${nameOf(path)}`;
    return { at: [...path, key], sentence: `unknown key \`${key}\`${where}: ${adviceOn(key, path)}` };
  });
}

function adviceOn(key: string, path: Path): string {
  if (SECRETS.test(key.toLowerCase().replace(/[-_]/g, ''))) {
    return 'secrets do not belong in this file; give them in the environment.';
  }
  const valid = keysAt(path);
  const nearest = nearestWord(key, valid);
  return nearest === undefined ? `valid are ${valid.join(', ')}.` : `did you mean \`${nearest}\`?`;
}

/** The keys that the file may hold at a path. */
function keysAt(path: Path): readonly string[] {
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

/** Where in the text a path lies: its key where it is one of a mapping, so that the eye falls on the name. */
function offsetOf(document: Document, path: Path): number | undefined {
  for (let length = path.length; length >= 0; length--) {
    const last = path[length - 1];
    const parent = document.getIn(path.slice(0, Math.max(0, length - 1)), true);
    if (typeof last === 'string' && isMap(parent)) {
      const pair = parent.items.find(({ key }) => isNode(key) && key.toJSON() === last);
      if (isNode(pair?.key) && pair.key.range) return pair.key.range[0];
    }
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return undefined;
}
