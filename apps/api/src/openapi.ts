import { OpenAPIHono } from '@hono/zod-openapi';
import { conflictOperations } from './routes/conflicts.ts';
import { coverageOperations } from './routes/coverage.ts';
import { executionOperations } from './routes/executions.ts';
import { findingOperations } from './routes/findings.ts';
import { ingestOperations } from './routes/ingest.ts';
import { mapRunOperations } from './routes/map-runs.ts';
import { overviewOperations } from './routes/overview.ts';
import { stateMachineOperations } from './routes/state-machines.ts';

/** The description of the API (OpenAPI 3.1), made from the routes themselves; needs no running server. */
export function openApiDocument(version: string) {
  const { openAPIRegistry, getOpenAPI31Document } = new OpenAPIHono();
  const operations = [
    ...overviewOperations,
    ...stateMachineOperations,
    ...executionOperations,
    ...findingOperations,
    ...ingestOperations,
    ...coverageOperations,
    ...mapRunOperations,
    ...conflictOperations,
  ];
  for (const operation of operations) openAPIRegistry.registerPath(operation);
  return getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Steptrail',
      version,
      description:
        'What happened in executions of AWS Step Functions, whether their definitions explain it, and what is wrong. Fields are named as AWS names them. Times are ISO 8601 in UTC, but for those inside `replay.pending`, which are epoch milliseconds.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: '/api/v1' }],
  });
}
