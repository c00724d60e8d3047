import type { ServedSource } from '@steptrail/api';
import { readCursor, saveCursor } from '@steptrail/store';
import type { Command } from 'commander';
import { type ChosenSource, chooseSource, type OpenedAccounts, openAccounts } from '../choose-source.ts';
import { type Configuration, readConfiguration } from '../configuration.ts';
import { readConfigurationFile } from '../configuration-file.ts';
import { helpNote } from '../help-note.ts';
import { ingestAccounts } from '../ingest-accounts.ts';
import { connectionsFor, type IngestSettings, readIngestSettings } from '../ingest-context.ts';
import { type OpenDatabase, openDatabase } from '../open-database.ts';
import { createProgressReporter } from '../report-progress.ts';
import { runUntilSignal, signalOfProcess } from '../run-until-signal.ts';
import { serveDashboard } from '../serve-dashboard.ts';
import { writeNote } from '../write-output.ts';

/** The instant that the demo account is laid out around: kept, so that the next start finds the same executions. */
async function rememberAnchor({ sql }: OpenDatabase): Promise<number> {
  const cursor = await readCursor(sql, 'sandbox');
  if (
    typeof cursor === 'object' &&
    cursor !== null &&
    'anchor' in cursor &&
    typeof cursor.anchor === 'number'
  ) {
    return cursor.anchor;
  }
  const anchor = Date.now();
  await saveCursor(sql, 'sandbox', { anchor });
  return anchor;
}

function servedSource({ kind, accountId, region, endpoint }: ChosenSource): ServedSource {
  return { kind, accountId, region, endpoint };
}

async function runParts(
  configuration: Configuration,
  settings: IngestSettings,
  database: OpenDatabase,
  opened: OpenedAccounts,
): Promise<void> {
  const signal = signalOfProcess();
  const several = opened.sources.length + opened.unopened.length > 1;
  const progress = createProgressReporter({ several });
  let trouble: string | undefined;
  const sources = opened.sources.map(servedSource);
  const server = await serveDashboard(configuration, database, {
    sources,
    health: () => [{ name: 'ingester', ok: trouble === undefined, message: trouble }],
  });
  for (const { description } of opened.sources) writeNote(description);
  for (const { failure } of opened.unopened) writeNote(failure);
  writeNote(`Archive: ${database.description}.`);
  writeNote(`Steptrail is on ${server.url} — Ctrl+C stops it.`);
  const dashboardUrl = settings.dashboardUrl ?? server.url;
  const ingesting = ingestAccounts(
    { database, settings, dashboardUrl, signal, report: progress.report, several },
    opened,
    (source) => {
      sources.push(servedSource(source));
      writeNote(source.description);
    },
  ).catch((error: unknown) => {
    if (signal.aborted) return;
    // The dashboard stays up: what was archived can still be looked at.
    trouble = error instanceof Error ? error.message : String(error);
    writeNote(`The ingester stopped: ${trouble}`);
  });
  await runUntilSignal(signal);
  progress.stop();
  writeNote('Stopping …');
  await server.close();
  await ingesting;
}

async function runStart(): Promise<void> {
  const configuration = readConfiguration(process.env);
  const file = readConfigurationFile(process.env);
  const choice = await chooseSource(process.env, file);
  const entries = choice.kind === 'sandbox' ? 1 : choice.accounts.entries.length;
  const settings = readIngestSettings(process.env, file, entries);
  const database = await openDatabase(configuration, {
    holds: choice.kind === 'sandbox' ? 'demo' : 'account',
    as: 'start',
    connections: connectionsFor(settings),
  });
  try {
    const opened =
      choice.kind === 'sandbox'
        ? { sources: [await choice.open(() => rememberAnchor(database))], unopened: [] }
        : await openAccounts(choice.accounts);
    try {
      await runParts(configuration, settings, database, opened);
    } finally {
      for (const source of opened.sources) await source.close();
    }
  } finally {
    await database.close();
  }
}

/** Adds `steptrail start`, which `npm start` runs. */
export function addStart(program: Command): void {
  program
    .command('start')
    .description('everything in one process: database, ingester, API, dashboard (what `npm start` runs)')
    .addHelpText(
      'after',
      helpNote(
        'It reads the accounts that steptrail.yaml names (docs/configuration.md); without one, that of the AWS credentials or AWS_ENDPOINT_URL; with none it runs on the demo account.',
        'Environment: STEPTRAIL_CONFIG, DATABASE_URL, STEPTRAIL_DATA, STEPTRAIL_HOST, STEPTRAIL_PORT, STEPTRAIL_TOKEN, AWS_REGION, AWS_PROFILE …',
      ),
    )
    .action(runStart);
}
