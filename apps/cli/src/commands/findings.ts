import { presentFinding, renderRow } from '@steptrail/api';
import { FINDING_SEVERITIES, type FindingRow, type FindingSeverity, listFindings } from '@steptrail/store';
import { type Command, Option } from 'commander';
import { withDatabase } from '../open-database.ts';
import { readExecutionArn, readLimit, readStateMachineArn } from '../option-values.ts';
import { writeLine, writeNote } from '../write-output.ts';

interface FindingsOptions {
  readonly severity?: FindingSeverity[];
  readonly rule?: string;
  readonly stateMachine?: string;
  readonly execution?: string;
  readonly state: 'open' | 'resolved' | 'all';
  readonly limit: number;
  readonly failOn?: FindingSeverity;
  readonly json?: true;
}

/** A finding in words, the members named as the API names them. */
function findingObject(row: FindingRow) {
  const { why, mend, reference } = renderRow(row);
  return { ...presentFinding(row), why, mend, reference };
}

function describeFinding(row: FindingRow): string {
  const { ruleId, severity, text, mend, evidence, executionArn, stateMachineArn, openedAt } =
    findingObject(row);
  const events = evidence.executions.flatMap(({ eventIds }) => eventIds);
  const lines = [`${severity.toUpperCase()} ${ruleId}: ${text}`, `  ${executionArn ?? stateMachineArn}`];
  if (events.length > 0) lines.push(`  events ${events.join(', ')}`);
  if (evidence.pointers.length > 0) lines.push(`  definition ${evidence.pointers.join(', ')}`);
  lines.push(`  ${mend}`, `  open since ${openedAt.toISOString()}`);
  return lines.join('\n');
}

async function printFindings(options: FindingsOptions): Promise<void> {
  await withDatabase(async ({ sql }) => {
    let left = options.limit;
    let cursor: string | undefined;
    let failing = false;
    const worst = options.failOn === undefined ? -1 : FINDING_SEVERITIES.indexOf(options.failOn);
    do {
      const page = await listFindings(sql, {
        severity: options.severity,
        ruleId: options.rule,
        stateMachineArn: options.stateMachine,
        executionArn: options.execution,
        state: options.state,
        cursor,
        limit: Math.min(left, 500),
      });
      for (const row of page.rows) {
        writeLine(options.json ? JSON.stringify(findingObject(row)) : describeFinding(row));
        failing ||= row.severityRank <= worst;
      }
      left -= page.rows.length;
      cursor = page.next;
    } while (cursor !== undefined && left > 0);
    if (left === options.limit)
      writeNote(`No ${options.state === 'all' ? '' : `${options.state} `}finding matches.`);
    else if (cursor !== undefined)
      writeNote(`There are more: raise --limit (now ${options.limit}) to see them.`);
    if (failing) process.exitCode = 1;
  });
}

/** Adds `steptrail findings`. */
export function addFindings(program: Command): void {
  program
    .command('findings')
    .description('list findings, the gravest first')
    .addOption(new Option('--severity <severity...>', 'only of these').choices([...FINDING_SEVERITIES]))
    .option('--rule <id>', 'only of this rule')
    .option('--state-machine <arn>', 'only of this state machine', readStateMachineArn)
    .option('--execution <arn>', 'only of this execution', readExecutionArn)
    .addOption(
      new Option('--state <state>', 'open, resolved or all')
        .choices(['open', 'resolved', 'all'])
        .default('open'),
    )
    .option('--limit <rows>', 'at most so many', readLimit, 100)
    .addOption(
      new Option('--fail-on <severity>', 'exit 1 if one this severe is listed').choices([
        ...FINDING_SEVERITIES,
      ]),
    )
    .option('--json', 'one object a line')
    .action(printFindings);
}
