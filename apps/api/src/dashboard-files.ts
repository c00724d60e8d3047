import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { compress } from 'hono/compress';

const UNBUILT = `<!doctype html><html lang="en"><title>Steptrail</title><main><h1>Steptrail</h1>
<p>The dashboard has not been built: run <code>npm run build</code>, then start again. The API is at
<a href="/api/v1/openapi.json">/api/v1</a>.</p></main></html>`;

/**
 * The built dashboard. Files under `/assets/` carry a hash in their names and never change; every other path that
 * is no file is a page of the dashboard, which its own router shows. Compressed here only: not on API answers.
 */
export function dashboardFiles(directory: string | undefined): Hono {
  const app = new Hono();
  const indexFile = directory === undefined ? undefined : join(directory, 'index.html');
  if (directory === undefined || indexFile === undefined || !existsSync(indexFile)) {
    app.get('*', (c) => (isPage(c.req.path) ? c.html(UNBUILT, 200) : c.notFound()));
    return app;
  }
  const index = readFileSync(indexFile, 'utf8');
  app.use('/assets/*', async (c, next) => {
    await next();
    if (c.res.ok) c.res.headers.set('Cache-Control', 'public, max-age=31536000, immutable');
  });
  app.use(compress());
  app.get('/assets/*', serveStatic({ root: directory }));
  app.get('/assets/*', (c) => c.notFound());
  app.get('/:file{[\\w-]+\\.(svg|png|ico|webmanifest|txt)}', serveStatic({ root: directory }));
  app.get('*', (c) =>
    isPage(c.req.path) ? c.html(index, 200, { 'Cache-Control': 'no-cache' }) : c.notFound(),
  );
  return app;
}

/** A missing file must not be answered with a page. */
function isPage(path: string): boolean {
  return !/\.(js|css|map|svg|png|ico|json|txt|webmanifest)$/.test(path);
}
