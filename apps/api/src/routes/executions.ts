import { createRoute, z } from '@hono/zod-openapi';
import { EXECUTION_STATUSES } from '@steptrail/history';
import { listExecutions, listVisits, readExecution, readLastSeal } from '@steptrail/store';
import {
  Arn,
  Bound,
  Cursor,
  count,
  DurationBound,
  Flag,
  INDEXED,
  Instant,
  LeafPath,
  LeafValue,
  Limit,
  OptionalText,
  repeatable,
  Tag,
} from '../parameters.ts';
import { presentExecution, presentListed } from '../present-execution.ts';
import { ApiError, COMMON_PROBLEMS, missingExecution, RESOURCE_PROBLEMS } from '../problem.ts';
import { readEvents } from '../read-events.ts';
import { EventPage } from '../resources/event.ts';
import { Execution, ExecutionRow, Visit } from '../resources/execution.ts';
import { answers, pageOf } from '../resources/page.ts';
import { createRouter } from '../router.ts';
import type { ServerOptions } from '../server-options.ts';

const params = z.object({ executionArn: Arn });

const listRoute = createRoute({
  method: 'get',
  path: '/executions',
  summary: 'Executions, newest first',
  description: `All that is given must hold. A page looks through 10,000 candidates at most: it may hold fewer rows than asked for, or none, and still have a \`next\`, which looks further back. ${INDEXED} No access log is written, so that values that are searched for stand nowhere.`,
  request: {
    query: z.strictObject({
      stateMachineArn: OptionalText,
      status: repeatable(EXECUTION_STATUSES, 'Status as AWS spells it.'),
      from: Instant,
      to: Instant,
      name: OptionalText.openapi({ description: 'How the name begins.' }),
      error: OptionalText.openapi({ description: 'The error that ended it, exactly.' }),
      failedState: OptionalText.openapi({ description: 'The state whose failure ended it, exactly.' }),
      minDuration: DurationBound.openapi({
        description: 'From start to end at least: seconds or ISO 8601. One without an end has no duration.',
      }),
      maxDuration: DurationBound.openapi({ description: 'From start to end at most: seconds or ISO 8601.' }),
      minEvents: Bound.openapi({ description: 'Archived events at least.' }),
      maxEvents: Bound.openapi({ description: 'Archived events at most.' }),
      tag: Tag.openapi({ description: 'A tag that its state machine has, KEY=VALUE.' }),
      value: LeafValue.openapi({ description: 'A value in its input or output, exactly.' }),
      valuePrefix: LeafValue.openapi({ description: 'How a value in its input or output begins.' }),
      path: LeafPath.openapi({
        description: 'Where the value stands; any position of an array is [*]. Needs value or valuePrefix.',
      }),
      valueIn: z
        .enum(['input', 'output'], 'must be input or output')
        .optional()
        .openapi({ description: 'On which side the value stands.' }),
      diverging: Flag.openapi({ description: 'Only those whose history the definition does not explain.' }),
      cursor: Cursor,
      limit: Limit,
    }),
  },
  responses: { 200: answers(pageOf(ExecutionRow), 'A page of executions.'), ...COMMON_PROBLEMS },
});

const readRoute = createRoute({
  method: 'get',
  path: '/executions/{executionArn}',
  summary: 'One execution: what happened, whether its definition explains it, what it waits for',
  request: { params },
  responses: { 200: answers(Execution, 'The execution.'), ...RESOURCE_PROBLEMS },
});

const visitsRoute = createRoute({
  method: 'get',
  path: '/executions/{executionArn}/visits',
  summary: 'Its visits, in order of entry',
  request: { params, query: z.strictObject({ cursor: Cursor, limit: count(1, 1_000, 200, 'Rows a page.') }) },
  responses: { 200: answers(pageOf(Visit), 'A page of visits.'), ...RESOURCE_PROBLEMS },
});

const eventsRoute = createRoute({
  method: 'get',
  path: '/executions/{executionArn}/events',
  summary: 'Its history events',
  request: {
    params,
    query: z.strictObject({
      from: count(1, 1_000_000, 1, 'The first event id wanted.'),
      limit: count(1, 1_000, 100, 'Events a page; fewer where payloads are asked for and large.'),
      payloads: Flag.openapi({ description: 'With the texts of inputs and outputs. They may hold secrets.' }),
    }),
  },
  responses: { 200: answers(EventPage, 'A page of events.'), ...RESOURCE_PROBLEMS },
});

export const executionOperations = [listRoute, readRoute, visitsRoute, eventsRoute];

/** Executions, their visits and their events. */
export function executionRoutes({ sql }: ServerOptions) {
  const requireExecution = async (executionArn: string) => {
    const row = await readExecution(sql, executionArn);
    if (row !== undefined) return row;
    throw missingExecution(executionArn);
  };

  return createRouter()
    .openapi(listRoute, async (c) => {
      const { name, valueIn, ...filter } = c.req.valid('query');
      if (filter.value === undefined && filter.valuePrefix === undefined) {
        const lone = filter.path === undefined ? valueIn && 'valueIn' : 'path';
        if (lone !== undefined) {
          throw new ApiError(
            'ValidationException',
            `${lone} says where a value stands: give value or valuePrefix with it.`,
            lone,
          );
        }
      }
      const page = await listExecutions(sql, { ...filter, search: name, side: valueIn });
      return c.json({ ...page, rows: page.rows.map(presentListed) }, 200);
    })
    .openapi(readRoute, async (c) => {
      const { executionArn } = c.req.valid('param');
      const [execution, seal] = await Promise.all([
        requireExecution(executionArn),
        readLastSeal(sql, executionArn),
      ]);
      return c.json(presentExecution(execution, seal), 200);
    })
    .openapi(visitsRoute, async (c) => {
      const { executionId } = await requireExecution(c.req.valid('param').executionArn);
      const page = await listVisits(sql, executionId, c.req.valid('query'));
      return c.json({ ...page, rows: [...page.rows] }, 200);
    })
    .openapi(eventsRoute, async (c) => {
      const execution = await requireExecution(c.req.valid('param').executionArn);
      const { from, limit, payloads } = c.req.valid('query');
      const page = await readEvents(sql, execution, { from, limit, withPayloads: payloads ?? false });
      return c.json(page, 200, { 'Cache-Control': 'no-store' });
    });
}
