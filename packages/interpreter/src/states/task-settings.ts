import type { TaskState } from '@steptrail/asl';
import { scopeOf } from '../context.ts';
import {
  compileJsonataTemplate,
  compilePath,
  compilePayloadTemplate,
  type Evaluation,
  isUnknown,
  type Json,
} from '../expressions/index.ts';
import type { Frame, Run } from '../frame.ts';
import { jsonOf, type Value } from '../value.ts';

/** What a Task is configured with, worked out from its effective input; undefined where it is not. */
export type Setting = (run: Run, frame: Frame, input: Value) => Evaluation<Json | undefined>;

/** TimeoutSeconds or HeartbeatSeconds, as a number, a path, or a JSONata expression. */
export const compileSeconds = (fixed: unknown, path: unknown, field: string, jsonata: boolean): Setting => {
  if (!jsonata && typeof path === 'string') {
    const read = compilePath(path);
    return (run, frame, input) => read(scopeOf(run, frame, jsonOf(input)));
  }
  if (jsonata && typeof fixed === 'string') {
    const expression = compileJsonataTemplate(fixed, field);
    return (run, frame, input) => {
      const value = expression(scopeOf(run, frame, jsonOf(input)));
      return value.ok && typeof value.value === 'number'
        ? { ok: true, value: Math.floor(value.value) }
        : value;
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
    return { ok: true, value: role };
  };
};
