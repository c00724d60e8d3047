import {
  type Json,
  type Problem,
  parse,
  parseResource,
  parseState,
  parseValue,
  type QueryLanguage,
  type State,
  walk,
} from '@steptrail/asl';
import { type Read, refuse, type TestStateCall } from './call.ts';

/** The state that a call is about. */
export interface Subject {
  readonly state: State;
  readonly language: QueryLanguage;
}

const invalidDefinition = (problems: readonly Problem[]): Read<never> => {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const told = errors.map(({ code, message, pointer }) => `${code}: ${message} at ${pointer}`).join(', ');
  return refuse('InvalidDefinition', `Invalid State Machine Definition: '${told}'`);
};

const parseText = (text: string): Read<unknown> => {
  try {
    const value: Json = JSON.parse(text);
    return { ok: true, value };
  } catch {
    return refuse(
      'InvalidDefinition',
      "Invalid State Machine Definition: 'INVALID_JSON_DESCRIPTION: The definition is no JSON at '",
    );
  }
};

/** Finds the state of a call: the definition itself, or the state that `stateName` names, at whatever depth. */
export const findSubject = ({ definition, stateName }: TestStateCall): Read<Subject> => {
  if (stateName === undefined) {
    const value =
      typeof definition === 'string' ? parseText(definition) : { ok: true as const, value: definition };
    if (!value.ok) return value;
    const parsed = parseState(value.value);
    if (!parsed.ok) return invalidDefinition(parsed.problems);
    return {
      ok: true,
      value: { state: parsed.state, language: parsed.state.QueryLanguage ?? 'JSONPath' },
    };
  }
  const parsed = typeof definition === 'string' ? parse(definition) : parseValue(definition);
  if (!parsed.ok) return invalidDefinition(parsed.problems);
  for (const { name, state, language } of walk(parsed.machine)) {
    if (name === stateName) return { ok: true, value: { state, language } };
  }
  return refuse('ValidationException', 'State not found in definition');
};

/** How a Task waits; undefined for other states. */
export const patternOf = (state: State): 'request-response' | 'job' | 'callback' | 'activity' | undefined => {
  if (state.Type !== 'Task') return undefined;
  const resource = parseResource(state.Resource);
  if (resource.kind === 'activity') return 'activity';
  if (resource.kind !== 'optimised' && resource.kind !== 'aws-sdk') return 'request-response';
  if (resource.pattern === 'waitForTaskToken') return 'callback';
  return resource.pattern === 'request-response' ? 'request-response' : 'job';
};
