import { type FoundDamage, type VerifyReport, verifyArchive, verifyExecution } from '@steptrail/ingester';
import { listConflicting, listConflicts, type Sql } from '@steptrail/store';
import { type Command, InvalidArgumentError } from 'commander';
import { helpNote } from '../help-note.ts';
import { withDatabase } from '../open-database.ts';
import { signalOfProcess } from '../run-until-signal.ts';
import { UsageError } from '../usage-error.ts';
import { writeLine, writeNote } from '../write-output.ts';

interface VerifyOptions {
  readonly all?: true;
  readonly anchor?: { readonly position: number; readonly chain: string };
  readonly json?: true;
}

const NOTE_EVERY = 10_000;

function readAnchor(text: string): NonNullable<VerifyOptions['anchor']> {
  const [, position = '', chain = ''] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (chain === '') {
    throw new InvalidArgumentError(
      'Give the head as an earlier verify printed it: a number, a colon, 64 hexadecimal digits.',
    );
  }
  return { position: Number(position), chain };
}

function writeDamage(damage: FoundDamage, json: boolean): void {
  const { subject, ...rest } = damage;
  const named = subject.startsWith('arn:') ? { executionArn: subject } : { subject };
  writeLine(json ? JSON.stringify({ ...named, ...rest }) : `${damage.kind}  ${subject}: ${damage.message}`);
}

function describeReport(report: VerifyReport): string {
  const { verified, damaged, definitions, removed, waiting, incomplete, head } = report;
  return [
    `${verified} executions and ${definitions} definitions compared with their seals: ${damaged === 0 ? 'all as they were sealed' : `${damaged} damaged`}.`,
    ...(removed > 0 ? [`${removed} executions were removed by retention.`] : []),
    ...(waiting > 0 ? [`${waiting} closed executions wait for their seal.`] : []),
    ...(incomplete > 0
      ? [`${incomplete} closed executions have no seal, for their history is not whole.`]
      : []),
    `Head of the log of seals: ${head.position}:${head.chain}`,
    'Note the head outside of this database: `steptrail verify --all --anchor HEAD` then proves that nothing before it was changed.',
  ].join('\n');
}

const CONFLICTS_AT_ONCE = 500;

/** Tells of what imported files say otherwise: no damage, for the archive stayed as it was, but to be known. */
async function tellConflicts(sql: Sql, json: boolean): Promise<void> {
  let after = '';
  for (;;) {
    const rows = await listConflicting(sql, after, CONFLICTS_AT_ONCE);
    for (const { executionArn, conflicts } of rows) {
      if (json) writeLine(JSON.stringify({ executionArn, conflicts }));
      else {
        writeNote(
          `${executionArn}: imported files contradict the archive in ${conflicts} ${conflicts === 1 ? 'place' : 'places'}; \`steptrail verify ${executionArn}\` names them.`,
        );
      }
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < CONFLICTS_AT_ONCE) return;
    after = last.executionArn;
  }
}

async function tellConflictsOf(sql: Sql, executionArn: string, json: boolean): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await listConflicts(sql, executionArn, { cursor, limit: 100 });
    for (const { firstEventId, origin, foundAt, sha256 } of page.rows) {
      const conflict = { firstEventId, origin, foundAt, sha256: sha256.toString('hex') };
      const what = firstEventId === 0 ? 'facts about it' : `events of the block from ${firstEventId}`;
      if (json) writeLine(JSON.stringify({ executionArn, conflict }));
      else writeNote(`${origin} contradicts the archive in ${what} (found ${foundAt.toISOString()}).`);
    }
    cursor = page.next;
  } while (cursor !== undefined);
}

async function verifyAll(options: VerifyOptions): Promise<void> {
  const signal = signalOfProcess();
  await withDatabase(async ({ sql }) => {
    let noted = 0;
    const report = await verifyArchive(sql, {
      anchor: options.anchor,
      signal,
      onDamage: (damage) => writeDamage(damage, options.json === true),
      onProgress: (verified) => {
        if (verified - noted < NOTE_EVERY) return;
        noted = verified;
        writeNote(`${verified} executions compared.`);
      },
    });
    await tellConflicts(sql, options.json === true);
    if (options.json)
      writeLine(JSON.stringify({ ...report, head: `${report.head.position}:${report.head.chain}` }));
    else writeLine(describeReport(report));
    if (report.damaged > 0) process.exitCode = 1;
  });
}

async function verifyOne(executionArn: string, options: VerifyOptions): Promise<void> {
  await withDatabase(async ({ sql }) => {
    const damages = await verifyExecution(sql, executionArn);
    if (damages === undefined) {
      throw new UsageError(
        `${executionArn} has no seal: it is not in the archive, still runs, or its history is not whole (see \`steptrail executions\`).`,
        1,
      );
    }
    for (const damage of damages) writeDamage(damage, options.json === true);
    await tellConflictsOf(sql, executionArn, options.json === true);
    if (damages.length > 0) process.exitCode = 1;
    else if (options.json) writeLine(JSON.stringify({ executionArn, verified: true }));
    else writeLine(`${executionArn} is as it was sealed, byte for byte.`);
  });
}

async function runVerify(executionArn: string | undefined, options: VerifyOptions): Promise<void> {
  if (executionArn === undefined && options.all === undefined) {
    throw new UsageError('Nothing to verify: give an execution ARN, or --all.');
  }
  if (executionArn !== undefined && (options.all || options.anchor)) {
    throw new UsageError('Give either an execution ARN, or --all with or without --anchor.');
  }
  if (executionArn === undefined) await verifyAll(options);
  else await verifyOne(executionArn, options);
}

/** Adds `steptrail verify`. */
export function addVerify(program: Command): void {
  program
    .command('verify')
    .description(
      'compare the archive with its seals: finds what was changed, removed, added or put in another order',
    )
    .argument('[executionArn]', 'one execution')
    .option('--all', 'every execution and definition, and the log of seals itself')
    .option('--anchor <head>', 'a head of the log that was noted earlier (number:chain)', readAnchor)
    .option('--json', 'one object for each damage, and one for the whole')
    .addHelpText(
      'after',
      helpNote('Exit code: 0 all is as it was sealed, 1 something is not or has no seal, 2 wrong usage.'),
    )
    .action(runVerify);
}
