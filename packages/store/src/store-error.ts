/** What went wrong at the edge to the database; `message` is one sentence for the user. */
export type StoreErrorCode =
  | 'connection' // not reachable, wrong password, missing database, wrong version
  | 'migration' // an applied file changed, a file that does not run
  | 'cursor' // not a cursor that a list gave
  | 'cluster' // tables that cannot be distributed as they, or the server, are
  | 'held' // another process holds the data folder
  | 'platform' // no embedded PostgreSQL for this machine
  | 'data folder' // not writable, full, of another version
  | 'server'; // the embedded server does not start

/** The one typed error of this package. */
export class StoreError extends Error {
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StoreError';
    this.code = code;
  }
}
