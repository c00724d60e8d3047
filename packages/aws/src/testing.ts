import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AwsClientOptions, type AwsClients, createAwsClients } from './clients.ts';
import { PLACEHOLDER_CREDENTIALS } from './source.ts';

/** One request as a scripted endpoint sees it. `times` counts requests of this operation, from 1. */
export interface ScriptedRequest {
  readonly operation: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly times: number;
}

/** An answer: a JSON value with status 200, or what a faulty server does. */
export type ScriptedAnswer =
  | { readonly json: unknown; readonly status?: number }
  | { readonly text: string; readonly status?: number; readonly contentType?: string }
  | 'hang'
  | 'hang up';

export interface ScriptedEndpoint {
  readonly endpoint: string;
  readonly requests: readonly ScriptedRequest[];
  readonly close: () => Promise<void>;
}

/** AWS's way to say an error. */
export function awsErrorAnswer(code: string, message = '', status = 400): ScriptedAnswer {
  return { json: { __type: code, message }, status };
}

/** An HTTP server for tests that speaks AWS's JSON protocol and answers as the script says: HTML with 500 otherwise. */
export async function startScriptedEndpoint(
  script: (request: ScriptedRequest) => ScriptedAnswer | undefined,
): Promise<ScriptedEndpoint> {
  const requests: ScriptedRequest[] = [];
  const server = createServer((incoming, response) => {
    const pieces: Buffer[] = [];
    incoming.on('data', (piece: Buffer) => pieces.push(piece));
    incoming.on('end', () => {
      const text = Buffer.concat(pieces).toString();
      const target = incoming.headers['x-amz-target'];
      const operation =
        typeof target === 'string'
          ? (target.split('.').at(-1) ?? '')
          : (new URLSearchParams(text).get('Action') ?? '');
      const body: Readonly<Record<string, unknown>> = text.startsWith('{')
        ? JSON.parse(text)
        : Object.fromEntries(new URLSearchParams(text));
      const times = requests.filter((request) => request.operation === operation).length + 1;
      const request = { operation, body, times };
      requests.push(request);
      send(response, script(request) ?? { text: '<html><h1>Not implemented</h1></html>', status: 500 });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, answer: ScriptedAnswer): void {
  if (answer === 'hang') return;
  if (answer === 'hang up') {
    response.destroy();
    return;
  }
  const [text, type] =
    'json' in answer
      ? [JSON.stringify(answer.json), 'application/x-amz-json-1.0']
      : [answer.text, answer.contentType ?? 'text/html'];
  response.writeHead(answer.status ?? 200, { 'content-type': type });
  response.end(text);
}

/** Clients for a scripted endpoint: nobody's credentials, few attempts, short time-outs. */
export function clientsFor(endpoint: string, options: Partial<AwsClientOptions> = {}): AwsClients {
  return createAwsClients({
    region: 'us-east-1',
    endpoint,
    credentials: PLACEHOLDER_CREDENTIALS,
    maxAttempts: 2,
    connectionTimeout: 1000,
    requestTimeout: 1000,
    ...options,
  });
}
