import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { getSignedCookie } from 'hono/cookie';
import { secureHeaders } from 'hono/secure-headers';
import { answerProblem } from './problem.ts';
import { isLoopback } from './server-options.ts';

export const SESSION_COOKIE = 'steptrail_session';

/** Nothing from elsewhere, nothing inline, no framing, no referrer. */
export const securityHeaders: MiddlewareHandler = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    fontSrc: ["'self'"],
    connectSrc: ["'self'"],
    manifestSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
  referrerPolicy: 'no-referrer',
  xFrameOptions: 'DENY',
  strictTransportSecurity: false,
});

/** Equal or not in a time that does not depend on where they differ. */
export function equalSecrets(given: string, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}

/**
 * On loopback without a token, the browser's Host header is all that keeps another site's page from reading the
 * archive after DNS rebinding: only names of this machine are answered.
 */
export function checkHost(host: string): MiddlewareHandler {
  return async (c, next) => {
    const name = hostName(c.req.header('host'));
    if (name !== undefined && (isLoopback(name) || name === host.toLowerCase())) return next();
    return answerProblem(
      c,
      'WrongHost',
      'This server answers only requests addressed to this machine: open it as http://localhost, or set STEPTRAIL_TOKEN to serve it under another name.',
    );
  };
}

function hostName(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const match = /^(\[[^\]]+\]|[^:]+)(:\d+)?$/.exec(header.trim().toLowerCase());
  return match?.[1];
}

/** Whether the request carries the token as Bearer, or a session made from it that has not ended. */
export async function isAuthorised(c: Context, token: string, now: number): Promise<boolean> {
  const header = c.req.header('authorization');
  const bearer = header === undefined ? undefined : /^Bearer\s+(.+)$/i.exec(header)?.[1];
  if (bearer !== undefined) return equalSecrets(bearer, token);
  const until = await getSignedCookie(c, token, SESSION_COOKIE);
  return typeof until === 'string' && Number(until) > now;
}
