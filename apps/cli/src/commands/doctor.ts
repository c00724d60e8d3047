import { leastPrivilegePolicy, probePermissions, whoAmI } from '@steptrail/aws';
import type { Command } from 'commander';
import { openAccountOf } from '../choose-source.ts';
import { readConfiguration } from '../configuration.ts';
import { openDatabase } from '../open-database.ts';
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

async function checkAccount(): Promise<Check[]> {
  let account: Awaited<ReturnType<typeof openAccountOf>>;
  try {
    account = await openAccountOf(process.env);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return [
      {
        check: 'credentials',
        ok: null,
        message: `${error.message} Until then \`npm start\` runs on the sandbox.`,
      },
    ];
  }
  const { clients, region, endpoint } = account;
  try {
    const identity = await whoAmI(clients);
    const place = `Region ${region}${endpoint === undefined ? '' : ` at ${endpoint}`}`;
    const checks: Check[] = [
      identity.known
        ? {
            check: 'identity',
            ok: true,
            message: `Identity ${identity.arn} in account ${identity.accountId}, ${place}.`,
          }
        : {
            check: 'identity',
            ok: endpoint === undefined ? false : null,
            message: `${place}: ${identity.problem.message}`,
          },
    ];
    if (!identity.known && identity.problem.fatal) return checks;
    for (const { action, allowed, message } of await probePermissions(clients)) {
      checks.push({ check: action, ok: allowed ?? null, message });
    }
    return checks;
  } finally {
    await account.close();
  }
}

const MARKS = { true: 'ok     ', false: 'WRONG  ', null: 'unknown' } as const;

async function runDoctor(options: DoctorOptions): Promise<void> {
  const checks: Check[] = [
    { check: 'version', ok: true, message: `Steptrail ${VERSION} on Node ${process.versions.node}.` },
    await checkArchive(),
    ...(await checkAccount()),
  ];
  const topic = process.env.STEPTRAIL_SNS_TOPIC_ARN;
  const policy = leastPrivilegePolicy(topic === undefined || topic === '' ? {} : { sns: topic });
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
    .addHelpText('after', '\nExit code: 0 nothing is wrong, 1 something is.')
    .action(runDoctor);
}
