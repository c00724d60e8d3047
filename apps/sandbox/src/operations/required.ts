import { parseStatesArn } from '@steptrail/history';
import type { Execution, Machine, MapRun, Version } from '../account.ts';
import type { Request, Situation } from '../operation.ts';
import { commonErrors, ServiceError } from '../service-error.ts';

/** A required text member of a request. Throws ValidationException. */
export function requiredText(request: Request, member: string): string {
  const value = request[member];
  if (typeof value === 'string' && value !== '') return value;
  throw commonErrors.validation(
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
}

/** The state machine of an ARN, which may carry a version, an alias or the label of a Map Run. Throws InvalidArn, StateMachineDoesNotExist. */
export function requiredMachine(request: Request, member: string, situation: Situation): Machine {
  const given = requiredText(request, member);
  const arn = parseStatesArn(given);
  if (arn === undefined) throw new ServiceError('InvalidArn', `Invalid Arn: 'Invalid ARN prefix: ${given}'`);
  if (arn.kind !== 'stateMachine') {
    throw new ServiceError(
      'InvalidArn',
      `Invalid Arn: 'Resource type not valid in this context: ${arn.kind}'`,
    );
  }
  const unqualified = given.split(':').slice(0, 7).join(':').replace(/\/.*$/, '');
  const found = situation.account
    .stateMachines(situation.now)
    .find((machine) => machine.stateMachineArn === unqualified);
  if (found !== undefined) return found;
  throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${given}'`);
}

/**
 * The execution of an ARN, as long as AWS keeps it. Throws InvalidArn (Express executions too: these operations do
 * not know them) and ExecutionDoesNotExist.
 */
export function requiredExecution(request: Request, situation: Situation): Execution {
  const given = requiredText(request, 'executionArn');
  const arn = parseStatesArn(given);
  if (arn === undefined) throw new ServiceError('InvalidArn', `Invalid Arn: 'Invalid ARN prefix: ${given}'`);
  if (arn.kind !== 'execution') {
    throw new ServiceError(
      'InvalidArn',
      `Invalid Arn: 'Resource type not valid in this context: ${arn.kind}'`,
    );
  }
  const found = situation.account.findExecution(given, situation.now);
  if (found !== undefined && isKept(found, situation)) return found;
  throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${given}'`);
}

/** The version that an ARN names; undefined: it names none. Throws StateMachineDoesNotExist for one that is not there. */
export function versionOf(machine: Machine, given: string): Version | undefined {
  const qualifier = given.split(':')[7];
  if (qualifier === undefined) return undefined;
  const alias = machine.aliases?.find(({ name }) => name === qualifier);
  const number = alias === undefined ? Number(qualifier) : alias.routing[0]?.version;
  const found = machine.versions?.find(({ version }) => version === number);
  if (found !== undefined) return found;
  throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${given}'`);
}

/** The Map Run of an ARN, as long as AWS keeps it. Throws InvalidArn, ResourceNotFound. */
export function requiredMapRun(request: Request, situation: Situation): MapRun {
  const given = requiredText(request, 'mapRunArn');
  if (parseStatesArn(given)?.kind !== 'mapRun') {
    throw new ServiceError('InvalidArn', `Invalid Arn: 'Invalid ARN prefix: ${given}'`);
  }
  const found = situation.account.findMapRun(given, situation.now);
  if (found !== undefined && isKept(found, situation)) return found;
  throw new ServiceError('ResourceNotFound', `Resource not found: '${given}'`);
}

/** Whether AWS still has an execution: 90 days after its end it is gone. So is a Map Run. */
export function isKept(execution: Pick<Execution, 'stopDate'>, { account, now }: Situation): boolean {
  if (execution.stopDate === undefined || account.retention === undefined) return true;
  return now - execution.stopDate <= account.retention;
}
