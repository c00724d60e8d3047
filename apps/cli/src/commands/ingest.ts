import { ingestOnce, runIngester } from '@steptrail/ingester';
import type { Command } from 'commander';
import { openAccountOf } from '../choose-source.ts';
import { readConfiguration } from '../configuration.ts';
import { ingestContextOf } from '../ingest-context.ts';
import { openDatabase } from '../open-database.ts';
import { createProgressReporter } from '../report-progress.ts';
import { signalOfProcess } from '../run-until-signal.ts';
import { writeLine, writeNote } from '../write-output.ts';

interface IngestOptions {
  readonly once?: true;
  readonly json?: true;
}

async function runIngest(options: IngestOptions): Promise<void> {
  const configuration = readConfiguration(process.env);
  const signal = signalOfProcess();
  const source = await openAccountOf(process.env);
  writeNote(source.description);
  const progress = createProgressReporter();
  const database = await openDatabase(configuration, { holds: 'account', as: 'ingester' });
  try {
    const dashboardUrl = process.env.STEPTRAIL_URL ?? `http://${configuration.host}:${configuration.port}`;
    const context = ingestContextOf(database, source, dashboardUrl, signal, progress.report);
    if (!options.once) {
      await runIngester(context);
      return;
    }
    const report = await ingestOnce(context);
    if (options.json) writeLine(JSON.stringify(report));
    if (report.problems.length > 0 || report.failed > 0) process.exitCode = 1;
  } finally {
    progress.stop();
    await source.close();
    await database.close();
  }
}

/** Adds `steptrail ingest`. */
export function addIngest(program: Command): void {
  program
    .command('ingest')
    .description('pull executions from AWS into the archive, replay and judge them')
    .option('--once', 'stop when everything there is has been archived')
    .option('--json', 'with --once: the report as one JSON line')
    .addHelpText(
      'after',
      '\nReads AWS with the default credentials, or the server behind AWS_ENDPOINT_URL.' +
        '\nExit code: 0 all went well, 1 something could not be archived, 2 wrong usage or configuration.',
    )
    .action(runIngest);
}
