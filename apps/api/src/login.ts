import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { deleteCookie, setSignedCookie } from 'hono/cookie';
import { csrf } from 'hono/csrf';
import { html } from 'hono/html';
import { equalSecrets, isAuthorised, SESSION_COOKIE } from './security.ts';

const SESSION_SECONDS = 12 * 60 * 60;

/** The page where a person gives the token, and gets a session cookie that scripts cannot read. */
export function login(token: string, now: () => number): Hono {
  const app = new Hono();
  app.use('/login', csrf(), bodyLimit({ maxSize: 16 * 1024 }));
  app.use('/logout', csrf());
  app.get('/login', async (c) => {
    if (await isAuthorised(c, token, now())) return c.redirect('/');
    return c.html(page(c.req.query('to')), 200, { 'Cache-Control': 'no-store' });
  });
  app.get('/login.css', (c) => c.body(STYLE, 200, { 'Content-Type': 'text/css; charset=utf-8' }));
  app.post('/login', async (c) => {
    const { token: given, to } = await c.req.parseBody();
    const target = typeof to === 'string' ? to : undefined;
    if (typeof given !== 'string' || !equalSecrets(given.trim(), token)) {
      return c.html(page(target, 'That is not the token.'), 401, { 'Cache-Control': 'no-store' });
    }
    await setSignedCookie(c, SESSION_COOKIE, String(now() + SESSION_SECONDS * 1000), token, {
      httpOnly: true,
      sameSite: 'Strict',
      path: '/',
      maxAge: SESSION_SECONDS,
      secure: new URL(c.req.url).protocol === 'https:' || c.req.header('x-forwarded-proto') === 'https',
    });
    return c.redirect(localPath(target), 303);
  });
  app.post('/logout', (c) => {
    deleteCookie(c, SESSION_COOKIE, { path: '/' });
    return c.redirect('/login', 303);
  });
  return app;
}

/** Only a path of this server: never another site. */
export function localPath(target: string | undefined): string {
  return target !== undefined && /^\/(?![/\\])[\x21-\x7e]*$/.test(target) ? target : '/';
}

function page(to: string | undefined, mistake?: string) {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="robots" content="noindex" />
    <title>Sign in · Steptrail</title>
    <link rel="stylesheet" href="/login.css" />
  </head>
  <body>
    <main>
      <h1>Steptrail</h1>
      <form method="post" action="/login">
        <label for="token">Token</label>
        <input id="token" name="token" type="password" autocomplete="current-password" required autofocus
          aria-describedby="token-note" />
        <p id="token-note">The value of STEPTRAIL_TOKEN that this server was started with.</p>
        ${mistake === undefined ? '' : html`<p role="alert" class="mistake">${mistake}</p>`}
        <input type="hidden" name="to" value="${localPath(to)}" />
        <button type="submit">Sign in</button>
      </form>
    </main>
  </body>
</html>`;
}

const STYLE = `:root{color-scheme:light dark}
body{margin:0;min-height:100vh;display:grid;place-items:center;font:16px/1.5 system-ui,sans-serif;
background:light-dark(#f6f7f9,#0e1116);color:light-dark(#1b2230,#e6e9ef)}
main{width:min(22rem,90vw)}
h1{font-size:1.25rem}
form{display:grid;gap:.5rem}
label{font-weight:600}
input,button{font:inherit;padding:.55rem .7rem;border-radius:.4rem;border:1px solid light-dark(#c3c9d4,#3a4252);background:light-dark(#fff,#161b22);color:inherit}
button{background:#2f5fd0;border-color:#2f5fd0;color:#fff;font-weight:600;cursor:pointer}
p{margin:0;font-size:.875rem;color:light-dark(#566072,#9aa4b5)}
.mistake{color:light-dark(#b3261e,#ff8f88)}
:focus-visible{outline:2px solid #5b8cff;outline-offset:2px}
`;
