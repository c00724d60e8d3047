import type { Command } from 'commander';
import { chooseAccounts, openAccounts } from '../choose-source.ts';
import { readConfiguration } from '../configuration.ts';
import { readConfigurationFile } from '../configuration-file.ts';
import { helpNote } from '../help-note.ts';
import { ingestAccounts, ingestAccountsOnce, type SourceOutcome } from '../ingest-accounts.ts';
import { connectionsFor, readIngestSettings } from '../ingest-context.ts';
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
  const file = readConfigurationFile(process.env);
  const signal = signalOfProcess();
  const accounts = await chooseAccounts(process.env, file);
  const settings = readIngestSettings(process.env, file, accounts.entries.length);
  const opened = await openAccounts(accounts);
  for (const { description } of opened.sources) writeNote(description);
  for (const { failure } of opened.unopened) writeNote(failure);
  const several = accounts.entries.length > 1;
  const progress = createProgressReporter({ several });
  const connections = connectionsFor(settings);
  const database = await openDatabase(configuration, { holds: 'account', as: 'ingester', connections });
  try {
    const dashboardUrl = settings.dashboardUrl ?? `http://${configuration.host}:${configuration.port}`;
    const run = { database, settings, dashboardUrl, signal, report: progress.report, several };
    if (options.once) reportOutcomes(await ingestAccountsOnce(run, opened), options);
    else await ingestAccounts(run, opened, ({ description }) => writeNote(description));
  } finally {
    progress.stop();
    for (const source of opened.sources) await source.close();
    await database.close();
  }
}

function reportOutcomes(outcomes: readonly SourceOutcome[], { json }: IngestOptions): void {
  for (const outcome of outcomes) {
    if ('failure' in outcome) {
      writeNote(`${outcome.name} was not ingested: ${outcome.failure}`);
      process.exitCode = 1;
      continue;
    }
    const { report } = outcome;
    if (json) writeLine(JSON.stringify(report));
    if (report.problems.length > 0 || report.failed > 0) process.exitCode = 1;
  }
}

/** Adds `steptrail ingest`. */
export function addIngest(program: Command): void {
  program
    .command('ingest')
    .description('pull executions from AWS into the archive, replay and judge them')
    .option('--once', 'stop when everything there is has been archived')
    .option('--json', 'with --once: the report as one JSON line for each account and Region')
    .addHelpText(
      'after',
      helpNote(
        'Reads the accounts that steptrail.yaml names (docs/configuration.md); without one, AWS with the default credentials, or the server behind AWS_ENDPOINT_URL.',
        'Exit code: 0 all went well, 1 something could not be archived, 2 wrong usage or configuration.',
      ),
    )
    .action(runIngest);
}
