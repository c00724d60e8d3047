import { type JsonataReading, readJsonata } from './jsonata-grammar.ts';

/** JSONata in the States Language (ASL section 8.11). */

/** Whether a string is an expression: `{%` to `%}` with nothing outside. */
export function isJsonataExpression(text: string): boolean {
  return text.length >= 4 && text.startsWith('{%') && text.endsWith('%}');
}

/** The text between `{%` and `%}`. */
export function jsonataSource(text: string): string {
  return text.slice(2, -2);
}

/** Which fields `$states` has, where an expression stands, beside `input` and `context`. */
export type StatesField = 'result' | 'errorOutput';

/** What AWS holds against a string as the value of a JSONata field. */
export type JsonataFault = {
  /** `field`: of `$states`; only of `errorOutput` it is known that AWS refuses it at creation. */
  readonly kind: 'syntax' | 'reference' | 'field';
  readonly text: string;
};

/** Why a string cannot be the value of a JSONata field; empty when it can. A text without `{%` is a literal. */
export function jsonataFaults(text: string, offered?: StatesField): readonly JsonataFault[] {
  if (!isJsonataExpression(text)) {
    if (text.startsWith('{%')) return [{ kind: 'syntax', text: "the closing '%}' is missing" }];
    return text.endsWith('%}') ? [{ kind: 'syntax', text: "the opening '{%' is missing" }] : [];
  }
  const reading = readOnce(text);
  if ('fault' in reading) return [{ kind: 'syntax', text: reading.fault }];
  return reading.references.flatMap((reference) => {
    const fault = referenceFault(reference, offered);
    return fault === undefined ? [] : [fault];
  });
}

const known = new Map<string, JsonataReading>();
const MOST_KNOWN = 2000;
const LONGEST_KNOWN = 500;

/** The states of a machine, and its revisions, hold the same short expressions again and again. */
function readOnce(text: string): JsonataReading {
  if (text.length > LONGEST_KNOWN) return readJsonata(jsonataSource(text));
  const found = known.get(text);
  if (found !== undefined) return found;
  const reading = readJsonata(jsonataSource(text));
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(text, reading);
  return reading;
}

/** AWS evaluates without a context item: an expression starts from `$states` or from a variable. */
function referenceFault(reference: string, offered: StatesField | undefined): JsonataFault | undefined {
  const unsupported = `Reference to '${reference}' at the top level is not supported`;
  if (reference === '$' || reference === '$$')
    return { kind: 'reference', text: `${unsupported}: use $states.input or $states.context.` };
  if (!reference.startsWith('$states.'))
    return {
      kind: 'reference',
      text: `${unsupported}: write $states.input.${reference}, or $${reference} for a variable or a function.`,
    };
  const field = reference.slice('$states.'.length);
  if (field === 'input' || field === 'context' || field === offered) return undefined;
  const missing = `Field '${reference}' does not exist here`;
  if (field === 'errorOutput')
    return { kind: 'reference', text: `${missing}: move it to Output or Assign of a catcher.` };
  if (field === 'result')
    return {
      kind: 'field',
      text: `${missing}: move it to Output or Assign of a Task, Parallel or Map state.`,
    };
  return {
    kind: 'field',
    text: `${missing}: $states has input and context, at some places result or errorOutput.`,
  };
}
