import type { Check } from './check.ts';
import { copyJson, surveyJson } from './copy-json.ts';
import { locate, membersIn, positionsIn, walkJsonText } from './json-text.ts';
import type { Json, State } from './machine.ts';
import { type ParseOptions, type ParseResult, type Problem, problem } from './problem.ts';
import { validate, validateState } from './validate.ts';

/** AWS's limit for a definition. */
const LONGEST_DEFINITION = 1_048_576;
/** Nobody reads more, and each costs a search for its place in the text. */
const MOST_PROBLEMS = 1000;

/**
 * Reads and checks a definition in the Amazon States Language, as AWS does when a state machine is created.
 * Never throws: whatever the text, the answer is a machine (with warnings) or a list of problems, among them at
 * least one error, each with its place in the text.
 */
export function parse(text: string, options: ParseOptions = {}): ParseResult {
  const found: Problem[] = [];
  if (text.trim() === '')
    return refuse(text, [problem('EMPTY_DEFINITION', '', 'The definition is empty: give a JSON object.')]);
  if (text.length > LONGEST_DEFINITION) {
    const tooLarge = problem(
      'DEFINITION_TOO_LARGE',
      '',
      `The definition has ${text.length} characters, AWS allows ${LONGEST_DEFINITION}: split the state machine.`,
      options,
    );
    // Nobody waits until all of it is read to hear that it is too large.
    if (tooLarge.severity === 'error') return refuse(text, [tooLarge]);
    found.push(tooLarge);
  }
  const parsed = parseJson(text);
  if (parsed === undefined) return refuseText(text);
  const survey = surveyJson(parsed.value);
  const positions = new Map<Problem, number>();
  if (!survey.ok || membersIn(text) > survey.members) findDuplicates(text, found, positions);
  const result = survey.ok
    ? judge(survey.value, options, found)
    : { ok: false as const, problems: [...found, survey.problem] };
  return result.ok
    ? { ...result, warnings: withPositions(text, result.warnings, positions) }
    : refuse(text, result.problems, positions);
}

function parseJson(text: string): { readonly value: Json } | undefined {
  try {
    const value: Json = JSON.parse(text.startsWith('\ufeff') ? text.slice(1) : text);
    return { value };
  } catch {
    return undefined;
  }
}

function refuseText(text: string): ParseResult {
  const fault = walkJsonText(text, {}) ?? text.length;
  const broken = problem(
    'NOT_JSON',
    '',
    `This is no JSON, ${describe(text, fault)}: correct the text there.`,
  );
  return refuse(text, [broken], new Map([[broken, fault]]));
}

function findDuplicates(text: string, found: Problem[], positions: Map<Problem, number>): void {
  walkJsonText(text, {
    duplicateKey: (offset, key, pointer) => {
      if (found.length >= MOST_PROBLEMS) return;
      const duplicate = problem(
        'DUPLICATE_KEY',
        pointer(),
        `The key '${key}' is written twice: keep one of them.`,
      );
      positions.set(duplicate, offset);
      found.push(duplicate);
    },
  });
}

/** As `parse`, for a definition that is parsed already. The object is copied: it is neither changed nor kept. */
export function parseValue(value: unknown, options: ParseOptions = {}): ParseResult {
  const copy = copyJson(value);
  return copy.ok ? judge(copy.value, options, []) : { ok: false, problems: [copy.problem] };
}

export type ParseStateResult =
  | { readonly ok: true; readonly state: State; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * As `parseValue`, for one state without a machine around it, as TestState of AWS takes it.
 * Whether the targets of its transitions exist is not checked.
 */
export function parseState(value: unknown, options: ParseOptions = {}): ParseStateResult {
  const copy = copyJson(value);
  if (!copy.ok) return { ok: false, problems: [copy.problem] };
  const state: unknown = copy.value;
  const { check, hasErrors, found } = startCheck(options, []);
  if (validateState(state, check, hasErrors)) return { ok: true, state, warnings: found };
  return { ok: false, problems: found };
}

/** Judges JSON that is nobody else's: the machine is made of it. */
function judge(value: Json, options: ParseOptions, before: readonly Problem[]): ParseResult {
  const machine: unknown = value;
  const { check, hasErrors, found } = startCheck(options, before);
  if (validate(machine, check, hasErrors)) return { ok: true, machine, warnings: found };
  return { ok: false, problems: found };
}

function startCheck(
  options: ParseOptions,
  before: readonly Problem[],
): { check: Check; hasErrors: () => boolean; found: Problem[] } {
  const found = [...before];
  const isError = ({ severity }: Problem): boolean => severity === 'error';
  const errors = before.filter(isError).length;
  const count = { error: errors, warning: before.length - errors };
  const check: Check = {
    placeholders: options.placeholders ?? false,
    type: options.type ?? 'STANDARD',
    language: 'JSONPath',
    report: (reason, pointer, message) => {
      const reported = problem(reason, pointer, message, options);
      const { severity } = reported;
      count[severity]++;
      if (count[severity] <= MOST_PROBLEMS) found.push(reported);
    },
  };
  return { check, hasErrors: () => count.error > 0, found };
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
  const unknown = problems.filter((each) => !known.has(each)).map(({ pointer }) => pointer);
  const offsets = locate(text, unknown);
  const positionAt = positionsIn(text);
  return problems.map((each) => ({
    ...each,
    ...positionAt(known.get(each) ?? offsets.get(each.pointer) ?? 0),
  }));
}

function describe(text: string, offset: number): string {
  const { line, column } = positionsIn(text)(offset);
  const character = text[offset];
  const what = character === undefined ? 'the text ends too early' : `unexpected '${character}'`;
  return `${what} at line ${line}, column ${column}`;
}
