import type { Event } from '@steptrail/history';
import { type Findings, show } from './compare-json.ts';
import { compare, isUnknown, type Json, reasonOf } from './expressions/index.ts';
import type { Settings } from './prediction.ts';

const SETTINGS = [
  'resourceType',
  'resource',
  'region',
  'timeoutInSeconds',
  'heartbeatInSeconds',
  'taskCredentialsRoleArn',
] as const satisfies readonly (keyof Settings)[];

/** TimeoutSeconds and HeartbeatSeconds of a Task that has none. @see step-functions.md section 5.2 */
const DEFAULT_SECONDS = 99_999_999;

const settingOf = (event: Event, field: (typeof SETTINGS)[number]): Json | undefined => {
  switch (field) {
    case 'resourceType':
      return 'resourceType' in event ? event.resourceType : undefined;
    case 'resource':
      return 'resource' in event ? event.resource : undefined;
    case 'region':
      return 'region' in event ? event.region : undefined;
    case 'timeoutInSeconds':
      return 'timeoutInSeconds' in event ? event.timeoutInSeconds : undefined;
    case 'heartbeatInSeconds':
      return 'heartbeatInSeconds' in event ? event.heartbeatInSeconds : undefined;
    case 'taskCredentialsRoleArn':
      return 'taskCredentialsRoleArn' in event ? event.taskCredentialsRoleArn : undefined;
  }
};

/** Whether an event says just what was predicted: the common case, told without looking field by field. */
const isAsPredicted = (predicted: Settings, event: Event): boolean => {
  switch (event.type) {
    case 'LambdaFunctionScheduled':
      return (
        predicted.resource === event.resource &&
        predicted.timeoutInSeconds === event.timeoutInSeconds &&
        predicted.taskCredentialsRoleArn === event.taskCredentialsRoleArn
      );
    case 'TaskScheduled':
      return (
        predicted.resource === event.resource &&
        predicted.resourceType === event.resourceType &&
        (predicted.region === undefined || predicted.region === event.region) &&
        predicted.timeoutInSeconds === event.timeoutInSeconds &&
        predicted.heartbeatInSeconds === event.heartbeatInSeconds &&
        predicted.taskCredentialsRoleArn === event.taskCredentialsRoleArn
      );
    case 'TaskStarted':
    case 'TaskSubmitted':
    case 'TaskSucceeded':
      return predicted.resource === event.resource && predicted.resourceType === event.resourceType;
    default:
      return false;
  }
};

/** Compares what a Scheduled event says about the call, beside its payload. */
export const compareSettings = (predicted: Settings, event: Event, findings: Findings): void => {
  if (isAsPredicted(predicted, event)) return;
  for (const field of SETTINGS) {
    const expected = predicted[field];
    const found = settingOf(event, field);
    if (expected === found) continue;
    // AWS's default, should it write it down.
    if (found === DEFAULT_SECONDS && expected === undefined) continue;
    // What a record leaves out of these is not told, rather than different.
    if (field === 'region' && (expected === undefined || found === undefined)) continue;
    if (field === 'taskCredentialsRoleArn' && found === undefined) {
      findings.doubt('the role of the task was withheld');
      continue;
    }
    if (expected !== undefined && isUnknown(expected)) {
      findings.doubt(reasonOf(expected));
      continue;
    }
    if (expected !== undefined && found !== undefined && compare(expected, found).verdict === 'agrees')
      continue;
    findings.diverge(
      'setting',
      `${field} ${show(expected)}`,
      `${field} ${show(found)}`,
      `The recorded ${field} is not the one that the definition gives.`,
    );
  }
};
