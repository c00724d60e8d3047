import { isExport } from '@steptrail/archive';
import { type FileLine, type ImportCounts, type Importing, importExport } from '@steptrail/ingester';
import { type Command, InvalidArgumentError } from 'commander';
import { helpNote } from '../help-note.ts';
import { withDatabase } from '../open-database.ts';
import { openInput, readLines } from '../read-lines.ts';
import { signalOfProcess } from '../run-until-signal.ts';
import { UsageError } from '../usage-error.ts';
import { writeLine, writeNote } from '../write-output.ts';

interface ImportOptions {
  readonly account?: string;
  readonly json?: true;
}

function readAccount(text: string): string {
  if (!/^\d{12}$/.test(text)) throw new InvalidArgumentError('Give the 12 digits of an AWS account.');
  return text;
}

/** What a file was found to be, by its first line. */
async function* startingWith(first: FileLine, rest: AsyncGenerator<FileLine>): AsyncGenerator<FileLine> {
  yield first;
  yield* rest;
}

async function importFile(importing: Importing, file: string): Promise<void> {
  const { bytes, close } = await openInput(file);
  try {
    const lines = readLines(bytes);
    const { value: first } = await lines.next();
    if (first === undefined || 'problem' in first || !isExport(first.text)) {
      throw new UsageError(`${importing.file}: it is no export of \`steptrail export\`.`);
    }
    await importExport(importing, startingWith(first, lines));
  } finally {
    close();
  }
}

async function runImport(files: readonly string[], options: ImportOptions): Promise<void> {
  const signal = signalOfProcess();
  const counts: ImportCounts = { imported: 0, extended: 0, unchanged: 0, conflict: 0, refused: 0 };
  let problems = 0;
  let unreadable = 0;
  await withDatabase(async ({ sql }) => {
    for (const path of files) {
      const file = path === '-' ? 'standard input' : path;
      const importing: Importing = {
        sql,
        file,
        accountId: options.account,
        signal,
        onProblem: (problem) => {
          problems += 1;
          if (options.json) writeLine(JSON.stringify(problem));
          const { line, message } = problem;
          writeNote(`${file}${line === undefined ? '' : `:${line}`}: ${message}`);
        },
        onExecution: (executionArn, outcome) => {
          counts[outcome] += 1;
          if (options.json) writeLine(JSON.stringify({ file, executionArn, outcome }));
        },
      };
      try {
        await importFile(importing, path);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        unreadable += 1;
        writeNote(error.message);
      }
    }
  });
  const { imported, extended, unchanged, conflict, refused } = counts;
  if (options.json) writeLine(JSON.stringify(counts));
  else {
    writeLine(
      `${imported} executions imported, ${extended} extended, ${unchanged} known already, ${conflict} in conflict with the archive, ${refused} refused.`,
    );
  }
  const isAnything = imported + extended + unchanged + conflict > 0;
  if (unreadable > 0 && !isAnything) process.exitCode = 2;
  else if (unreadable > 0 || problems > 0) process.exitCode = 1;
}

/** Adds `steptrail import`. */
export function addImport(program: Command): void {
  program
    .command('import')
    .description('take executions from files into the archive; what is there already stays as it is')
    .argument('<file...>', 'files of `steptrail export`, also compressed; - is standard input')
    .option(
      '--account <id>',
      'refuse executions of other accounts; without it an archive may hold several',
      readAccount,
    )
    .option('--json', 'one object for each execution and each problem, and one with the counts')
    .addHelpText(
      'after',
      helpNote('Exit code: 0 everything is in the archive, 1 a part of it is not, 2 nothing could be read.'),
    )
    .action(runImport);
}
