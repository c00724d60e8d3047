import { type Problem, parse, parseValue, type WorkflowType } from '@steptrail/asl';
import {
  checkDefinition,
  type Evidence,
  isAtLeast,
  renderFinding,
  SEVERITIES,
  type Severity,
} from '@steptrail/rules';
import { type Command, Option } from 'commander';
import { type FoundDefinition, findDefinitions } from '../find-definitions.ts';
import { helpNote } from '../help-note.ts';
import { findInputFiles, readText } from '../read-input.ts';
import { sarifOf } from '../sarif.ts';
import { VERSION } from '../version.ts';
import { writeLine, writeNote } from '../write-output.ts';

interface LintOptions {
  readonly type?: WorkflowType;
  readonly format: 'text' | 'json' | 'sarif';
  readonly failOn?: Severity;
}

/** What lint says of one definition: a line of `--format json`. */
export interface LintedDefinition {
  readonly file: string;
  readonly name: string;
  readonly valid: boolean;
  readonly problems: readonly Problem[];
  readonly findings: readonly LintFinding[];
}

interface LintFinding {
  readonly ruleId: string;
  readonly severity: Severity;
  /** Of the first of the evidence's pointers, counted from 1. */
  readonly line: number;
  readonly column: number;
  readonly text: string;
  readonly mend: string;
  readonly evidence: Evidence;
}

/** Problems with their places in the file, not in the definition's own text. */
function placed(problems: readonly Problem[], { locate, place }: FoundDefinition): Problem[] {
  const positions = locate(problems.map(({ pointer }) => pointer));
  return problems.map((problem) => {
    const { line, column, pointer } = problem;
    if (line === undefined || column === undefined) return { ...problem, ...positions.get(pointer) };
    return { ...problem, ...place({ line, column }) };
  });
}

/** Validates a definition, and judges it by the rules where it is valid. */
export function lintDefinition(found: FoundDefinition, given: WorkflowType | undefined): LintedDefinition {
  const type = given ?? found.type;
  const options = { placeholders: found.placeholders, type };
  const { definition, name, file } = found;
  const parsed =
    'text' in definition ? parse(definition.text, options) : parseValue(definition.value, options);
  const problems = placed(parsed.ok ? parsed.warnings : parsed.problems, found);
  if (!parsed.ok) return { file, name, valid: false, problems, findings: [] };
  const subject = { stateMachineArn: name, type: type ?? 'STANDARD', machine: parsed.machine } as const;
  const checked = checkDefinition(subject);
  const positions = found.locate(checked.map(({ evidence }) => evidence.pointers[0] ?? ''));
  const findings = checked.map((finding) => {
    const { ruleId, severity, evidence } = finding;
    const position = positions.get(evidence.pointers[0] ?? '') ?? { line: 1, column: 1 };
    const { text, mend } = renderFinding(finding);
    return { ruleId, severity, ...position, text, mend, evidence };
  });
  return { file, name, valid: true, problems, findings };
}

function describeLinted({ file, name, valid, problems, findings }: LintedDefinition): string {
  const title = name === '' ? file : `${file} (${name})`;
  const lines = [`${title}: ${valid ? 'valid' : 'NOT valid'}`];
  for (const { severity, code, pointer, message, line, column } of problems) {
    const place = line === undefined ? '' : `${line}:${column ?? 1} `;
    lines.push(`  ${severity} ${code} at ${place}${pointer || '/'}: ${message}`);
  }
  for (const { severity, ruleId, text, mend, evidence, line, column } of findings) {
    const [first = '/', ...others] = evidence.pointers;
    const more = others.length === 0 ? '' : ` and ${others.length} more places`;
    lines.push(`  ${severity} ${ruleId} at ${line}:${column} ${first}${more}: ${text}`, `    ${mend}`);
  }
  return lines.join('\n');
}

function isFailure(linted: LintedDefinition, failOn: Severity | undefined): boolean {
  if (!linted.valid) return true;
  if (failOn === undefined) return false;
  return linted.findings.some(({ severity }) => isAtLeast(severity, failOn));
}

/** Lints the files; the exit code is 0, 1 (invalid, or findings at that severity) or 2 (unreadable). */
function lintFiles(paths: readonly string[], options: LintOptions): number {
  const { files, problems } = findInputFiles(paths, ['.json', '.yaml', '.yml']);
  const linted: LintedDefinition[] = [];
  let unreadable = problems.length;
  for (const problem of problems) writeNote(problem);
  for (const { file, fromFolder } of files) {
    const text = readText(file);
    const found = text.ok ? findDefinitions(file, text.text) : text;
    if (!found.ok) {
      unreadable += 1;
      writeNote(found.message);
    } else if (found.definitions.length === 0 && !fromFolder) {
      unreadable += 1;
      writeNote(
        `${file}: it holds no state machine definition: give ASL, or a SAM or CloudFormation template.`,
      );
    } else {
      linted.push(...found.definitions.map((definition) => lintDefinition(definition, options.type)));
    }
  }
  if (options.format === 'sarif') writeLine(sarifOf(linted, VERSION));
  for (const one of linted) {
    if (options.format === 'json') writeLine(JSON.stringify(one));
    if (options.format === 'text') writeLine(describeLinted(one));
  }
  if (linted.length === 0 && unreadable === 0)
    writeNote('No definition was found: name a file or folder that holds one.');
  if (unreadable > 0 || linted.length === 0) return 2;
  return linted.some((one) => isFailure(one, options.failOn)) ? 1 : 0;
}

/** Adds `steptrail lint`. */
export function addLint(program: Command): void {
  program
    .command('lint')
    .description('check definitions: ASL in JSON or YAML, also inside SAM and CloudFormation templates')
    .argument('<file...>', 'files, or folders of them')
    .addOption(new Option('--type <type>', 'workflow type').choices(['STANDARD', 'EXPRESS']))
    .addOption(
      new Option('--format <format>', 'output format').choices(['text', 'json', 'sarif']).default('text'),
    )
    .option('--json', 'the same as --format json')
    .addOption(new Option('--fail-on <severity>', 'exit 1 on findings this severe').choices([...SEVERITIES]))
    .addHelpText(
      'after',
      helpNote('Exit code: 0 all valid, 1 one is invalid or has findings at --fail-on, 2 unreadable.'),
    )
    .action((files: string[], { json, ...options }: LintOptions & { json?: true }) => {
      process.exitCode = lintFiles(files, json ? { ...options, format: 'json' } : options);
    });
}
