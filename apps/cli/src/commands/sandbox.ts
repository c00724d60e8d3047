import { stat } from 'node:fs/promises';
import { startSandbox } from '@steptrail/sandbox';
import { type Command, InvalidArgumentError } from 'commander';
import { readCount } from '../option-values.ts';
import { runUntilSignal } from '../run-until-signal.ts';
import { UsageError } from '../usage-error.ts';
import { writeLine, writeNote } from '../write-output.ts';

interface SandboxCommandOptions {
  readonly recorded?: string;
  readonly port: number;
  readonly host: string;
  readonly seed: number;
  readonly quotas?: true;
  readonly json?: true;
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('Give a number from 0 to 65535; 0 takes a free port.');
}

const isNoAddress = (host: string) =>
  `${host} is no address of this machine: give one with --host, such as 127.0.0.1.`;

const CANNOT_LISTEN: Readonly<Record<string, (host: string, port: number) => string>> = {
  EADDRINUSE: (host, port) =>
    `Port ${port} on ${host} is in use: choose another with --port, or stop what holds it.`,
  EACCES: (_host, port) => `Port ${port} may not be used by this user: choose one above 1023 with --port.`,
  EADDRNOTAVAIL: isNoAddress,
  ENOTFOUND: isNoAddress,
  EAI_AGAIN: isNoAddress,
};

async function openSandbox(options: SandboxCommandOptions) {
  const { recorded, port, host, seed } = options;
  if (recorded !== undefined && !(await stat(recorded).catch(() => undefined))?.isDirectory()) {
    throw new UsageError(`${recorded} is no folder: name the folder that holds the recorded cases.`);
  }
  try {
    return await startSandbox({
      host,
      port,
      seed,
      source: recorded === undefined ? 'demo' : { recorded },
      now: Date.now,
      quotas: options.quotas === true,
      complain: writeNote,
    });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const sentence = CANNOT_LISTEN[code]?.(host, port);
    throw sentence === undefined ? error : new UsageError(sentence, 1);
  }
}

async function runSandbox(options: SandboxCommandOptions): Promise<void> {
  const sandbox = await openSandbox(options);
  if (sandbox.account.stateMachines(Date.now()).length === 0) {
    await sandbox.close();
    throw new UsageError(`${options.recorded ?? 'The account'}: there is no recorded case in it.`);
  }
  const { endpoint, account, queueUrl } = sandbox;
  if (options.json)
    writeLine(JSON.stringify({ endpoint, accountId: account.accountId, region: account.region, queueUrl }));
  else {
    writeLine(`Sandbox on ${endpoint}: account ${account.accountId}, Region ${account.region}.`);
    writeLine(`Use it with AWS_ENDPOINT_URL=${endpoint}; any credentials will do.`);
    writeLine(`Status changes come to its queue: STEPTRAIL_QUEUE_URL=${queueUrl}`);
  }
  await runUntilSignal();
  await sandbox.close();
}

/** Adds `steptrail sandbox`. */
export function addSandbox(program: Command): void {
  program
    .command('sandbox')
    .description('serve a local AWS endpoint: a demo account, or recorded cases')
    .option('--recorded <dir>', 'serve the recorded cases of this folder instead of the demo account')
    .option('--port <port>', 'port to listen on', readPort, 4566)
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--seed <number>', 'of the demo account: the same seed makes the same account', readCount, 1)
    .option('--quotas', "hold AWS's request quotas")
    .option('--json', 'say where it listens as one JSON line')
    .action(runSandbox);
}
