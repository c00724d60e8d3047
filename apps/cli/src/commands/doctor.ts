import {
  type AwsClients,
  AwsError,
  createAwsClients,
  leastPrivilegePolicy,
  probePermissions,
  queueArnOf,
  readQueue,
  regionOfQueue,
  whoAmI,
} from '@steptrail/aws';
import type { Command } from 'commander';
import { type AccountsChoice, chooseAccounts } from '../choose-source.ts';
import { readConfiguration } from '../configuration.ts';
import { type ConfigurationFile, readConfigurationFile } from '../configuration-file.ts';
import { helpNote } from '../help-note.ts';
import { openDatabase } from '../open-database.ts';
import type { SourceEntry } from '../source-entries.ts';
import { UsageError } from '../usage-error.ts';
import { VERSION } from '../version.ts';
import { writeLine } from '../write-output.ts';

interface DoctorOptions {
  readonly json?: true;
}

/** One thing looked at: well, unwell, or not to be known. */
interface Check {
  readonly check: string;
  readonly ok: boolean | null;
  readonly message: string;
}

async function checkArchive(): Promise<Check> {
  try {
    const database = await openDatabase(readConfiguration(process.env), { as: 'command' });
    await database.close();
    return { check: 'archive', ok: true, message: `The archive is well: ${database.description}.` };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { check: 'archive', ok: false, message: error.message };
  }
}

/** Variables that go before a key of the file. */
const BEFORE_FILE = {
  AWS_ENDPOINT_URL: 'endpoint',
  STEPTRAIL_URL: 'dashboardUrl',
  STEPTRAIL_WEBHOOK_URL: 'alerts.webhookUrl',
  STEPTRAIL_SNS_TOPIC_ARN: 'alerts.snsTopicArn',
} as const;

function checkFile(file: ConfigurationFile): Check {
  const winning = Object.entries(BEFORE_FILE).filter(([name]) => process.env[name]);
  const both = winning.map(([name, key]) => ` ${name} is set and goes before its \`${key}\`.`).join('');
  return { check: 'configuration', ok: true, message: `The configuration file ${file.path} is well.${both}` };
}

async function checkAccounts(file: ConfigurationFile | undefined): Promise<Check[]> {
  let accounts: AccountsChoice;
  const checks: Check[] = file === undefined ? [] : [checkFile(file)];
  try {
    accounts = await chooseAccounts(process.env, file);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    if (file?.accounts !== undefined) return [{ check: 'configuration', ok: false, message: error.message }];
    const message = `${error.message} Until then \`npm start\` runs on the sandbox.`;
    return [...checks, { check: 'credentials', ok: null, message }];
  }
  const ofEntries = await Promise.all(
    accounts.entries.map(async (entry) => {
      const found = await checkEntry(entry, accounts.named);
      return accounts.named
        ? found.map(({ check, ok, message }) => ({ check, ok, message: `${entry.name}: ${message}` }))
        : found;
    }),
  );
  return [...checks, ...ofEntries.flat()];
}

/** One account's Region: whose credentials these are, and what they may do. */
async function checkEntry(entry: SourceEntry, named: boolean): Promise<Check[]> {
  const { region, endpoint } = entry.clients;
  const clients = createAwsClients(entry.clients);
  try {
    const identity = await whoAmI(clients);
    const place = `Region ${region}${endpoint === undefined ? '' : ` at ${endpoint}`}`;
    const expected = entry.accountId ?? (identity.known ? identity.accountId : undefined);
    if (identity.known && identity.accountId !== expected) {
      const message = `It shall be account ${expected}, but ${identity.arn} belongs to account ${identity.accountId}: correct the one or the other.`;
      return [{ check: 'identity', ok: false, message }];
    }
    const checks: Check[] = [
      identity.known
        ? {
            check: 'identity',
            ok: true,
            message: `Identity ${identity.arn} in account ${identity.accountId}, ${place}.`,
          }
        : {
            check: 'identity',
            ok: endpoint === undefined || named ? false : null,
            message: `${place}: ${identity.problem.message}`,
          },
    ];
    if (!identity.known && identity.problem.fatal) return checks;
    for (const { action, allowed, message } of await probePermissions(clients)) {
      checks.push({ check: action, ok: allowed ?? null, message });
    }
    if (entry.queueUrl !== undefined) checks.push(await checkQueue(clients, entry.queueUrl));
    return checks;
  } finally {
    clients.close();
  }
}

/** Whether status changes can come. Nothing is received, for that would hide it from the ingester. */
async function checkQueue(clients: AwsClients, queueUrl: string): Promise<Check> {
  const check = 'queue';
  const region = regionOfQueue(queueUrl);
  if (region !== undefined && region !== clients.region) {
    const message = `The queue ${queueUrl} is in ${region}, and ${clients.region} is read.`;
    return { check, ok: false, message };
  }
  try {
    const { waiting, hasDeadLetterQueue } = await readQueue(clients, queueUrl);
    const count = waiting === undefined ? '' : ` About ${waiting} messages wait.`;
    const advice = hasDeadLetterQueue
      ? ''
      : ' It has no dead-letter queue: what cannot be used is deleted after ten receipts (docs/near-real-time.md).';
    return { check, ok: true, message: `The queue ${queueUrl} can be read.${count}${advice}` };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { check, ok: false, message: error.message };
  }
}

/** The ARNs of the queues that file or environment name. */
function queueArns(file: ConfigurationFile | undefined): readonly string[] {
  const urls = [
    process.env.STEPTRAIL_QUEUE_URL ?? '',
    ...(file?.accounts?.flatMap((one) => one.queueUrls ?? []) ?? []),
  ];
  return urls.flatMap((url) => queueArnOf(url, process.env.AWS_REGION ?? 'us-east-1') ?? []);
}

const MARKS = { true: 'ok     ', false: 'WRONG  ', null: 'unknown' } as const;

/** The configuration file, or what is wrong with it. */
function readFileToCheck(): { readonly file?: ConfigurationFile | undefined; readonly wrong?: Check } {
  try {
    return { file: readConfigurationFile(process.env) };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { wrong: { check: 'configuration', ok: false, message: error.message } };
  }
}

async function runDoctor(options: DoctorOptions): Promise<void> {
  const { file, wrong } = readFileToCheck();
  const checks: Check[] = [
    { check: 'version', ok: true, message: `Steptrail ${VERSION} on Node ${process.versions.node}.` },
    await checkArchive(),
    ...(wrong === undefined ? await checkAccounts(file) : [wrong]),
  ];
  const policy = leastPrivilegePolicy({
    sns: process.env.STEPTRAIL_SNS_TOPIC_ARN || file?.alerts?.snsTopicArn,
    roles: file?.accounts?.flatMap(({ roleArn }) => roleArn ?? []),
    queues: queueArns(file),
  });
  if (options.json) {
    for (const check of checks) writeLine(JSON.stringify(check));
    writeLine(
      JSON.stringify({ check: 'policy', ok: true, message: 'The least that Steptrail needs.', policy }),
    );
  } else {
    for (const { ok, message } of checks) writeLine(`${MARKS[`${ok}`]}  ${message}`);
    writeLine(`\nThe IAM policy with the least that Steptrail needs:\n${JSON.stringify(policy, null, 2)}`);
  }
  if (checks.some(({ ok }) => ok === false)) process.exitCode = 1;
}

/** Adds `steptrail doctor`. */
export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description(
      'say which identity and Regions are seen, which permissions are missing, and the policy to give',
    )
    .option('--json', 'one object a line')
    .addHelpText('after', helpNote('Exit code: 0 nothing is wrong, 1 something is.'))
    .action(runDoctor);
}
