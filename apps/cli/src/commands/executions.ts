import { type ExecutionListRow, listExecutions } from '@steptrail/store';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { withDatabase } from '../open-database.ts';
import { writeLine, writeNote } from '../write-output.ts';

const STATUSES = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'PENDING_REDRIVE'];

interface ExecutionsOptions {
  readonly stateMachine?: string;
  readonly status?: string[];
  readonly from?: Date;
  readonly to?: Date;
  readonly name?: string;
  readonly error?: string;
  readonly diverging?: true;
  readonly limit: number;
  readonly json?: true;
}

/** A time as ISO 8601 text, for an option. */
export function readTime(text: string): Date {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) {
    throw new InvalidArgumentError(
      'Give a time in ISO 8601, for example 2026-11-22 or 2026-11-22T08:00:00Z.',
    );
  }
  return time;
}

/** A count of rows, for an option. */
export function readLimit(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('Give a number from 1 to 999999.');
  return Number(text);
}

/** An execution as AWS's API names its members, and what Steptrail knows beside. */
function executionObject(row: ExecutionListRow) {
  return {
    executionArn: row.executionArn,
    stateMachineArn: row.stateMachineArn,
    name: row.name,
    type: row.type,
    status: row.status,
    startDate: row.startDate,
    stopDate: row.stopDate,
    redriveCount: row.redriveCount,
    events: row.events,
    complete: row.complete,
    failedState: row.failedState,
    error: row.error,
    problem: row.problem,
    agrees: row.agrees,
    unverifiable: row.unverifiable,
    divergences: row.divergences,
  };
}

function describeExecution(row: ExecutionListRow): string {
  const error = row.error === null ? '' : `  ${row.error}`;
  return `${row.startDate.toISOString()}  ${row.status.padEnd(9)}  ${row.executionArn}${error}`;
}

async function printExecutions(options: ExecutionsOptions): Promise<void> {
  await withDatabase(async ({ sql }) => {
    let left = options.limit;
    let cursor: string | undefined;
    do {
      const page = await listExecutions(sql, {
        stateMachineArn: options.stateMachine,
        status: options.status,
        from: options.from,
        to: options.to,
        search: options.name,
        error: options.error,
        diverging: options.diverging,
        cursor,
        limit: Math.min(left, 500),
      });
      for (const row of page.rows) {
        writeLine(options.json ? JSON.stringify(executionObject(row)) : describeExecution(row));
      }
      left -= page.rows.length;
      cursor = page.next;
    } while (cursor !== undefined && left > 0);
    if (left === options.limit) {
      writeNote(
        'No execution matches. Widen the filter, or run `steptrail ingest --once` to fill the archive.',
      );
    } else if (cursor !== undefined) {
      writeNote(`Only the newest ${options.limit} are shown: raise --limit to see more.`);
    }
  });
}

/** Adds `steptrail executions`. */
export function addExecutions(program: Command): void {
  program
    .command('executions')
    .description('list archived executions, newest first')
    .option('--state-machine <arn>', 'only of this state machine')
    .addOption(new Option('--status <status...>', 'only with one of these').choices(STATUSES))
    .option('--from <time>', 'started at or after (ISO 8601)', readTime)
    .option('--to <time>', 'started before (ISO 8601)', readTime)
    .option('--name <prefix>', 'name begins so')
    .option('--error <name>', 'failed with this error')
    .option('--diverging', 'only those that their definition does not explain')
    .option('--limit <rows>', 'at most so many', readLimit, 100)
    .option('--json', 'one object a line, members named as in the AWS API')
    .action(printExecutions);
}
