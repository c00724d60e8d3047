import type { Client } from '@steptrail/store';

/** Where histories come from: one account's Region, or the demo data of the sandbox. */
export interface ServedSource {
  readonly kind: 'sandbox' | 'aws';
  readonly accountId?: string | undefined;
  readonly region?: string | undefined;
  readonly endpoint?: string | undefined;
}

/** Where the archive's histories come from, for the dashboard to say so. */
export interface ServerFacts {
  /** Version of Steptrail. */
  readonly version: string;
  /** All that this process ingests from, at present; undefined or empty: it does not ingest. */
  readonly sources?: readonly ServedSource[];
}

/** A part of this process, such as the ingester: for `/healthz`. */
export interface PartHealth {
  readonly name: string;
  readonly ok: boolean;
  /** One sentence where it is not. */
  readonly message?: string | undefined;
}

export interface ServerOptions {
  readonly sql: Client;
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Needed where the host is not loopback. */
  readonly token?: string | undefined;
  /** The built dashboard; undefined: the API alone. */
  readonly dashboardDir?: string | undefined;
  readonly facts: ServerFacts;
  readonly health: () => readonly PartHealth[];
  /** One phrase for the dashboard's foot: where the archive lies. Undefined: nothing is said. */
  readonly dataFolderNote?: string | undefined;
  /** The clock, in epoch milliseconds. */
  readonly now: () => number;
}

const SHORTEST_TOKEN = 16;

/** Whether only this machine can reach the host. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Why the server must not start with these options, in one sentence; undefined: it may. */
export function refuseOptions({ host, token }: Pick<ServerOptions, 'host' | 'token'>): string | undefined {
  if (token === undefined || token === '') {
    if (isLoopback(host)) return undefined;
    return `STEPTRAIL_HOST is ${host}, which others can reach, and STEPTRAIL_TOKEN is not set: set a token (\`openssl rand -hex 32\`), or stay on 127.0.0.1.`;
  }
  if (token.length < SHORTEST_TOKEN) {
    return `STEPTRAIL_TOKEN is too short, below ${SHORTEST_TOKEN} characters: make a longer one, for example with \`openssl rand -hex 32\`.`;
  }
  return undefined;
}
