import { createRoute, z } from '@hono/zod-openapi';
import {
  countExecutionsByDay,
  isSlowed,
  listFindings,
  listQuotaBuckets,
  readOverview,
} from '@steptrail/store';
import { Instant, OptionalText } from '../parameters.ts';
import { presentFinding } from '../present-finding.ts';
import { presentRun } from '../present-run.ts';
import { COMMON_PROBLEMS } from '../problem.ts';
import { DayCount } from '../resources/execution.ts';
import { FindingRow } from '../resources/finding.ts';
import { IngestProblem, IngestRun, QuotaBucket } from '../resources/ingest.ts';
import { answers } from '../resources/page.ts';
import { createRouter } from '../router.ts';
import type { ServerOptions } from '../server-options.ts';

const Source = z
  .object({
    kind: z.enum(['sandbox', 'aws']),
    accountId: z.string().optional(),
    region: z.string().optional(),
    endpoint: z.string().optional(),
  })
  .openapi('Source');

const Overview = z
  .object({
    now: z.iso.datetime(),
    version: z.string(),
    sources: z.array(Source).openapi({ description: 'Accounts and Regions that this process ingests from.' }),
    dataFolderNote: z.string().nullable(),
    stateMachines: z.number(),
    executions: z.record(z.string(), z.number()).openapi({ description: 'Archived, by status.' }),
    openExecutions: z.number(),
    divergingExecutions: z.number(),
    events: z.number().openapi({ description: 'Archived history events.' }),
    tasks: z
      .object({ waiting: z.number(), due: z.number(), failed: z.number() })
      .openapi({ description: 'Executions still to be fetched.' }),
    openFindings: z.record(z.string(), z.number()).openapi({ description: 'By severity.' }),
    attention: z.array(FindingRow).openapi({ description: 'Open findings, the gravest first.' }),
    lastRun: IngestRun.nullable(),
    problems: z.array(IngestProblem),
    slowed: z
      .array(QuotaBucket)
      .openapi({ description: 'Operations that wait: AWS has throttled them, or the quota is used up.' }),
  })
  .openapi('Overview');

const overviewRoute = createRoute({
  method: 'get',
  path: '/overview',
  summary: 'What needs attention now, and how much is archived',
  responses: { 200: answers(Overview, 'The overview.'), ...COMMON_PROBLEMS },
});

const byDayRoute = createRoute({
  method: 'get',
  path: '/executions-by-day',
  summary: 'Executions by day of start (UTC) and status',
  request: { query: z.strictObject({ from: Instant, to: Instant, stateMachineArn: OptionalText }) },
  responses: {
    200: answers(z.object({ rows: z.array(DayCount) }), 'Days without executions are absent.'),
    ...COMMON_PROBLEMS,
  },
});

const ATTENTION_ROWS = 6;
const DAY = 86_400_000;

export const overviewOperations = [overviewRoute, byDayRoute];

/** Overview and the chart's numbers. */
export function overviewRoutes({ sql, facts, dataFolderNote, now }: ServerOptions) {
  return createRouter()
    .openapi(overviewRoute, async (c) => {
      const at = new Date(now());
      const [{ lastRun, problems, ...counts }, attention, quotas] = await Promise.all([
        readOverview(sql, at),
        listFindings(sql, { state: 'open', severity: ['critical', 'high'], limit: ATTENTION_ROWS }),
        listQuotaBuckets(sql),
      ]);
      return c.json(
        {
          now: at.toISOString(),
          version: facts.version,
          sources: [...(facts.sources ?? [])],
          dataFolderNote: dataFolderNote ?? null,
          ...counts,
          attention: attention.rows.map(presentFinding),
          lastRun: lastRun === undefined ? null : presentRun(lastRun),
          problems: [...problems],
          slowed: quotas.filter(isSlowed),
        },
        200,
      );
    })
    .openapi(byDayRoute, async (c) => {
      const { from, to, stateMachineArn } = c.req.valid('query');
      const until = to ?? new Date(now());
      const rows = await countExecutionsByDay(sql, {
        from: from ?? new Date(until.getTime() - 30 * DAY),
        to: until,
        ...(stateMachineArn === undefined ? {} : { stateMachineArn }),
      });
      return c.json({ rows: [...rows] }, 200);
    });
}
