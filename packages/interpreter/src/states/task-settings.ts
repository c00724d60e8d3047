import type { TaskState } from '@steptrail/asl';
import { scopeOf } from '../context.ts';
import {
  compileJsonataTemplate,
  compilePath,
  compilePayloadTemplate,
  type Evaluation,
  failure,
  isUnknown,
  type Json,
  runtimeFailure,
} from '../expressions/index.ts';
import type { Frame, Run } from '../frame.ts';
import { jsonOf, type Value } from '../value.ts';

/** What a Task is configured with, worked out from its effective input; undefined where it is not. */
export type Setting = (run: Run, frame: Frame, input: Value) => Evaluation<Json | undefined>;

/**
 * TimeoutSeconds or HeartbeatSeconds, as a number, a path, or a JSONata expression. What is no positive integer at
 * run time fails as other fields of that kind do on AWS; of these two there is no recording.
 */
export const compileSeconds = (
  fixed: unknown,
  path: unknown,
  field: 'TimeoutSeconds' | 'HeartbeatSeconds',
  jsonata: boolean,
): Setting => {
  if (!jsonata && typeof path === 'string') {
    const read = compilePath(path);
    return (run, frame, input) => {
      const found = read(scopeOf(run, frame, jsonOf(input)));
      if (!found.ok || isUnknown(found.value)) return found;
      const { value } = found;
      // MaxConcurrencyPath takes a text that is a number; whether these do is in no recording.
      const seconds = typeof value === 'string' && /^[1-9]\d*$/.test(value) ? Number(value) : value;
      if (typeof seconds === 'number' && Number.isInteger(seconds) && seconds > 0) {
        return { ok: true, value: seconds };
      }
      const shown = typeof value === 'string' ? value : JSON.stringify(value);
      return runtimeFailure(
        `The ${field}Path field refers to value "${shown}" which is not a valid positive integer: ${path}`,
      );
    };
  }
  if (jsonata && typeof fixed === 'string') {
    const expression = compileJsonataTemplate(fixed, field, ['number']);
    return (run, frame, input) => {
      const found = expression(scopeOf(run, frame, jsonOf(input)));
      if (!found.ok || typeof found.value !== 'number') return found;
      const seconds = Math.floor(found.value);
      return seconds > 0
        ? { ok: true, value: seconds }
        : failure('States.QueryEvaluationError', `The ${field} field must be positive.`, field);
    };
  }
  const constant = typeof fixed === 'number' ? fixed : undefined;
  return () => ({ ok: true, value: constant });
};

/** The role of Credentials. */
export const compileCredentials = (state: TaskState, jsonata: boolean): Setting => {
  if (state.Credentials === undefined) return () => ({ ok: true, value: undefined });
  const template = jsonata
    ? compileJsonataTemplate(state.Credentials, 'Credentials')
    : compilePayloadTemplate(state.Credentials);
  return (run, frame, input) => {
    const value = template(scopeOf(run, frame, jsonOf(input)));
    if (!value.ok) return value;
    const credentials = value.value;
    if (isUnknown(credentials) || typeof credentials !== 'object' || credentials === null) return value;
    const role = 'RoleArn' in credentials ? credentials.RoleArn : undefined;
    if (role === undefined || typeof role === 'string' || isUnknown(role)) return { ok: true, value: role };
    return jsonata
      ? failure('States.QueryEvaluationError', 'The RoleArn must be a text.', 'Credentials/RoleArn')
      : runtimeFailure('The RoleArn of the Credentials must be a text.');
  };
};
