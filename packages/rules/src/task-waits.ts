import { parseResource, type Resource, type StateMachine, type TaskState } from '@steptrail/asl';

/** What a Task waits for: an answer within one call, a job's end, a task token's return, a worker. */
export type TaskWait = 'response' | 'job' | 'callback' | 'activity';

/** What a Task waits for, read from its `Resource`; `response` where the resource says nothing (a placeholder). */
export function waitOf(resource: Resource): TaskWait {
  switch (resource.kind) {
    case 'activity':
      return 'activity';
    case 'optimised':
    case 'aws-sdk':
      if (resource.pattern === 'waitForTaskToken') return 'callback';
      return resource.pattern === 'request-response' ? 'response' : 'job';
    case 'lambda':
    case 'http':
    case 'unknown':
    case 'invalid':
      return 'response';
  }
}

/** How a message names the wait. */
export const WAIT_WORDS: Readonly<Record<TaskWait, string>> = {
  response: 'the answer of a call',
  job: 'a job (.sync)',
  callback: 'a task token to come back (.waitForTaskToken)',
  activity: 'an activity worker',
};

/** One year: an execution's own limit, so a timeout that long bounds nothing. */
const SERVICE_LIMIT_SECONDS = 31_536_000;

function bounds(seconds: number | string | undefined, path: string | undefined): boolean {
  if (path !== undefined) return true;
  return typeof seconds === 'number' ? seconds < SERVICE_LIMIT_SECONDS : seconds !== undefined;
}

/** Whether a Task's own TimeoutSeconds ends its wait before the service does. */
export function hasTimeout(state: TaskState): boolean {
  return bounds(state.TimeoutSeconds, state.TimeoutSecondsPath);
}

export function hasHeartbeat(state: TaskState): boolean {
  return bounds(state.HeartbeatSeconds, state.HeartbeatSecondsPath);
}

/** Whether the machine's TimeoutSeconds ends an execution before the service does. */
export function hasMachineTimeout(machine: StateMachine): boolean {
  return bounds(machine.TimeoutSeconds, undefined);
}

/** Whether a Task calls a Lambda function, by ARN or by an integration. */
export function callsLambda(state: TaskState): boolean {
  const resource = parseResource(state.Resource);
  switch (resource.kind) {
    case 'lambda':
      return true;
    case 'optimised':
    case 'aws-sdk':
      return resource.service === 'lambda' && resource.action === 'invoke';
    case 'activity':
    case 'http':
    case 'unknown':
    case 'invalid':
      return false;
  }
}
