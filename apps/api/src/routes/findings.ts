import { createRoute, z } from '@hono/zod-openapi';
import { RULES, SEVERITIES } from '@steptrail/rules';
import { listAlerts, listFindings, readFinding } from '@steptrail/store';
import { Cursor, Limit, OptionalText, repeatable, text } from '../parameters.ts';
import { presentFinding, renderRow } from '../present-finding.ts';
import { ApiError, COMMON_PROBLEMS, RESOURCE_PROBLEMS } from '../problem.ts';
import { Finding, FindingRow, RuleFacts } from '../resources/finding.ts';
import { answers, pageOf } from '../resources/page.ts';
import { createRouter } from '../router.ts';
import type { ServerOptions } from '../server-options.ts';

const listRoute = createRoute({
  method: 'get',
  path: '/findings',
  summary: 'Findings, the gravest first',
  request: {
    query: z.strictObject({
      severity: repeatable(SEVERITIES, 'Severity.'),
      ruleId: OptionalText,
      stateMachineArn: OptionalText,
      executionArn: OptionalText,
      state: z.enum(['open', 'resolved', 'all'], 'must be open, resolved or all').default('open'),
      cursor: Cursor,
      limit: Limit,
    }),
  },
  responses: { 200: answers(pageOf(FindingRow), 'A page of findings.'), ...COMMON_PROBLEMS },
});

const readRoute = createRoute({
  method: 'get',
  path: '/findings/{findingId}',
  summary: 'One finding: in words, with its evidence and the alerts sent for it',
  request: { params: z.object({ findingId: text(1, 200) }) },
  responses: { 200: answers(Finding, 'The finding.'), ...RESOURCE_PROBLEMS },
});

const rulesRoute = createRoute({
  method: 'get',
  path: '/rules',
  summary: 'The rules that findings come from',
  responses: { 200: answers(z.object({ rows: z.array(RuleFacts) }), 'Every rule.'), ...COMMON_PROBLEMS },
});

export const findingOperations = [listRoute, readRoute, rulesRoute];

/** Findings, and the rules behind them. */
export function findingRoutes({ sql }: ServerOptions) {
  return createRouter()
    .openapi(listRoute, async (c) => {
      const { rows, next } = await listFindings(sql, c.req.valid('query'));
      return c.json({ rows: rows.map(presentFinding), ...(next === undefined ? {} : { next }) }, 200);
    })
    .openapi(readRoute, async (c) => {
      const { findingId } = c.req.valid('param');
      const row = await readFinding(sql, findingId);
      if (row === undefined) {
        throw new ApiError(
          'FindingDoesNotExist',
          `The archive holds no finding ${findingId}: look for it under /api/v1/findings?state=all.`,
        );
      }
      const { why, mend, reference } = renderRow(row);
      const alerts = await listAlerts(sql, findingId);
      return c.json({ ...presentFinding(row), why, mend, reference, alerts: [...alerts] }, 200);
    })
    .openapi(rulesRoute, (c) => {
      const rows = RULES.map(({ id, severity, subject, title, why, mend, reference }) => {
        return { ruleId: id, severity, subject, title, why, mend, reference };
      });
      return c.json({ rows }, 200);
    });
}
