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

export const Ingest = z
  .object({
    lastRun: IngestRun.nullable(),
    tasks: z
      .object({ waiting: z.number(), due: z.number(), failed: z.number() })
      .openapi({ description: 'Executions still to be fetched.' }),
    problems: z.array(IngestProblem),
  })
  .openapi('Ingest');
