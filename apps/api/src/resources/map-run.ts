import { z } from '@hono/zod-openapi';
import { FINDING_SEVERITIES } from '@steptrail/store';
import { Timestamp } from './timestamp.ts';

/** Counts by what became of each, named as AWS names them: `pending`, `running`, `succeeded` … `total`. */
export const MapRunCounts = z.record(z.string(), z.number());

export const MapRunRow = z
  .object({
    mapRunArn: z.string(),
    executionArn: z.string().openapi({ description: 'Of the execution that started it.' }),
    stateMachineArn: z.string(),
    state: z.string().nullable().openapi({ description: 'The Map state.' }),
    startedEventId: z.number().nullable(),
    status: z.string().nullable(),
    startDate: Timestamp.nullable(),
    stopDate: Timestamp.nullable(),
    maxConcurrency: z.number().nullable(),
    toleratedFailureCount: z.number().nullable(),
    toleratedFailurePercentage: z.number().nullable(),
    itemCounts: MapRunCounts.nullable().openapi({ description: 'null: AWS was not asked yet, or refused.' }),
    executionCounts: MapRunCounts.nullable(),
    redriveCount: z.number(),
    redriveDate: Timestamp.nullable(),
    childrenListed: z
      .number()
      .nullable()
      .openapi({ description: 'At the last whole pass through their list.' }),
    childrenMissing: z.number().nullable().openapi({
      description:
        'Children that have started, by its counts, and that the archive neither has, nor had, nor has asked for.',
    }),
    childrenReconciledAt: Timestamp.nullable().openapi({
      description: 'When that was found out; null: never.',
    }),
    describedAt: Timestamp.nullable(),
    goneAt: Timestamp.nullable().openapi({ description: 'When AWS was found to know it no more.' }),
  })
  .openapi('MapRunRow');

export const MapRunOfExecution = MapRunRow.extend({
  childrenArchived: z.number().openapi({ description: 'Child executions in the archive.' }),
}).openapi('MapRunOfExecution');

export const ExecutionLink = z
  .object({
    relation: z.enum(['child', 'parent']).openapi({ description: 'What the other is to this one.' }),
    executionArn: z.string(),
    eventId: z
      .number()
      .nullable()
      .openapi({ description: 'The event of this one that says so, if any does.' }),
    otherEventId: z.number().nullable().openapi({ description: 'The event of the other one that says so.' }),
    status: z.string().nullable().openapi({ description: 'Of the other one; null: it is not archived.' }),
    startDate: Timestamp.nullable(),
  })
  .openapi('ExecutionLink');

export const Activity = z
  .object({
    activityArn: z.string(),
    name: z.string(),
    creationDate: Timestamp.nullable(),
    encryptionConfiguration: z.unknown(),
    firstSeenAt: Timestamp,
    goneAt: Timestamp.nullable().openapi({ description: 'Since when AWS no longer lists it.' }),
    uses: z
      .array(z.object({ stateMachineArn: z.string(), state: z.string(), pointer: z.string() }))
      .openapi({ description: 'The states that offer it work, by the present definitions.' }),
    findings: z.number().openapi({ description: 'Open findings that name it.' }),
    gravest: z
      .array(
        z.object({
          findingId: z.string(),
          ruleId: z.string(),
          severity: z.enum(FINDING_SEVERITIES),
          title: z.string(),
          stateMachineArn: z.string(),
          executionArn: z.string().nullable(),
        }),
      )
      .openapi({ description: 'The gravest five of them.' }),
  })
  .openapi('Activity');
