import type postgres from 'postgres';

/** What every function here takes first: a client or a transaction of postgres.js, they pass the same way. */
export type Sql = postgres.ISql;

/** A client with its pool of connections, for what has to begin a transaction itself. */
export type Client = postgres.Sql;

/** A transaction, for what only makes sense in one. */
export type Transaction = postgres.TransactionSql;

/** A piece of SQL to put into a tagged template. */
export type Fragment = postgres.Fragment;
