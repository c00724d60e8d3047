import type { TaskResource } from './world.ts';

const SERVICE = /^arn:[^:]*:states:[^:]*:[^:]*:(?!activity:)(.+)$/;
const ACTIVITY = /^arn:[^:]*:states:[^:]*:[^:]*:activity:/;
const LAMBDA = /^arn:[^:]*:lambda:/;

const patternOf = (resource: string): TaskResource['pattern'] => {
  if (resource.endsWith('.waitForTaskToken')) return 'callback';
  return /\.sync(:\d+)?$/.test(resource) ? 'sync' : 'request-response';
};

/** Takes a Task's `Resource` apart as history events spell it. @see step-functions.md section 2.4 */
export const parseTaskResource = (arn: string): TaskResource => {
  if (LAMBDA.test(arn)) {
    return { arn, kind: 'lambda', resourceType: 'lambda', resource: arn, pattern: 'request-response' };
  }
  if (ACTIVITY.test(arn)) {
    return { arn, kind: 'activity', resourceType: 'activity', resource: arn, pattern: 'activity' };
  }
  const rest = SERVICE.exec(arn)?.[1];
  if (rest === undefined) {
    return { arn, kind: 'unknown', resourceType: '', resource: arn, pattern: 'request-response' };
  }
  // `aws-sdk:sfn:startExecution` has the service in two parts, `states:startExecution.sync:2` a colon in its suffix.
  const parts = rest.split(':');
  const head = parts[0] === 'aws-sdk' ? parts.slice(0, 2) : parts.slice(0, 1);
  const resource = parts.slice(head.length).join(':');
  return { arn, kind: 'service', resourceType: head.join(':'), resource, pattern: patternOf(resource) };
};
