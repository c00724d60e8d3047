import { connect } from '@steptrail/store';
import { afterAll, describe, expect, test } from 'vitest';
import { createApp } from './app.ts';
import { localPath } from './login.ts';
import { startServer } from './server.ts';
import { refuseOptions, type ServerOptions } from './server-options.ts';

const TOKEN = 'correct horse battery staple';
const NOW = Date.parse('2026-11-22T12:00:00Z');
/** Connects when first asked, which no test here does. */
const sql = connect('postgres://nobody@127.0.0.1:1/none', { max: 1 });

const options: ServerOptions = {
  sql,
  host: '127.0.0.1',
  port: 0,
  facts: { version: '0.1.0' },
  health: () => [],
  now: () => NOW,
};

afterAll(() => sql.end({ timeout: 1 }));

test.each([
  [{ host: '127.0.0.1' }, undefined],
  [{ host: 'localhost' }, undefined],
  [{ host: '::1' }, undefined],
  [{ host: '0.0.0.0' }, /STEPTRAIL_TOKEN/],
  [{ host: '10.0.0.7', token: '' }, /STEPTRAIL_TOKEN/],
  [{ host: '0.0.0.0', token: 'short' }, /too short/],
  [{ host: '0.0.0.0', token: TOKEN }, undefined],
])('options %o', (given, refusal) => {
  const said = refuseOptions(given);
  if (refusal === undefined) expect(said).toBeUndefined();
  else expect(said).toMatch(refusal);
});

describe('on loopback without a token', () => {
  const app = createApp(options);
  test.each([
    ['localhost:4400', 200],
    ['127.0.0.1:4400', 200],
    ['[::1]:4400', 200],
    ['evil.example', 403],
    ['localhost.evil.example', 403],
    ['', 403],
  ])('host %s', async (host, status) => {
    const response = await app.request('http://localhost/healthz', { headers: { Host: host } });
    expect(response.status).toBe(status);
  });

  test('headers keep everything else out', async () => {
    const { headers } = await app.request('http://localhost/', { headers: { Host: 'localhost' } });
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('content-security-policy')).not.toContain('unsafe');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('with a token', () => {
  const app = createApp({ ...options, host: '0.0.0.0', token: TOKEN });
  const rules = (headers: Record<string, string>) =>
    app.request('http://steptrail.example/api/v1/rules', { headers });
  const signIn = (token: string, headers: Record<string, string> = {}) =>
    app.request('http://steptrail.example/login', {
      method: 'POST',
      headers: { Origin: 'http://steptrail.example', ...headers },
      body: new URLSearchParams({ token, to: '/findings?severity=critical' }),
    });

  test.each([
    ['none', {}, 401],
    ['a wrong token', { Authorization: 'Bearer wrong' }, 401],
    ['a forged session', { Cookie: `steptrail_session=${NOW + 1e9}.forged` }, 401],
    ['the token', { Authorization: `Bearer ${TOKEN}` }, 200],
  ])('%s', async (_, headers, status) => {
    expect((await rules(headers)).status).toBe(status);
  });

  test('a person without a session is led to the login page, and back', async () => {
    const response = await app.request('http://steptrail.example/findings?severity=critical', {
      headers: { Accept: 'text/html' },
    });
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe('/login?to=%2Ffindings%3Fseverity%3Dcritical');
    expect((await app.request('http://steptrail.example/login')).status).toBe(200);
  });

  test('the session that signing in gives works, until it ends', async () => {
    const response = await signIn(TOKEN);
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/findings?severity=critical');
    const cookie = response.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    expect(cookie).not.toContain(TOKEN);
    const session = { Cookie: cookie.split(';')[0] ?? '' };
    expect((await rules(session)).status).toBe(200);
    const later = createApp({ ...options, token: TOKEN, now: () => NOW + 13 * 3_600_000 });
    expect((await later.request('http://localhost/api/v1/rules', { headers: session })).status).toBe(401);
  });

  test('a wrong token, or a form of another site, signs nobody in', async () => {
    expect((await signIn('wrong')).status).toBe(401);
    expect((await signIn(TOKEN, { Origin: 'http://evil.example' })).status).toBe(403);
  });

  test.each(['/healthz', '/login'])('%s is open', async (path) => {
    expect((await app.request(`http://steptrail.example${path}`)).status).toBe(200);
  });
});

test.each([
  [undefined, '/'],
  ['/findings?x=1', '/findings?x=1'],
  ['https://evil.example', '/'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
])('after login %s leads to %s', (target, path) => {
  expect(localPath(target)).toBe(path);
});

describe('listening', () => {
  test('a port in use is said, with what to do', async () => {
    const first = await startServer(options);
    await expect(startServer({ ...options, port: first.port })).rejects.toThrow(
      new RegExp(`Port ${first.port} on 127.0.0.1 is in use.*STEPTRAIL_PORT`),
    );
    expect((await fetch(`${first.url}/healthz`)).status).toBe(200);
    await first.close();
  });

  test('not beyond this machine without a token', async () => {
    await expect(startServer({ ...options, host: '0.0.0.0' })).rejects.toThrow(/STEPTRAIL_TOKEN/);
  });
});
