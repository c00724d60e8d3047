import { type ServerType, serve } from '@hono/node-server';
import { createApp } from './app.ts';
import { refuseOptions, type ServerOptions } from './server-options.ts';

/** Why the server could not start: one sentence for the user, and a stable word. */
export class ServerStartError extends Error {
  readonly code: 'TokenNeeded' | 'PortInUse' | 'CannotListen';

  constructor(code: ServerStartError['code'], message: string) {
    super(message);
    this.name = 'ServerStartError';
    this.code = code;
  }
}

export interface RunningServer {
  /** Where it answers, for people: `http://127.0.0.1:4400`. */
  readonly url: string;
  readonly port: number;
  /** Ends the listening; requests under way are answered first. */
  readonly close: () => Promise<void>;
}

/**
 * Serves the API and the dashboard.
 * @throws {ServerStartError} when the options are not safe or the port cannot be had
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const refusal = refuseOptions(options);
  if (refusal !== undefined) throw new ServerStartError('TokenNeeded', refusal);
  const token = options.token === '' ? undefined : options.token;
  const app = createApp({ ...options, token });
  const { server, port } = await listen(app.fetch, options.host, options.port);
  const host = options.host === '0.0.0.0' || options.host === '::' ? 'localhost' : options.host;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    close: () => close(server),
  };
}

function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  hostname: string,
  port: number,
): Promise<{ server: ServerType; port: number }> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, hostname, port }, (address) => {
      server.off('error', refuse);
      resolve({ server, port: address.port });
    });
    const refuse = (error: NodeJS.ErrnoException) => reject(describeListenError(error, hostname, port));
    server.once('error', refuse);
  });
}

function describeListenError(error: NodeJS.ErrnoException, host: string, port: number): ServerStartError {
  switch (error.code) {
    case 'EADDRINUSE':
      return new ServerStartError(
        'PortInUse',
        `Port ${port} on ${host} is in use by another process: stop that one, or set STEPTRAIL_PORT to a free port.`,
      );
    case 'EACCES':
      return new ServerStartError(
        'CannotListen',
        `Port ${port} on ${host} may not be used by this user: set STEPTRAIL_PORT to one above 1023.`,
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new ServerStartError(
        'CannotListen',
        `${host} is no address of this machine: set STEPTRAIL_HOST to one, such as 127.0.0.1.`,
      );
    default:
      return new ServerStartError('CannotListen', `Listening on ${host}:${port} failed: ${error.message}.`);
  }
}

function close(server: ServerType): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    if ('closeIdleConnections' in server) server.closeIdleConnections();
  });
}
