import { createRoute, z } from '@hono/zod-openapi';
import { ruleById } from '@steptrail/rules';
import {
  findExecutionId,
  listActivities,
  listChildExecutions,
  listLinks,
  listMapRunsOf,
  type MapRunRow as MapRun,
  readMapRun,
} from '@steptrail/store';
import { Arn, Cursor, Limit } from '../parameters.ts';
import { ApiError, COMMON_PROBLEMS, missingExecution, RESOURCE_PROBLEMS } from '../problem.ts';
import { ExecutionRow } from '../resources/execution.ts';
import { Activity, ExecutionLink, MapRunCounts, MapRunOfExecution, MapRunRow } from '../resources/map-run.ts';
import { answers, pageOf } from '../resources/page.ts';
import { createRouter } from '../router.ts';
import type { ServerOptions } from '../server-options.ts';

const params = z.object({ executionArn: Arn });
const query = z.strictObject({ cursor: Cursor, limit: Limit });

const ofExecutionRoute = createRoute({
  method: 'get',
  path: '/executions/{executionArn}/map-runs',
  summary: 'The Map Runs that it started, in order of their starts',
  request: { params, query },
  responses: { 200: answers(pageOf(MapRunOfExecution), 'A page of Map Runs.'), ...RESOURCE_PROBLEMS },
});

const linksRoute = createRoute({
  method: 'get',
  path: '/executions/{executionArn}/links',
  summary: 'Nested executions: those that it started, then those that started it',
  request: { params, query },
  responses: { 200: answers(pageOf(ExecutionLink), 'A page of links.'), ...RESOURCE_PROBLEMS },
});

const readRoute = createRoute({
  method: 'get',
  path: '/map-runs/{mapRunArn}',
  summary: 'One Map Run',
  request: { params: z.object({ mapRunArn: Arn }) },
  responses: { 200: answers(MapRunRow, 'The Map Run.'), ...RESOURCE_PROBLEMS },
});

const childrenRoute = createRoute({
  method: 'get',
  path: '/map-runs/{mapRunArn}/executions',
  summary: 'The child executions of a Map Run, newest first',
  request: { params: z.object({ mapRunArn: Arn }), query },
  responses: { 200: answers(pageOf(ExecutionRow), 'A page of executions.'), ...COMMON_PROBLEMS },
});

const activitiesRoute = createRoute({
  method: 'get',
  path: '/activities',
  summary: 'Activities, by their ARN',
  request: { query },
  responses: { 200: answers(pageOf(Activity), 'A page of activities.'), ...COMMON_PROBLEMS },
});

export const mapRunOperations = [ofExecutionRoute, linksRoute, readRoute, childrenRoute, activitiesRoute];

function present<Row extends MapRun>(row: Row) {
  const counts = (given: unknown) => MapRunCounts.nullable().catch(null).parse(given);
  return { ...row, itemCounts: counts(row.itemCounts), executionCounts: counts(row.executionCounts) };
}

/** Map Runs, nested executions, activities: what executions have to do with each other and with the account. */
export function mapRunRoutes({ sql }: ServerOptions) {
  const requireId = async (executionArn: string) => {
    const executionId = await findExecutionId(sql, executionArn);
    if (executionId !== undefined) return executionId;
    throw missingExecution(executionArn);
  };

  return createRouter()
    .openapi(ofExecutionRoute, async (c) => {
      const executionId = await requireId(c.req.valid('param').executionArn);
      const page = await listMapRunsOf(sql, executionId, c.req.valid('query'));
      return c.json({ ...page, rows: page.rows.map(present) }, 200);
    })
    .openapi(linksRoute, async (c) => {
      const { executionArn } = c.req.valid('param');
      const executionId = await requireId(executionArn);
      const page = await listLinks(sql, { executionId, executionArn }, c.req.valid('query'));
      return c.json({ ...page, rows: [...page.rows] }, 200);
    })
    .openapi(readRoute, async (c) => {
      const { mapRunArn } = c.req.valid('param');
      const row = await readMapRun(sql, mapRunArn);
      if (row !== undefined) return c.json(present(row), 200);
      throw new ApiError(
        'MapRunDoesNotExist',
        `The archive holds no Map Run ${mapRunArn}: it comes with the execution that started it.`,
      );
    })
    .openapi(childrenRoute, async (c) => {
      const page = await listChildExecutions(sql, c.req.valid('param').mapRunArn, c.req.valid('query'));
      return c.json({ ...page, rows: [...page.rows] }, 200);
    })
    .openapi(activitiesRoute, async (c) => {
      const page = await listActivities(sql, c.req.valid('query'));
      return c.json(
        {
          ...page,
          rows: page.rows.map((row) => ({
            ...row,
            uses: [...row.uses],
            gravest: row.gravest.map((finding) => ({
              ...finding,
              title: ruleById(finding.ruleId)?.title ?? finding.ruleId,
            })),
          })),
        },
        200,
      );
    });
}
