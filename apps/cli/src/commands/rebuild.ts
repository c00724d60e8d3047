import { rebuildExecutions } from '@steptrail/ingester';
import type { Command } from 'commander';
import { withDatabase } from '../open-database.ts';
import { signalOfProcess } from '../run-until-signal.ts';
import { writeLine, writeNote } from '../write-output.ts';

interface RebuildOptions {
  readonly all?: true;
  readonly json?: true;
}

const NOTE_EVERY = 500;

async function runRebuild(options: RebuildOptions): Promise<void> {
  const signal = signalOfProcess();
  await withDatabase(async ({ sql }) => {
    const { rebuilt } = await rebuildExecutions(sql, {
      all: options.all === true,
      signal,
      onProgress: ({ done }) => {
        if (done % NOTE_EVERY === 0) writeNote(`${done} executions replayed again.`);
      },
    });
    writeLine(
      options.json ? JSON.stringify({ rebuilt }) : `${rebuilt} executions replayed and judged again.`,
    );
  });
}

/** Adds `steptrail rebuild`. */
export function addRebuild(program: Command): void {
  program
    .command('rebuild')
    .description('replay and judge archived executions again, after an update; asks AWS for nothing')
    .option('--all', 'every execution, not only those that an older version has judged')
    .option('--json', 'the count as one JSON line')
    .action(runRebuild);
}
