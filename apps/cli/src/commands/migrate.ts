import { distributeTables, findMissingOfCluster, findObstacles, StoreError } from '@steptrail/store';
import type { Command } from 'commander';
import { withDatabase } from '../open-database.ts';
import { writeLine } from '../write-output.ts';

interface MigrateOptions {
  readonly distributed?: true;
  readonly json?: true;
}

const WHERE = 'docs/scaling.md says how a cluster is set up.';

/** Opening the database has brought the schema up to date already. */
async function run({ distributed, json }: MigrateOptions): Promise<void> {
  await withDatabase(async ({ sql, description }) => {
    if (!distributed) {
      writeLine(json ? JSON.stringify({ upToDate: true }) : `The schema at ${description} is up to date.`);
      return;
    }
    const problems = [...(await findMissingOfCluster(sql)), ...(await findObstacles(sql))];
    if (problems.length > 0) {
      throw new StoreError(
        'cluster',
        `The tables at ${description} were not distributed. ${problems.join(' ')} ${WHERE}`,
      );
    }
    for await (const { table, changed } of distributeTables(sql)) {
      writeLine(
        json
          ? JSON.stringify({ table, distributedBy: 'execution_id', changed })
          : `${table} is ${changed ? 'now' : 'already'} distributed by execution_id.`,
      );
    }
  });
}

/** Adds `steptrail migrate`. */
export function addMigrate(program: Command): void {
  program
    .command('migrate')
    .description('bring the schema up to date (every command does), or spread it over a Citus cluster')
    .option('--distributed', 'distribute the tables of executions over the workers; stop the ingesters first')
    .option('--json', 'one object a line')
    .action(run);
}
