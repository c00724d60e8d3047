import { createRoute } from '@hono/zod-openapi';
import { countTasks, listProblems, listQuotaBuckets, readLatestRun } from '@steptrail/store';
import { presentRun } from '../present-run.ts';
import { COMMON_PROBLEMS } from '../problem.ts';
import { Ingest } from '../resources/ingest.ts';
import { answers } from '../resources/page.ts';
import { createRouter } from '../router.ts';
import type { ServerOptions } from '../server-options.ts';

const ingestRoute = createRoute({
  method: 'get',
  path: '/ingest',
  summary: 'The latest run of the ingester, what waits, what went wrong, and what is left of the quotas',
  responses: { 200: answers(Ingest, 'The state of ingest.'), ...COMMON_PROBLEMS },
});

export const ingestOperations = [ingestRoute];

/** How ingest is doing. */
export function ingestRoutes({ sql, now }: ServerOptions) {
  return createRouter().openapi(ingestRoute, async (c) => {
    const [run, tasks, problems, quotas] = await Promise.all([
      readLatestRun(sql),
      countTasks(sql, new Date(now())),
      listProblems(sql),
      listQuotaBuckets(sql),
    ]);
    const lastRun = run === undefined ? null : presentRun(run);
    return c.json({ lastRun, tasks, problems: [...problems], quotas: [...quotas] }, 200);
  });
}
