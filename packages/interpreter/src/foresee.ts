import { compile, type Definition, isProgram } from './compile.ts';
import type { Json } from './expressions/index.ts';
import { type Ending, type Foreknown, foreseeProgram } from './foresee-program.ts';
import type { Program } from './program.ts';
import { jsonValue } from './value.ts';

/** Events of all walks of one question together. */
const MOST_EVENTS = 20_000;

/**
 * The ways in which an execution may end, by its definition and input alone; unknown leaves stand for what only a
 * record could tell. Undefined where there are too many ways, or where it may never end.
 */
export function foresee(
  given: Program | Definition,
  input: Json,
  known: Foreknown = {},
): readonly Ending[] | undefined {
  const program = isProgram(given) ? given : compile(given);
  return foreseeProgram(program, jsonValue(input), known, { events: MOST_EVENTS });
}
