import {
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  ListStateMachinesCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-sfn';
import type { LogLevel } from '@steptrail/history';
import { type AwsClients, call } from './clients.ts';
import { type Page, readPages } from './pages.ts';

/** A row of ListStateMachines. `type` is absent where the server omits it. */
export interface ListedStateMachine {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly type?: 'STANDARD' | 'EXPRESS' | undefined;
  readonly creationDate?: Date | undefined;
}

/** What CloudWatch Logs receives of a state machine's executions. */
export interface LoggingConfiguration {
  readonly level: LogLevel | 'OFF';
  readonly includeExecutionData: boolean;
  /** Without the trailing `:*`. */
  readonly logGroupArn?: string | undefined;
}

/** How definitions and execution data are encrypted. */
export interface EncryptionConfiguration {
  /** `AWS_OWNED_KEY` or `CUSTOMER_MANAGED_KMS_KEY`. */
  readonly type: string;
  readonly kmsKeyId?: string | undefined;
  readonly kmsDataKeyReusePeriodSeconds?: number | undefined;
}

/** A definition as AWS gave it. `revisionId` is '' for the first revision, which AWS leaves without one. */
export interface DescribedRevision {
  readonly stateMachineArn: string;
  readonly definition: string;
  readonly revisionId: string;
  readonly roleArn?: string | undefined;
  readonly logging: LoggingConfiguration;
  readonly tracingEnabled: boolean;
  /** Undefined where the server does not say. */
  readonly encryption?: EncryptionConfiguration | undefined;
  readonly updateDate?: Date | undefined;
}

export interface DescribedStateMachine extends DescribedRevision {
  readonly name: string;
  readonly type?: 'STANDARD' | 'EXPRESS' | undefined;
  readonly status?: string | undefined;
  readonly description?: string | undefined;
  readonly creationDate?: Date | undefined;
}

function workflowType(type: string | undefined): 'STANDARD' | 'EXPRESS' | undefined {
  return type === 'STANDARD' || type === 'EXPRESS' ? type : undefined;
}

/** Every state machine of the account in this Region, 1,000 a page. */
export function listStateMachines(
  clients: AwsClients,
  signal?: AbortSignal,
): AsyncGenerator<Page<ListedStateMachine>> {
  return readPages(
    'state machines',
    (row) => row.stateMachineArn,
    async (nextToken) => {
      const answer = await call(clients, 'ListStateMachines', undefined, signal, (options) =>
        clients.sfn.send(
          new ListStateMachinesCommand({ maxResults: 1000, ...(nextToken && { nextToken }) }),
          options,
        ),
      );
      const items = (answer.stateMachines ?? []).flatMap((row) =>
        row.stateMachineArn
          ? [
              {
                stateMachineArn: row.stateMachineArn,
                name: row.name ?? row.stateMachineArn.split(':')[6] ?? row.stateMachineArn,
                type: workflowType(row.type),
                creationDate: row.creationDate,
              },
            ]
          : [],
      );
      return { items, nextToken: answer.nextToken };
    },
  );
}

interface RawLogging {
  readonly level?: string | undefined;
  readonly includeExecutionData?: boolean | undefined;
  readonly destinations?:
    | readonly {
        readonly cloudWatchLogsLogGroup?: { readonly logGroupArn?: string | undefined } | undefined;
      }[]
    | undefined;
}

function readLogging(raw: RawLogging | undefined): LoggingConfiguration {
  const level = raw?.level;
  const arn = raw?.destinations?.find((d) => d.cloudWatchLogsLogGroup?.logGroupArn)?.cloudWatchLogsLogGroup;
  return {
    level: level === 'ALL' || level === 'ERROR' || level === 'FATAL' ? level : 'OFF',
    includeExecutionData: raw?.includeExecutionData ?? false,
    ...(arn?.logGroupArn === undefined ? {} : { logGroupArn: arn.logGroupArn.replace(/:\*$/, '') }),
  };
}

interface RawEncryption {
  readonly type?: string | undefined;
  readonly kmsKeyId?: string | undefined;
  readonly kmsDataKeyReusePeriodSeconds?: number | undefined;
}

/** The encryption configuration of an answer. */
export function readEncryption(raw: RawEncryption | undefined): EncryptionConfiguration | undefined {
  if (raw?.type === undefined) return undefined;
  const { type, kmsKeyId, kmsDataKeyReusePeriodSeconds } = raw;
  return { type, kmsKeyId, kmsDataKeyReusePeriodSeconds };
}

/** A state machine with its present definition, or a version of it with the version's. */
export async function describeStateMachine(
  clients: AwsClients,
  stateMachineArn: string,
  signal?: AbortSignal,
): Promise<DescribedStateMachine> {
  const answer = await call(clients, 'DescribeStateMachine', stateMachineArn, signal, (options) =>
    clients.sfn.send(new DescribeStateMachineCommand({ stateMachineArn }), options),
  );
  return {
    stateMachineArn,
    name: answer.name ?? stateMachineArn.split(':')[6] ?? stateMachineArn,
    type: workflowType(answer.type),
    status: answer.status,
    description: answer.description,
    definition: answer.definition ?? '',
    revisionId: answer.revisionId ?? '',
    roleArn: answer.roleArn,
    logging: readLogging(answer.loggingConfiguration),
    tracingEnabled: answer.tracingConfiguration?.enabled ?? false,
    encryption: readEncryption(answer.encryptionConfiguration),
    creationDate: answer.creationDate,
  };
}

/** The definition that an execution really runs with. Its quota is one a second: ask once per revision. */
export async function describeStateMachineForExecution(
  clients: AwsClients,
  executionArn: string,
  signal?: AbortSignal,
): Promise<DescribedRevision> {
  const answer = await call(clients, 'DescribeStateMachineForExecution', executionArn, signal, (options) =>
    clients.sfn.send(new DescribeStateMachineForExecutionCommand({ executionArn }), options),
  );
  return {
    stateMachineArn: answer.stateMachineArn ?? '',
    definition: answer.definition ?? '',
    revisionId: answer.revisionId ?? '',
    roleArn: answer.roleArn,
    logging: readLogging(answer.loggingConfiguration),
    tracingEnabled: answer.tracingConfiguration?.enabled ?? false,
    encryption: readEncryption(answer.encryptionConfiguration),
    updateDate: answer.updateDate,
  };
}

export async function listTags(
  clients: AwsClients,
  resourceArn: string,
  signal?: AbortSignal,
): Promise<readonly { readonly key: string; readonly value: string }[]> {
  const answer = await call(clients, 'ListTagsForResource', resourceArn, signal, (options) =>
    clients.sfn.send(new ListTagsForResourceCommand({ resourceArn }), options),
  );
  return (answer.tags ?? []).flatMap(({ key, value }) =>
    key === undefined ? [] : [{ key, value: value ?? '' }],
  );
}
