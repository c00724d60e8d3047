import type { State } from '@steptrail/asl';
import { patternOf } from './subject.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The fields of a context object, each with what it must be. @see ASL section 8.4 */
const FIELDS: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  Execution: {
    Id: 'string',
    Input: 'any',
    Name: 'string',
    RoleArn: 'string',
    StartTime: 'string',
    RedriveCount: 'number',
    RedriveTime: 'string',
  },
  State: { EnteredTime: 'string', Name: 'string', RetryCount: 'number' },
  StateMachine: { Id: 'string', Name: 'string' },
  Task: { Token: 'string' },
  Map: { Item: 'object' },
};

type Kind = 'string' | 'number' | 'object' | 'any';

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const complaint = (kind: Kind, value: unknown): string | undefined => {
  if (kind === 'any') return undefined;
  if (kind === 'object') return isFields(value) ? undefined : 'must be an object';
  if (kind === 'number') return typeof value === 'number' ? undefined : 'must be a number';
  return typeof value === 'string' ? undefined : 'must be a string';
};

/** What is wrong with a supplied context object, as AWS says it after "Invalid Context object provided: ". */
export const checkContext = (context: unknown, state: State): string | undefined => {
  if (!isFields(context)) return 'Context must be a JSON object';
  for (const [name, part] of Object.entries(context)) {
    const fields = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
    if (fields === undefined) return `Field '${name}' is not allowed`;
    if (!isFields(part)) return `${name} must be an object`;
    for (const [key, value] of Object.entries(part)) {
      const kind = Object.hasOwn(fields, key) ? fields[key] : undefined;
      if (kind === undefined) return `Field '${name}.${key}' is not allowed`;
      const wrong = complaint(kind, value);
      if (wrong !== undefined) return `${name}.${key} ${wrong}`;
    }
  }
  const pattern = patternOf(state);
  const isWaiting = pattern === 'job' || pattern === 'callback' || pattern === 'activity';
  if (context.Task !== undefined && !isWaiting) {
    return "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern";
  }
  return undefined;
};
