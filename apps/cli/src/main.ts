import { AwsError } from '@steptrail/aws';
import { describeDatabaseError, isConnectionLoss, StoreError } from '@steptrail/store';
import { Command, CommanderError } from 'commander';
import { addCoverage } from './commands/coverage.ts';
import { addDoctor } from './commands/doctor.ts';
import { addExecutions } from './commands/executions.ts';
import { addExport } from './commands/export.ts';
import { addFindings } from './commands/findings.ts';
import { addHold } from './commands/hold.ts';
import { addImport } from './commands/import.ts';
import { addIngest } from './commands/ingest.ts';
import { addInspect } from './commands/inspect.ts';
import { addLint } from './commands/lint.ts';
import { addMigrate } from './commands/migrate.ts';
import { addPlan } from './commands/plan.ts';
import { addRebuild } from './commands/rebuild.ts';
import { addReplay } from './commands/replay.ts';
import { addRetention } from './commands/retention.ts';
import { addSandbox } from './commands/sandbox.ts';
import { addServe } from './commands/serve.ts';
import { addStart } from './commands/start.ts';
import { addVerify } from './commands/verify.ts';
import { reasonOf } from './read-input.ts';
import { UsageError } from './usage-error.ts';
import { VERSION } from './version.ts';
import { writeNote } from './write-output.ts';

/** The whole command line of `steptrail`. */
function createProgram(): Command {
  const program = new Command('steptrail')
    .description('Execution observability and audit for AWS Step Functions')
    .version(VERSION)
    .showHelpAfterError('(see --help)')
    .exitOverride();
  for (const add of [
    addStart,
    addServe,
    addIngest,
    addSandbox,
    addReplay,
    addLint,
    addInspect,
    addExecutions,
    addFindings,
    addRebuild,
    addCoverage,
    addVerify,
    addMigrate,
    addRetention,
    addHold,
    addExport,
    addImport,
    addPlan,
    addDoctor,
  ]) {
    add(program);
  }
  for (const command of program.commands) {
    command.exitOverride();
    for (const part of command.commands) part.exitOverride();
  }
  return program;
}

/** One sentence for what stopped the command, and its exit code: a user's mistake gets no stack trace. */
function describeEnd(error: unknown): { readonly message: string; readonly exitCode: number } {
  if (error instanceof UsageError) return error;
  if (error instanceof StoreError || error instanceof AwsError)
    return { message: error.message, exitCode: 1 };
  if (error instanceof Error && error.name === 'ServerStartError')
    return { message: error.message, exitCode: 1 };
  const isOfDatabase = error instanceof Error && error.name === 'PostgresError';
  if (isOfDatabase || isConnectionLoss(error)) {
    return { message: describeDatabaseError(error, 'the database'), exitCode: 1 };
  }
  if (error instanceof Error && 'syscall' in error && 'path' in error) {
    return { message: `${String(error.path)}: ${reasonOf(error)}.`, exitCode: 1 };
  }
  const detail = error instanceof Error ? error.message.split('\n')[0] : String(error);
  const stack = process.env.STEPTRAIL_DEBUG && error instanceof Error ? `\n${error.stack}` : '';
  return {
    message: `Steptrail stopped because of a defect of its own (${detail}): please report it, with STEPTRAIL_DEBUG=1 set for the details.${stack}`,
    exitCode: 70,
  };
}

// The SDK tells whoever runs Node 20 to upgrade before a later SDK; which SDK comes along is our concern, not theirs.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

try {
  await createProgram().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    const { message, exitCode } = describeEnd(error);
    writeNote(message);
    process.exitCode = exitCode;
  }
}
