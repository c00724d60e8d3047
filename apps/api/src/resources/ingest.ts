import { z } from '@hono/zod-openapi';
import { Timestamp } from './timestamp.ts';

export const IngestRun = z.object({
  runId: z.string(),
  source: z.record(z.string(), z.unknown()).openapi({ description: 'Account, region, endpoint, sandbox.' }),
  startedAt: Timestamp,
  finishedAt: Timestamp.nullable(),
  progress: z.record(z.string(), z.unknown()),
});

export const IngestProblem = z.object({
  subject: z.string(),
  code: z.string(),
  message: z.string().openapi({ description: 'What, where, what to do.' }),
  firstAt: Timestamp,
  lastAt: Timestamp,
  times: z.number(),
});

/** What is left of one of AWS's request quotas, shared by all ingester processes. */
export const QuotaBucket = z
  .object({
    accountId: z.string(),
    region: z.string(),
    operation: z.string(),
    capacity: z.number().openapi({ description: 'Requests at once.' }),
    refillPerSecond: z.number().openapi({ description: 'Requests a second after that.' }),
    tokens: z.number().openapi({ description: 'Requests left; below zero: so many wait.' }),
    pace: z.number().openapi({
      description:
        'Share of the refill that AWS bears: 1, unless it has throttled within the last ten minutes.',
    }),
    throttledAt: Timestamp.nullable().openapi({ description: 'When AWS throttled last.' }),
  })
  .openapi('QuotaBucket');

export const Ingest = z
  .object({
    lastRun: IngestRun.nullable(),
    tasks: z
      .object({ waiting: z.number(), due: z.number(), failed: z.number() })
      .openapi({ description: 'Executions still to be fetched.' }),
    problems: z.array(IngestProblem),
    quotas: z.array(QuotaBucket).openapi({ description: 'Of every operation that was called.' }),
  })
  .openapi('Ingest');
