import { z } from '@hono/zod-openapi';
import { SEVERITIES } from '@steptrail/rules';
import { Timestamp } from './timestamp.ts';

const SeverityName = z.enum(SEVERITIES);

export const Evidence = z.object({
  pointers: z.array(z.string()).openapi({ description: 'JSON pointers into the definition.' }),
  executions: z.array(z.object({ executionArn: z.string(), eventIds: z.array(z.number()) })),
});

export const FindingData = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

export const FindingRow = z
  .object({
    findingId: z.string(),
    ruleId: z.string(),
    severity: SeverityName,
    title: z.string(),
    text: z.string().openapi({ description: 'One or two sentences: what was found, where.' }),
    data: FindingData,
    evidence: Evidence,
    stateMachineArn: z.string(),
    executionArn: z.string().nullable(),
    openedAt: Timestamp,
    lastSeenAt: Timestamp,
    resolvedAt: Timestamp.nullable(),
    openings: z.number(),
  })
  .openapi('FindingRow');

const Alert = z.object({
  change: z.enum(['opened', 'resolved']),
  destination: z.string(),
  createdAt: Timestamp,
  attempts: z.number(),
  nextAttemptAt: Timestamp,
  deliveredAt: Timestamp.nullable(),
  givenUpAt: Timestamp.nullable(),
  lastError: z.string().nullable(),
});

export const Finding = FindingRow.extend({
  why: z.string().openapi({ description: 'Why it matters.' }),
  mend: z.string().openapi({ description: 'How to mend it.' }),
  reference: z.string(),
  alerts: z.array(Alert),
}).openapi('Finding');

export const RuleFacts = z
  .object({
    ruleId: z.string(),
    severity: SeverityName,
    subject: z.string(),
    title: z.string(),
    why: z.string(),
    mend: z.string(),
    reference: z.string(),
  })
  .openapi('Rule');
