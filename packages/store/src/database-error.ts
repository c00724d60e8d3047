import { StoreError } from './store-error.ts';

/** What SQLSTATEs and system errors mean for the user; `where` names the database without its password. */
const SENTENCES: Readonly<Record<string, (where: string) => string>> = {
  '28P01': (where) => `${where} refused the password; check user and password in DATABASE_URL.`,
  '28000': (where) => `${where} does not let this user in; check DATABASE_URL and the server's pg_hba.conf.`,
  '3D000': (where) => `${where}: this database does not exist; create it or correct DATABASE_URL.`,
  '42501': (where) =>
    `${where}: the user lacks a privilege; let it create tables and functions in this database.`,
  '42P01': (where) =>
    `${where}: a table of Steptrail is missing; run the migrations (they run at each start).`,
  '53100': (where) => `${where}: the disk is full; free some space, what was committed is kept.`,
  '53200': (where) => `${where}: the server is out of memory; give it more or lower its max_connections.`,
  '53300': (where) => `${where} has no connection left; raise max_connections or stop another client.`,
  '57P01': (where) => `${where} was shut down; start it again.`,
  '57P03': (where) => `${where} is still starting up or shutting down; try again in a moment.`,
  '25006': (where) => `${where} is read-only (a standby?); name the primary in DATABASE_URL.`,
  SASL_SIGNATURE_MISMATCH: (where) =>
    `${where} refused the password; check user and password in DATABASE_URL.`,
  ECONNREFUSED: (where) => `Nothing listens at ${where}; start PostgreSQL there or correct DATABASE_URL.`,
  ENOENT: (where) => `There is no socket at ${where}; start PostgreSQL there or correct DATABASE_URL.`,
  ENOTFOUND: (where) => `The host of ${where} is unknown; correct the host name in DATABASE_URL.`,
  EAI_AGAIN: (where) =>
    `The host of ${where} cannot be looked up; check the name in DATABASE_URL and the network.`,
  EHOSTUNREACH: (where) => `The host of ${where} cannot be reached; check the network and DATABASE_URL.`,
  ENETUNREACH: (where) => `The host of ${where} cannot be reached; check the network and DATABASE_URL.`,
  ETIMEDOUT: (where) => `${where} does not answer; check host, port and firewall.`,
  CONNECT_TIMEOUT: (where) => `${where} does not answer; check host, port and firewall.`,
  CONNECTION_CLOSED: (where) => `${where} closed the connection; is it PostgreSQL, and is it running?`,
  CONNECTION_ENDED: (where) => `The connection to ${where} was closed by this program.`,
  CONNECTION_DESTROYED: (where) => `The connection to ${where} was closed by this program.`,
  ECONNRESET: (where) =>
    `${where} cut the connection; is it PostgreSQL, and does it want TLS (?sslmode=require)?`,
};

/** One sentence for the user: what is wrong at `where` and what to do. Holds neither passwords nor values of rows. */
export function describeDatabaseError(error: unknown, where: string): string {
  if (error instanceof StoreError) return error.message;
  const code = codeOf(error);
  const sentence = code === undefined ? undefined : SENTENCES[code];
  const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  return sentence?.(where) ?? `${where} answered with an error${code ? ` (${code})` : ''}: ${message}`;
}

/** What of a socket fails, by Node's names: a file that is not there, or a port in use, is no loss of a connection. */
const OF_SOCKETS: ReadonlySet<unknown> = new Set(['connect', 'read', 'write', 'getaddrinfo', undefined]);

/** Whether the database could not be reached or went away: the same work may succeed later. */
export function isConnectionLoss(error: unknown): boolean {
  const code = codeOf(error);
  if (code === undefined) return false;
  if (/^(08|57P|CONNECT)/.test(code)) return true;
  const syscall = error instanceof Error && 'syscall' in error ? error.syscall : undefined;
  return /^E[A-Z_]+$/.test(code) && OF_SOCKETS.has(syscall);
}

function codeOf(error: unknown): string | undefined {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
