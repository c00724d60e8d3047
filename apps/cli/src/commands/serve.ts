import type { Command } from 'commander';
import { readConfiguration } from '../configuration.ts';
import { helpNote } from '../help-note.ts';
import { openDatabase } from '../open-database.ts';
import { runUntilSignal, signalOfProcess } from '../run-until-signal.ts';
import { serveDashboard } from '../serve-dashboard.ts';
import { writeNote } from '../write-output.ts';

async function runServe(): Promise<void> {
  const configuration = readConfiguration(process.env);
  const signal = signalOfProcess();
  const database = await openDatabase(configuration, { as: 'server' });
  try {
    const server = await serveDashboard(configuration, database, { health: () => [] });
    writeNote(`Steptrail is on ${server.url} (API and dashboard; archive: ${database.description}).`);
    await runUntilSignal(signal);
    await server.close();
  } finally {
    await database.close();
  }
}

/** Adds `steptrail serve`. */
export function addServe(program: Command): void {
  program
    .command('serve')
    .description('serve the API and the dashboard over the archive')
    .addHelpText(
      'after',
      helpNote('Environment: DATABASE_URL, STEPTRAIL_DATA, STEPTRAIL_HOST, STEPTRAIL_PORT, STEPTRAIL_TOKEN.'),
    )
    .action(runServe);
}
