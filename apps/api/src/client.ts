import { hc } from 'hono/client';
import type { AppType } from './app.ts';

export type Client = ReturnType<typeof hc<AppType>>;

/**
 * The API as typed functions: `client.executions.$get({ query })`. Path parameters go in as `segment(arn)`.
 * Pulls in no code of the server.
 * @param baseUrl where the API answers, such as `http://127.0.0.1:4400/api/v1`
 */
export function createClient(baseUrl: string, token?: string): Client {
  return hc<AppType>(baseUrl, token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } });
}

/** A path parameter as the client wants it: ARNs hold colons and slashes. */
export function segment(value: string): string {
  return encodeURIComponent(value);
}
