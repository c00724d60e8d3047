import { EXECUTION_STATUSES, leafText, readDuration, readLeafPath } from '@steptrail/history';
import { type ExecutionFilter, type ExecutionListRow, listExecutions } from '@steptrail/store';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { withDatabase } from '../open-database.ts';
import { readCount, readLimit, readStateMachineArn, readTime } from '../option-values.ts';
import { UsageError } from '../usage-error.ts';
import { writeLine, writeNote } from '../write-output.ts';

interface ExecutionsOptions {
  readonly stateMachine?: string;
  readonly status?: string[];
  readonly from?: Date;
  readonly to?: Date;
  readonly name?: string;
  readonly error?: string;
  readonly failedState?: string;
  readonly minDuration?: number;
  readonly maxDuration?: number;
  readonly minEvents?: number;
  readonly maxEvents?: number;
  readonly tag?: { readonly key: string; readonly value: string };
  readonly value?: string;
  readonly valuePrefix?: string;
  readonly path?: string;
  readonly in?: 'input' | 'output';
  readonly diverging?: true;
  readonly limit: number;
  readonly json?: true;
}

function readDurationOption(text: string): number {
  const seconds = readDuration(text);
  if (seconds !== undefined) return seconds;
  throw new InvalidArgumentError('Give seconds (90) or an ISO 8601 duration, for example PT1H30M or P2D.');
}

function readTag(text: string): { readonly key: string; readonly value: string } {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Give a tag as KEY=VALUE.');
  return { key: text.slice(0, at), value: text.slice(at + 1) };
}

function readValue(text: string): string {
  if (text === '') throw new InvalidArgumentError('Give a text that is not empty.');
  return leafText(text);
}

function readPathOption(text: string): string {
  const path = readLeafPath(text);
  if (path === undefined) {
    throw new InvalidArgumentError('Give a path such as order.id or $.items[*].sku.');
  }
  return path;
}

function filterOf(options: ExecutionsOptions): Omit<ExecutionFilter, 'limit' | 'cursor'> {
  const { stateMachine, name, in: side, limit, json, ...others } = options;
  if (others.value === undefined && others.valuePrefix === undefined) {
    const lone = others.path === undefined ? side && '--in' : '--path';
    if (lone !== undefined) {
      throw new UsageError(`${lone} says where a value stands: give --value or --value-prefix with it.`);
    }
  }
  return { ...others, stateMachineArn: stateMachine, search: name, side };
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
    matches: row.matches,
  };
}

function describeExecution(row: ExecutionListRow): string {
  const error = row.error === null ? '' : `  ${row.error}`;
  const where = (row.matches ?? []).map(({ side, path }) => `  ${side} ${path}`).join('');
  return `${row.startDate.toISOString()}  ${row.status.padEnd(9)}  ${row.executionArn}${error}${where}`;
}

async function printExecutions(options: ExecutionsOptions): Promise<void> {
  const filter = filterOf(options);
  await withDatabase(async ({ sql }) => {
    let left = options.limit;
    let cursor: string | undefined;
    do {
      const page = await listExecutions(sql, {
        ...filter,
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
      writeNote(`There are more: raise --limit (now ${options.limit}) to see them.`);
    }
  });
}

/** Adds `steptrail executions`. */
export function addExecutions(program: Command): void {
  program
    .command('executions')
    .description('list archived executions, newest first')
    .option('--state-machine <arn>', 'only of this state machine', readStateMachineArn)
    .addOption(new Option('--status <status...>', 'only with one of these').choices([...EXECUTION_STATUSES]))
    .option('--from <time>', 'started at or after (ISO 8601)', readTime)
    .option('--to <time>', 'started before (ISO 8601)', readTime)
    .option('--name <prefix>', 'name begins so')
    .option('--error <name>', 'failed with this error')
    .option('--failed-state <name>', 'the failure of this state ended it')
    .option('--min-duration <duration>', 'lasted at least: seconds or ISO 8601, PT1H30M', readDurationOption)
    .option('--max-duration <duration>', 'lasted at most: seconds or ISO 8601', readDurationOption)
    .option('--min-events <count>', 'has at least so many events', readCount)
    .option('--max-events <count>', 'has at most so many events', readCount)
    .option('--tag <key=value>', 'its state machine has this tag', readTag)
    .option('--value <text>', 'its input or output holds this value, exactly', readValue)
    .option('--value-prefix <text>', 'its input or output holds a value that begins so', readValue)
    .option('--path <path>', 'where the value stands: order.id, $.items[*].sku', readPathOption)
    .addOption(new Option('--in <side>', 'on which side the value stands').choices(['input', 'output']))
    .option('--diverging', 'only those that their definition does not explain')
    .option('--limit <rows>', 'at most so many', readLimit, 100)
    .option('--json', 'one object a line, members named as in the AWS API')
    .action(printExecutions);
}
