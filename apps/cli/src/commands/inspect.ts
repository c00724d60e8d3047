import { type Inspection, inspect, isTestStateCall } from '@steptrail/interpreter';
import type { Command } from 'commander';
import { helpNote } from '../help-note.ts';
import { findInputFiles, parseJson, readText } from '../read-input.ts';
import { UsageError } from '../usage-error.ts';
import { writeLine, writeNote } from '../write-output.ts';

interface InspectOptions {
  readonly json?: true;
}

/** Answers the call in one file; undefined where a folder's file holds none. */
function inspectFile(file: string, fromFolder: boolean): Inspection | undefined {
  const text = readText(file);
  if (!text.ok) throw new UsageError(text.message);
  const json = parseJson(file, text.text);
  if (!json.ok) throw new UsageError(json.message);
  if (isTestStateCall(json.value)) return inspect(json.value);
  if (fromFolder) return undefined;
  throw new UsageError(
    `${file}: it holds no call of TestState: give an object with \`definition\` (a state, or a state machine with \`stateName\`), \`input\` and the rest of that API's request.`,
  );
}

/** The line that `--json` prints for one call: architecture section 6; what limits the answer follows where there is any. */
function inspectionRow(file: string, { response, unanswered, unknown, notes }: Inspection) {
  return {
    file,
    response,
    ...(unanswered === undefined ? {} : { unanswered }),
    ...(unknown.length === 0 ? {} : { unknown }),
    ...(notes.length === 0 ? {} : { notes }),
  };
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The answer for a reader: status and way out first, then each step, then what nobody can know offline. */
function describeInspection({ response, unanswered, unknown, notes }: Inspection): string {
  if ('exception' in response) {
    return `  refused with ${response.exception.code}: ${response.exception.message}`;
  }
  const { status, nextState, error, cause, output, inspectionData } = response;
  const lines = [`  ${status ?? 'not answered'}${nextState === undefined ? '' : ` → ${nextState}`}`];
  if (unanswered !== undefined) lines.push(`  ${unanswered}`);
  if (error !== undefined || cause !== undefined) {
    lines.push(`  error ${[error, cause].filter((text) => text !== undefined).join(': ')}`);
  }
  for (const [step, value] of Object.entries(inspectionData ?? {})) {
    lines.push(`    ${step.padEnd(20)} ${shown(value)}`);
  }
  if (output !== undefined) lines.push(`    ${'output'.padEnd(20)} ${output}`);
  for (const note of notes) lines.push(`  note: ${note}`);
  for (const { at, why } of unknown) lines.push(`  unknown at ${at}: ${why}`);
  return lines.join('\n');
}

/** Answers the calls; the exit code is 0, 1 (one could not be answered offline) or 2 (input cannot be read). */
function inspectFiles(paths: readonly string[], options: InspectOptions): number {
  const { files, problems } = findInputFiles(paths, ['.json']);
  for (const problem of problems) writeNote(problem);
  let unreadable = problems.length;
  let inspected = 0;
  let unanswered = 0;
  let passedOver = 0;
  for (const { file, fromFolder } of files) {
    try {
      const inspection = inspectFile(file, fromFolder);
      if (inspection === undefined) {
        passedOver += 1;
        continue;
      }
      inspected += 1;
      if (inspection.unanswered !== undefined) unanswered += 1;
      if (options.json) writeLine(JSON.stringify(inspectionRow(file, inspection)));
      else writeLine(`${file}\n${describeInspection(inspection)}\n`);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      unreadable += 1;
      writeNote(error.message);
    }
  }
  if (passedOver > 0) writeNote(`${passedOver} JSON files without a call of TestState were passed over.`);
  if (inspected === 0 && unreadable === 0)
    writeNote('No call of TestState was found: name a file or a folder that holds some.');
  if (unanswered > 0) {
    writeNote(
      `${unanswered} of ${inspected} calls could not be answered offline: they call a service, give them a mock.`,
    );
  }
  if (unreadable > 0 || inspected === 0) return 2;
  return unanswered > 0 ? 1 : 0;
}

/** Adds `steptrail inspect`. */
export function addInspect(program: Command): void {
  program
    .command('inspect')
    .description('one state, step by step, offline: answers calls of the TestState API as AWS does')
    .argument(
      '<file...>',
      'calls of TestState: definition, stateName, input, inspectionLevel, context, variables, mock, stateConfiguration; or folders of these',
    )
    .option('--json', 'one JSON line per call')
    .addHelpText(
      'after',
      helpNote(
        'Exit code: 0 all calls answered, 1 one needs a service to answer it (a mock is missing), 2 input cannot be read.',
      ),
    )
    .action((files: string[], options: InspectOptions) => {
      process.exitCode = inspectFiles(files, options);
    });
}
