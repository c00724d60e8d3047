import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';
import { compress } from 'hono/compress';

const UNBUILT = `<!doctype html><html lang="en"><title>Steptrail</title><main><h1>Steptrail</h1>
<p>The dashboard has not been built: run <code>npm run build</code>, then load this page again. The API is at
<a href="/api/v1/openapi.json">/api/v1</a>.</p></main></html>`;

/**
 * The built dashboard. Files under `/assets/` carry a hash in their names and never change; every other path that
 * is no file is a page of the dashboard, which its own router shows. Compressed here only: not on API answers.
 */
export function dashboardFiles(directory: string | undefined): Hono {
  const app = new Hono();
  if (directory === undefined) {
    app.get('*', (c) => (isPage(c.req.path) ? c.html(UNBUILT, 200) : c.notFound()));
    return app;
  }
  app.use('/assets/*', async (c, next) => {
    await next();
    if (c.res.ok) c.res.headers.set('Cache-Control', 'public, max-age=31536000, immutable');
  });
  app.use(compress());
  app.get('/assets/*', serveStatic({ root: directory }));
  app.get('/assets/*', (c) => c.notFound());
  app.get('/:file{[\\w-]+\\.(svg|png|ico|webmanifest|txt)}', serveStatic({ root: directory }));
  app.get('*', async (c) =>
    isPage(c.req.path)
      ? c.html(await readIndex(directory), 200, { 'Cache-Control': 'no-cache' })
      : c.notFound(),
  );
  return app;
}

/** Read anew for each page: a build that replaces the files leaves none of those that an earlier index names. */
async function readIndex(directory: string): Promise<string> {
  return readFile(join(directory, 'index.html'), 'utf8').catch(() => UNBUILT);
}

/** A missing file must not be answered with a page. */
function isPage(path: string): boolean {
  return !/\.(js|css|map|svg|png|ico|json|txt|webmanifest)$/.test(path);
}
