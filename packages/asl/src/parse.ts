import { copyJson } from './copy-json.ts';
import { locate, positionAt, walkJsonText } from './json-text.ts';
import { type ParseOptions, type ParseResult, type Problem, problem } from './problem.ts';
import { validate } from './validate.ts';

/** AWS's limit for a definition. */
const LONGEST_DEFINITION = 1_048_576;

/**
 * Reads and checks a definition in the Amazon States Language, as AWS does when a state machine is created.
 * Never throws: whatever the text, the answer is a machine (with warnings) or a list of problems, among them at
 * least one error, each with its place in the text.
 */
export function parse(text: string, options: ParseOptions = {}): ParseResult {
  const found: Problem[] = [];
  if (text.trim() === '')
    return refuse(text, [problem('EMPTY_DEFINITION', '', 'The definition is empty: give a JSON object.')]);
  if (text.length > LONGEST_DEFINITION)
    found.push(
      problem(
        'DEFINITION_TOO_LARGE',
        '',
        `The definition has ${text.length} characters, AWS allows ${LONGEST_DEFINITION}: split the state machine.`,
      ),
    );
  const positions = new Map<Problem, number>();
  const fault = walkJsonText(text, {
    duplicateKey: (offset, key, pointer) => {
      const duplicate = problem(
        'DUPLICATE_KEY',
        pointer(),
        `The key '${key}' is written twice: keep one of them.`,
      );
      positions.set(duplicate, offset);
      found.push(duplicate);
    },
  });
  if (fault !== undefined) {
    const broken = problem('NOT_JSON', '', `This is no JSON: ${describe(text, fault)}.`);
    return refuse(text, [broken], new Map([[broken, fault]]));
  }
  const value: unknown = JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text);
  const result = judge(value, options, found);
  return result.ok
    ? { ...result, warnings: withPositions(text, result.warnings, positions) }
    : refuse(text, result.problems, positions);
}

/** As `parse`, for a definition that is parsed already. The object is copied: it is neither changed nor kept. */
export function parseValue(value: unknown, options: ParseOptions = {}): ParseResult {
  return judge(value, options, []);
}

function judge(value: unknown, options: ParseOptions, found: Problem[]): ParseResult {
  const copy = copyJson(value);
  if (!copy.ok) return { ok: false, problems: [...found, copy.problem] };
  let errors = found.length;
  const check = {
    placeholders: options.placeholders ?? false,
    type: options.type ?? 'STANDARD',
    language: 'JSONPath',
    report: (...parts: Parameters<typeof problem>) => {
      const reported = problem(...parts);
      if (reported.severity === 'error') errors++;
      found.push(reported);
    },
  } as const;
  const machine: unknown = copy.value;
  if (validate(machine, check, () => errors > 0)) return { ok: true, machine, warnings: found };
  return { ok: false, problems: found };
}

function refuse(text: string, problems: readonly Problem[], positions?: Map<Problem, number>): ParseResult {
  return { ok: false, problems: withPositions(text, problems, positions) };
}

function withPositions(
  text: string,
  problems: readonly Problem[],
  known: ReadonlyMap<Problem, number> = new Map(),
): Problem[] {
  if (problems.length === 0) return [];
  const offsets = locate(
    text,
    problems.filter((each) => !known.has(each)).map(({ pointer }) => pointer),
  );
  return problems.map((each) => ({
    ...each,
    ...positionAt(text, known.get(each) ?? offsets.get(each.pointer) ?? 0),
  }));
}

function describe(text: string, offset: number): string {
  const { line, column } = positionAt(text, offset);
  const character = text[offset];
  const what = character === undefined ? 'the text ends too early' : `unexpected '${character}'`;
  return `${what} at line ${line}, column ${column}`;
}
