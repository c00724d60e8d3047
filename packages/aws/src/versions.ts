import {
  DescribeStateMachineAliasCommand,
  ListStateMachineAliasesCommand,
  ListStateMachineVersionsCommand,
} from '@aws-sdk/client-sfn';
import { type AwsClients, call } from './clients.ts';
import { type Page, readPages } from './pages.ts';

/** A published version of a state machine. */
export interface ListedVersion {
  readonly stateMachineVersionArn: string;
  readonly creationDate?: Date | undefined;
}

/** A row of ListStateMachineAliases. */
export interface ListedAlias {
  readonly stateMachineAliasArn: string;
  readonly creationDate?: Date | undefined;
}

/** Where an alias leads: `weight` percent of the executions that it starts run with the version. */
export interface Routing {
  readonly stateMachineVersionArn: string;
  readonly weight: number;
}

export interface DescribedAlias {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly routingConfiguration: readonly Routing[];
  readonly creationDate?: Date | undefined;
  readonly updateDate?: Date | undefined;
}

/** The published versions of a state machine, the newest first. */
export function listStateMachineVersions(
  clients: AwsClients,
  stateMachineArn: string,
  signal?: AbortSignal,
): AsyncGenerator<Page<ListedVersion>> {
  return readPages(
    `versions of ${stateMachineArn}`,
    (row) => row.stateMachineVersionArn,
    async (nextToken) => {
      const answer = await call(clients, 'ListStateMachineVersions', stateMachineArn, signal, (options) =>
        clients.sfn.send(
          new ListStateMachineVersionsCommand({
            stateMachineArn,
            maxResults: 1000,
            ...(nextToken && { nextToken }),
          }),
          options,
        ),
      );
      const items = (answer.stateMachineVersions ?? []).flatMap(({ stateMachineVersionArn, creationDate }) =>
        stateMachineVersionArn ? [{ stateMachineVersionArn, creationDate }] : [],
      );
      return { items, nextToken: answer.nextToken };
    },
  );
}

/** The aliases of a state machine, the newest first. */
export function listStateMachineAliases(
  clients: AwsClients,
  stateMachineArn: string,
  signal?: AbortSignal,
): AsyncGenerator<Page<ListedAlias>> {
  return readPages(
    `aliases of ${stateMachineArn}`,
    (row) => row.stateMachineAliasArn,
    async (nextToken) => {
      const answer = await call(clients, 'ListStateMachineAliases', stateMachineArn, signal, (options) =>
        clients.sfn.send(
          new ListStateMachineAliasesCommand({
            stateMachineArn,
            maxResults: 1000,
            ...(nextToken && { nextToken }),
          }),
          options,
        ),
      );
      const items = (answer.stateMachineAliases ?? []).flatMap(({ stateMachineAliasArn, creationDate }) =>
        stateMachineAliasArn ? [{ stateMachineAliasArn, creationDate }] : [],
      );
      return { items, nextToken: answer.nextToken };
    },
  );
}

/** Where an alias leads now. */
export async function describeStateMachineAlias(
  clients: AwsClients,
  stateMachineAliasArn: string,
  signal?: AbortSignal,
): Promise<DescribedAlias> {
  const answer = await call(clients, 'DescribeStateMachineAlias', stateMachineAliasArn, signal, (options) =>
    clients.sfn.send(new DescribeStateMachineAliasCommand({ stateMachineAliasArn }), options),
  );
  return {
    name: answer.name,
    description: answer.description,
    routingConfiguration: (answer.routingConfiguration ?? []).flatMap(({ stateMachineVersionArn, weight }) =>
      stateMachineVersionArn ? [{ stateMachineVersionArn, weight: weight ?? 0 }] : [],
    ),
    creationDate: answer.creationDate,
    updateDate: answer.updateDate,
  };
}
