import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dashboardFiles } from './dashboard-files.ts';

const SCRIPT = `console.log(${JSON.stringify('x'.repeat(4_000))})`;
let directory = '';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'steptrail-files-'));
  mkdirSync(join(directory, 'assets'));
  writeFileSync(join(directory, 'index.html'), '<!doctype html><title>Steptrail</title>');
  writeFileSync(join(directory, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  writeFileSync(join(directory, 'assets', 'index-abc123.js'), SCRIPT);
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

const get = (path: string, headers: Record<string, string> = {}) =>
  dashboardFiles(directory).request(`http://localhost${path}`, { headers });

describe('the built dashboard', () => {
  test('assets never change, and travel compressed', async () => {
    const response = await get('/assets/index-abc123.js', { 'Accept-Encoding': 'gzip' });
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('content-encoding')).toBe('gzip');
  });

  test.each(['/', '/findings', '/executions/arn%3Aaws%3Astates%3Ax', '/state-machines/a.b'])(
    '%s is a page of the dashboard',
    async (path) => {
      const response = await get(path);
      expect(response.status).toBe(200);
      expect(await response.text()).toContain('<title>Steptrail</title>');
      expect(response.headers.get('cache-control')).toBe('no-cache');
    },
  );

  test('a build under a running server shows at the next page', async () => {
    const app = dashboardFiles(directory);
    const pageOf = async () => (await app.request('http://localhost/')).text();
    const before = await pageOf();
    const index = join(directory, 'index.html');
    writeFileSync(index, '<!doctype html><title>Newer</title>');
    expect(await pageOf()).toContain('Newer');
    rmSync(index);
    expect(await pageOf()).toContain('npm run build');
    writeFileSync(index, before);
  });

  test('the icon', async () => {
    expect((await get('/icon.svg')).headers.get('content-type')).toContain('image/svg+xml');
  });

  test.each(['/assets/gone.js', '/gone.svg', '/assets/..%2F..%2Fpackage.json'])(
    '%s is not there',
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );
});

test('a dashboard that was not built is said, with what to do', async () => {
  const response = await dashboardFiles(undefined).request('http://localhost/');
  expect(await response.text()).toContain('npm run build');
});
