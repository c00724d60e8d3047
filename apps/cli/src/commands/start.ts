import { runIngester } from '@steptrail/ingester';
import { readCursor, saveCursor } from '@steptrail/store';
import type { Command } from 'commander';
import { type ChosenSource, chooseSource } from '../choose-source.ts';
import { type Configuration, readConfiguration } from '../configuration.ts';
import { ingestContextOf } from '../ingest-context.ts';
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

async function runParts(
  configuration: Configuration,
  database: OpenDatabase,
  source: ChosenSource,
): Promise<void> {
  const signal = signalOfProcess();
  const progress = createProgressReporter();
  let trouble: string | undefined;
  const server = await serveDashboard(configuration, database, {
    source,
    health: () => [{ name: 'ingester', ok: trouble === undefined, message: trouble }],
  });
  writeNote(source.description);
  writeNote(`Archive: ${database.description}.`);
  writeNote(`Steptrail is on ${server.url} — Ctrl+C stops it.`);
  const dashboardUrl = process.env.STEPTRAIL_URL ?? server.url;
  const ingesting = runIngester(
    ingestContextOf(database, source, dashboardUrl, signal, progress.report),
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
  const choice = await chooseSource(process.env);
  const database = await openDatabase(configuration, {
    holds: choice.kind === 'sandbox' ? 'demo' : 'account',
    as: 'start',
  });
  try {
    const source = await choice.open(() => rememberAnchor(database));
    try {
      await runParts(configuration, database, source);
    } finally {
      await source.close();
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
      '\nWith AWS credentials (or AWS_ENDPOINT_URL) it reads that account; with none it runs on the demo account.' +
        '\nEnvironment: DATABASE_URL, STEPTRAIL_DATA, STEPTRAIL_HOST, STEPTRAIL_PORT, STEPTRAIL_TOKEN, AWS_REGION, AWS_PROFILE …',
    )
    .action(runStart);
}
