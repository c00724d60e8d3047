import { OpenAPIHono } from '@hono/zod-openapi';
import { checkDatabase } from '@steptrail/store';
import { answerError } from './answer-error.ts';
import { dashboardFiles } from './dashboard-files.ts';
import { login } from './login.ts';
import { createMetrics } from './metrics.ts';
import { openApiDocument } from './openapi.ts';
import { answerProblem } from './problem.ts';
import { conflictRoutes } from './routes/conflicts.ts';
import { coverageRoutes } from './routes/coverage.ts';
import { executionRoutes } from './routes/executions.ts';
import { findingRoutes } from './routes/findings.ts';
import { ingestRoutes } from './routes/ingest.ts';
import { mapRunRoutes } from './routes/map-runs.ts';
import { overviewRoutes } from './routes/overview.ts';
import { stateMachineRoutes } from './routes/state-machines.ts';
import { checkHost, isAuthorised, securityHeaders } from './security.ts';
import { isLoopback, type ServerOptions } from './server-options.ts';

const API = '/api/v1';
/** Paths that need no token: probes, and the login page itself. */
const OPEN_PATHS: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/login', '/login.css']);

function apiRoutes(options: ServerOptions) {
  return new OpenAPIHono()
    .route('/', overviewRoutes(options))
    .route('/', stateMachineRoutes(options))
    .route('/', executionRoutes(options))
    .route('/', findingRoutes(options))
    .route('/', ingestRoutes(options))
    .route('/', coverageRoutes(options))
    .route('/', mapRunRoutes(options))
    .route('/', conflictRoutes(options));
}

/** What the typed client is made from. */
export type AppType = ReturnType<typeof apiRoutes>;

/** The whole server as a function from request to answer; it listens nowhere. */
export function createApp(options: ServerOptions): OpenAPIHono {
  const { sql, host, token, now, health } = options;
  const app = new OpenAPIHono();
  const metrics = createMetrics(sql, now);

  app.onError(answerError);
  app.use(metrics.measure);
  app.use(securityHeaders);
  if (token === undefined && isLoopback(host)) app.use(checkHost(host));
  if (token !== undefined) {
    app.use(async (c, next) => {
      if (OPEN_PATHS.has(c.req.path) || (await isAuthorised(c, token, now()))) return next();
      const isPage = c.req.method === 'GET' && c.req.header('accept')?.includes('text/html') === true;
      if (isPage && !c.req.path.startsWith('/api/')) {
        const { pathname, search } = new URL(c.req.url);
        return c.redirect(`/login?to=${encodeURIComponent(pathname + search)}`);
      }
      return answerProblem(
        c,
        'Unauthorized',
        'This server needs its token: send it as "Authorization: Bearer …", or sign in at /login.',
      );
    });
    app.route('/', login(token, now));
  }

  app.get('/healthz', (c) => {
    const parts = health();
    return c.json({ ok: parts.every((part) => part.ok), parts }, parts.every((part) => part.ok) ? 200 : 503);
  });
  app.get('/readyz', async (c) => {
    const database = await checkDatabase(sql);
    return c.json({ ok: database.ok, database }, database.ok ? 200 : 503);
  });
  app.get('/metrics', metrics.answer);

  const api = apiRoutes(options);
  app.get(`${API}/openapi.json`, (c) => c.json(openApiDocument(options.facts.version)));
  app.route(API, api);
  app.all('/api/*', (c) =>
    answerProblem(c, 'NotFound', `There is no ${c.req.method} ${c.req.path}: see ${API}/openapi.json.`),
  );
  app.route('/', dashboardFiles(options.dashboardDir));
  app.notFound((c) => answerProblem(c, 'NotFound', `There is nothing at ${c.req.path}.`));
  return app;
}
