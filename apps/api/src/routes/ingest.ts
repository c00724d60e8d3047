import { createRoute } from '@hono/zod-openapi';
import { countTasks, listProblems, readLatestRun } from '@steptrail/store';
import { presentRun } from '../present-run.ts';
import { COMMON_PROBLEMS } from '../problem.ts';
import { Ingest } from '../resources/ingest.ts';
import { answers } from '../resources/page.ts';
import { createRouter } from '../router.ts';
import type { ServerOptions } from '../server-options.ts';

const ingestRoute = createRoute({
  method: 'get',
  path: '/ingest',
  summary: 'The latest run of the ingester, what waits, and what went wrong',
  responses: { 200: answers(Ingest, 'The state of ingest.'), ...COMMON_PROBLEMS },
});

export const ingestOperations = [ingestRoute];

/** How ingest is doing. */
export function ingestRoutes({ sql, now }: ServerOptions) {
  return createRouter().openapi(ingestRoute, async (c) => {
    const [run, tasks, problems] = await Promise.all([
      readLatestRun(sql),
      countTasks(sql, new Date(now())),
      listProblems(sql),
    ]);
    return c.json(
      { lastRun: run === undefined ? null : presentRun(run), tasks, problems: [...problems] },
      200,
    );
  });
}
