import { type Operation, seconds } from '../operation.ts';
import { ServiceError } from '../service-error.ts';
import { pageOf } from './page-of.ts';
import { requiredMachine, requiredText } from './required.ts';

/** The published versions of a state machine, the newest first. */
export const listStateMachineVersions: Operation = (request, situation) => {
  const { stateMachineArn, versions = [] } = requiredMachine(request, 'stateMachineArn', situation);
  const rows = versions
    .filter(({ creationDate }) => creationDate <= situation.now)
    .toSorted((a, b) => b.version - a.version)
    .map(({ version, creationDate }) => ({
      stateMachineVersionArn: `${stateMachineArn}:${version}`,
      creationDate: seconds(creationDate),
    }));
  const of = ['ListStateMachineVersions', stateMachineArn];
  return pageOf('stateMachineVersions', rows, of, request, situation);
};

/** The aliases of a state machine, the newest first. */
export const listStateMachineAliases: Operation = (request, situation) => {
  const { stateMachineArn, aliases = [] } = requiredMachine(request, 'stateMachineArn', situation);
  const rows = aliases
    .filter(({ creationDate }) => creationDate <= situation.now)
    .toSorted((a, b) => b.creationDate - a.creationDate)
    .map(({ name, creationDate }) => ({
      stateMachineAliasArn: `${stateMachineArn}:${name}`,
      creationDate: seconds(creationDate),
    }));
  const of = ['ListStateMachineAliases', stateMachineArn];
  return pageOf('stateMachineAliases', rows, of, request, situation);
};

export const describeStateMachineAlias: Operation = (request, situation) => {
  const stateMachineAliasArn = requiredText(request, 'stateMachineAliasArn');
  const machine = requiredMachine(request, 'stateMachineAliasArn', situation);
  const alias = machine.aliases?.find(({ name }) => stateMachineAliasArn.split(':')[7] === name);
  if (alias === undefined || alias.creationDate > situation.now) {
    throw new ServiceError('ResourceNotFound', `Resource not found: '${stateMachineAliasArn}'`);
  }
  const { name, description, routing, creationDate, updateDate } = alias;
  return {
    stateMachineAliasArn,
    name,
    ...(description === undefined ? {} : { description }),
    routingConfiguration: routing.map(({ version, weight }) => ({
      stateMachineVersionArn: `${machine.stateMachineArn}:${version}`,
      weight,
    })),
    creationDate: seconds(creationDate),
    updateDate: seconds(updateDate),
  };
};
