import { createRoute, z } from '@hono/zod-openapi';
import { listCoverage } from '@steptrail/store';
import { Cursor, Instant, Limit, OptionalText } from '../parameters.ts';
import { COMMON_PROBLEMS } from '../problem.ts';
import { CoverageRow, CoverageTotals } from '../resources/coverage.ts';
import { answers, pageOf } from '../resources/page.ts';
import { createRouter } from '../router.ts';
import type { ServerOptions } from '../server-options.ts';

const DAY = 86_400_000;
const STANDARD_DAYS = 30;

const coverageRoute = createRoute({
  method: 'get',
  path: '/coverage',
  summary: 'How much of what AWS had is archived, by state machine and day of start (UTC), the newest first',
  request: {
    query: z.strictObject({
      stateMachineArn: OptionalText,
      from: Instant.openapi({ description: `Default: ${STANDARD_DAYS} days before \`to\`.` }),
      to: Instant.openapi({ description: 'Default: now.' }),
      cursor: Cursor,
      limit: Limit,
    }),
  },
  responses: {
    200: answers(pageOf(CoverageRow).extend({ totals: CoverageTotals }), 'A page of days.'),
    ...COMMON_PROBLEMS,
  },
});

export const coverageOperations = [coverageRoute];

/** What of AWS's executions the archive has. */
export function coverageRoutes({ sql, now }: ServerOptions) {
  return createRouter().openapi(coverageRoute, async (c) => {
    const { from, to, ...rest } = c.req.valid('query');
    const at = new Date(now());
    const until = to ?? at;
    const page = await listCoverage(sql, {
      ...rest,
      from: from ?? new Date(until.getTime() - STANDARD_DAYS * DAY),
      to: until,
      now: at,
    });
    const rows = page.rows.map((row) => ({ ...row, reconciledAt: row.reconciledAt?.toISOString() ?? null }));
    return c.json({ ...page, rows }, 200);
  });
}
