import { z } from '@hono/zod-openapi';
import { Timestamp } from './timestamp.ts';

export const WorkflowType = z.enum(['STANDARD', 'EXPRESS']);

export const StateMachine = z
  .object({
    stateMachineArn: z.string(),
    name: z.string(),
    type: WorkflowType,
    status: z.string().nullable(),
    accountId: z.string(),
    region: z.string(),
    creationDate: Timestamp.nullable(),
    revisionId: z.string().nullable(),
    definitionSha256: z.string().nullable(),
    roleArn: z.string().nullable(),
    firstSeenAt: Timestamp,
    lastSeenAt: Timestamp,
    goneAt: Timestamp.nullable().openapi({ description: 'Since when AWS no longer lists it.' }),
    loggingConfiguration: z.unknown(),
    tracingConfiguration: z.unknown(),
    encryptionConfiguration: z.unknown(),
    tags: z.unknown(),
    retentionDays: z
      .number()
      .nullable()
      .openapi({ description: 'Days for which AWS keeps its closed executions; null: not known.' }),
  })
  .openapi('StateMachine');

export const StateMachineRow = StateMachine.extend({
  executions: z.record(z.string(), z.number()).openapi({ description: 'Archived executions by status.' }),
  openFindings: z.record(z.string(), z.number()).openapi({ description: 'Open findings by severity.' }),
}).openapi('StateMachineRow');

export const DefinitionProblem = z.object({
  code: z.string(),
  pointer: z.string(),
  message: z.string(),
});

export const Definition = z
  .object({
    definitionSha256: z.string(),
    definition: z.string().openapi({ description: 'The text as AWS gave it.' }),
    problems: z.array(DefinitionProblem).openapi({ description: 'Why it is not valid; empty: it is.' }),
  })
  .openapi('Definition');

export const RevisionRow = z
  .object({
    revisionId: z.string().openapi({ description: "'' is the first one, which AWS leaves without an id." }),
    definitionSha256: z.string(),
    roleArn: z.string().nullable(),
    updateDate: Timestamp.nullable().openapi({ description: 'When AWS says it was made.' }),
    firstSeenAt: Timestamp,
    executions: z.number().openapi({ description: 'Archived executions that ran with it.' }),
  })
  .openapi('RevisionRow');

export const VersionRow = z
  .object({
    stateMachineVersionArn: z.string(),
    version: z.number().nullable(),
    description: z.string().nullable(),
    revisionId: z.string().nullable().openapi({ description: "'' is the first revision; null: unknown." }),
    definitionSha256: z.string().nullable(),
    creationDate: Timestamp.nullable(),
    firstSeenAt: Timestamp,
    goneAt: Timestamp.nullable().openapi({ description: 'Since when AWS no longer lists it.' }),
  })
  .openapi('VersionRow');

export const Routing = z.object({ stateMachineVersionArn: z.string(), weight: z.number() });

export const AliasRow = z
  .object({
    stateMachineAliasArn: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    routingConfiguration: z.array(Routing).openapi({ description: 'Weights are percent.' }),
    creationDate: Timestamp.nullable(),
    updateDate: Timestamp.nullable(),
    firstSeenAt: Timestamp,
    goneAt: Timestamp.nullable().openapi({ description: 'Since when AWS no longer lists it.' }),
  })
  .openapi('AliasRow');
