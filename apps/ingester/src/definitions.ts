import { createHash } from 'node:crypto';
import { canonicalText, type Problem, parse, type StateMachine, type WorkflowType } from '@steptrail/asl';
import { compile, type Program } from '@steptrail/interpreter';
import { readDefinition, type Sql, saveDefinition } from '@steptrail/store';

/** A definition as AWS gave it, and what it parses to. Without `machine` it is not valid: `problems` say why. */
export interface Definition {
  /** Of the canonical text; of the text itself where it does not parse. */
  readonly sha256: string;
  readonly text: string;
  readonly machine?: StateMachine | undefined;
  /** The machine, compiled for any number of replays. */
  readonly program?: Program | undefined;
  readonly problems: readonly Problem[];
}

const KEPT = 200;
/** Characters of all that are kept. */
const KEPT_LENGTH = 8_000_000;
let keptLength = 0;
const cache = new Map<string, Definition>();

/**
 * Parses and compiles a definition, once for the same text.
 * @param processorOf the Map state whose child executions are to be replayed, instead of the executions of the whole
 */
export function understandDefinition(text: string, type: WorkflowType, processorOf?: string): Definition {
  const key = `${type} ${processorOf === undefined ? '' : JSON.stringify(processorOf)} ${text}`;
  const known = cache.get(key);
  if (known !== undefined) {
    cache.delete(key);
    cache.set(key, known);
    return known;
  }
  const parsed = parse(text, { type, created: true });
  const definition: Definition = parsed.ok
    ? {
        sha256: sha256(canonicalText(parsed.machine)),
        text,
        machine: parsed.machine,
        program: compile(parsed.machine, { type, processorOf }),
        problems: parsed.warnings,
      }
    : { sha256: sha256(text), text, problems: parsed.problems };
  cache.set(key, definition);
  keptLength += key.length;
  for (const oldest of cache.keys()) {
    if (cache.size <= KEPT && keptLength <= KEPT_LENGTH) break;
    cache.delete(oldest);
    keptLength -= oldest.length;
  }
  return definition;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Keeps a definition. Its errors are kept with it; warnings are what rules are for. */
export async function keepDefinition(sql: Sql, definition: Definition): Promise<void> {
  await saveDefinition(sql, {
    definitionSha256: definition.sha256,
    definition: definition.text,
    problems: definition.machine === undefined ? definition.problems : [],
  });
}

/** The kept definition with that digest. */
export async function loadDefinition(
  sql: Sql,
  definitionSha256: string,
  type: WorkflowType,
  processorOf?: string,
): Promise<Definition | undefined> {
  const row = await readDefinition(sql, definitionSha256);
  return row === undefined ? undefined : understandDefinition(row.definition, type, processorOf);
}

/** Why executions with this definition cannot be replayed, one sentence. */
export function whyNotReplayed(definition: Definition): string {
  const errors = definition.problems.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  const detail =
    first === undefined ? '' : `: ${first.pointer === '' ? '' : `${first.pointer}: `}${first.message}`;
  return `It was archived but not replayed, for its definition does not parse${more}${detail}`;
}
