import { type CoverageRow, type CoverageTotals, listCoverage } from '@steptrail/store';
import type { Command } from 'commander';
import { helpNote } from '../help-note.ts';
import { withDatabase } from '../open-database.ts';
import { readLimit, readStateMachineArn, readTime } from '../option-values.ts';
import { writeLine, writeNote } from '../write-output.ts';

interface CoverageOptions {
  readonly stateMachine?: string;
  readonly from?: Date;
  readonly to?: Date;
  readonly days: number;
  readonly json?: true;
}

const DAY = 86_400_000;

const HEAD = [
  'day',
  'seen',
  'archived',
  'running',
  'waiting',
  'expiring',
  'lost',
  'missing',
  'state machine',
];

function describeRow(row: CoverageRow): readonly string[] {
  const { day, seen, archived, running, waiting, expiring, lost, missing } = row;
  const counts = [seen, archived, running, waiting, expiring, lost].map(String);
  return [day, ...counts, isChecked(row) ? String(missing) : '?', row.stateMachineArn];
}

/** Whether what is missing is known: of Express executions there is no list. */
function isChecked({ reconciledAt, missing, mapRunsUnchecked }: CoverageRow): boolean {
  return missing > 0 || (reconciledAt !== null && mapRunsUnchecked === 0);
}

function writeRow(cells: readonly string[]): void {
  const [day = '', ...rest] = cells;
  const machine = rest.pop() ?? '';
  writeLine(`${day.padEnd(10)}  ${rest.map((cell) => cell.padStart(8)).join('  ')}  ${machine}`);
}

async function printCoverage(options: CoverageOptions): Promise<void> {
  const now = new Date();
  const to = options.to ?? now;
  const from = options.from ?? new Date(to.getTime() - options.days * DAY);
  await withDatabase(async ({ sql }) => {
    const page = (cursor?: string) =>
      listCoverage(sql, { stateMachineArn: options.stateMachine, from, to, now, cursor, limit: 1000 });
    let { rows, next, totals } = await page();
    if (rows.length > 0 && !options.json) writeRow(HEAD);
    for (;;) {
      for (const row of rows) {
        if (options.json) writeLine(JSON.stringify(row));
        else writeRow(describeRow(row));
      }
      if (next === undefined) break;
      ({ rows, next, totals } = await page(next));
    }
    tellTotals(totals);
  });
}

/** What matters of all days in a sentence, and the exit code. */
function tellTotals({ seen, lost, missing, expiring, unchecked }: CoverageTotals): void {
  const soon = `${expiring} still to be fetched expire within 7 days.`;
  if (seen === 0) {
    writeNote(
      'Nothing was seen in this time. `steptrail ingest --once` fills the archive; --from and --to widen the look.',
    );
  } else if (lost + missing > 0) {
    writeNote(`${lost} lost, ${missing} missing, ${soon}`);
    process.exitCode = 1;
  } else if (unchecked > 0) {
    writeNote(
      `No gap in what was checked against AWS's lists; ${unchecked} of these days were not yet; ${soon}`,
    );
  } else writeNote(`No gap: nothing is lost or missing; ${soon}`);
}

/** Adds `steptrail coverage`. */
export function addCoverage(program: Command): void {
  program
    .command('coverage')
    .description('how much of what AWS had is archived, by state machine and day')
    .option('--state-machine <arn>', 'only of this state machine', readStateMachineArn)
    .option('--from <time>', 'days from (ISO 8601, UTC)', readTime)
    .option('--to <time>', 'days before; default now', readTime)
    .option('--days <days>', 'so many days back, without --from', readLimit, 90)
    .option('--json', 'one object a line')
    .addHelpText('after', helpNote('Exit code: 0 no gap, 1 something is lost or missing, 2 wrong usage.'))
    .action(printCoverage);
}
