import type { Operation, Request, Situation } from './operation.ts';
import { describeActivity, listActivities } from './operations/activities.ts';
import { describeExecution, getExecutionHistory, listExecutions } from './operations/executions.ts';
import { describeLogGroups, filterLogEvents } from './operations/logs.ts';
import { describeMapRun, listMapRuns } from './operations/map-runs.ts';
import { deleteMessageBatch, getQueueAttributes, receiveMessage } from './operations/queues.ts';
import {
  describeStateMachine,
  describeStateMachineForExecution,
  listStateMachines,
  listTagsForResource,
} from './operations/state-machines.ts';
import {
  describeStateMachineAlias,
  listStateMachineAliases,
  listStateMachineVersions,
} from './operations/versions.ts';
import { commonErrors, type ServiceError } from './service-error.ts';

interface Service {
  /** As IAM spells it. */
  readonly iamPrefix: string;
  readonly contentType: string;
  readonly operations: Readonly<Record<string, Operation>>;
}

/** By the first part of the `X-Amz-Target` header. */
const SERVICES: Readonly<Record<string, Service>> = {
  AWSStepFunctions: {
    iamPrefix: 'states',
    contentType: 'application/x-amz-json-1.0',
    operations: {
      ListStateMachines: listStateMachines,
      DescribeStateMachine: describeStateMachine,
      DescribeStateMachineForExecution: describeStateMachineForExecution,
      ListExecutions: listExecutions,
      DescribeExecution: describeExecution,
      GetExecutionHistory: getExecutionHistory,
      ListTagsForResource: listTagsForResource,
      ListMapRuns: listMapRuns,
      DescribeMapRun: describeMapRun,
      ListStateMachineVersions: listStateMachineVersions,
      ListStateMachineAliases: listStateMachineAliases,
      DescribeStateMachineAlias: describeStateMachineAlias,
      ListActivities: listActivities,
      DescribeActivity: describeActivity,
    },
  },
  Logs_20140328: {
    iamPrefix: 'logs',
    contentType: 'application/x-amz-json-1.1',
    operations: { DescribeLogGroups: describeLogGroups, FilterLogEvents: filterLogEvents },
  },
  AmazonSQS: {
    iamPrefix: 'sqs',
    contentType: 'application/x-amz-json-1.0',
    operations: {
      ReceiveMessage: receiveMessage,
      DeleteMessageBatch: deleteMessageBatch,
      GetQueueAttributes: getQueueAttributes,
    },
  },
};

export interface Target {
  readonly operation: string;
  /** `states:ListExecutions`. */
  readonly action: string;
  readonly contentType: string;
  readonly run: Operation | undefined;
}

/** The operation that an `X-Amz-Target` header names; its `run` is undefined where the sandbox has none. */
export function findTarget(header: string): Target {
  const [serviceName = '', operation = ''] = header.split('.');
  const service = Object.hasOwn(SERVICES, serviceName) ? SERVICES[serviceName] : undefined;
  const known = service !== undefined && Object.hasOwn(service.operations, operation);
  return {
    operation,
    action: `${service?.iamPrefix ?? serviceName}:${operation}`,
    contentType: service?.contentType ?? 'application/x-amz-json-1.0',
    run: known ? service.operations[operation] : undefined,
  };
}

function readBody(body: string): Request {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body === '' ? '{}' : body);
  } catch {
    throw commonErrors.serialization();
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw commonErrors.serialization();
  return { ...parsed };
}

export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** The reply of AWS's JSON protocols to an error. */
export function refuse(error: ServiceError, contentType: string): Reply {
  const { code, namespace, message, status } = error;
  return { status, contentType, body: JSON.stringify({ __type: `${namespace}#${code}`, message }) };
}

/** Runs an operation on a request's body. Rejects with ServiceError. */
export async function answer(
  target: Target,
  body: string,
  situation: Situation,
): Promise<Readonly<Record<string, unknown>>> {
  if (target.run === undefined) throw commonErrors.unknownOperation();
  return target.run(readBody(body), situation);
}
