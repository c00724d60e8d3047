import { gunzipSync } from 'node:zlib';
import { createRoute, z } from '@hono/zod-openapi';
import { eventIdOf } from '@steptrail/archive';
import { findExecutionId, type ImportConflictRow, listConflicts } from '@steptrail/store';
import { Arn, Cursor, Limit } from '../parameters.ts';
import { missingExecution, RESOURCE_PROBLEMS } from '../problem.ts';
import { Conflict } from '../resources/conflict.ts';
import { answers, pageOf } from '../resources/page.ts';
import { createRouter } from '../router.ts';
import type { ServerOptions } from '../server-options.ts';

const SHOWN = 20_000;
const MOST_NAMED = 20;

const listRoute = createRoute({
  method: 'get',
  path: '/executions/{executionArn}/conflicts',
  summary: 'What imported files say of it otherwise than the archive, which stays as it is',
  request: {
    params: z.object({ executionArn: Arn }),
    query: z.strictObject({ cursor: Cursor, limit: Limit }),
  },
  responses: { 200: answers(pageOf(Conflict), 'A page of evidence.'), ...RESOURCE_PROBLEMS },
});

export const conflictOperations = [listRoute];

function present({ executionArn, body, sha256, ...row }: ImportConflictRow) {
  const evidence = gunzipSync(body).toString();
  const content: unknown = JSON.parse(evidence);
  const ids =
    row.firstEventId > 0 && Array.isArray(content) ? content.flatMap((raw) => eventIdOf(raw) ?? []) : [];
  const bytes = Buffer.byteLength(evidence);
  return {
    ...row,
    eventIds: [...new Set(ids)].slice(0, MOST_NAMED),
    sha256: sha256.toString('hex'),
    bytes,
    evidence: evidence.slice(0, SHOWN),
  };
}

/** Evidence of conflicts between imported files and the archive. */
export function conflictRoutes({ sql }: ServerOptions) {
  return createRouter().openapi(listRoute, async (c) => {
    const { executionArn } = c.req.valid('param');
    if ((await findExecutionId(sql, executionArn)) === undefined) throw missingExecution(executionArn);
    const page = await listConflicts(sql, executionArn, c.req.valid('query'));
    return c.json({ ...page, rows: page.rows.map(present) }, 200);
  });
}
