import { adoptChildren, type ImportCounts, type Importing, sealArchive } from '@steptrail/ingester';
import { type Command, InvalidArgumentError } from 'commander';
import { helpNote } from '../help-note.ts';
import { findDescriptions, importFile } from '../import-files.ts';
import { withDatabase } from '../open-database.ts';
import { readDefinitionFile } from '../read-definition-file.ts';
import { findInputFiles } from '../read-input.ts';
import { signalOfProcess } from '../run-until-signal.ts';
import { UsageError } from '../usage-error.ts';
import { writeLine, writeNote } from '../write-output.ts';

interface ImportOptions {
  readonly account?: string;
  readonly executionArn?: string;
  readonly definition?: string;
  readonly json?: true;
}

function readAccount(text: string): string {
  if (!/^\d{12}$/.test(text)) throw new InvalidArgumentError('Give the 12 digits of an AWS account.');
  return text;
}

async function runImport(files: readonly string[], options: ImportOptions): Promise<void> {
  const signal = signalOfProcess();
  const counts: ImportCounts = { imported: 0, extended: 0, unchanged: 0, conflict: 0, refused: 0 };
  let problems = 0;
  let unproved = 0;
  const facts = {
    executionArn: options.executionArn,
    definition: options.definition === undefined ? undefined : readDefinitionFile(options.definition),
  };
  const isInput = (path: string) => path !== '-';
  const found = findInputFiles(files.filter(isInput), ['.json', '.jsonl', '.gz']);
  for (const problem of found.problems) writeNote(problem);
  const standardInput = files.some((path) => !isInput(path)) ? [{ file: '-', fromFolder: false }] : [];
  const inputs = [...found.files, ...standardInput];
  const descriptions = await findDescriptions(inputs);
  let unreadable = found.problems.length;
  await withDatabase(async ({ sql }) => {
    for (const input of inputs) {
      const file = input.file === '-' ? 'standard input' : input.file;
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
        onExecution: (executionArn, outcome, proved) => {
          counts[outcome] += 1;
          if (!proved && (outcome === 'imported' || outcome === 'extended')) unproved += 1;
          if (options.json) writeLine(JSON.stringify({ file, executionArn, outcome, proved }));
        },
      };
      try {
        await importFile(importing, input, descriptions, facts);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        unreadable += 1;
        writeNote(error.message);
      }
    }
    // Files come in any order: children of Map Runs may have been before their parent.
    await adoptChildren({ sql, signal, destinations: [] });
    await sealArchive(sql, () => new Date(), signal);
  });
  const { imported, extended, unchanged, conflict, refused } = counts;
  if (options.json) writeLine(JSON.stringify({ ...counts, unproved }));
  else {
    writeLine(
      `${imported} executions imported, ${extended} extended, ${unchanged} known already, ${conflict} in conflict with the archive, ${refused} refused.`,
    );
    if (unproved > 0) {
      writeLine(
        `${unproved === 1 ? '1 that was taken over has' : `${unproved} that were taken over have`} no seal: nothing proves that this is all that AWS said.`,
      );
    }
  }
  if (inputs.length === 0 && unreadable === 0)
    writeNote('Nothing to import was found: name files, or folders that hold some.');
  const isAnything = imported + extended + unchanged + conflict > 0;
  if ((unreadable > 0 || inputs.length === 0) && !isAnything) process.exitCode = 2;
  else if (unreadable > 0 || problems > 0) process.exitCode = 1;
}

/** Adds `steptrail import`. */
export function addImport(program: Command): void {
  program
    .command('import')
    .description('take executions from files into the archive; what is there already stays as it is')
    .argument(
      '<file...>',
      'files of `steptrail export`, outputs of get-execution-history with those of describe-execution and describe-state-machine-for-execution beside them, exports of the console, log records, recorded cases; folders of these; also compressed; - is standard input',
    )
    .option('--execution-arn <arn>', 'of histories that do not say which execution they are of')
    .option('--definition <file>', 'what executions ran with whose definition is in no file')
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
