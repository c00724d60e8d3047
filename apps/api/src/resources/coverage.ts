import { z } from '@hono/zod-openapi';
import { Timestamp } from './timestamp.ts';

/** One day of a state machine: what was seen, and what became of it. */
export const CoverageRow = z
  .object({
    stateMachineArn: z.string(),
    type: z.enum(['STANDARD', 'EXPRESS']),
    day: z.string().openapi({ description: 'YYYY-MM-DD, UTC: the day of start.' }),
    seen: z.number().openapi({ description: 'Executions that AWS listed or logged, at any time.' }),
    archived: z.number().openapi({ description: 'Archived to their end.' }),
    running: z.number().openapi({ description: 'Running, and archived as far as they have come.' }),
    waiting: z.number().openapi({ description: 'Not fetched yet, or not whole.' }),
    expiring: z.number().openapi({ description: 'Of the waiting: AWS forgets them within 7 days.' }),
    lost: z.number().openapi({ description: 'Whose history, or end, nobody can get any more.' }),
    missing: z.number().openapi({
      description:
        'That ListExecutions gave and the archive had not even asked for, at the last whole pass; and child executions that a Map Run has started, by its own counts, and its list did not give.',
    }),
    mapRunsUnchecked: z.number().openapi({
      description:
        'Map Runs of executions of this day whose children were not compared with their counts yet.',
    }),
    reconciledAt: Timestamp.nullable().openapi({
      description: 'When a whole pass through ListExecutions last met this day; null: never, as for Express.',
    }),
  })
  .openapi('CoverageRow');

/** The sums of all days that were asked for, whatever page they are on. */
export const CoverageTotals = CoverageRow.pick({
  seen: true,
  archived: true,
  running: true,
  waiting: true,
  expiring: true,
  lost: true,
  missing: true,
})
  .extend({
    unchecked: z.number().openapi({
      description:
        'Days of Standard state machines that no whole pass through ListExecutions has met yet, or that have a Map Run whose children were not compared with its counts.',
    }),
  })
  .openapi('CoverageTotals');
