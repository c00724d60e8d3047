import type { Machine, Revision } from '../account.ts';
import { type Answer, type Operation, type Situation, seconds } from '../operation.ts';
import { readPageSize, readToken, writeToken } from '../paging.ts';
import { ServiceError } from '../service-error.ts';
import { requiredExecution, requiredMachine, requiredText, versionOf } from './required.ts';

export const listStateMachines: Operation = (request, situation) => {
  const { account, now, ignoresPaging } = situation;
  const rows = account.stateMachines(now).map(({ stateMachineArn, name, type, creationDate }) => ({
    stateMachineArn,
    name,
    type,
    creationDate: seconds(creationDate),
  }));
  if (ignoresPaging) return { stateMachines: rows };
  const size = readPageSize(request.maxResults, 'maxResults');
  const of = ['ListStateMachines'];
  const from = Number(readToken(request.nextToken, of, now)?.[0] ?? 0);
  const more = from + size < rows.length;
  return {
    stateMachines: rows.slice(from, from + size),
    ...(more ? { nextToken: writeToken(of, [from + size], now) } : {}),
  };
};

function revisionAt(machine: Machine, now: number): Revision {
  return machine.revisions.findLast((revision) => revision.from <= now) ?? machine.revisions[0];
}

function describeSettings(machine: Machine, revision: Revision, { account }: Situation): Answer {
  const { level, includeExecutionData, logGroupName } = machine.logging;
  const logGroupArn = `arn:aws:logs:${account.region}:${account.accountId}:log-group:${logGroupName}:*`;
  return {
    stateMachineArn: machine.stateMachineArn,
    name: machine.name,
    definition: revision.definition,
    roleArn: machine.roleArn,
    loggingConfiguration: {
      level,
      includeExecutionData,
      ...(logGroupName === undefined ? {} : { destinations: [{ cloudWatchLogsLogGroup: { logGroupArn } }] }),
    },
    tracingConfiguration: { enabled: false },
    encryptionConfiguration: machine.encryption ?? { type: 'AWS_OWNED_KEY' },
    ...(revision.revisionId === undefined ? {} : { revisionId: revision.revisionId }),
  };
}

export const describeStateMachine: Operation = (request, situation) => {
  const machine = requiredMachine(request, 'stateMachineArn', situation);
  const version = versionOf(machine, String(request.stateMachineArn));
  return {
    ...describeSettings(machine, version?.revision ?? revisionAt(machine, situation.now), situation),
    stateMachineArn: request.stateMachineArn,
    status: 'ACTIVE',
    type: machine.type,
    creationDate: seconds(version?.creationDate ?? machine.creationDate),
    ...(machine.description === undefined ? {} : { description: machine.description }),
  };
};

/** The definition that an execution really runs with, whatever the state machine has become meanwhile. */
export const describeStateMachineForExecution: Operation = (request, situation) => {
  const execution = requiredExecution(request, situation);
  const machine = requiredMachine(
    { stateMachineArn: execution.stateMachineArn },
    'stateMachineArn',
    situation,
  );
  return {
    ...describeSettings(machine, execution.revision, situation),
    updateDate: seconds(execution.revision.from),
  };
};

export const listTagsForResource: Operation = (request, situation) => {
  const resourceArn = requiredText(request, 'resourceArn');
  const machine = situation.account
    .stateMachines(situation.now)
    .find(({ stateMachineArn }) => stateMachineArn === resourceArn);
  if (machine === undefined) {
    throw new ServiceError('ResourceNotFound', `Resource not found: '${resourceArn}'`);
  }
  return { tags: Object.entries(machine.tags).map(([key, value]) => ({ key, value })) };
};
