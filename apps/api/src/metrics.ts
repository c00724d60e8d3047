import { listQuotaBuckets, readOverview, type Sql } from '@steptrail/store';
import type { Context, MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Measurements of this process and of the archive, in Prometheus' text format. */
export interface Metrics {
  readonly measure: MiddlewareHandler;
  readonly answer: (c: Context) => Promise<Response>;
}

/** One registry a server: two servers in one process do not mix. */
export function createMetrics(sql: Sql, now: () => number): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'steptrail_http_request_duration_seconds',
    help: 'Time from request to answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2],
    registers: [registry],
  });
  const executions = new Gauge({
    name: 'steptrail_executions',
    help: 'Archived executions by status.',
    labelNames: ['status'],
    registers: [registry],
  });
  const findings = new Gauge({
    name: 'steptrail_open_findings',
    help: 'Open findings by severity.',
    labelNames: ['severity'],
    registers: [registry],
  });
  const tasks = new Gauge({
    name: 'steptrail_waiting_ingest_tasks',
    help: 'Executions still to be fetched.',
    registers: [registry],
  });
  const paces = new Gauge({
    name: 'steptrail_quota_pace',
    help: "Share of AWS's request quota that AWS bears at present: 1 unless it has throttled.",
    labelNames: ['account', 'region', 'operation'],
    registers: [registry],
  });

  return {
    measure: async (c, next) => {
      const stop = requests.startTimer();
      await next();
      stop({ method: c.req.method, route: routePath(c, -1), status: c.res.status });
    },
    answer: async (c) => {
      const overview = await readOverview(sql, new Date(now()));
      executions.reset();
      for (const [status, count] of Object.entries(overview.executions)) executions.set({ status }, count);
      findings.reset();
      for (const [severity, count] of Object.entries(overview.openFindings))
        findings.set({ severity }, count);
      tasks.set(overview.tasks.waiting);
      paces.reset();
      for (const { accountId, region, operation, pace } of await listQuotaBuckets(sql)) {
        paces.set({ account: accountId, region, operation }, pace);
      }
      return c.text(await registry.metrics(), 200, { 'Content-Type': registry.contentType });
    },
  };
}
